// One evenly sampled series per region, made from a recorded signal or from spikes: what most analyzers work on.
#pragma once
#include <cmath>
#include <encephagen/sdk/analyzer.hpp>
#include <string>
#include <vector>

namespace analysis {

enum class Source { automatic, signal, spikes };

// The parameters that choose a series. Params of an analyzer derive from this and list series_fields first.
struct SeriesParams {
  Source source = Source::automatic;
  double bin_ms = 0;
  double spike_bin_ms = 5;
};
inline constexpr auto series_fields = eg::list(
    eg::param("source", &SeriesParams::source, eg::choices("auto", "signal", "spikes"),
              "what to analyze; auto takes the signal where there is one, else the spikes"),
    eg::param("bin_ms", &SeriesParams::bin_ms, eg::range(0, 1e6),
              "average the signal over bins of this length; 0 takes every sample"),
    eg::param("spike_bin_ms", &SeriesParams::spike_bin_ms, eg::range(1e-3, 1e6), "bin in which spikes are counted"));

struct RegionSeries {
  std::vector<std::vector<double>> values;  // [region][sample]; empty for a region without recorded units
  double interval_ms = 0;                   // between samples
  double first_ms = 0;                      // time of the first sample; of a bin: its end
  bool is_rate = false;                     // spikes per unit and second, in Hz
  size_t n_samples = 0;

  double time_ms(size_t sample) const { return first_ms + interval_ms * static_cast<double>(sample); }
  double duration_ms() const { return interval_ms * static_cast<double>(n_samples); }
};

// `bin_ms` as a whole number of sample intervals.
inline size_t samples_per_bin(double bin_ms, double interval_ms) {
  const double ratio = bin_ms / interval_ms, rounded = std::round(ratio);
  if (rounded < 1 || std::abs(ratio - rounded) > 1e-6 * rounded)
    throw std::invalid_argument("bin_ms = " + std::to_string(bin_ms) + " is not a multiple of the sample interval " +
                                std::to_string(interval_ms) + " ms: change bin_ms or the recording interval");
  return static_cast<size_t>(rounded);
}

// Which bin of (from, from + bin], (from + bin, from + 2 bin] ... holds time t. The small number absorbs the rounding
// of times that are multiples of a step.
inline size_t bin_of(double t_ms, double from_ms, double bin_ms) {
  return static_cast<size_t>(std::max(0.0, std::ceil((t_ms - from_ms) / bin_ms - 1e-6) - 1));
}

inline size_t count_bins(const eg::Recording& rec, double bin_ms) {
  return static_cast<size_t>(std::max(0.0, std::floor((rec.to_ms - rec.from_ms) / bin_ms + 1e-6)));
}

// Throws when the recording holds no signal, or one that is not evenly sampled.
inline void require_signal(const eg::Recording& rec) {
  if (!rec.has_signal() || rec.n_units() == 0)
    throw std::invalid_argument("the recording holds no signal: record a state of a population");
  if (rec.n_samples() < 2) throw std::invalid_argument("the recording holds fewer than two samples: record for longer");
  if (rec.signal.size() != rec.n_samples() * rec.n_units())
    throw std::invalid_argument("the recorded signal does not fit its " + std::to_string(rec.n_samples()) +
                                " samples and " + std::to_string(rec.n_units()) + " units");
  const double interval = rec.sample_interval_ms(), steps = static_cast<double>(rec.n_samples() - 1);
  if (!(interval > 0) || std::abs(rec.time_ms.back() - rec.time_ms.front() - steps * interval) > 0.5 * interval)
    throw std::invalid_argument("the signal is not evenly sampled in time: record it at one fixed interval");
}

inline void require_spikes(const eg::Recording& rec) {
  if (!rec.has_spikes() || rec.spike_unit_region.empty())
    throw std::invalid_argument("the recording holds no spikes: record the spikes of a population");
  if (!(rec.to_ms > rec.from_ms)) throw std::invalid_argument("the recorded interval is empty");
}

// The mean over the units of each region, averaged over bins when bin_ms > 0.
inline RegionSeries signal_series(const eg::Recording& rec, double bin_ms) {
  require_signal(rec);
  RegionSeries out{rec.region_means(), rec.sample_interval_ms(), rec.time_ms.front(), false, rec.n_samples()};
  for (size_t r = 0; r < out.values.size(); ++r)
    for (size_t t = 0; t < out.values[r].size(); ++t)
      if (!std::isfinite(out.values[r][t]))
        throw std::invalid_argument("the signal of region '" + rec.region_label[r] + "' is not finite at t = " +
                                    std::to_string(rec.time_ms[t]) + " ms: the simulation diverged");
  if (bin_ms <= 0) return out;
  const size_t k = samples_per_bin(bin_ms, out.interval_ms);
  out.n_samples /= k;
  for (auto& values : out.values) {
    if (values.empty()) continue;
    for (size_t b = 0; b < out.n_samples; ++b) {
      double sum = 0;
      for (size_t i = 0; i < k; ++i) sum += values[b * k + i];
      values[b] = sum / static_cast<double>(k);
    }
    values.resize(out.n_samples);
  }
  out.first_ms += out.interval_ms * static_cast<double>(k - 1);
  out.interval_ms *= static_cast<double>(k);
  return out;
}

// Spikes per unit and second in bins of bin_ms.
inline RegionSeries spike_series(const eg::Recording& rec, double bin_ms) {
  require_spikes(rec);
  RegionSeries out{std::vector<std::vector<double>>(rec.n_regions()), bin_ms, rec.from_ms + bin_ms, true,
                   count_bins(rec, bin_ms)};
  std::vector<double> units(rec.n_regions(), 0.0);
  for (const auto r : rec.spike_unit_region) units[static_cast<size_t>(r)] += 1;
  for (size_t r = 0; r < units.size(); ++r)
    if (units[r] > 0) out.values[r].assign(out.n_samples, 0.0);
  for (size_t s = 0; s < rec.spike_time_ms.size(); ++s) {
    const size_t bin = bin_of(rec.spike_time_ms[s], rec.from_ms, bin_ms);
    const auto region = static_cast<size_t>(rec.spike_unit_region[static_cast<size_t>(rec.spike_unit[s])]);
    if (bin < out.n_samples) out.values[region][bin] += 1000.0 / (bin_ms * units[region]);
  }
  return out;
}

inline bool takes_signal(const eg::Recording& rec, const SeriesParams& p) {
  if (p.source == Source::automatic && !rec.has_signal() && !rec.has_spikes())
    throw std::invalid_argument("the recording holds neither a signal nor spikes: add a [[record]] table");
  return p.source == Source::signal || (p.source == Source::automatic && rec.has_signal());
}

// Throws when the recording lacks what was asked for, or has fewer than `at_least` samples.
inline RegionSeries region_series(const eg::Recording& rec, const SeriesParams& p, size_t at_least = 2) {
  auto out = takes_signal(rec, p) ? signal_series(rec, p.bin_ms) : spike_series(rec, p.spike_bin_ms);
  if (out.n_samples < at_least)
    throw std::invalid_argument("the recording gives " + std::to_string(out.n_samples) + " samples of " +
                                std::to_string(out.interval_ms) + " ms, " + std::to_string(at_least) +
                                " are needed: record for longer or choose smaller bins");
  return out;
}

}  // namespace analysis
