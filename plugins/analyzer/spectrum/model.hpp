// At which frequencies each region's activity lives.
#pragma once
#include "../common/metrics.hpp"
#include "../common/power_law.hpp"
#include "../common/region_series.hpp"
#include "../common/welch.hpp"

namespace analysis {

struct Spectrum {
  static constexpr eg::Info info{"core.spectrum", "1.0.0", "power spectra by Welch's method and their peaks"};
  struct Params : SeriesParams {
    double segment_ms = 1000;
    int64_t segment_samples = 0;
    double min_frequency_hz = 0, max_frequency_hz = 0, prominence_sd = 3;
    constexpr Params() { spike_bin_ms = 1; }
    static constexpr auto fields = eg::concat(
        series_fields, eg::list(eg::param("segment_ms", &Params::segment_ms, eg::range(1e-3, 1e9),
                                          "length of a segment; the frequency resolution is its inverse"),
                                eg::param("segment_samples", &Params::segment_samples, eg::range(0, 1e9),
                                          "length of a segment in samples, in place of segment_ms; 0: not used"),
                                eg::param("min_frequency_hz", &Params::min_frequency_hz, eg::range(0, 1e9),
                                          "peaks, the 1/f fit and the entropy look at frequencies from here"),
                                eg::param("max_frequency_hz", &Params::max_frequency_hz, eg::range(0, 1e9),
                                          "up to here; 0: up to half the sampling rate"),
                                eg::param("prominence_sd", &Params::prominence_sd, eg::range(0, 1e6),
                                          "a peak this many SDs above the 1/f fit is prominent")));
  } p;
  explicit Spectrum(const Params& params) : p(params) {}

  // Arrays psd [R, F] in (unit of the signal)^2 / Hz and frequency_hz [F]. Metrics: peak_frequency_hz, the largest
  // value of the PSD; peak_prominent, 1 if it stands out of a 1/f fit; spectral_entropy in nats; frequency_cv over
  // regions; frequency_resolution_hz. Constant regions have no spectrum: NaN.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const auto series = region_series(rec, p, 8);
    const double rate_hz = 1000.0 / series.interval_ms;
    const size_t segment = segment_length(series, out);
    const size_t n = segment / 2 + 1;
    const double resolution = rate_hz / static_cast<double>(segment);
    std::vector<double> frequency;
    for (size_t k = 0; k < n; ++k) frequency.push_back(resolution * static_cast<double>(k));
    const auto [first, last] = band(frequency);

    Fourier fourier;
    std::vector<double> psd, peak, prominent, entropy;
    for (const auto& x : series.values) {
      const bool is_flat = x.empty() || std::ranges::max(x) == std::ranges::min(x);
      const auto density =
          is_flat ? std::vector<double>(n, x.empty() ? undetermined : 0.0) : welch(fourier, x, rate_hz, segment);
      psd.insert(psd.end(), density.begin(), density.end());
      const auto s = std::span(density).subspan(first, last - first);
      const auto f = std::span(frequency).subspan(first, last - first);
      const auto top = static_cast<size_t>(std::ranges::max_element(s) - s.begin());
      peak.push_back(is_flat ? undetermined : f[top]);
      prominent.push_back(is_flat ? undetermined : peak_above_power_law(f, s, top).height_sd > p.prominence_sd);
      entropy.push_back(is_flat ? undetermined : spectral_entropy(s));
    }
    out.array("psd", psd, {rec.n_regions(), n}, "power spectral density of each region, one-sided");
    out.array("frequency_hz", frequency, {n}, "frequencies of psd");
    write_metrics(out, rec, "peak_frequency_hz", "Hz", peak);
    write_metrics(out, rec, "peak_prominent", "", prominent);
    write_metrics(out, rec, "spectral_entropy", "", entropy);
    out.metric("frequency_cv", "", "", coefficient_of_variation(peak));
    out.metric("frequency_resolution_hz", "Hz", "", resolution);
  }

 private:
  size_t segment_length(const RegionSeries& series, eg::Sink& out) const {
    const double wanted =
        p.segment_samples > 0 ? static_cast<double>(p.segment_samples) : std::round(p.segment_ms / series.interval_ms);
    if (wanted < 8)
      throw std::invalid_argument("a segment of " + std::to_string(p.segment_ms) + " ms has " + std::to_string(wanted) +
                                  " samples of " + std::to_string(series.interval_ms) + " ms, at least 8 are needed");
    if (wanted <= static_cast<double>(series.n_samples)) return static_cast<size_t>(wanted);
    out.warning("the recording is shorter than one segment: the spectrum has one segment of " +
                std::to_string(series.duration_ms()) + " ms and is not averaged");
    return series.n_samples;
  }

  std::pair<size_t, size_t> band(const std::vector<double>& frequency) const {
    const auto from = std::ranges::lower_bound(frequency, p.min_frequency_hz);
    const auto to = p.max_frequency_hz > 0 ? std::ranges::upper_bound(frequency, p.max_frequency_hz) : frequency.end();
    if (to - from < 4)
      throw std::invalid_argument(
          "fewer than four frequencies lie between min_frequency_hz and max_frequency_hz: widen the "
          "band or lengthen segment_ms");
    return {from - frequency.begin(), to - frequency.begin()};
  }

  // -sum q ln(q + 1e-12) with q the shares of the total power.
  static double spectral_entropy(std::span<const double> psd) {
    const double total = std::accumulate(psd.begin(), psd.end(), 0.0);
    double sum = 0;
    for (const double s : psd) sum -= s / total * std::log(s / total + 1e-12);
    return sum;
  }
};

}  // namespace analysis
