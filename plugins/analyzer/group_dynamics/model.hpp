// Groups of regions as wholes: which one leads which, and at which frequency their mean activity swings.
#pragma once
#include "../common/metrics.hpp"
#include "../common/region_series.hpp"
#include "../common/welch.hpp"
#include "cross_correlation.hpp"

namespace analysis {

struct GroupDynamics {
  static constexpr eg::Info info{"core.group_dynamics", "1.0.0",
                                 "lags between the mean activities of groups, and their peak frequencies"};
  struct Params : SeriesParams {
    double max_lag_ms = 50, segment_ms = 1000;
    int64_t segment_samples = 0;
    constexpr Params() { spike_bin_ms = 1; }
    static constexpr auto fields =
        eg::concat(series_fields,
                   eg::list(eg::param("max_lag_ms", &Params::max_lag_ms, eg::range(1e-3, 1e6),
                                      "lags are looked for from minus this to plus this"),
                            eg::param("segment_ms", &Params::segment_ms, eg::range(1e-3, 1e9),
                                      "length of a segment of the spectrum; the frequency resolution is its inverse"),
                            eg::param("segment_samples", &Params::segment_samples, eg::range(0, 1e9),
                                      "length of a segment in samples, in place of segment_ms; 0: not used")));
  } p;
  explicit GroupDynamics(const Params& params) : p(params) {}

  // Metrics: group_peak_frequency_hz per group; lag_ms and lag_correlation per pair "A~B" of groups, in the order of
  // functional_connectivity. lag_ms > 0: B follows A. NaN for groups whose mean is constant.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const auto series = region_series(rec, p, 8);
    const auto max_lag = static_cast<size_t>(std::floor(p.max_lag_ms / series.interval_ms + 1e-6));
    if (max_lag < 1 || max_lag >= series.n_samples)
      throw std::invalid_argument(
          "max_lag_ms = " + std::to_string(p.max_lag_ms) +
          " needs at least one sample interval and less than the recording: " + std::to_string(series.interval_ms) +
          " and " + std::to_string(series.duration_ms()) + " ms");
    const double rate_hz = 1000.0 / series.interval_ms;
    const size_t segment = std::min(
        series.n_samples, p.segment_samples > 0 ? static_cast<size_t>(p.segment_samples)
                                                : static_cast<size_t>(std::round(p.segment_ms / series.interval_ms)));
    if (segment < 8) throw std::invalid_argument("a segment needs at least 8 samples: lengthen segment_ms");

    Fourier fourier;
    std::vector<std::string> names;
    std::vector<std::vector<std::complex<double>>> spectra;
    std::vector<double> sds;
    for (const auto& group : rec.groups()) {
      const auto x = group_mean(series, rec.members(group));
      const double sd = x.empty() ? undetermined : std::sqrt(variance(x));
      if (x.empty()) continue;  // no region of it was recorded
      names.push_back(group);
      sds.push_back(sd);
      spectra.push_back(padded_spectrum(fourier, x, max_lag));
      out.metric("group_peak_frequency_hz", "Hz", group, sd > 0 ? peak_hz(fourier, x, rate_hz, segment) : undetermined);
    }
    const size_t n_padded = smooth_length(series.n_samples + max_lag);
    for (size_t a = 0; a < names.size(); ++a)
      for (size_t b = a + 1; b < names.size(); ++b) {
        const auto best =
            best_lag(fourier, spectra[a], spectra[b], n_padded, series.n_samples, sds[a] * sds[b], max_lag);
        const std::string pair = names[a] + "~" + names[b];
        out.metric("lag_ms", "ms", pair, best.lag_samples * series.interval_ms);
        out.metric("lag_correlation", "", pair, best.correlation);
      }
  }

 private:
  static std::vector<double> group_mean(const RegionSeries& series, const std::vector<size_t>& members) {
    std::vector<double> sum;
    double n = 0;
    for (const size_t r : members) {
      if (series.values[r].empty()) continue;
      sum.resize(series.n_samples);
      for (size_t t = 0; t < sum.size(); ++t) sum[t] += series.values[r][t];
      n += 1;
    }
    for (double& v : sum) v /= n;
    return sum;
  }

  static double peak_hz(Fourier& fourier, std::span<const double> x, double rate_hz, size_t segment) {
    const auto psd = welch(fourier, x, rate_hz, segment);
    const auto top = std::ranges::max_element(psd) - psd.begin();
    return rate_hz / static_cast<double>(segment) * static_cast<double>(top);
  }
};

}  // namespace analysis
