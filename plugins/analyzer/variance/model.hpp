// How much each region's activity varies in time, and how much that differs between regions and between groups.
#pragma once
#include "../common/metrics.hpp"
#include "../common/region_series.hpp"

namespace analysis {

struct Variance {
  static constexpr eg::Info info{"core.variance", "1.0.0", "temporal variance of regions and its spread"};
  struct Params : SeriesParams {
    static constexpr auto fields = series_fields;
  } p;
  explicit Variance(const Params& params) : p(params) {}

  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const auto series = region_series(rec, p);
    const auto variances = per_region(series.values, variance);
    if (series.is_rate)
      write_metrics(out, rec, "variance_hz2", "Hz^2", variances);
    else
      write_metrics(out, rec, "variance", "", variances);
    const auto determined = finite(variances);
    const auto [low, high] = std::ranges::minmax_element(determined);
    out.metric("variance_min", "", "", determined.empty() ? undetermined : *low);
    out.metric("variance_range", "", "", determined.empty() ? undetermined : *high - *low);
    out.metric("variance_cv", "", "", coefficient_of_variation(variances));
    out.metric("group_variance_cv", "", "", coefficient_of_variation(group_means(rec, variances)));
  }
};

}  // namespace analysis
