// How much a region's rate changes while a stimulus is on, averaged over all times it is shown.
#pragma once
#include <utility>

#include "../common/metrics.hpp"
#include "../common/region_series.hpp"

namespace analysis {

struct StimulusResponse {
  static constexpr eg::Info info{"core.stimulus_response", "1.0.0",
                                 "rate during a stimulus minus the rate before it, over all its occurrences"};
  struct Params {
    double baseline_ms = 100, after_ms = 0, window_ms = 0;
    static constexpr auto fields = eg::list(
        eg::param("baseline_ms", &Params::baseline_ms, eg::range(1e-3, 1e9), "time before each onset that is compared"),
        eg::param("after_ms", &Params::after_ms, eg::range(0, 1e9), "from each onset to the start of the window"),
        eg::param("window_ms", &Params::window_ms, eg::range(0, 1e9),
                  "length of the window; 0: until the stimulus ends"));
  } p;
  explicit StimulusResponse(const Params& params) : p(params) {}

  // response_hz = stimulus_rate_hz - baseline_rate_hz, each the mean over the occurrences; n_stimuli.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    require_spikes(rec);
    const auto shown = occurrences(rec);
    std::vector<double> units(rec.n_regions());
    for (const auto r : rec.spike_unit_region) units[static_cast<size_t>(r)] += 1;
    std::vector<double> during(rec.n_regions()), before(rec.n_regions()), change(rec.n_regions());
    for (const auto& s : shown) {
      add_rates(rec, s.onset + p.after_ms, length(s), during);
      add_rates(rec, s.onset - p.baseline_ms, p.baseline_ms, before);
    }
    for (size_t r = 0; r < units.size(); ++r) {
      const double n = units[r] * static_cast<double>(shown.size());
      during[r] = n > 0 ? during[r] / n : undetermined;
      before[r] = n > 0 ? before[r] / n : undetermined;
      change[r] = during[r] - before[r];
    }
    write_metrics(out, rec, "response_hz", "Hz", change);
    write_metrics(out, rec, "stimulus_rate_hz", "Hz", during);
    write_metrics(out, rec, "baseline_rate_hz", "Hz", before);
    out.metric("n_stimuli", "", "", static_cast<double>(shown.size()));
  }

 private:
  struct Shown {
    double onset, duration;
    bool operator==(const Shown&) const = default;
    auto operator<=>(const Shown&) const = default;
  };

  double length(const Shown& s) const { return p.window_ms > 0 ? p.window_ms : s.duration - p.after_ms; }

  // One pattern is often several stimuli, one per population: those of equal onset and duration are one occurrence.
  std::vector<Shown> occurrences(const eg::Recording& rec) const {
    std::vector<Shown> out;
    for (size_t k = 0; k < rec.stimulus_onset_ms.size(); ++k)
      if (rec.stimulus_onset_ms[k] >= rec.from_ms && rec.stimulus_onset_ms[k] < rec.to_ms)
        out.push_back({rec.stimulus_onset_ms[k], rec.stimulus_duration_ms[k]});
    std::ranges::sort(out);
    const auto rest = std::ranges::unique(out);
    out.erase(rest.begin(), rest.end());
    if (out.empty())
      throw std::invalid_argument(
          "no stimulus begins while the recording runs: name a phase that shows one, or let it begin after "
          "transient_ms");
    for (const auto& s : out) {
      if (!(length(s) > 0))
        throw std::invalid_argument("the window begins " + std::to_string(p.after_ms) + " ms after the onset of a " +
                                    std::to_string(s.duration) +
                                    " ms stimulus, when it is over: give window_ms or a shorter after_ms");
      if (s.onset - p.baseline_ms < rec.from_ms - slack_ms)
        throw std::invalid_argument("the " + std::to_string(p.baseline_ms) + " ms before the stimulus at " +
                                    std::to_string(s.onset) +
                                    " ms are not recorded: shorten baseline_ms or show it later");
      if (s.onset + p.after_ms + length(s) > rec.to_ms + slack_ms)
        throw std::invalid_argument("the recording ends before the window of the stimulus at " +
                                    std::to_string(s.onset) + " ms does: shorten window_ms or record for longer");
    }
    return out;
  }

  // Adds the spikes per second of each region in (from, from + length]: spikes carry the end of their step.
  static void add_rates(const eg::Recording& rec, double from, double length, std::vector<double>& rates) {
    const auto times = rec.spike_time_ms;
    const auto first = std::ranges::upper_bound(times, from + slack_ms);
    const auto last = std::ranges::upper_bound(times, from + length + slack_ms);
    for (auto t = first; t < last; ++t) {
      const auto unit = static_cast<size_t>(rec.spike_unit[static_cast<size_t>(t - times.begin())]);
      rates[static_cast<size_t>(rec.spike_unit_region[unit])] += 1000 / length;
    }
  }

  static constexpr double slack_ms = 1e-6;  // rounding of times that are multiples of a step
};

}  // namespace analysis
