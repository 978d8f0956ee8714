// Rate coupling between regions: dense columns or lists of terms where delays are equal, blocks of steps where they
// differ.
#include "engine/rate_coupling.hpp"

#include <algorithm>

#include "encephagen/sdk/math.hpp"
#include "engine/rate_kernels.hpp"

namespace encephagen {

using rate_kernels::eight;
using rate_kernels::padded;

RateCoupling::RateCoupling(std::span<const double> weights, size_t n_target, size_t n_source,
                           std::span<const uint32_t> delay_steps, double scale)
    : n_target_(n_target),
      n_source_(n_source),
      scale_(scale),
      row_length_(padded(n_source)),
      n_pairs_((n_source + 1) / 2) {
  std::vector<RateTerm> terms;
  for (uint32_t i = 0; i < n_target; ++i)
    for (uint32_t j = 0; j < n_source; ++j)
      if (const double w = weights[i * n_source + j]; w != 0)
        terms.push_back({w, i, j, delay_steps.empty() ? 0 : delay_steps[i * n_source + j]});
  choose(terms);
  if (is_dense_)
    build_dense(weights);
  else
    std::ranges::copy_if(terms, std::back_inserter(points_),
                         [&](const RateTerm& t) { return t.delay < long_delay_steps(); });
  build_blocks(terms);
  rows_.assign((n_rows_ + 1) * row_length_, 0.0);
  sums_.assign(std::max(padded(n_target_), n_eights_ * eight), 0.0);
}

// How to sum: dense_delay_, block_, n_rows_.
void RateCoupling::choose(std::span<const RateTerm> terms) {
  uint32_t shortest = UINT32_MAX, longest = 0;
  double from_7 = 0, from_15 = 0;
  for (const RateTerm& t : terms) {
    shortest = std::min(shortest, t.delay);
    longest = std::max(longest, t.delay);
    from_7 += t.delay >= 7;
    from_15 += t.delay >= 15;
  }
  n_rows_ = longest + size_t{1};
  if (terms.empty() || shortest == longest) {
    // Twelve products of a dense column cost about as much as one term of a list.
    is_dense_ = terms.size() * 12 >= n_target_ * n_source_;
    dense_delay_ = longest;
    return;
  }
  // When a block starts, all activity that its last step needs must be there: hence delays from 7 or 15 steps. Cycles
  // per step, measured, of a term on its own, in a block of 8, in a block of 16:
  const double own = 2, of_8 = 3.0 / 8, of_16 = 4.0 / 16;
  const double gain_8 = from_7 * (own - of_8), gain_16 = from_15 * (own - of_16);
  if (std::max(gain_8, gain_16) < 0.1 * own * static_cast<double>(terms.size())) return;
  block_ = gain_16 > gain_8 ? 16 : 8;
  n_rows_ = block_;  // the other delays reach back less than a block
  blocks_.line = (longest + block_) / block_ * block_;
}

void RateCoupling::build_dense(std::span<const double> weights) {
  n_eights_ = padded(n_target_) / eight;
  if (build_codes(weights)) return;
  for (size_t first = 0; first < n_eights_;) {
    const size_t eights = rate_kernels::tile_eights(n_eights_ - first);
    for (size_t j = 0; j < 2 * n_pairs_; ++j)
      for (size_t i = first * eight; i < (first + eights) * eight; ++i)
        dense_.push_back(i < n_target_ && j < n_source_ ? weights[i * n_source_ + j] : 0.0);
    first += eights;
  }
}

// Returns false where weights have too many values, or the processor no use for codes.
bool RateCoupling::build_codes(std::span<const double> weights) {
  if (!rate_kernels::has_codes()) return false;
  values_ = {0.0};  // what lies beyond the last source or target
  for (const double w : weights) {
    if (std::ranges::find(values_, w) != values_.end()) continue;
    if (values_.size() == rate_kernels::n_values) return false;
    values_.push_back(w);
  }
  values_.resize(rate_kernels::n_values);
  const auto number = [&](size_t target, size_t source) {
    if (target >= n_target_ || source >= n_source_) return size_t{0};
    return static_cast<size_t>(std::ranges::find(values_, weights[target * n_source_ + source]) - values_.begin());
  };
  for (size_t first = 0; first < n_eights_;) {
    const size_t eights = rate_kernels::tile_eights(n_eights_ - first);
    for (size_t pair = 0; pair < n_pairs_; pair += 8)
      for (size_t i = first * eight; i < (first + eights) * eight; ++i)
        for (size_t q = pair; q < pair + 8; ++q)
          codes_.push_back(static_cast<uint8_t>(number(i, 2 * q) + rate_kernels::n_values * number(i, 2 * q + 1)));
    first += eights;
  }
  codes_.resize(codes_.size() + 8);
  return true;
}

void RateCoupling::build_blocks(std::span<const RateTerm> terms) {
  // Lines of as many sources fit the first-level cache together, roughly.
  constexpr size_t sources_per_tile = 32;
  RateBlocks& b = blocks_;
  b.n_target = n_target_;
  b.row_length = row_length_;
  b.rows.assign(padded(n_target_) * std::max<size_t>(block_, 1), 0.0);  // without blocks, one row of zeros
  if (block_ == 0) return;
  b.sums = b.rows;
  b.stride = 2 * b.line + eight;  // an odd number of cache lines: lines spread over all sets of the caches
  b.lines.assign(row_length_ * b.stride, 0.0);
  b.n_tiles = (n_source_ + sources_per_tile - 1) / sources_per_tile;
  const auto place = [&](const RateTerm& t) { return t.source / sources_per_tile * n_target_ + t.target; };
  std::vector<RateTerm> sorted;
  std::ranges::copy_if(terms, std::back_inserter(sorted),
                       [&](const RateTerm& t) { return t.delay >= long_delay_steps(); });
  std::ranges::stable_sort(sorted, {}, place);  // sources of a target stay in order
  b.begin.assign(b.n_tiles * n_target_ + 1, 0);
  for (const RateTerm& t : sorted) {
    ++b.begin[place(t) + 1];
    b.terms.push_back({t.weight, static_cast<int64_t>(t.source * b.stride) - int64_t{t.delay}});
  }
  for (size_t k = 1; k < b.begin.size(); ++k) b.begin[k] += b.begin[k - 1];
}

// The past before the first step: the activity at its start.
void RateCoupling::start(std::span<const double> activity) {
  for (size_t r = 0; r < n_rows_; ++r) std::ranges::copy(activity, rows_.data() + r * row_length_);
  for (size_t j = 0; j < n_source_ && block_ > 0; ++j)
    std::fill_n(blocks_.lines.data() + j * blocks_.stride, blocks_.stride, activity[j]);
  now_ = n_rows_ - 1;
  if (block_ > 0) blocks_.now = blocks_.line - 1;
  has_started_ = true;
}

void RateCoupling::push(std::span<const double> activity) {
  if (!has_started_) start(activity);
  now_ = now_ + 1 == n_rows_ ? 0 : now_ + 1;
  std::ranges::copy(activity, rows_.data() + now_ * row_length_);
}

void RateCoupling::compute(std::span<double> out) {
  if (is_dense_) {
    const double* activity = row(dense_delay_);
    if (!codes_.empty())
      rate_kernels::sum_codes(codes_.data(), values_.data(), activity, n_pairs_, n_eights_, sums_.data());
    else
      rate_kernels::sum_doubles(dense_.data(), activity, n_pairs_, n_eights_, sums_.data());
  } else if (!points_.empty()) {
    std::ranges::fill(sums_, 0.0);
    for (const RateTerm& t : points_) sums_[t.target] += row(t.delay)[t.source] * t.weight;
  }
  if (block_ > 0 && in_block_ == 0) {
    // A block begins when the newest row stands first, so the others from the second on and its copy are in order.
    blocks_.now = (blocks_.now + block_) % blocks_.line;
    std::copy_n(rows_.data(), row_length_, rows_.data() + n_rows_ * row_length_);
    (block_ == 16 ? rate_kernels::block_of_16 : rate_kernels::block_of_8)(blocks_, rows_.data() + row_length_);
  }
  rate_kernels::scale_sum(out.data(), scale_, blocks_.rows.data() + in_block_ * padded(n_target_), sums_.data(),
                          n_target_);
  if (block_ > 0) in_block_ = (in_block_ + 1) % block_;
}

}  // namespace encephagen
