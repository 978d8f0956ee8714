// Correlations between the series of regions, and their means within and between groups.
#pragma once
#include "metrics.hpp"

namespace analysis {

// [R, R] Pearson correlations; NaN where one of the two is empty or constant.
inline std::vector<double> region_correlations(const std::vector<std::vector<double>>& values) {
  const size_t n = values.size();
  std::vector<std::vector<double>> unit;  // deviations scaled to length 1, where that is possible
  std::vector<size_t> region;             // of each
  for (size_t r = 0; r < n; ++r) {
    const auto& x = values[r];
    if (std::ranges::all_of(x, [&](double v) { return v == x[0]; })) continue;
    auto d = deviations(x);
    const double length = std::sqrt(dot(d, d));
    for (double& v : d) v /= length;
    unit.push_back(std::move(d));
    region.push_back(r);
  }
  std::vector<double> out(n * n, undetermined);
  const auto products = dots(unit);
  for (size_t k = 0; k < unit.size(); ++k)
    for (size_t m = 0; m <= k; ++m)
      out[region[k] * n + region[m]] = out[region[m] * n + region[k]] =
          k == m ? 1.0 : std::clamp(products[k * unit.size() + m], -1.0, 1.0);
  return out;
}

// The mean of the finite entries [i, j], i in a and j in b; of each pair once if a and b are the same.
inline double mean_between(std::span<const double> matrix, size_t n, const std::vector<size_t>& a,
                           const std::vector<size_t>& b) {
  const bool is_same = a == b;
  std::vector<double> pairs;
  for (const size_t i : a)
    for (const size_t j : b)
      if (is_same ? i < j : i != j) pairs.push_back(matrix[i * n + j]);
  return finite_mean(pairs);
}

// A symmetric [R, R] as one metric: "" over all pairs i < j, "A" over the pairs within group A, "A~B" over the pairs
// between groups, A before B in the order of first appearance. Groups of one region have no inner pairs and get NaN.
inline void write_pair_means(eg::Sink& out, const eg::Recording& rec, const char* name,
                             std::span<const double> matrix) {
  const size_t n = rec.n_regions();
  std::vector<size_t> all(n);
  std::iota(all.begin(), all.end(), size_t{0});
  out.metric(name, "", "", mean_between(matrix, n, all, all));
  const auto groups = rec.groups();
  for (size_t a = 0; a < groups.size(); ++a)
    for (size_t b = a; b < groups.size(); ++b)
      out.metric(name, "", a == b ? groups[a] : groups[a] + "~" + groups[b],
                 mean_between(matrix, n, rec.members(groups[a]), rec.members(groups[b])));
}

}  // namespace analysis
