// The hot loops of rate coupling, for the widest registers there are.
#include "engine/rate_kernels.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "encephagen/sdk/math.hpp"

namespace encephagen::rate_kernels {
namespace {

// `targets` targets of a tile from weights that follow each other; `stride` leads to those of the next source.
template <class T, size_t targets>
EG_INLINE void sum_part(const double* w, size_t stride, const double* activity, size_t n_pairs, double* sums) {
  constexpr size_t lanes = eg::lanes_of<T>, packs = targets / lanes;
  T sum[packs] = {};
  for (size_t p = 0; p < n_pairs; ++p, w += 2 * stride)
    for (size_t k = 0; k < packs; ++k)
      sum[k] +=
          eg::load<T>(w + k * lanes) * activity[2 * p] + eg::load<T>(w + stride + k * lanes) * activity[2 * p + 1];
  for (size_t k = 0; k < packs; ++k) eg::store(sums + k * lanes, sum[k]);
}

template <class T, size_t eights>
EG_INLINE void sum_tile(const double* w, const double* activity, size_t n_pairs, double* sums) {
  constexpr size_t targets = eights * eight;
  // As many sums as fit the registers.
  constexpr size_t most = eg::lanes_of<T> == 2 ? 16 : eg::lanes_of<T> == 4 ? 48 : targets;
  constexpr size_t part = targets < most ? targets : most;
  for (size_t t = 0; t < targets; t += part) sum_part<T, part>(w + t, targets, activity, n_pairs, sums + t);
}

// Calls f for every tile: f(number of eights as a type, eights before it).
template <class F>
EG_INLINE void for_each_tile(size_t n_eights, F&& f) {
  for (size_t done = 0; done < n_eights;) {
    const size_t eights = tile_eights(n_eights - done);
    if (eights == 12)
      f(std::integral_constant<size_t, 12>{}, done);
    else if (eights == 6)
      f(std::integral_constant<size_t, 6>{}, done);
    else if (eights == 2)
      f(std::integral_constant<size_t, 2>{}, done);
    else
      f(std::integral_constant<size_t, 1>{}, done);
    done += eights;
  }
}

// sums[target][step] += weight * line[step] for the terms of every target, the `steps` of a block in the lanes.
template <class T, size_t steps>
EG_INLINE void add_lines(const RateBlocks& b, double* sums) {
  constexpr size_t lanes = eg::lanes_of<T>, packs = steps / lanes;
  const uint64_t* begin = b.begin.data();
  const RateBlocks::Term* terms = b.terms.data();
  const double* now = b.lines.data() + b.line + b.now;
  for (size_t t = 0; t < b.n_tiles; ++t)
    for (size_t i = 0; i < b.n_target; ++i, ++begin) {
      double* to = sums + i * steps;
      T sum[packs];
      for (size_t p = 0; p < packs; ++p) sum[p] = eg::load<T>(to + p * lanes);
      for (uint64_t e = begin[0]; e < begin[1]; ++e)
        for (size_t p = 0; p < packs; ++p) sum[p] += eg::load<T>(now + terms[e].from + p * lanes) * terms[e].weight;
      for (size_t p = 0; p < packs; ++p) eg::store(to + p * lanes, sum[p]);
    }
}

// Eight by eight: to[k * to_stride + i] = from[i * from_stride + k].
template <class T>
EG_INLINE void transpose(const double* from, size_t from_stride, double* to, size_t to_stride) {
  if constexpr (eg::lanes_of<T> == 8) {
    T m[8];
    for (size_t i = 0; i < 8; ++i) m[i] = eg::load<T>(from + i * from_stride);
    for (size_t i = 0; i < 8; i += 2) {
      const T a = m[i], b = m[i + 1];
      m[i] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
      m[i + 1] = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (const size_t i : {0u, 1u, 4u, 5u}) {
      const T a = m[i], b = m[i + 2];
      m[i] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
      m[i + 2] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
    }
    for (size_t i = 0; i < 4; ++i) {
      const T a = m[i], b = m[i + 4];
      m[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
      m[i + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
    }
    for (size_t i = 0; i < 8; ++i) eg::store(to + i * to_stride, m[i]);
  } else {
    for (size_t k = 0; k < 8; ++k)
      for (size_t i = 0; i < 8; ++i) to[k * to_stride + i] = from[i * from_stride + k];
  }
}

template <class T, size_t steps>
EG_INLINE void block(RateBlocks& b, const double* recent) {
  double* line = b.lines.data() + b.now + 1 - steps;
  for (size_t p = 0; p < steps; p += eight)
    for (size_t j = 0; j < b.row_length; j += eight) {
      const double* from = recent + p * b.row_length + j;
      transpose<T>(from, b.row_length, line + j * b.stride + p, b.stride);
      transpose<T>(from, b.row_length, line + j * b.stride + p + b.line, b.stride);
    }
  std::fill(b.sums.begin(), b.sums.end(), 0.0);
  add_lines<T, steps>(b, b.sums.data());
  const size_t n = padded(b.n_target);
  for (size_t p = 0; p < steps; p += eight)
    for (size_t i = 0; i < n; i += eight)
      transpose<T>(b.sums.data() + i * steps + p, steps, b.rows.data() + p * n + i, n);
}

template <class T>
EG_INLINE void sum_doubles_of(const double* w, const double* activity, size_t n_pairs, size_t n_eights, double* sums) {
  for_each_tile(
      n_eights, [&](auto eights, size_t done) __attribute__((always_inline)) {
        sum_tile<T, eights()>(w + done * eight * 2 * n_pairs, activity, n_pairs, sums + done * eight);
      });
}
template <class T>
EG_INLINE void block_of_8_of(RateBlocks& blocks, const double* recent) {
  block<T, 8>(blocks, recent);
}
template <class T>
EG_INLINE void block_of_16_of(RateBlocks& blocks, const double* recent) {
  block<T, 16>(blocks, recent);
}
template <class T>
EG_INLINE void scale_sum_of(double* out, double scale, const double* a, const double* b, size_t n) {
  size_t i = 0;
  for (; i + eg::lanes_of<T> <= n; i += eg::lanes_of<T>)
    eg::store(out + i, T(scale * (eg::load<T>(a + i) + eg::load<T>(b + i))));
  for (; i < n; ++i) out[i] = scale * (a[i] + b[i]);
}

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
// One tile. The sixteen contributions of a pair fill two packs, from which lanes pick by the lowest four bits of their
// words: reading from the n-th byte on brings the codes of the n-th pair there.
template <size_t eights>
EG_INLINE void pick_tile(const uint8_t* codes, const double* values, const double* activity, size_t n_pairs,
                         double* sums) {
  using T = eg::Pack<8>;
  const auto* v = values;
  const T first{v[0], v[1], v[2], v[3], v[0], v[1], v[2], v[3]}, low{v[0], v[0], v[0], v[0], v[1], v[1], v[1], v[1]},
      high{v[2], v[2], v[2], v[2], v[3], v[3], v[3], v[3]};
  T sum[eights] = {};
  for (size_t p = 0; p < n_pairs; p += 8, codes += eights * 64)
    for (size_t q = 0; q < 8 && p + q < n_pairs; ++q, activity += 2) {
      const T even = first * activity[0], a = even + low * activity[1], b = even + high * activity[1];
      for (size_t k = 0; k < eights; ++k) {
        eg::Words<T> code;
        std::memcpy(&code, codes + k * 64 + q, sizeof code);
        sum[k] += __builtin_shuffle(a, b, code);
      }
    }
  for (size_t k = 0; k < eights; ++k) eg::store(sums + k * eight, sum[k]);
}
#endif

}  // namespace

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
bool has_codes() { return eg::lanes() == 8; }
__attribute__((target("arch=x86-64-v4"))) void sum_codes(const uint8_t* codes, const double* values,
                                                         const double* activity, size_t n_pairs, size_t n_eights,
                                                         double* sums) {
  const size_t bytes_per_eight = (n_pairs + 7) / 8 * 64;
  for_each_tile(
      n_eights, [&](auto eights, size_t done) __attribute__((always_inline)) {
        pick_tile<eights()>(codes + done * bytes_per_eight, values, activity, n_pairs, sums + done * eight);
      });
}
#else
bool has_codes() { return false; }
void sum_codes(const uint8_t*, const double*, const double*, size_t, size_t, double*) {}
#endif

EG_DISPATCH(sum_doubles, (const double* w, const double* activity, size_t n_pairs, size_t n_eights, double* sums),
            (w, activity, n_pairs, n_eights, sums))
EG_DISPATCH(block_of_8, (RateBlocks & blocks, const double* recent), (blocks, recent))
EG_DISPATCH(block_of_16, (RateBlocks & blocks, const double* recent), (blocks, recent))
EG_DISPATCH(scale_sum, (double* out, double scale, const double* a, const double* b, size_t n), (out, scale, a, b, n))

}  // namespace encephagen::rate_kernels
