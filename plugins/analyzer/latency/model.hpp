// How long after the onset of a stimulus a region leaves its baseline.
#pragma once
#include "../common/metrics.hpp"
#include "../common/region_series.hpp"

namespace analysis {

enum class Direction { up, down, both };

struct Latency {
  static constexpr eg::Info info{"core.latency", "1.0.0", "response latency after the first stimulus"};
  struct Params : SeriesParams {
    double baseline_ms = 200, window_ms = 500, threshold_sd = 3, min_sd = 1e-6;
    Direction direction = Direction::up;
    constexpr Params() { spike_bin_ms = 1; }
    static constexpr auto fields = eg::concat(
        series_fields,
        eg::list(eg::param("baseline_ms", &Params::baseline_ms, eg::range(1e-3, 1e9),
                           "time before the onset whose mean and SD are the baseline"),
                 eg::param("window_ms", &Params::window_ms, eg::range(1e-3, 1e9),
                           "time after the onset in which a response counts"),
                 eg::param("threshold_sd", &Params::threshold_sd, eg::range(0, 1e6),
                           "distance from the mean of the baseline that is a response, in its SDs"),
                 eg::param("min_sd", &Params::min_sd, eg::range(0, 1e6), "the SD is taken to be at least this"),
                 eg::param("direction", &Params::direction, eg::choices("up", "down", "both"),
                           "whether a rise, a fall or either is a response")));
  } p;
  explicit Latency(const Params& params) : p(params) {}

  // latency_ms: time from the onset to the first sample in (onset, onset + window] beyond the threshold; NaN without
  // response. responding_fraction: share of the regions that respond; 1 or 0 for a single one.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const auto series = region_series(rec, p);
    const double onset = first_onset(rec);
    const double slack = 1e-6 * series.interval_ms;
    // Samples are states at the end of a step (bins are named by their end), so the one at the onset is still baseline.
    const auto in = [&](double t, double from, double to) { return t > from + slack && t <= to + slack; };
    std::vector<size_t> baseline, window;
    for (size_t k = 0; k < series.n_samples; ++k) {
      const double t = series.time_ms(k);
      if (in(t, onset - p.baseline_ms, onset)) baseline.push_back(k);
      if (in(t, onset, onset + p.window_ms)) window.push_back(k);
    }
    if (series.first_ms - series.interval_ms > onset - p.baseline_ms + slack || baseline.size() < 2)
      throw std::invalid_argument("the " + std::to_string(p.baseline_ms) + " ms before the stimulus at " +
                                  std::to_string(onset) + " ms are not recorded: shorten transient_ms or baseline_ms");
    if (window.empty())
      throw std::invalid_argument("nothing is recorded after the stimulus at " + std::to_string(onset) + " ms");
    if (series.time_ms(series.n_samples - 1) + slack < onset + p.window_ms)
      out.warning("the recording ends before the response window of " + std::to_string(p.window_ms) +
                  " ms does: late responses are not seen");

    const auto latencies = per_region(series.values, [&](std::span<const double> x) {
      const auto base = pick(x, baseline);
      const double m = mean(base), limit = p.threshold_sd * std::max(standard_deviation(base), p.min_sd);
      for (const size_t k : window) {
        const bool up = x[k] > m + limit, down = x[k] < m - limit;
        if ((up && p.direction != Direction::down) || (down && p.direction != Direction::up))
          return series.time_ms(k) - onset;
      }
      return undetermined;
    });
    auto responding = per_region(series.values, [](auto) { return 0.0; });
    for (size_t r = 0; r < latencies.size(); ++r)
      if (std::isfinite(latencies[r])) responding[r] = 1;
    write_metrics(out, rec, "latency_ms", "ms", latencies);
    write_metrics(out, rec, "responding_fraction", "", responding);
  }

 private:
  static double first_onset(const eg::Recording& rec) {
    double first = eg::infinity;
    for (const double t : rec.stimulus_onset_ms)
      if (t >= rec.from_ms && t < rec.to_ms) first = std::min(first, t);
    if (first == eg::infinity)
      throw std::invalid_argument("no stimulus begins while the recording runs: add a [[stimulus]] after transient_ms");
    return first;
  }
};

}  // namespace analysis
