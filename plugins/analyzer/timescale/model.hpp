// How long each region's activity stays like itself: time constants of the autocorrelation.
#pragma once
#include "../common/autocorrelation.hpp"
#include "../common/metrics.hpp"
#include "../common/region_series.hpp"
#include "../common/spike_trains.hpp"
#include "decay_fit.hpp"
#include "surrogates.hpp"

namespace analysis {

enum class TimescaleMethod { first_crossing, exponential_fit, damped_oscillation };
enum class UnitAverage { signal, autocorrelation };

struct Timescale {
  static constexpr eg::Info info{"core.timescale", "1.1.0", "time constants of the autocorrelation of each region"};
  struct Params : SeriesParams {
    TimescaleMethod method = TimescaleMethod::exponential_fit;
    UnitAverage unit_average = UnitAverage::signal;
    double max_lag_ms = 500, limit_ms = 500;
    bool bias_check = false;
    int64_t n_surrogates = 10, seed = 1;
    static constexpr auto fields = eg::concat(
        series_fields,
        eg::list(
            eg::param("method", &Params::method, eg::choices("first_crossing", "exponential_fit", "damped_oscillation"),
                      "first lag below 1/e, fit of A[exp(-t/tau)+B], or fit of A exp(-t/tau) cos(2 pi f t) + B"),
            eg::param("unit_average", &Params::unit_average, eg::choices("signal", "autocorrelation"),
                      "average the units of a region before or after the autocorrelation is taken"),
            eg::param("max_lag_ms", &Params::max_lag_ms, eg::range(1e-3, 1e9), "longest lag that is fitted"),
            eg::param("limit_ms", &Params::limit_ms, eg::range(1e-3, 1e9),
                      "a fit with a longer time constant is refused"),
            eg::param("bias_check", &Params::bias_check,
                      "fit surrogates of the fitted time constant, equal in rate and duration (exponential_fit only)"),
            eg::param("n_surrogates", &Params::n_surrogates, eg::range(1, 1e4), "as many for each region"),
            eg::param("seed", &Params::seed, eg::range(0, 9e15), "of the surrogates")));
  } p;
  explicit Timescale(const Params& params) : p(params) {
    if (p.bias_check && p.method != TimescaleMethod::exponential_fit)
      throw std::invalid_argument("bias_check needs method = \"exponential_fit\"");
  }

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
    std::vector<double> tau, failed, r2, hz, amplitude;
    for (size_t r = 0; r < rec.n_regions(); ++r) {
      Result result;
      if (!series.values[r].empty())
        result =
            is_fit ? fit(fourier, correlations[r].r, series.interval_ms) : first_crossing(correlations[r].r, series);
      tau.push_back(result.fit.tau_ms);
      r2.push_back(result.fit.r2);
      hz.push_back(result.fit.frequency_hz);
      amplitude.push_back(result.fit.amplitude);
      failed.push_back(series.values[r].empty() ? undetermined : result.has_failed);
    }
    write_metrics(out, rec, "timescale_ms", "ms", tau);
    write_metrics(out, rec, "fit_failed_fraction", "", failed);
    out.metric("timescale_cv", "", "", coefficient_of_variation(tau));
    if (is_fit) write_metrics(out, rec, "fit_r2", "", r2);
    if (p.method == TimescaleMethod::damped_oscillation) write_metrics(out, rec, "oscillation_hz", "Hz", hz);
    if (p.bias_check) check_bias(fourier, rec, series, correlations, tau, amplitude, n_lags, out);
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

  // The autocorrelation of a region (empty if nothing in it changes), what surrogates need to know of the series it was
  // taken from, and how many they were.
  struct Correlation {
    std::vector<double> r;
    double relative_variance = 0;  // variance / mean^2
    double n_series = 0;
  };

  // numpy's autocorrelation shrinks by (n - k) / n with the lag; fits take that factor out.
  static std::vector<double> finished(std::vector<double> sums, size_t n_samples, bool is_unbiased) {
    const auto n = static_cast<double>(n_samples);
    if (sums.empty() || !(std::sqrt(sums[0] / n) > 1e-10)) return {};
    auto r = relative_to_first(std::move(sums));
    for (size_t k = 0; is_unbiased && k < r.size(); ++k) r[k] *= n / (n - static_cast<double>(k));
    return r;
  }
  static std::vector<double> correlation(Fourier& fourier, std::span<const double> x, size_t n_lags, bool is_unbiased) {
    return finished(autocovariance_sums(fourier, x, n_lags), x.size(), is_unbiased);
  }

  static std::vector<Correlation> of_regions(Fourier& fourier, const RegionSeries& series, size_t n_lags,
                                             bool is_unbiased) {
    std::vector<Correlation> out(series.values.size());
    for (size_t r = 0; r < out.size(); ++r) {
      const auto& x = series.values[r];
      if (!x.empty()) out[r] = {correlation(fourier, x, n_lags, is_unbiased), variance(x) / (mean(x) * mean(x)), 1};
    }
    return out;
  }

