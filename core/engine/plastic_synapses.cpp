// The synapses of a plastic projection onto the units of one slice.
#include "engine/plastic_synapses.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace encephagen {
namespace {

// Numbers from one column of traces to the next: a page after another would put what belongs to one unit into the same
// few places of the caches.
size_t stride(size_t n) { return (n + 7) / 8 * 8 + 9 * 8; }

}  // namespace

PlasticSynapses::PlasticSynapses(const Synapses& all, uint32_t first_target, uint32_t last_target, bool with_incoming,
                                 size_t n_pre_traces, size_t n_post_traces) {
  const size_t n_source = all.row_begin.size() - 1;
  std::vector<uint64_t> chosen;
  const bool shares_delay = all.delay_steps.empty();
  row_begin.push_back(0);
  if (!shares_delay) branch_begin.push_back(0);
  for (size_t s = 0; s < n_source; ++s) {
    const size_t begin = chosen.size();
    for (uint64_t k = all.row_begin[s]; k < all.row_begin[s + 1]; ++k)
      if (all.target[k] >= first_target && all.target[k] < last_target) chosen.push_back(k);
    if (chosen.size() > std::numeric_limits<uint32_t>::max())
      throw std::length_error("a plastic projection has more than 4294967295 synapses in one part: use more threads");
    if (shares_delay) {
      row_begin.push_back(static_cast<uint32_t>(chosen.size()));
      continue;
    }
    const auto row = chosen.begin() + static_cast<std::ptrdiff_t>(begin);
    std::stable_sort(row, chosen.end(),
                     [&](uint64_t a, uint64_t b) { return all.delay_steps[a] < all.delay_steps[b]; });
    for (size_t k = begin; k < chosen.size(); ++k)
      if (k + 1 == chosen.size() || all.delay_steps[chosen[k]] != all.delay_steps[chosen[k + 1]]) {
        branch_delay.push_back(all.delay_steps[chosen[k]]);
        row_begin.push_back(static_cast<uint32_t>(k + 1));
      }
    branch_begin.push_back(static_cast<uint32_t>(branch_delay.size()));
  }
  const size_t n = chosen.size(), n_targets = last_target - first_target;
  memory_ = LargeArray<std::byte>((n_pre_traces * stride(n_branches()) + n_post_traces * stride(n_targets) + n) *
                                      sizeof(double) +
                                  n * (with_incoming ? 3 : 1) * sizeof(uint32_t));
  auto* next = reinterpret_cast<double*>(memory_.data());
  for (size_t c = 0; c < n_pre_traces; ++c, next += stride(n_branches())) pre_trace.emplace_back(next, n_branches());
  for (size_t c = 0; c < n_post_traces; ++c, next += stride(n_targets)) post_trace.emplace_back(next, n_targets);
  weight = {next, n};
  auto* const indices = reinterpret_cast<uint32_t*>(weight.data() + n);
  target = {indices, n};
  if (with_incoming) in_synapse = {indices + n, n}, in_branch = {indices + 2 * n, n};
  for (size_t k = 0; k < chosen.size(); ++k) {
    target[k] = all.target[chosen[k]] - first_target;
    weight[k] = all.weight[chosen[k]];
  }
  if (!with_incoming) return;
  in_begin.assign(n_targets + 1, 0);
  for (size_t k = 0; k < size(); ++k) ++in_begin[target[k] + size_t{1}];
  std::partial_sum(in_begin.begin(), in_begin.end(), in_begin.begin());
  auto at = in_begin;
  for (uint32_t b = 0; b < n_branches(); ++b)
    for (uint32_t k = row_begin[b]; k < row_begin[b + 1]; ++k) {
      const uint32_t slot = at[target[k]]++;
      in_synapse[slot] = k;
      in_branch[slot] = b;
    }
}

size_t PlasticSynapses::bytes() const {
  return (branch_begin.size() + row_begin.size() + in_begin.size() + target.size() + in_synapse.size() +
          in_branch.size()) *
             4 +
         branch_delay.size() * 2 + weight.size() * 8;
}

}  // namespace encephagen
