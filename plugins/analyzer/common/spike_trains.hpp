// Spikes ordered by the unit, or the region, that fired them.
#pragma once
#include <encephagen/sdk/analyzer.hpp>
#include <span>
#include <vector>

namespace analysis {

// The spike times of every owner, ascending, in one array: a counting sort, linear in the number of spikes.
class SpikeTrains {
 public:
  // owner[s] < n_owners is whose spike the one at time_ms[s] is; times ascend.
  template <class Owner>
  SpikeTrains(std::span<const double> time_ms, size_t n_owners, Owner&& owner)
      : first_(n_owners + 1), time_ms_(time_ms.size()) {
    for (size_t s = 0; s < time_ms.size(); ++s) ++first_[owner(s) + 1];
    for (size_t k = 0; k < n_owners; ++k) first_[k + 1] += first_[k];
    auto next = first_;
    for (size_t s = 0; s < time_ms.size(); ++s) time_ms_[next[owner(s)]++] = time_ms[s];
  }
  size_t size() const { return first_.size() - 1; }
  std::span<const double> operator[](size_t owner) const {
    return std::span(time_ms_).subspan(first_[owner], first_[owner + 1] - first_[owner]);
  }

 private:
  std::vector<size_t> first_;
  std::vector<double> time_ms_;
};

inline SpikeTrains spikes_of_units(const eg::Recording& rec) {
  return {rec.spike_time_ms, rec.spike_unit_region.size(),
          [&](size_t s) { return static_cast<size_t>(rec.spike_unit[s]); }};
}

inline SpikeTrains spikes_of_regions(const eg::Recording& rec) {
  return {rec.spike_time_ms, rec.n_regions(),
          [&](size_t s) { return static_cast<size_t>(rec.spike_unit_region[static_cast<size_t>(rec.spike_unit[s])]); }};
}

}  // namespace analysis
