// How much of the differences between regions follows from how much input each of them gets.
#pragma once
#include "../common/metrics.hpp"
#include "../common/region_series.hpp"

namespace analysis {

struct InStrength {
  static constexpr eg::Info info{"core.in_strength", "1.0.0", "correlation of activity with in-strength over regions"};
  struct Params : SeriesParams {
    bool include_self = false;
    static constexpr auto fields = eg::concat(
        series_fields, eg::list(eg::param("include_self", &Params::include_self,
                                          "count the weight of a region onto itself as part of its in-strength")));
  } p;
  explicit InStrength(const Params& params) : p(params) {}

  // in_strength of each region (row sum of weights [target, source]), and over the regions with recorded units
  // Pearson's r and Spearman's rho of it with the mean and the variance in time. NaN when one of the two does not
  // differ at all.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const size_t n = rec.n_regions();
    if (rec.weights.size() != n * n || n == 0)
      throw std::invalid_argument("the recording comes without the weights of a connectome: in-strength needs one");
    std::vector<double> strength(n, 0.0);
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j)
        if (i != j || p.include_self) strength[i] += rec.weights[i * n + j];
    write_metrics(out, rec, "in_strength", "", strength);

    const auto series = region_series(rec, p);
    std::vector<double> strengths, means, variances;
    for (size_t r = 0; r < n; ++r) {
      if (series.values[r].empty()) continue;
      strengths.push_back(strength[r]);
      means.push_back(mean(series.values[r]));
      variances.push_back(variance(series.values[r]));
    }
    if (strengths.size() < 3)
      throw std::invalid_argument("a correlation over regions needs at least three with recorded units, there are " +
                                  std::to_string(strengths.size()));
    out.metric("in_strength_mean_pearson", "", "", pearson(strengths, means));
    out.metric("in_strength_mean_spearman", "", "", spearman(strengths, means));
    out.metric("in_strength_variance_pearson", "", "", pearson(strengths, variances));
    out.metric("in_strength_variance_spearman", "", "", spearman(strengths, variances));
  }
};

}  // namespace analysis
