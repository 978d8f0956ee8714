// How much of the differences between regions follows from how much input each of them gets.
#pragma once
#include "../common/metrics.hpp"
#include "../common/region_series.hpp"

namespace analysis {

struct InStrength {
  static constexpr eg::Info info{"core.in_strength", "1.1.0",
                                 "correlation of activity with in- and out-strength over regions"};
  struct Params : SeriesParams {
    bool include_self = false;
    static constexpr auto fields = eg::concat(
        series_fields, eg::list(eg::param("include_self", &Params::include_self,
                                          "count the weight of a region onto itself as part of its strengths")));
  } p;
  explicit InStrength(const Params& params) : p(params) {}

  // in_strength and out_strength of each region (row and column sums of weights [target, source]), and over the regions
  // with recorded units Pearson's r and Spearman's rho of both with the mean and the variance in time. NaN when one of
  // the two does not differ at all.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const size_t n = rec.n_regions();
    if (rec.weights.size() != n * n || n == 0)
      throw std::invalid_argument("the recording comes without the weights of a connectome: in-strength needs one");
    std::vector<double> received(n, 0.0), sent(n, 0.0);
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j)
        if (i != j || p.include_self) {
          received[i] += rec.weights[i * n + j];
          sent[j] += rec.weights[i * n + j];
        }
    write_metrics(out, rec, "in_strength", "", received);
    write_metrics(out, rec, "out_strength", "", sent);

    const auto series = region_series(rec, p);
    std::vector<size_t> recorded;
    std::vector<double> means, variances;
    for (size_t r = 0; r < n; ++r) {
      if (series.values[r].empty()) continue;
      recorded.push_back(r);
      means.push_back(mean(series.values[r]));
      variances.push_back(variance(series.values[r]));
    }
    if (recorded.size() < 3)
      throw std::invalid_argument("a correlation over regions needs at least three with recorded units, there are " +
                                  std::to_string(recorded.size()));
    correlate(out, "in_strength", pick(received, recorded), means, variances);
    correlate(out, "out_strength", pick(sent, recorded), means, variances);
  }

 private:
  static void correlate(eg::Sink& out, const std::string& name, const std::vector<double>& strengths,
                        const std::vector<double>& means, const std::vector<double>& variances) {
    out.metric((name + "_mean_pearson").c_str(), "", "", pearson(strengths, means));
    out.metric((name + "_mean_spearman").c_str(), "", "", spearman(strengths, means));
    out.metric((name + "_variance_pearson").c_str(), "", "", pearson(strengths, variances));
    out.metric((name + "_variance_spearman").c_str(), "", "", spearman(strengths, variances));
  }
};

}  // namespace analysis
