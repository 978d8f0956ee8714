// Rate coupling between regions: dense columns without delays, blocks of steps with them.
#include "engine/rate_coupling.hpp"

#include <algorithm>

#include "encephagen/sdk/math.hpp"

namespace encephagen {
namespace {

using eg::Pack;
using eg::pack_size;

// A tile of K packs of targets keeps its sums in registers while all sources pass by.
template <size_t K, class W>
EG_INLINE const W* tile(const W* weights, const double* activity, size_t n_source, double* sums) {
  Pack sum[K] = {};
  for (size_t j = 0; j < n_source; ++j, weights += K * pack_size)
    for (size_t k = 0; k < K; ++k) sum[k] += eg::load(weights + k * pack_size) * activity[j];
  for (size_t k = 0; k < K; ++k) eg::store(sums + k * pack_size, sum[k]);
  return weights;
}

template <class W>
EG_INLINE void all_tiles(const W* weights, const double* activity, size_t n_source, size_t n_packs, double* sums) {
  for (; n_packs >= 12; n_packs -= 12, sums += 12 * pack_size) weights = tile<12>(weights, activity, n_source, sums);
  for (; n_packs >= 4; n_packs -= 4, sums += 4 * pack_size) weights = tile<4>(weights, activity, n_source, sums);
  for (; n_packs >= 1; n_packs -= 1, sums += pack_size) weights = tile<1>(weights, activity, n_source, sums);
}

EG_MULTIVERSION void dense_single(const float* w, const double* a, size_t n_source, size_t n_packs, double* sums) { all_tiles(w, a, n_source, n_packs, sums); }
EG_MULTIVERSION void dense_double(const double* w, const double* a, size_t n_source, size_t n_packs, double* sums) { all_tiles(w, a, n_source, n_packs, sums); }

// One target at a time, eight steps in the lanes: the activity of a source over eight steps lies side by side.
EG_MULTIVERSION void delayed_block(const uint64_t* edge_begin, const RateEdge* edge, size_t n_target, const double* history, size_t line, size_t now, double* sums) {
  for (size_t i = 0; i < n_target; ++i) {
    Pack sum = {};
    for (uint64_t e = edge_begin[i]; e < edge_begin[i + 1]; ++e)
      sum += eg::load(history + edge[e].source * line + now - edge[e].delay) * edge[e].weight;
    double step[pack_size];
    eg::store(step, sum);
    for (size_t b = 0; b < pack_size; ++b) sums[b * n_target + i] = step[b];
  }
}

// How many packs the tile has that begins with `left` packs to go; the same rule as all_tiles.
size_t tile_packs(size_t left) { return left >= 12 ? 12 : left >= 4 ? 4 : 1; }

}  // namespace

RateCoupling::RateCoupling(std::span<const double> weights, size_t n_target, size_t n_source, std::span<const uint32_t> delay_steps, double scale)
    : n_target_(n_target), n_source_(n_source), scale_(scale) {
  is_dense_ = std::ranges::all_of(delay_steps, [](uint32_t d) { return d == 0; });
  if (is_dense_) build_dense(weights);
  else build_edges(weights, delay_steps);
}

void RateCoupling::build_dense(std::span<const double> weights) {
  is_single_ = std::ranges::all_of(weights, [](double w) { return static_cast<double>(static_cast<float>(w)) == w; });
  const size_t n_packs = (n_target_ + pack_size - 1) / pack_size;
  const auto fill = [&](auto& to) {
    using W = typename std::decay_t<decltype(to)>::value_type;
    for (size_t first = 0; first < n_packs;) {
      const size_t k = tile_packs(n_packs - first);
      for (size_t j = 0; j < n_source_; ++j)
        for (size_t i = first * pack_size; i < (first + k) * pack_size; ++i) to.push_back(i < n_target_ ? static_cast<W>(weights[i * n_source_ + j]) : W{0});
      first += k;
    }
  };
  if (is_single_) fill(single_);
  else fill(double_);
  activity_.resize(n_source_);
  sums_.resize(n_packs * pack_size);
}

void RateCoupling::build_edges(std::span<const double> weights, std::span<const uint32_t> delay_steps) {
  uint32_t shortest = UINT32_MAX;
  edge_begin_.assign(1, 0);
  for (size_t i = 0; i < n_target_; ++i) {
    for (size_t j = 0; j < n_source_; ++j) {
      const double w = weights[i * n_source_ + j];
      if (w == 0) continue;
      const uint32_t d = delay_steps[i * n_source_ + j];
      edges_.push_back({static_cast<uint32_t>(j), d, w});
      shortest = std::min(shortest, d);
      max_delay_ = std::max<size_t>(max_delay_, d);
    }
    edge_begin_.push_back(edges_.size());
  }
  // The coupling of step s needs activity up to s - shortest, so shortest + 1 steps can be had at once.
  block_ = shortest >= pack_size - 1 ? pack_size : 1;
  line_ = max_delay_ + 1024 + pack_size;
  history_.assign(n_source_ * line_, 0.0);
  block_sums_.assign(block_ * n_target_, 0.0);
}

void RateCoupling::push(std::span<const double> activity) {
  if (is_dense_) {
    std::ranges::copy(activity, activity_.begin());
    return;
  }
  if (!started_) {
    started_ = true;
    now_ = max_delay_;
    for (size_t j = 0; j < n_source_; ++j) std::fill_n(history_.begin() + static_cast<std::ptrdiff_t>(j * line_), max_delay_ + 1, activity[j]);
  } else if (++now_ + pack_size >= line_) {
    // The end of the lines: move what is still needed to their beginning.
    for (size_t j = 0; j < n_source_; ++j) {
      double* line = history_.data() + j * line_;
      std::copy(line + now_ - max_delay_, line + now_, line);
    }
    now_ = max_delay_;
  }
  for (size_t j = 0; j < n_source_; ++j) history_[j * line_ + now_] = activity[j];
}

void RateCoupling::compute_block() {
  if (block_ == pack_size) {
    delayed_block(edge_begin_.data(), edges_.data(), n_target_, history_.data(), line_, now_, block_sums_.data());
    return;
  }
  for (size_t i = 0; i < n_target_; ++i) {
    double sum = 0;
    for (uint64_t e = edge_begin_[i]; e < edge_begin_[i + 1]; ++e) sum += history_[edges_[e].source * line_ + now_ - edges_[e].delay] * edges_[e].weight;
    block_sums_[i] = sum;
  }
}

void RateCoupling::compute(std::span<double> out) {
  if (is_dense_) {
    const size_t n_packs = sums_.size() / pack_size;
    if (is_single_) dense_single(single_.data(), activity_.data(), n_source_, n_packs, sums_.data());
    else dense_double(double_.data(), activity_.data(), n_source_, n_packs, sums_.data());
    for (size_t i = 0; i < n_target_; ++i) out[i] += scale_ * sums_[i];
    return;
  }
  if (in_block_ == 0) compute_block();
  const double* sums = block_sums_.data() + in_block_ * n_target_;
  for (size_t i = 0; i < n_target_; ++i) out[i] += scale_ * sums[i];
  in_block_ = (in_block_ + 1) % block_;
}

double RateCoupling::reference(std::span<const double> weights, size_t n_source, std::span<const uint32_t> delay_steps, double scale, size_t target,
                               const std::vector<std::vector<double>>& history) {
  double sum = 0;
  for (size_t j = 0; j < n_source; ++j) {
    const double w = weights[target * n_source + j];
    const size_t d = delay_steps.empty() ? 0 : delay_steps[target * n_source + j];
    if (w != 0) sum += history[std::min(d, history.size() - 1)][j] * w;
  }
  return scale * sum;
}

}  // namespace encephagen
