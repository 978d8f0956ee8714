// At which frequencies the firing rate of a population fluctuates.
#pragma once
#include "../common/power_law.hpp"
#include "../common/region_series.hpp"
#include "../common/spike_trains.hpp"
#include "../common/welch.hpp"

namespace analysis {

struct PopulationSpectrum {
  static constexpr eg::Info info{"core.population_spectrum", "1.0.0",
                                 "power spectra of population rates, and their peaks"};
  struct Params {
    double bin_ms = 1, segment_ms = 1000, min_frequency_hz = 1, max_frequency_hz = 0, prominence_sd = 3;
    static constexpr auto fields =
        eg::list(eg::param("bin_ms", &Params::bin_ms, eg::range(1e-3, 100), "bin in which spikes are counted"),
                 eg::param("segment_ms", &Params::segment_ms, eg::range(1000, 1e9),
                           "length of a segment; the frequency resolution is its inverse"),
                 eg::param("min_frequency_hz", &Params::min_frequency_hz, eg::range(0, 1e9),
                           "peaks are sought, and the 1/f line is fitted, from here"),
                 eg::param("max_frequency_hz", &Params::max_frequency_hz, eg::range(0, 1e9),
                           "up to here; 0: up to half the sampling rate"),
                 eg::param("prominence_sd", &Params::prominence_sd, eg::range(0, 1e6),
                           "a peak counts if it stands this many SDs above the 1/f line"));
  } p;
  explicit PopulationSpectrum(const Params& params) : p(params) {}

  // Populations are the recorded units of each region, each group and the whole. Arrays population_psd [population, F]
  // in Hz^2/Hz, frequency_hz [F], population [population] text, the groups of the metrics. Metrics: population_peak_hz,
  // NaN unless it is prominent; population_peak_sd, its height in SDs, NaN where nothing is a peak; population_exponent
  // b of the line psd ~ f^-b.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    require_spikes(rec);
    const size_t n_bins = count_bins(rec, p.bin_ms);
    const auto segment = static_cast<size_t>(std::round(p.segment_ms / p.bin_ms));
    if (segment > n_bins)
      throw std::invalid_argument("the recording is shorter than segment_ms = " + std::to_string(p.segment_ms) +
                                  ": record for longer");
    if (n_bins < 5 * segment)
      out.warning("the spectra average fewer than 9 segments: their peaks are uncertain, record for longer");
    Results results{{}, {}, {}};
    for (size_t k = 0; k <= segment / 2; ++k)
      results.frequency_hz.push_back(static_cast<double>(k) * 1000 / (p.bin_ms * static_cast<double>(segment)));
    const auto in_band = band(results.frequency_hz);

    const auto spikes = spikes_of_regions(rec);
    std::vector<double> units(rec.n_regions(), 0.0);
    for (const auto r : rec.spike_unit_region) units[static_cast<size_t>(r)] += 1;
    const auto groups = rec.groups();
    std::vector<std::vector<double>> sums(groups.size() + 1, std::vector<double>(n_bins, 0.0));  // of groups, the whole
    std::vector<double> sum_units(groups.size() + 1, 0.0);
    Fourier fourier;
    const auto write = [&](const std::string& name, std::vector<double> counts, double n_units) {
      for (double& x : counts) x *= 1000 / (p.bin_ms * n_units);
      write_population(fourier, name, counts, segment, in_band, results, out);
    };
    for (size_t r = 0; r < rec.n_regions(); ++r) {
      std::vector<double> counts(n_bins, 0.0);
      for (const double t : spikes[r])
        if (const size_t bin = bin_of(t, rec.from_ms, p.bin_ms); bin < n_bins) counts[bin] += 1;
      const auto add_to = [&](size_t k) {
        for (size_t t = 0; t < n_bins; ++t) sums[k][t] += counts[t];
        sum_units[k] += units[r];
      };
      add_to(groups.size());
      if (const auto g = std::ranges::find(groups, rec.region_group[r]); g != groups.end())
        add_to(static_cast<size_t>(g - groups.begin()));
      write("region:" + rec.region_label[r], std::move(counts), units[r]);
    }
    for (size_t g = 0; g < groups.size(); ++g) write(groups[g], std::move(sums[g]), sum_units[g]);
    write("", std::move(sums.back()), sum_units.back());
    out.array("population_psd", results.psd, {results.population.size(), results.frequency_hz.size()},
              "power spectral density of the rate per unit, one-sided, Hz^2/Hz");
    out.array("frequency_hz", results.frequency_hz, {results.frequency_hz.size()}, "frequencies of population_psd");
    out.texts("population", results.population, "rows of population_psd: region:LABEL, a group, \"\" for the whole");
  }

