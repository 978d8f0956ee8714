// Functional connectivity: which regions vary together.
#pragma once
#include "../common/metrics.hpp"
#include "../common/region_series.hpp"

namespace analysis {

struct FunctionalConnectivity {
  static constexpr eg::Info info{"core.functional_connectivity", "1.0.0", "Pearson correlation between regions"};
  struct Params : SeriesParams {
    double min_variance = 1e-3;
    constexpr Params() { spike_bin_ms = 10; }
    static constexpr auto fields =
        eg::concat(series_fields,
                   eg::list(eg::param(
                       "min_variance", &Params::min_variance, eg::range(0, 1e12),
                       "warn about regions that vary less than this in time: their correlations are those of noise")));
  } p;
  explicit FunctionalConnectivity(const Params& params) : p(params) {}

  // Array fc [R, R]. fc_mean: "" over all pairs i < j, "A" over the pairs within group A, "A~B" over the pairs between
  // groups, A before B in the order of first appearance. Pairs with a constant or unrecorded region are NaN in the
  // array and left out of the means; groups of one region have no inner pairs and get NaN.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const auto series = region_series(rec, p, 3);
    const auto fc = correlations(series.values);
    const uint64_t n = rec.n_regions();
    out.array("fc", fc, {n, n}, "Pearson correlation of the series of two regions");
    out.metric("fc_mean", "", "", mean_between(fc, all(n), all(n)));
    const auto groups = rec.groups();
    for (size_t a = 0; a < groups.size(); ++a)
      for (size_t b = a; b < groups.size(); ++b)
        out.metric("fc_mean", "", a == b ? groups[a] : groups[a] + "~" + groups[b],
                   mean_between(fc, rec.members(groups[a]), rec.members(groups[b])));
    report_flat_regions(rec, series, out);
  }

 private:
  static std::vector<size_t> all(size_t n) {
    std::vector<size_t> out(n);
    std::iota(out.begin(), out.end(), size_t{0});
    return out;
  }

  static std::vector<double> correlations(const std::vector<std::vector<double>>& values) {
    const size_t n = values.size();
    std::vector<std::vector<double>> unit(n);  // deviations scaled to length 1; empty if that is impossible
    for (size_t r = 0; r < n; ++r) {
      if (values[r].empty() || std::ranges::max(values[r]) == std::ranges::min(values[r])) continue;
      auto d = deviations(values[r]);
      const double length = std::sqrt(dot(d, d));
      for (double& x : d) x /= length;
      unit[r] = std::move(d);
    }
    std::vector<double> fc(n * n, undetermined);
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j <= i; ++j)
        if (!unit[i].empty() && !unit[j].empty())
          fc[i * n + j] = fc[j * n + i] = i == j ? 1.0 : std::clamp(dot(unit[i], unit[j]), -1.0, 1.0);
    return fc;
  }

  static double mean_between(std::span<const double> fc, const std::vector<size_t>& a, const std::vector<size_t>& b) {
    const auto n = static_cast<size_t>(std::lround(std::sqrt(static_cast<double>(fc.size()))));
    const bool is_same = a == b;
    std::vector<double> pairs;
    for (const size_t i : a)
      for (const size_t j : b)
        if (is_same ? i < j : i != j) pairs.push_back(fc[i * n + j]);
    return finite_mean(pairs);
  }

  void report_flat_regions(const eg::Recording& rec, const RegionSeries& series, eg::Sink& out) const {
    const auto variances = per_region(series.values, variance);
    std::vector<std::string> flat;
    double recorded = 0;
    for (size_t r = 0; r < variances.size(); ++r) {
      if (series.values[r].empty()) continue;
      recorded += 1;
      if (variances[r] < p.min_variance) flat.push_back(rec.region_label[r]);
    }
    out.metric("low_variance_fraction", "", "", static_cast<double>(flat.size()) / recorded);
    if (flat.empty()) return;
    char limit[32];
    std::snprintf(limit, sizeof limit, "%g", p.min_variance);
    out.warning("functional connectivity means little for " + std::to_string(flat.size()) +
                (flat.size() == 1 ? " region" : " regions") + " with a variance below " + limit + ": " +
                name_list(flat));
  }
};

}  // namespace analysis
