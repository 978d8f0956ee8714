// The hot loops of rate coupling, for the widest registers there are.
#include "engine/rate_kernels.hpp"

#include <algorithm>
#include <type_traits>

#include "encephagen/sdk/math.hpp"

namespace encephagen::rate_kernels {
namespace {

// `targets` targets of a tile from weights that follow each other; `stride` leads to those of the next source.
template <class T, size_t targets>
EG_INLINE void sum_part(const double* w, size_t stride, const double* activity, size_t n_source, double* sums) {
  constexpr size_t lanes = eg::lanes_of<T>, packs = targets / lanes;
  T sum[packs] = {};
  for (size_t j = 0; j < n_source; ++j, w += stride)
    for (size_t k = 0; k < packs; ++k) sum[k] += eg::load<T>(w + k * lanes) * activity[j];
  for (size_t k = 0; k < packs; ++k) eg::store(sums + k * lanes, sum[k]);
}

template <class T, size_t targets>
EG_INLINE void sum_part(const uint64_t* w, size_t stride, const double* activity, size_t n_source, double* sums) {
  constexpr size_t lanes = eg::lanes_of<T>, packs = targets / 2 / lanes;
  T low[packs] = {}, high[packs] = {};
  for (size_t j = 0; j < n_source; ++j, w += stride)
    for (size_t k = 0; k < packs; ++k) {
      const eg::Words<T> word = eg::load_words<T>(w + k * lanes);
      low[k] += eg::from_bits<T>(word << 32) * activity[j];
      high[k] += eg::from_bits<T>(word & uint64_t{0xFFFFFFFF00000000}) * activity[j];
    }
  for (size_t k = 0; k < packs; ++k) {
    double* to = sums + k * lanes / eight * 2 * eight + k * lanes % eight;
    eg::store(to, low[k]);
    eg::store(to + eight, high[k]);
  }
}

template <class T, class W>
EG_INLINE void sum_tiles(const W* w, const double* activity, size_t n_source, size_t n_eights, double* sums) {
  constexpr size_t per_word = std::is_same_v<W, double> ? 1 : 2;
  constexpr size_t part = eg::lanes_of<T> == 2 ? 16 : 48;  // as many sums as fit the registers
  while (n_eights > 0) {
    const size_t eights = tile_eights(n_eights), stride = eights * eight / per_word;
    if (eights == 6)
      for (size_t t = 0; t < 6 * eight; t += part)
        sum_part<T, part>(w + t / per_word, stride, activity, n_source, sums + t);
    else if (eights == 2)
      sum_part<T, 16>(w, stride, activity, n_source, sums);
    else if constexpr (per_word == 1)
      sum_part<T, 8>(w, stride, activity, n_source, sums);
    n_eights -= eights;
    w += stride * n_source;
    sums += eights * eight;
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
EG_INLINE void sum_doubles_of(const double* w, const double* activity, size_t n_source, size_t n_eights, double* sums) {
  sum_tiles<T>(w, activity, n_source, n_eights, sums);
}
template <class T>
EG_INLINE void sum_halves_of(const uint64_t* w, const double* activity, size_t n_source, size_t n_eights,
                             double* sums) {
  sum_tiles<T>(w, activity, n_source, n_eights, sums);
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
EG_INLINE void add_scaled_of(double* out, double scale, const double* a, const double* b, size_t n) {
  size_t i = 0;
  for (; i + eg::lanes_of<T> <= n; i += eg::lanes_of<T>)
    eg::store(out + i, T(eg::load<T>(out + i) + scale * (eg::load<T>(a + i) + eg::load<T>(b + i))));
  for (; i < n; ++i) out[i] += scale * (a[i] + b[i]);
}

}  // namespace

EG_DISPATCH(sum_doubles, (const double* w, const double* activity, size_t n_source, size_t n_eights, double* sums),
            (w, activity, n_source, n_eights, sums))
EG_DISPATCH(sum_halves, (const uint64_t* w, const double* activity, size_t n_source, size_t n_eights, double* sums),
            (w, activity, n_source, n_eights, sums))
EG_DISPATCH(block_of_8, (RateBlocks & blocks, const double* recent), (blocks, recent))
EG_DISPATCH(block_of_16, (RateBlocks & blocks, const double* recent), (blocks, recent))
EG_DISPATCH(add_scaled, (double* out, double scale, const double* a, const double* b, size_t n), (out, scale, a, b, n))

}  // namespace encephagen::rate_kernels
