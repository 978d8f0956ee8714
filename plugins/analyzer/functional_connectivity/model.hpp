// Functional connectivity: which regions vary together.
#pragma once
#include "../common/region_correlations.hpp"
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
    const auto fc = region_correlations(series.values);
    out.array("fc", fc, {rec.n_regions(), rec.n_regions()}, "Pearson correlation of the series of two regions");
    write_pair_means(out, rec, "fc_mean", fc);
    report_flat_regions(rec, series, out);
  }

 private:
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
