// Fills random columns, eight Philox blocks at a time.
#include "engine/random_fill.hpp"

#include <algorithm>
#include <cstring>

#include "engine/philox_packs.hpp"

#ifndef __clang__  // g++ 12 takes stores of vectors into the arrays below for uses of them
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace encephagen {
namespace {

// Units come in groups of 32: eight Philox blocks of four words. Word w of block b of group g belongs to unit
// 32 g + 8 w + b, so that a pack of words is a pack of neighbouring units. The counter of the block is
// (step low, step high, 8 g + b low, high).
constexpr uint64_t group = 32;

// The conversions below put the bits straight into the mantissa of a number in [1, 2).
constexpr uint64_t one_bits = 0x3FF0000000000000u;

// The centre of one of 2^52 parts of (0, 1): 32 bits of `word`, then the lowest 20 of `fine`. Those are the bits that
// matter least where `fine` is used itself.
template <class T>
EG_INLINE T to_uniform(const Words<T>& word, const Words<T>& fine) {
  return eg::from_bits<T>((word << 20) | (fine & uint64_t{0xFFFFF}) | one_bits) - (1.0 - 0x1p-53);
}

// Two normals from two words; the angle stays in turns from 1 to 2.
template <class T>
EG_INLINE void to_normals(const Words<T>& first, const Words<T>& second, T& a, T& b) {
  const T radius = eg::sqrt(T(eg::log_positive(to_uniform<T>(first, second)) * -2.0));
  T sine, cosine;
  eg::sincos_turn(eg::from_bits<T>((second << 20) | one_bits), sine, cosine);
  a = radius * cosine;
  b = radius * sine;
}

// What the four words of a pack of blocks become; `to` is where the first word of its first block belongs.
struct Normals {
  template <class T>
  EG_INLINE static void store(const Words<T> (&word)[4], double* to) {
    for (size_t w = 0; w < 4; w += 2) {
      T a, b;
      to_normals(word[w], word[w + 1], a, b);
      eg::store(to + 8 * w, a);
      eg::store(to + 8 * w + 8, b);
    }
  }
};
struct Uniforms {
  template <class T>
  EG_INLINE static void store(const Words<T> (&word)[4], double* to) {
    for (size_t w = 0; w < 4; ++w) eg::store(to + 8 * w, to_uniform<T>(word[w], word[(w + 1) % 4]));
  }
};

// N packs of blocks from `block` on.
template <class Kind, class T, size_t N>
EG_INLINE void some_packs(uint64_t key, uint64_t step, uint64_t block, double* out) {
  Words<T> word[N][4];
  philox_packs<T, N>(key, step, block, word);
  for (size_t n = 0; n < N; ++n)
    Kind::template store<T>(word[n], out + n * eg::lanes_of<T> / 8 * group + n * eg::lanes_of<T> % 8);
}

// n groups from `first` on. Several packs at a time hide how long each multiplication takes; N such that words and keys
// fit the registers.
template <class Kind, class T>
EG_INLINE void some_groups(uint64_t key, uint64_t step, uint64_t first, uint64_t n, double* out) {
  if constexpr (eg::lanes_of<T> == 8) {
    for (; n >= 3; n -= 3, first += 3, out += 3 * group) some_packs<Kind, T, 3>(key, step, first * 8, out);
    for (; n >= 1; n -= 1, first += 1, out += group) some_packs<Kind, T, 1>(key, step, first * 8, out);
  } else {
    constexpr size_t packs = 2;
    for (; n >= 1; n -= 1, first += 1, out += group)
      for (size_t b = 0; b < 8; b += packs * eg::lanes_of<T>)
        some_packs<Kind, T, packs>(key, step, first * 8 + b, out + b);
  }
}
template <class T>
EG_INLINE void normal_groups_of(uint64_t key, uint64_t step, uint64_t first, uint64_t n, double* out) {
  some_groups<Normals, T>(key, step, first, n, out);
}
template <class T>
EG_INLINE void uniform_groups_of(uint64_t key, uint64_t step, uint64_t first, uint64_t n, double* out) {
  some_groups<Uniforms, T>(key, step, first, n, out);
}
EG_DISPATCH(normal_groups, (uint64_t key, uint64_t step, uint64_t first, uint64_t n, double* out),
            (key, step, first, n, out))
EG_DISPATCH(uniform_groups, (uint64_t key, uint64_t step, uint64_t first, uint64_t n, double* out),
            (key, step, first, n, out))

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
  return to_uniform<double>(uint64_t{block[w]}, uint64_t{block[(w + 1) % 4]});
}

double reference_normal(uint64_t key, uint64_t step, uint64_t unit) {
  const auto block = reference_block(key, step, unit);
  const uint64_t w = unit % group / 8, pair = w / 2 * 2;
  double a = 0, b = 0;
  to_normals(uint64_t{block[pair]}, uint64_t{block[pair + 1]}, a, b);
  return w % 2 == 0 ? a : b;
}

}  // namespace encephagen