 private:
  struct Results {
    std::vector<double> frequency_hz, psd;
    std::vector<std::string> population;
  };

  // Of welch(), which overlaps them by half.
  static double number_of_segments(size_t n_bins, size_t segment) {
    const size_t step = segment - segment / 2;
    return 1 + std::floor(static_cast<double>(n_bins - segment) / static_cast<double>(step));
  }

  std::pair<size_t, size_t> band(const std::vector<double>& frequency) const {
    const auto from = std::ranges::lower_bound(frequency, p.min_frequency_hz);
    const auto to = p.max_frequency_hz > 0 ? std::ranges::upper_bound(frequency, p.max_frequency_hz) : frequency.end();
    if (to - from < 10)
      throw std::invalid_argument(
          "fewer than ten frequencies lie between min_frequency_hz and max_frequency_hz: widen the band or lengthen "
          "segment_ms");
    return {from - frequency.begin(), to - frequency.begin()};
  }

  void write_population(Fourier& fourier, const std::string& name, std::span<const double> rate_hz, size_t segment,
                        std::pair<size_t, size_t> in_band, Results& results, eg::Sink& out) const {
    // No units: the rates are NaN, and no comparison holds.
    const bool is_flat = !(std::ranges::max(rate_hz) > std::ranges::min(rate_hz));
    const auto density = is_flat ? std::vector<double>(results.frequency_hz.size(), rate_hz[0] == 0 ? 0 : undetermined)
                                 : welch(fourier, rate_hz, 1000 / p.bin_ms, segment);
    results.psd.insert(results.psd.end(), density.begin(), density.end());
    results.population.push_back(name);
    const auto s = std::span(density).subspan(in_band.first, in_band.second - in_band.first);
    const auto f = std::span<const double>(results.frequency_hz).subspan(in_band.first, in_band.second - in_band.first);
    const size_t top = is_flat ? 0 : most_prominent(f, s, number_of_segments(rate_hz.size(), segment));
    const auto peak = top == 0 ? PowerLawPeak{} : peak_above_power_law(f, s, top, p.prominence_sd);
    const auto line =
        top == 0 && !is_flat ? fit_power_law(f, s, p.prominence_sd, [](size_t) { return false; }) : PowerLaw{};
    out.metric("population_peak_hz", "Hz", name, peak.height_sd > p.prominence_sd ? f[top] : undetermined);
    out.metric("population_peak_sd", "", name, peak.height_sd);
    out.metric("population_exponent", "", name, top == 0 ? -line.slope : peak.exponent);
  }

  // The local maximum that stands highest above the line, 0 if there is none. Not the largest value: that of a 1/f
  // spectrum is its lowest frequency, whatever oscillates above it. Slow noise above the floor of independent spikes is
  // no power law, so chance maxima stand high above the line there: those from which the spectrum does not descend by
  // more than the noise of two values do not count.
  size_t most_prominent(std::span<const double> f, std::span<const double> psd, double segments) const {
    const auto line = fit_power_law(f, psd, p.prominence_sd, [](size_t) { return false; });
    std::vector<double> log_psd;
    for (const double s : psd) log_psd.push_back(std::log(s));
    // The log of a mean of K periodograms has variance 1/K; Hann windows that overlap by half make it 1 + 2/36 of that
    // (Welch 1967).
    const double noise = std::sqrt((1 + 1.0 / 18) / segments);
    size_t best = 0;
    for (size_t k = 1; k + 1 < f.size(); ++k)
      if (f[k] > 0 && psd[k] > psd[k - 1] && psd[k] >= psd[k + 1] &&
          descent(log_psd, k) > p.prominence_sd * std::sqrt(2.0) * noise &&
          (best == 0 || line.above(f[k], psd[k]) > line.above(f[best], psd[best])))
        best = k;
    return best;
  }
};

}  // namespace analysis
