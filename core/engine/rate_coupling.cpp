// Rate coupling between regions: dense columns or lists of terms where delays are equal, blocks of steps where they
// differ.
#include "engine/rate_coupling.hpp"

#include <algorithm>

#include "encephagen/sdk/math.hpp"

namespace encephagen {
namespace {

using eg::Pack;
using eg::pack_size;
using eg::WordPack;

constexpr uint64_t upper_half = 0xFFFFFFFF00000000u;

// Tiles of several packs of targets keep their sums in registers while all sources pass by. Weights lie in the order in
// which they are met.
constexpr size_t wide_tile = 6;
size_t tile_packs(size_t packs_left) { return packs_left >= wide_tile ? wide_tile : packs_left >= 2 ? 2 : 1; }

template <size_t K>
EG_INLINE void tile(const double*& w, const double* activity, size_t n_source, double*& sums) {
  Pack sum[K] = {};
  for (size_t j = 0; j < n_source; ++j, w += K * pack_size)
    for (size_t k = 0; k < K; ++k) sum[k] += eg::load(w + k * pack_size) * activity[j];
  for (size_t k = 0; k < K; ++k, sums += pack_size) eg::store(sums, sum[k]);
}

EG_MULTIVERSION void sum_tiles(const double* w, const double* activity, size_t n_source, size_t n_packs, double* sums) {
  for (; n_packs >= wide_tile; n_packs -= wide_tile) tile<wide_tile>(w, activity, n_source, sums);
  for (; n_packs >= 2; n_packs -= 2) tile<2>(w, activity, n_source, sums);
  if (n_packs == 1) tile<1>(w, activity, n_source, sums);
}

// K words hold 2 K packs of weights: those of pack 2 k in the lower halves, those of pack 2 k + 1 in the upper ones.
template <size_t K>
EG_INLINE void halved_tile(const uint64_t*& w, const double* activity, size_t n_source, double*& sums) {
  Pack sum[2 * K] = {};
  for (size_t j = 0; j < n_source; ++j, w += K * pack_size)
    for (size_t k = 0; k < K; ++k) {
      const WordPack word = eg::load(w + k * pack_size);
      sum[2 * k] += __builtin_bit_cast(Pack, WordPack(word << 32)) * activity[j];
      sum[2 * k + 1] += __builtin_bit_cast(Pack, WordPack(word & upper_half)) * activity[j];
    }
  for (size_t k = 0; k < 2 * K; ++k, sums += pack_size) eg::store(sums, sum[k]);
}

EG_MULTIVERSION void sum_halved_tiles(const uint64_t* w, const double* activity, size_t n_source, size_t n_packs,
                                      double* sums) {
  for (; n_packs >= wide_tile; n_packs -= wide_tile) halved_tile<wide_tile / 2>(w, activity, n_source, sums);
  for (; n_packs >= 2; n_packs -= 2) halved_tile<1>(w, activity, n_source, sums);
}

bool fits_half(double w) { return (__builtin_bit_cast(uint64_t, w) & ~upper_half) == 0; }

// As many sources as have lines that fit the first-level cache together, roughly.
constexpr size_t sources_per_tile = 32;

// sums[target][step] += weight * line[step] for the terms of every target, the steps of a block in the lanes.
template <size_t packs, class Term>
EG_INLINE void add_lines(const uint64_t* begin, const Term* term, size_t n_tiles, size_t n_target, const double* now,
                         double* sums) {
  for (size_t t = 0; t < n_tiles; ++t)
    for (size_t i = 0; i < n_target; ++i, ++begin) {
      double* to = sums + i * packs * pack_size;
      Pack sum[packs];
      for (size_t p = 0; p < packs; ++p) sum[p] = eg::load(to + p * pack_size);
      for (uint64_t e = begin[0]; e < begin[1]; ++e)
        for (size_t p = 0; p < packs; ++p) sum[p] += eg::load(now + term[e].from + p * pack_size) * term[e].weight;
      for (size_t p = 0; p < packs; ++p) eg::store(to + p * pack_size, sum[p]);
    }
}

EG_INLINE void transpose(Pack (&m)[8]) {
  for (size_t i = 0; i < 8; i += 2) {
    const Pack a = m[i], b = m[i + 1];
    m[i] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
    m[i + 1] = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (const size_t i : {0u, 1u, 4u, 5u}) {
    const Pack a = m[i], b = m[i + 2];
    m[i] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
    m[i + 2] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (size_t i = 0; i < 4; ++i) {
    const Pack a = m[i], b = m[i + 4];
    m[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    m[i + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

EG_MULTIVERSION void add_scaled(double* out, double scale, const double* a, const double* b, size_t n) {
  size_t i = 0;
  for (; i + pack_size <= n; i += pack_size)
    eg::store(out + i, eg::load(out + i) + scale * (eg::load(a + i) + eg::load(b + i)));
  for (; i < n; ++i) out[i] += scale * (a[i] + b[i]);
}

size_t padded(size_t n) { return (n + pack_size - 1) / pack_size * pack_size; }

}  // namespace

// The loops over blocks, compiled for several instruction sets.
struct RateKernels {
  template <size_t packs>
  static EG_INLINE void block(RateCoupling& c) {
    constexpr size_t steps = packs * pack_size;
    // What was pushed since the last block joins the lines. The oldest of the rows follows the one of the current step.
    for (size_t p = 0; p < packs; ++p)
      for (size_t j = 0; j < c.row_length_; j += pack_size) {
        Pack m[8];
        for (size_t k = 0; k < 8; ++k) m[k] = eg::load(c.row(steps - 1 - (p * pack_size + k)) + j);
        transpose(m);
        double* to = c.lines_.data() + j * c.stride_ + c.line_now_ + 1 - steps + p * pack_size;
        for (size_t k = 0; k < 8; ++k, to += c.stride_) eg::store(to, m[k]), eg::store(to + c.line_, m[k]);
      }
    std::ranges::fill(c.block_sums_, 0.0);
    add_lines<packs>(c.block_begin_.data(), c.block_terms_.data(), c.n_tiles_, c.n_target_,
                     c.lines_.data() + c.line_ + c.line_now_, c.block_sums_.data());
    const size_t row_length = padded(c.n_target_);
    for (size_t p = 0; p < packs; ++p)
      for (size_t i = 0; i < row_length; i += pack_size) {
        Pack m[8];
        for (size_t k = 0; k < 8; ++k) m[k] = eg::load(c.block_sums_.data() + (i + k) * steps + p * pack_size);
        transpose(m);
        for (size_t k = 0; k < 8; ++k) eg::store(c.block_rows_.data() + (p * pack_size + k) * row_length + i, m[k]);
      }
  }
  static void block_of_8(RateCoupling& c);
  static void block_of_16(RateCoupling& c);

  static void points(RateCoupling& c) {
    std::ranges::fill(c.sums_, 0.0);
    for (const auto& term : c.points_) c.sums_[term.target] += c.row(term.delay)[term.source] * term.weight;
  }
};
EG_MULTIVERSION void RateKernels::block_of_8(RateCoupling& c) { block<1>(c); }
EG_MULTIVERSION void RateKernels::block_of_16(RateCoupling& c) { block<2>(c); }

RateCoupling::RateCoupling(std::span<const double> weights, size_t n_target, size_t n_source,
                           std::span<const uint32_t> delay_steps, double scale)
    : n_target_(n_target), n_source_(n_source), scale_(scale), row_length_(padded(n_source)) {
  choose(weights, delay_steps);
  if (is_dense_)
    build_dense(weights);
  else
    build_terms(weights, delay_steps);
  rows_.assign(n_rows_ * row_length_, 0.0);
  if (block_ == 0) block_rows_.assign(padded(n_target_), 0.0);
  sums_.assign(std::max(padded(n_target_), n_packs_ * pack_size), 0.0);
}

void RateCoupling::choose(std::span<const double> weights, std::span<const uint32_t> delay_steps) {
  uint32_t shortest = UINT32_MAX, longest = 0;
  size_t n_terms = 0, n_from_7 = 0, n_from_15 = 0;
  for (size_t e = 0; e < weights.size(); ++e) {
    if (weights[e] == 0) continue;
    const uint32_t d = delay_steps.empty() ? 0 : delay_steps[e];
    shortest = std::min(shortest, d), longest = std::max(longest, d);
    ++n_terms, n_from_7 += d >= 7, n_from_15 += d >= 15;
  }
  n_rows_ = longest + size_t{1};
  if (n_terms == 0 || shortest == longest) {
    // Twelve products of a dense column cost about as much as one term of a list.
    is_dense_ = n_terms * 12 >= weights.size();
    dense_delay_ = longest;
    return;
  }
  // Cycles per step, measured, of a term on its own, in a block of 8, in a block of 16. When a block starts, all
  // activity that its last step needs must be there: delays from 7 or 15 steps.
  const double own = 1.5, of_8 = 3.0 / 8, of_16 = 4.0 / 16, n = static_cast<double>(n_terms);
  const double gain_8 = static_cast<double>(n_from_7) * (own - of_8),
               gain_16 = static_cast<double>(n_from_15) * (own - of_16);
  if (std::max(gain_8, gain_16) < 0.1 * n * own) return;
  block_ = gain_16 > gain_8 ? 16 : 8;
  n_rows_ = block_;  // the other delays reach back less than a block
  line_ = (longest + block_) / block_ * block_;
  stride_ = 2 * line_ + pack_size;  // an odd number of cache lines: lines spread over all sets of the caches
}

void RateCoupling::build_dense(std::span<const double> weights) {
  is_halved_ = std::ranges::all_of(weights, fits_half);
  n_packs_ = padded(n_target_) / pack_size;
  if (is_halved_) n_packs_ += n_packs_ % 2;
  const auto weight = [&](size_t target, size_t source) {
    return target < n_target_ ? weights[target * n_source_ + source] : 0.0;
  };
  for (size_t first = 0; first < n_packs_;) {
    const size_t packs = tile_packs(n_packs_ - first);
    for (size_t j = 0; j < n_source_; ++j)
      for (size_t i = 0; i < packs * pack_size; ++i) {
        const size_t target = first * pack_size + i;
        if (!is_halved_) {
          dense_.push_back(weight(target, j));
        } else if (i / pack_size % 2 == 0) {
          const auto low = __builtin_bit_cast(uint64_t, weight(target, j));
          const auto high = __builtin_bit_cast(uint64_t, weight(target + pack_size, j));
          halved_.push_back((low >> 32) | high);
        }
      }
    first += packs;
  }
}

void RateCoupling::build_terms(std::span<const double> weights, std::span<const uint32_t> delay_steps) {
  const auto delay = [&](size_t i, size_t j) { return delay_steps.empty() ? 0 : delay_steps[i * n_source_ + j]; };
  for (uint32_t i = 0; i < n_target_; ++i)
    for (uint32_t j = 0; j < n_source_; ++j)
      if (const double w = weights[i * n_source_ + j]; w != 0 && delay(i, j) < long_delay_steps())
        points_.push_back({w, i, j, delay(i, j)});
  if (block_ == 0) return;
  n_tiles_ = (n_source_ + sources_per_tile - 1) / sources_per_tile;
  block_begin_.assign(1, 0);
  for (size_t t = 0; t < n_tiles_; ++t)
    for (size_t i = 0; i < n_target_; ++i) {
      for (size_t j = t * sources_per_tile; j < std::min((t + 1) * sources_per_tile, n_source_); ++j)
        if (const double w = weights[i * n_source_ + j]; w != 0 && delay(i, j) >= long_delay_steps())
          block_terms_.push_back({w, static_cast<int64_t>(j * stride_) - int64_t{delay(i, j)}});
      block_begin_.push_back(block_terms_.size());
    }
  lines_.assign(row_length_ * stride_, 0.0);
  block_sums_.assign(padded(n_target_) * block_, 0.0);
  block_rows_.assign(padded(n_target_) * block_, 0.0);
}

void RateCoupling::start(std::span<const double> activity) {
  for (size_t r = 0; r < n_rows_; ++r)
    std::ranges::copy(activity, rows_.begin() + static_cast<std::ptrdiff_t>(r * row_length_));
  for (size_t at = 0; at < n_source_ * stride_; ++at) lines_[at] = activity[at / stride_];
  now_ = n_rows_ - 1;
  line_now_ = line_ - 1;
  has_started_ = true;
}

void RateCoupling::push(std::span<const double> activity) {
  if (!has_started_) start(activity);
  now_ = now_ + 1 == n_rows_ ? 0 : now_ + 1;
  std::ranges::copy(activity, rows_.begin() + static_cast<std::ptrdiff_t>(now_ * row_length_));
}

void RateCoupling::compute(std::span<double> out) {
  if (is_dense_) {
    const double* activity = row(dense_delay_);
    if (is_halved_)
      sum_halved_tiles(halved_.data(), activity, n_source_, n_packs_, sums_.data());
    else
      sum_tiles(dense_.data(), activity, n_source_, n_packs_, sums_.data());
  } else if (!points_.empty()) {
    RateKernels::points(*this);
  }
  if (block_ > 0 && in_block_ == 0) {
    line_now_ = (line_now_ + block_) % line_;
    (block_ == 16 ? RateKernels::block_of_16 : RateKernels::block_of_8)(*this);
  }
  add_scaled(out.data(), scale_, block_rows_.data() + in_block_ * padded(n_target_), sums_.data(), n_target_);
  if (block_ > 0) in_block_ = (in_block_ + 1) % block_;
}

}  // namespace encephagen
