// Regions, groups and the whole as pools of units, in which every unit counts once.
#pragma once
#include <encephagen/sdk/analyzer.hpp>
#include <string>
#include <vector>

#include "statistics.hpp"

namespace analysis {

struct Pool {
  std::string name;           // the group of its metrics: "region:LABEL", a group, "" for the whole
  std::vector<size_t> units;  // ascending
};

// unit_region is that of the recorded spikes or of the recorded signal.
inline std::vector<Pool> unit_pools(const eg::Recording& rec, std::span<const int64_t> unit_region) {
  std::vector<Pool> out;
  for (const auto& label : rec.region_label) out.push_back({"region:" + label, {}});
  const auto groups = rec.groups();
  std::vector<size_t> group_of(rec.n_regions());  // index into out; that of the whole if a region has no group
  for (const auto& g : groups) out.push_back({g, {}});
  out.push_back({"", {}});
  for (size_t r = 0; r < rec.n_regions(); ++r)
    group_of[r] =
        rec.n_regions() + static_cast<size_t>(std::ranges::find(groups, rec.region_group[r]) - groups.begin());
  for (size_t u = 0; u < unit_region.size(); ++u) {
    const auto r = static_cast<size_t>(unit_region[u]);
    out[r].units.push_back(u);
    if (group_of[r] + 1 < out.size()) out[group_of[r]].units.push_back(u);
    out.back().units.push_back(u);
  }
  return out;
}

// What could be determined of the units of a pool, ascending.
inline std::vector<double> ascending_values(const Pool& pool, std::span<const double> of_unit) {
  std::vector<double> out;
  for (const size_t u : pool.units)
    if (std::isfinite(of_unit[u])) out.push_back(of_unit[u]);
  std::ranges::sort(out);
  return out;
}

}  // namespace analysis
