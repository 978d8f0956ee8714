// Fills random columns, eight Philox blocks at a time.
#include "engine/random_fill.hpp"

#include <algorithm>

#include "encephagen/sdk/math.hpp"
#include "encephagen/sdk/random.hpp"

namespace encephagen {
namespace {

using eg::Pack;
using eg::WordPack;

// Units come in groups of 32: eight Philox blocks of four words. Word w of block b of group g belongs to unit
// 32 g + 8 w + b, so that a pack of words is a pack of neighbouring units. The counter of the block is
// (step low, step high, 8 g + b low, high).
constexpr uint64_t group = 32;
constexpr uint64_t low_half = 0xFFFFFFFFu;

// The words of G groups that follow one another: word[g][w] is word w of the eight blocks of group g. Words stand in
// 64-bit lanes, so that products need no widening.
template <size_t G>
EG_INLINE void philox_groups(uint64_t key, uint64_t step, uint64_t first_group, WordPack (&word)[G][4]) {
  for (size_t g = 0; g < G; ++g) {
    const WordPack index = WordPack{0, 1, 2, 3, 4, 5, 6, 7} + (first_group + g) * 8;
    word[g][0] = WordPack{} + (step & low_half);
    word[g][1] = WordPack{} + (step >> 32);
    word[g][2] = index & low_half;
    word[g][3] = index >> 32;
  }
  WordPack k0 = WordPack{} + (key & low_half), k1 = WordPack{} + (key >> 32);
#pragma GCC unroll 1  // unrolled, the keys of all rounds are spread and spilled before each call's first block
  for (int round = 0; round < 10; ++round) {
    for (size_t g = 0; g < G; ++g) {
      auto& c = word[g];
      const WordPack p0 = c[0] * uint64_t{eg::Philox::m0}, p1 = c[2] * uint64_t{eg::Philox::m1};
      c[0] = (p1 >> 32) ^ c[1] ^ k0;
      c[2] = (p0 >> 32) ^ c[3] ^ k1;
      c[1] = p1 & low_half;
      c[3] = p0 & low_half;
    }
    k0 = (k0 + eg::Philox::w0) & low_half;
    k1 = (k1 + eg::Philox::w1) & low_half;
  }
}

// The conversions below put the bits straight into the mantissa of a number in [1, 2).
constexpr uint64_t one_bits = 0x3FF0000000000000u;

// The centre of one of 2^52 parts of (0, 1): 32 bits of `word`, then the lowest 20 of `fine`. Those are the bits that
// matter least where `fine` is used itself.
template <class W>
EG_INLINE auto to_uniform(const W& word, const W& fine) {
  using T = std::conditional_t<std::is_same_v<W, uint64_t>, double, Pack>;
  return __builtin_bit_cast(T, W((word << 20) | (fine & 0xFFFFFu) | one_bits)) - (1.0 - 0x1p-53);
}

// Two normals from two words; the angle stays in turns from 1 to 2.
template <class T, class W>
EG_INLINE void to_normals(const W& first, const W& second, T& a, T& b) {
  const T radius = eg::sqrt(T(eg::log_positive(to_uniform(first, second)) * -2.0));
  T sine, cosine;
  eg::sincos_turn(__builtin_bit_cast(T, W((second << 20) | one_bits)), sine, cosine);
  a = radius * cosine;
  b = radius * sine;
}

template <size_t G>
EG_INLINE void normals(uint64_t key, uint64_t step, uint64_t first_group, double* out) {
  WordPack word[G][4] = {};
  philox_groups<G>(key, step, first_group, word);
  for (size_t g = 0; g < G; ++g)
    for (size_t w = 0; w < 4; w += 2) {
      Pack a, b;
      to_normals(word[g][w], word[g][w + 1], a, b);
      eg::store(out + g * group + 8 * w, a);
      eg::store(out + g * group + 8 * w + 8, b);
    }
}

template <size_t G>
EG_INLINE void uniforms(uint64_t key, uint64_t step, uint64_t first_group, double* out) {
  WordPack word[G][4] = {};
  philox_groups<G>(key, step, first_group, word);
  for (size_t g = 0; g < G; ++g)
    for (size_t w = 0; w < 4; ++w) eg::store(out + g * group + 8 * w, to_uniform(word[g][w], word[g][(w + 1) % 4]));
}

EG_MULTIVERSION void normal_groups(uint64_t key, uint64_t step, uint64_t first, uint64_t n, double* out) {
  for (; n >= 3; n -= 3, first += 3, out += 3 * group) normals<3>(key, step, first, out);
  for (; n >= 1; n -= 1, first += 1, out += group) normals<1>(key, step, first, out);
}
EG_MULTIVERSION void uniform_groups(uint64_t key, uint64_t step, uint64_t first, uint64_t n, double* out) {
  for (; n >= 3; n -= 3, first += 3, out += 3 * group) uniforms<3>(key, step, first, out);
  for (; n >= 1; n -= 1, first += 1, out += group) uniforms<1>(key, step, first, out);
}

// Calls fill(first group, number of groups, to): whole groups straight into `out`, the ragged ends by way of a buffer.
template <class F>
void by_groups(uint64_t first_unit, std::span<double> out, F&& fill) {
  size_t done = 0;
  while (done < out.size()) {
    const uint64_t unit = first_unit + done, g = unit / group, offset = unit % group;
    const uint64_t whole = offset == 0 ? (out.size() - done) / group : 0;
    if (whole > 0) {
      fill(g, whole, out.data() + done);
      done += whole * group;
      continue;
    }
    double buffer[group];
    fill(g, 1, buffer);
    const size_t n = std::min<size_t>(group - offset, out.size() - done);
    std::copy_n(buffer + offset, n, out.data() + done);
    done += n;
  }
}

eg::Philox::Block reference_block(uint64_t key, uint64_t step, uint64_t unit) {
  const uint64_t block = unit / group * 8 + unit % 8;
  return eg::Philox::generate({static_cast<uint32_t>(step), static_cast<uint32_t>(step >> 32),
                               static_cast<uint32_t>(block), static_cast<uint32_t>(block >> 32)},
                              key);
}

}  // namespace

void fill_normal(uint64_t key, uint64_t step, uint64_t first_unit, std::span<double> out) {
  by_groups(first_unit, out, [&](uint64_t g, uint64_t n, double* to) { normal_groups(key, step, g, n, to); });
}

void fill_uniform(uint64_t key, uint64_t step, uint64_t first_unit, std::span<double> out) {
  by_groups(first_unit, out, [&](uint64_t g, uint64_t n, double* to) { uniform_groups(key, step, g, n, to); });
}

double reference_uniform(uint64_t key, uint64_t step, uint64_t unit) {
  const auto block = reference_block(key, step, unit);
  const uint64_t w = unit % group / 8;
  return to_uniform(uint64_t{block[w]}, uint64_t{block[(w + 1) % 4]});
}

double reference_normal(uint64_t key, uint64_t step, uint64_t unit) {
  const auto block = reference_block(key, step, unit);
  const uint64_t w = unit % group / 8, pair = w / 2 * 2;
  double a = 0, b = 0;
  to_normals(uint64_t{block[pair]}, uint64_t{block[pair + 1]}, a, b);
  return w % 2 == 0 ? a : b;
}

}  // namespace encephagen
