// How analyzers report: one value per region, the mean of each group, the mean of all regions; and lists of names.
#pragma once
#include <encephagen/sdk/analyzer.hpp>
#include <string>
#include <vector>

#include "statistics.hpp"

namespace analysis {

// [region] -> f(values of the region); NaN for regions without recorded units.
template <class F>
std::vector<double> per_region(const std::vector<std::vector<double>>& values, F&& f) {
  std::vector<double> out;
  for (const auto& v : values) out.push_back(v.empty() ? undetermined : f(std::span<const double>(v)));
  return out;
}

inline double finite_mean(std::span<const double> x) { return mean(finite(x)); }

inline std::vector<double> pick(std::span<const double> per_region, const std::vector<size_t>& members) {
  std::vector<double> out;
  for (const size_t r : members) out.push_back(per_region[r]);
  return out;
}

// The mean over the regions of each group, in the order of eg::Recording::groups().
inline std::vector<double> group_means(const eg::Recording& rec, std::span<const double> per_region) {
  std::vector<double> out;
  for (const auto& g : rec.groups()) out.push_back(finite_mean(pick(per_region, rec.members(g))));
  return out;
}

// Regions, groups, and "" for the mean over all regions. Means leave out what could not be determined (NaN).
inline void write_metrics(eg::Sink& out, const eg::Recording& rec, const char* name, const char* unit,
                          std::span<const double> per_region) {
  eg::region_and_group_metrics(out, rec, name, unit, per_region);
  out.metric(name, unit, "", finite_mean(per_region));
}

// "V1, V2, S1" or "V1, V2, ... and 90 more".
inline std::string name_list(const std::vector<std::string>& names, size_t at_most = 20) {
  std::string out;
  for (size_t k = 0; k < names.size() && k < at_most; ++k) out += (k ? ", " : "") + names[k];
  if (names.size() > at_most) out += " and " + std::to_string(names.size() - at_most) + " more";
  return out;
}

}  // namespace analysis
