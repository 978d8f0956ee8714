// Plain statistics that several analyzers share. Variances are population variances (divided by n), as numpy's default.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "dots.hpp"

namespace analysis {

// What a metric is when the data do not determine it.
inline constexpr double undetermined = std::numeric_limits<double>::quiet_NaN();

// NaN for no values.
inline double mean(std::span<const double> x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

inline std::vector<double> deviations(std::span<const double> x) {
  const double m = mean(x);
  std::vector<double> out(x.begin(), x.end());
  for (double& v : out) v -= m;
  return out;
}

inline double variance(std::span<const double> x) {
  const auto d = deviations(x);
  return dot(d, d) / static_cast<double>(x.size());
}

inline double standard_deviation(std::span<const double> x) { return std::sqrt(variance(x)); }

inline std::vector<double> finite(std::span<const double> x) {
  std::vector<double> out;
  std::ranges::copy_if(x, std::back_inserter(out), [](double v) { return std::isfinite(v); });
  return out;
}

// The value below which a share p of the ascending numbers lies, between two of them by linear interpolation (numpy's
// default). NaN for no values.
inline double quantile(std::span<const double> ascending, double p) {
  if (ascending.empty()) return undetermined;
  const double at = p * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<size_t>(at);
  const double low = ascending[below], high = ascending[std::min(below + 1, ascending.size() - 1)];
  return low + (at - static_cast<double>(below)) * (high - low);
}

// SD / (mean + 1e-12) of the finite values: how different they are. The small number is the one of the study of 2026;
// it keeps all-zero values at 0. NaN for fewer than two values.
inline double coefficient_of_variation(std::span<const double> x) {
  const auto v = finite(x);
  return v.size() < 2 ? undetermined : standard_deviation(v) / (mean(v) + 1e-12);
}

// Pearson's r; NaN when one of the two is constant or there are fewer than two pairs.
inline double pearson(std::span<const double> x, std::span<const double> y) {
  const auto a = deviations(x), b = deviations(y);
  const double scale = std::sqrt(dot(a, a)) * std::sqrt(dot(b, b));
  return scale > 0 ? std::clamp(dot(a, b) / scale, -1.0, 1.0) : undetermined;
}

// Ranks from 1; equal values share the mean of their ranks.
inline std::vector<double> ranks(std::span<const double> x) {
  std::vector<size_t> order(x.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, [&](size_t a, size_t b) { return x[a] < x[b]; });
  std::vector<double> out(x.size());
  for (size_t first = 0, last; first < order.size(); first = last) {
    for (last = first + 1; last < order.size() && x[order[last]] == x[order[first]];) ++last;
    for (size_t k = first; k < last; ++k) out[order[k]] = 0.5 * static_cast<double>(first + 1 + last);
  }
  return out;
}

// Spearman's rho with tied ranks.
inline double spearman(std::span<const double> x, std::span<const double> y) { return pearson(ranks(x), ranks(y)); }

}  // namespace analysis
