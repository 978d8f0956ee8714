// How different regions, and groups of regions, are in their mean activity and in its spread in time.
#pragma once
#include "../common/metrics.hpp"
#include "../common/region_series.hpp"

namespace analysis {

struct Differentiation {
  static constexpr eg::Info info{"core.differentiation", "1.0.0", "spread of mean activity over regions and groups"};
  struct Params : SeriesParams {
    static constexpr auto fields = series_fields;
  } p;
  explicit Differentiation(const Params& params) : p(params) {}

  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const auto series = region_series(rec, p);
    const auto means = per_region(series.values, mean), sds = per_region(series.values, standard_deviation);
    out.metric("mean_cv", "", "", coefficient_of_variation(means));
    out.metric("group_mean_cv", "", "", coefficient_of_variation(group_means(rec, means)));
    out.metric("sd_cv", "", "", coefficient_of_variation(sds));
    out.metric("group_sd_cv", "", "", coefficient_of_variation(group_means(rec, sds)));
  }
};

}  // namespace analysis
