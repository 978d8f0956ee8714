// Functional connectivity dynamics: how alike the connectivity of different windows is, and how far two such
// distributions lie apart.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "../common/region_correlations.hpp"
#include "matrix_file.hpp"

namespace analysis {

// The correlations between the upper triangles of the connectivity of all pairs of windows (Hansen et al. 2015,
// NeuroImage 105:525), ascending. `members`: the regions that count; a pair of regions that is constant in a window is
// left out of all windows. Empty for fewer than two windows.
inline std::vector<double> fcd_values(const std::vector<std::vector<double>>& series,
                                      const std::vector<size_t>& members, size_t window, size_t step) {
  const size_t n_samples = members.empty() ? 0 : series[members.front()].size(), m = members.size();
  std::vector<std::vector<double>> fc;  // [window][pair]
  for (size_t from = 0; from + window <= n_samples; from += step) {
    std::vector<std::vector<double>> part;
    for (const size_t r : members)
      part.emplace_back(series[r].begin() + static_cast<std::ptrdiff_t>(from),
                        series[r].begin() + static_cast<std::ptrdiff_t>(from + window));
    const auto matrix = region_correlations(part);
    fc.emplace_back();
    for (size_t i = 0; i < m; ++i)
      for (size_t j = i + 1; j < m; ++j) fc.back().push_back(matrix[i * m + j]);
  }
  if (fc.size() < 2) return {};
  std::vector<bool> is_known(fc.front().size(), true);
  for (const auto& f : fc)
    for (size_t k = 0; k < f.size(); ++k)
      if (!std::isfinite(f[k])) is_known[k] = false;
  std::vector<std::vector<double>> unit;  // deviations of length 1
  for (const auto& f : fc) {
    std::vector<double> known;
    for (size_t k = 0; k < f.size(); ++k)
      if (is_known[k]) known.push_back(f[k]);
    auto d = deviations(known);
    const double length = std::sqrt(dot(d, d));
    for (double& x : d) x /= length;
    unit.push_back(std::move(d));
  }
  std::vector<double> out;
  for (size_t a = 0; a < unit.size(); ++a)
    for (size_t b = a + 1; b < unit.size(); ++b) {
      const double r = dot(unit[a], unit[b]);
      if (std::isfinite(r)) out.push_back(std::clamp(r, -1.0, 1.0));
    }
  std::ranges::sort(out);
  return out;
}

// A measured distribution of FCD values: `share[k]` of them are at most `at[k]`; both ascend.
struct Distribution {
  std::vector<double> at, share;
};

enum class FcdKind { sample, histogram, cumulative };

// `m`: the values themselves, or counts in bins of equal width from -1 to 1, or such counts summed up. Throws
// std::invalid_argument.
inline Distribution fcd_distribution(const files::Matrix& m, FcdKind kind) {
  Distribution out;
  std::vector<double> v = m.values;
  const auto refuse = [&](const std::string& why) { throw std::invalid_argument(m.file + why); };
  if (v.size() < 2) refuse(" holds fewer than two numbers: it cannot be a distribution of FCD");
  for (const double x : v)
    if (!std::isfinite(x)) refuse(" holds a number that is not finite");
  const auto n = static_cast<double>(v.size());
  if (kind == FcdKind::sample) {
    std::ranges::sort(v);
    if (v.front() < -1.000001 || v.back() > 1.000001)
      refuse(" holds values beyond -1 and 1, so no sample of correlations: set fcd_kind to histogram or cumulative");
    for (size_t k = 0; k < v.size(); ++k)
      if (k + 1 == v.size() || v[k + 1] > v[k])
        out.at.push_back(v[k]), out.share.push_back(static_cast<double>(k + 1) / n);
    return out;
  }
  if (kind == FcdKind::histogram)
    for (size_t k = 1; k < v.size(); ++k) v[k] += v[k - 1];
  if (v.front() < 0 || !std::ranges::is_sorted(v) || !(v.back() > 0))
    refuse(kind == FcdKind::histogram ? " is no histogram: counts cannot be negative, nor all 0"
                                      : " is no cumulative histogram: it must ascend from 0 to the number of values");
  for (size_t k = 0; k < v.size(); ++k) {
    out.at.push_back(-1 + 2 * static_cast<double>(k + 1) / n);
    out.share.push_back(v[k] / v.back());
  }
  return out;
}

// Kolmogorov and Smirnov's distance, the largest difference between the shares of values up to x. Where the measured
// distribution is known at some x only, the largest among those. NaN without values.
inline double ks_distance(const std::vector<double>& ascending, const Distribution& measured, FcdKind kind) {
  if (ascending.empty()) return undetermined;
  const auto n = static_cast<double>(ascending.size());
  const auto share_up_to = [&](double x) {
    return static_cast<double>(std::ranges::upper_bound(ascending, x) - ascending.begin()) / n;
  };
  double out = 0;
  for (size_t k = 0; k < measured.at.size(); ++k)
    out = std::max(out, std::abs(share_up_to(measured.at[k]) - measured.share[k]));
  if (kind != FcdKind::sample) return out;
  for (const double x : ascending) {  // steps of the simulated shares between those of the sample
    const auto above = std::ranges::upper_bound(measured.at, x);
    const auto n_up_to = static_cast<size_t>(above - measured.at.begin());
    out = std::max(out, std::abs(share_up_to(x) - (n_up_to == 0 ? 0 : measured.share[n_up_to - 1])));
  }
  return out;
}

}  // namespace analysis