  // The mean over the autocorrelations of a region's units; constant units, such as silent neurons, have none.
  std::vector<Correlation> of_units(Fourier& fourier, const eg::Recording& rec, const RegionSeries& series,
                                    size_t n_lags, bool is_unbiased) const {
    std::vector<Correlation> out(rec.n_regions());
    std::vector<double> variances(rec.n_regions(), 0.0), squares(rec.n_regions(), 0.0);
    const auto n = static_cast<double>(series.n_samples);
    const auto add = [&](int64_t region, std::vector<double> sums, double mean) {
      const auto at = static_cast<size_t>(region);
      const double variance = sums[0] / n;
      const auto r = finished(std::move(sums), series.n_samples, is_unbiased);
      if (r.empty()) return;
      out[at].r.resize(n_lags, 0.0);
      for (size_t k = 0; k < n_lags; ++k) out[at].r[k] += r[k];
      out[at].n_series += 1;
      variances[at] += variance, squares[at] += mean * mean;
    };
    if (!series.is_rate) {
      const size_t width = p.bin_ms > 0 ? samples_per_bin(p.bin_ms, rec.sample_interval_ms()) : 1;
      std::vector<double> x(series.n_samples);
      for (size_t u = 0; u < rec.n_units(); ++u) {
        std::ranges::fill(x, 0.0);
        for (size_t t = 0; t < series.n_samples * width; ++t) x[t / width] += rec.signal[t * rec.n_units() + u];
        for (double& v : x) v /= static_cast<double>(width);
        add(rec.unit_region[u], autocovariance_sums(fourier, x, n_lags), mean(x));
      }
    } else {
      const auto trains = spikes_of_units(rec);
      std::vector<size_t> bins;
      std::vector<double> x;
      for (size_t u = 0; u < trains.size(); ++u) {
        bins.clear();
        for (const double t : trains[u])
          if (const size_t bin = bin_of(t, rec.from_ms, series.interval_ms); bin < series.n_samples)
            bins.push_back(bin);
        // Few spikes and short lags: pairs of spikes. Else a Fourier transform, some 50 operations for each bin.
        const auto spikes = static_cast<double>(bins.size());
        const bool is_sparse = spikes * spikes * static_cast<double>(n_lags) / n < 50 * n;
        if (!is_sparse) {
          x.assign(series.n_samples, 0.0);
          for (const size_t bin : bins) x[bin] += 1;
        }
        add(rec.spike_unit_region[u],
            is_sparse ? autocovariance_sums(bins, series.n_samples, n_lags) : autocovariance_sums(fourier, x, n_lags),
            spikes / n);
      }
    }
    for (size_t r = 0; r < out.size(); ++r) {
      for (double& v : out[r].r) v /= out[r].n_series;
      out[r].relative_variance = variances[r] / squares[r];
    }
    return out;
  }

  // Parametric bootstrap: what the same fit finds in activity that is known to have the fitted time constant.
  void check_bias(Fourier& fourier, const eg::Recording& rec, const RegionSeries& series,
                  const std::vector<Correlation>& correlations, std::span<const double> tau,
                  std::span<const double> amplitude, size_t n_lags, eg::Sink& out) const {
    std::vector<double> units(rec.n_regions(), 0.0), found, bias, spread, failed;
    for (const auto r : rec.spike_unit_region) units[static_cast<size_t>(r)] += 1;
    for (size_t r = 0; r < rec.n_regions(); ++r) {
      eg::Random random(static_cast<uint64_t>(p.seed), "surrogates", r);
      std::vector<double> fits;
      for (int64_t k = 0; std::isfinite(tau[r]) && k < p.n_surrogates; ++k) {
        std::vector<double> surrogate;
        if (!series.is_rate) {
          const auto x = fluctuating_signal(tau[r], amplitude[r], series.interval_ms, series.n_samples, random);
          surrogate = correlation(fourier, x, n_lags, true);
        } else {
          const double depth = rate_depth(amplitude[r] * correlations[r].relative_variance, tau[r], series.interval_ms);
          const double per_bin = mean(series.values[r]) * units[r] * series.interval_ms / 1000;
          const auto counts = fluctuating_counts(tau[r], depth, per_bin, series.interval_ms, series.n_samples, random);
          surrogate = p.unit_average == UnitAverage::signal
                          ? correlation(fourier, counts, n_lags, true)
                          : of_surrogate_units(counts, correlations[r].n_series, n_lags, random);
        }
        fits.push_back(fit(fourier, surrogate, series.interval_ms).fit.tau_ms);
      }
      const auto good = finite(fits);
      found.push_back(mean(good));
      bias.push_back(mean(good) / tau[r] - 1);
      spread.push_back(good.size() < 2 ? undetermined : standard_deviation(good));
      failed.push_back(fits.empty() ? undetermined
                                    : 1 - static_cast<double>(good.size()) / static_cast<double>(fits.size()));
    }
    write_metrics(out, rec, "surrogate_timescale_ms", "ms", found);
    write_metrics(out, rec, "surrogate_timescale_sd_ms", "ms", spread);
    write_metrics(out, rec, "surrogate_bias", "", bias);
    write_metrics(out, rec, "surrogate_failed_fraction", "", failed);
  }

  // The spikes of a region dealt out to its units, and the mean of the units' autocorrelations.
  static std::vector<double> of_surrogate_units(std::span<const double> counts, double n_units, size_t n_lags,
                                                eg::Random& random) {
    std::vector<std::vector<size_t>> bins(static_cast<size_t>(n_units));
    for (size_t t = 0; t < counts.size(); ++t)
      for (auto k = std::lround(counts[t]); k > 0; --k) bins[random.below(bins.size())].push_back(t);
    std::vector<double> sum(n_lags, 0.0);
    double n = 0;
    for (const auto& of_unit : bins) {
      const auto r = finished(autocovariance_sums(of_unit, counts.size(), n_lags), counts.size(), true);
      if (r.empty()) continue;
      for (size_t k = 0; k < n_lags; ++k) sum[k] += r[k];
      n += 1;
    }
    if (n == 0) return {};
    for (double& v : sum) v /= n;
    return sum;
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
