// Fills random columns, eight Philox blocks at a time.
#include "engine/random_fill.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "encephagen/sdk/math.hpp"
#include "encephagen/sdk/random.hpp"

namespace encephagen {
namespace {

using eg::Pack;
using eg::WordPack;

// Units come in groups of 32: eight Philox blocks of four words. Word w of block b of group g belongs to unit
// 32 g + 8 w + b, so that a pack of words is a pack of neighbouring units.
constexpr uint64_t group = 32;

// Words below 2^32 held in 64-bit lanes: products need no widening.
struct Words {
  WordPack w[4];
};

EG_INLINE void philox_pack(uint64_t key, uint64_t step, uint64_t first_block, Words& out) {
  constexpr uint64_t low_half = 0xFFFFFFFFu;
  const WordPack index = WordPack{0, 1, 2, 3, 4, 5, 6, 7} + first_block;
  WordPack c0 = WordPack{} + (step & low_half), c1 = WordPack{} + (step >> 32), c2 = index & low_half, c3 = index >> 32;
  uint64_t k0 = key & low_half, k1 = key >> 32;
  for (int round = 0; round < 10; ++round) {
    const WordPack p0 = c0 * uint64_t{eg::Philox::m0}, p1 = c2 * uint64_t{eg::Philox::m1};
    const WordPack n0 = (p1 >> 32) ^ c1 ^ k0, n2 = (p0 >> 32) ^ c3 ^ k1;
    c1 = p1 & low_half;
    c3 = p0 & low_half;
    c0 = n0;
    c2 = n2;
    k0 = (k0 + eg::Philox::w0) & low_half;
    k1 = (k1 + eg::Philox::w1) & low_half;
  }
  out = {{c0, c1, c2, c3}};
}

// (word + 1/2) / 2^32, exactly. An integer below 2^52 becomes a double by putting it into the mantissa of 2^52.
EG_INLINE Pack to_uniform(const WordPack& word) {
  return (__builtin_bit_cast(Pack, word | uint64_t{0x4330000000000000}) - 0x1p52 + 0.5) * 0x1p-32;
}

EG_INLINE void normal_group(uint64_t key, uint64_t step, uint64_t g, double* out) {
  Words words;
  philox_pack(key, step, g * 8, words);
  for (int pair = 0; pair < 2; ++pair) {
    double radius[8];
    eg::store(radius, eg::log(to_uniform(words.w[2 * pair])) * -2.0);
    for (double& r : radius) r = __builtin_sqrt(r);
    Pack sine, cosine;
    eg::sincos_turn(to_uniform(words.w[2 * pair + 1]), sine, cosine);
    const Pack r = eg::load(radius);
    eg::store(out + 16 * pair, r * cosine);
    eg::store(out + 16 * pair + 8, r * sine);
  }
}

EG_INLINE void uniform_group(uint64_t key, uint64_t step, uint64_t g, double* out) {
  Words words;
  philox_pack(key, step, g * 8, words);
  for (size_t w = 0; w < 4; ++w) eg::store(out + 8 * w, to_uniform(words.w[w]));
}

EG_MULTIVERSION void normal_groups(uint64_t key, uint64_t step, uint64_t first, uint64_t n, double* out) {
  for (uint64_t g = 0; g < n; ++g) normal_group(key, step, first + g, out + g * group);
}
EG_MULTIVERSION void uniform_groups(uint64_t key, uint64_t step, uint64_t first, uint64_t n, double* out) {
  for (uint64_t g = 0; g < n; ++g) uniform_group(key, step, first + g, out + g * group);
}

// Whole groups straight into `out`; the ragged ends by way of a buffer.
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
  return eg::Philox::generate({static_cast<uint32_t>(step), static_cast<uint32_t>(step >> 32), static_cast<uint32_t>(block), static_cast<uint32_t>(block >> 32)}, key);
}

}  // namespace

void fill_normal(uint64_t key, uint64_t step, uint64_t first_unit, std::span<double> out) {
  by_groups(first_unit, out, [&](uint64_t g, uint64_t n, double* to) { normal_groups(key, step, g, n, to); });
}
void fill_uniform(uint64_t key, uint64_t step, uint64_t first_unit, std::span<double> out) {
  by_groups(first_unit, out, [&](uint64_t g, uint64_t n, double* to) { uniform_groups(key, step, g, n, to); });
}

double reference_uniform(uint64_t key, uint64_t step, uint64_t unit) {
  return (static_cast<double>(reference_block(key, step, unit)[unit % group / 8]) + 0.5) * 0x1p-32;
}

double reference_normal(uint64_t key, uint64_t step, uint64_t unit) {
  const uint64_t word = unit % group / 8, pair = word / 2 * 2;
  const auto block = reference_block(key, step, unit);
  const double radius = std::sqrt(eg::log((static_cast<double>(block[pair]) + 0.5) * 0x1p-32) * -2.0);
  double sine = 0, cosine = 0;
  eg::sincos_turn((static_cast<double>(block[pair + 1]) + 0.5) * 0x1p-32, sine, cosine);
  return word % 2 == 0 ? radius * cosine : radius * sine;
}

void fill_poisson(uint64_t key, uint64_t step, uint64_t first_unit, std::span<const double> mean, std::span<double> out) {
  for (size_t i = 0; i < out.size(); ++i) {
    const double m = mean[i];
    if (!(m >= 0 && m <= 500)) throw std::invalid_argument("the mean of a Poisson column must lie in [0, 500] per step; make dt_ms or the rate smaller");
    const auto b = reference_block(key, step, first_unit + i);
    const double u = (static_cast<double>(((uint64_t{b[1]} << 32) | b[0]) >> 11) + 0.5) * 0x1p-53;
    double p = eg::exp(-m), sum = p;
    double k = 0;
    for (; u > sum && p > 0; sum += p) p *= m / ++k;  // p vanishes only when the sum has reached 1 as far as doubles go
    out[i] = k;
  }
}

}  // namespace encephagen
