// How long each region's activity stays like itself: time constants of the autocorrelation.
#pragma once
#include "../common/autocorrelation.hpp"
#include "../common/metrics.hpp"
#include "../common/region_series.hpp"
#include "decay_fit.hpp"

namespace analysis {

enum class TimescaleMethod { first_crossing, exponential_fit, damped_oscillation };
enum class UnitAverage { signal, autocorrelation };

struct Timescale {
  static constexpr eg::Info info{"core.timescale", "1.0.0", "time constants of the autocorrelation of each region"};
  struct Params : SeriesParams {
    TimescaleMethod method = TimescaleMethod::exponential_fit;
    UnitAverage unit_average = UnitAverage::signal;
    double max_lag_ms = 500, limit_ms = 500;
    static constexpr auto fields = eg::concat(
        series_fields,
        eg::list(
            eg::param("method", &Params::method, eg::choices("first_crossing", "exponential_fit", "damped_oscillation"),
                      "first lag below 1/e, fit of A[exp(-t/tau)+B], or fit of A exp(-t/tau) cos(2 pi f t) + B"),
            eg::param("unit_average", &Params::unit_average, eg::choices("signal", "autocorrelation"),
                      "average the units of a region before or after the autocorrelation is taken"),
            eg::param("max_lag_ms", &Params::max_lag_ms, eg::range(1e-3, 1e9), "longest lag that is fitted"),
            eg::param("limit_ms", &Params::limit_ms, eg::range(1e-3, 1e9),
                      "a fit with a longer time constant is refused")));
  } p;
  explicit Timescale(const Params& params) : p(params) {}

  // timescale_ms and fit_failed_fraction of regions, groups and the whole; timescale_cv over regions. Fits also give
  // fit_r2 and, damped oscillations, oscillation_hz. A refused fit is NaN and stays out of means. The first crossing of
  // a constant signal (SD at most 1e-10) is 0 as in the study of 2026: counted as failed, but in the means.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const auto series = region_series(rec, p, 8);
    const bool is_fit = p.method != TimescaleMethod::first_crossing;
    if (is_fit && p.max_lag_ms > 0.5 * series.duration_ms())
      throw std::invalid_argument("max_lag_ms = " + std::to_string(p.max_lag_ms) +
                                  " needs a recording twice as long, it has " + std::to_string(series.duration_ms()) +
                                  " ms");
    const size_t n_lags = is_fit ? static_cast<size_t>(p.max_lag_ms / series.interval_ms + 1e-6) + 1 : series.n_samples;
    if (n_lags < 6)
      throw std::invalid_argument("max_lag_ms covers " + std::to_string(n_lags - 1) +
                                  " lags, a fit needs at least 5: lengthen it or choose smaller bins");
    Fourier fourier;
    const auto correlations = p.unit_average == UnitAverage::signal ? of_regions(fourier, series, n_lags, is_fit)
                                                                    : of_units(fourier, rec, series, n_lags, is_fit);
    std::vector<double> tau, failed, r2, hz;
    for (size_t r = 0; r < rec.n_regions(); ++r) {
      Result result;
      if (!series.values[r].empty())
        result = is_fit ? fit(fourier, correlations[r], series.interval_ms) : first_crossing(correlations[r], series);
      tau.push_back(result.fit.tau_ms);
      r2.push_back(result.fit.r2);
      hz.push_back(result.fit.frequency_hz);
      failed.push_back(series.values[r].empty() ? undetermined : result.has_failed);
    }
    write_metrics(out, rec, "timescale_ms", "ms", tau);
    write_metrics(out, rec, "fit_failed_fraction", "", failed);
    out.metric("timescale_cv", "", "", coefficient_of_variation(tau));
    if (is_fit) write_metrics(out, rec, "fit_r2", "", r2);
    if (p.method == TimescaleMethod::damped_oscillation) write_metrics(out, rec, "oscillation_hz", "Hz", hz);
    const double longest = std::ranges::max(tau, {}, [](double t) { return std::isfinite(t) ? t : -1; });
    if (is_fit && longest * 200 > series.duration_ms())
      out.warning(
          "the recording is shorter than 200 of the longest time constants found: autocorrelations of short "
          "records make time constants too short");  // Zeraati, Engel and Levina 2022, Nat. Comput. Sci. 2:193
  }

 private:
  struct Result {
    DecayFit fit;
    bool has_failed = true;
  };

  // numpy's autocorrelation shrinks by (n - k) / n with the lag; fits take that factor out.
  static std::vector<double> correlation(Fourier& fourier, std::span<const double> x, size_t n_lags, bool is_unbiased) {
    if (!(standard_deviation(x) > 1e-10)) return {};
    auto r = autocorrelation(fourier, x, n_lags);
    const double n = static_cast<double>(x.size());
    for (size_t k = 0; is_unbiased && k < r.size(); ++k) r[k] *= n / (n - static_cast<double>(k));
    return r;
  }

  static std::vector<std::vector<double>> of_regions(Fourier& fourier, const RegionSeries& series, size_t n_lags,
                                                     bool is_unbiased) {
    std::vector<std::vector<double>> out;
    for (const auto& x : series.values)
      out.push_back(x.empty() ? std::vector<double>{} : correlation(fourier, x, n_lags, is_unbiased));
    return out;
  }

  // The mean over the autocorrelations of a region's units; constant units, such as silent neurons, have none.
  std::vector<std::vector<double>> of_units(Fourier& fourier, const eg::Recording& rec, const RegionSeries& series,
                                            size_t n_lags, bool is_unbiased) const {
    std::vector<std::vector<double>> sums(rec.n_regions());
    std::vector<double> counts(rec.n_regions(), 0.0);
    const auto add = [&](int64_t region, std::span<const double> x) {
      const auto at = static_cast<size_t>(region);
      const auto r = correlation(fourier, x, n_lags, is_unbiased);
      if (r.empty()) return;
      sums[at].resize(n_lags, 0.0);
      for (size_t k = 0; k < n_lags; ++k) sums[at][k] += r[k];
      counts[at] += 1;
    };
    std::vector<double> x(series.n_samples);
    if (!series.is_rate) {
      const size_t width = p.bin_ms > 0 ? samples_per_bin(p.bin_ms, rec.sample_interval_ms()) : 1;
      for (size_t u = 0; u < rec.n_units(); ++u) {
        std::ranges::fill(x, 0.0);
        for (size_t t = 0; t < series.n_samples * width; ++t) x[t / width] += rec.signal[t * rec.n_units() + u];
        for (double& v : x) v /= static_cast<double>(width);
        add(rec.unit_region[u], x);
      }
    } else {
      std::vector<std::vector<double>> spikes(rec.spike_unit_region.size());
      for (size_t s = 0; s < rec.spike_time_ms.size(); ++s)
        spikes[static_cast<size_t>(rec.spike_unit[s])].push_back(rec.spike_time_ms[s]);
      for (size_t u = 0; u < spikes.size(); ++u) {
        std::ranges::fill(x, 0.0);
        for (const double t : spikes[u])
          if (const size_t bin = bin_of(t, rec.from_ms, series.interval_ms); bin < x.size()) x[bin] += 1;
        add(rec.spike_unit_region[u], x);
      }
    }
    for (size_t r = 0; r < sums.size(); ++r)
      for (double& v : sums[r]) v /= counts[r];
    return sums;
  }

  static Result first_crossing(std::span<const double> r, const RegionSeries& series) {
    Result out;
    if (r.empty()) {
      out.fit.tau_ms = 0;
      return out;
    }
    // There is always a crossing: the correlations of deviations from the mean sum to zero over all lags.
    const auto crossing = std::ranges::find_if(r, [](double x) { return x < std::exp(-1.0); });
    out.fit.tau_ms = static_cast<double>(crossing - r.begin()) * series.interval_ms;
    out.has_failed = false;
    return out;
  }

  Result fit(Fourier& fourier, std::span<const double> r, double interval_ms) const {
    Result out;
    if (r.empty()) return out;
    // Lag 0 holds the noise of single samples and spikes, so it never takes part.
    if (p.method == TimescaleMethod::damped_oscillation) {
      out.fit = DecayFitter(r, 1, interval_ms, p.limit_ms).damped_oscillation(fourier);
    } else {
      size_t first = 1;
      while (first + 1 < r.size() && !(r[first + 1] < r[first])) ++first;
      if (first + 4 <= r.size()) out.fit = DecayFitter(r, first, interval_ms, p.limit_ms).exponential();
    }
    out.has_failed = !std::isfinite(out.fit.tau_ms);
    return out;
  }
};

}  // namespace analysis
