// Level, variation and range of everything a body did and was seen to do; see body_signals.md.
#pragma once
#include <cmath>
#include <encephagen/sdk/body_recording.hpp>
#include <string>

#include "../common/statistics.hpp"

namespace analysis {

struct BodySignals {
  static constexpr eg::Info info{"core.body_signals", "1.0.0", "mean, variation and range of actions and observations"};
  struct Params {
    int64_t last_trials = 0;
    static constexpr auto fields = eg::list(
        eg::param("last_trials", &Params::last_trials, eg::range(0, 1e9), "only so many trials at the end; 0: all"));
  } p;
  explicit BodySignals(const Params& params) : p(params) {}

  // Metrics: body_signals.md.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const eg::BodyRecording body(rec.data);
    const size_t n = body.n_trials();
    const size_t first = p.last_trials > 0 ? n - std::min(n, static_cast<size_t>(p.last_trials)) : 0;
    Signal all;
    for (size_t a = 0; a < body.n_actions(); ++a) {
      Signal one;
      read(body, first, body.action, body.n_actions(), a, one);
      write(one, std::string("action:") + body.action_name[a], out);
    }
    // Trial by trial, so that the mean of a trial is over all actions in it.
    for (size_t trial = first; trial < n; ++trial) all.add(actions_of(body, trial));
    write(all, "actions", out);
    for (size_t o = 0; o < body.n_observations(); ++o) {
      Signal one;
      read(body, first, body.observation, body.n_observations(), o, one);
      write(one, std::string("observation:") + body.observation_name[o], out);
    }
  }

 private:
  struct Signal {
    std::vector<double> values, trial_means, trial_magnitudes;
    void add(const std::vector<double>& trial) {
      if (trial.empty()) return;
      double magnitude = 0;
      for (const double v : trial) magnitude += std::abs(v);
      values.insert(values.end(), trial.begin(), trial.end());
      trial_means.push_back(mean(trial));
      trial_magnitudes.push_back(magnitude / static_cast<double>(trial.size()));
    }
  };

  // The row in which a trial begins has no action and is left out.
  static void read(const eg::BodyRecording& body, size_t first, std::span<const double> table, size_t columns,
                   size_t column, Signal& out) {
    for (size_t trial = first; trial < body.n_trials(); ++trial) {
      std::vector<double> values;
      const auto [begin, end] = body.rows_of(trial);
      for (size_t row = begin + 1; row < end; ++row) values.push_back(table[row * columns + column]);
      out.add(values);
    }
  }
  static std::vector<double> actions_of(const eg::BodyRecording& body, size_t trial) {
    const auto [begin, end] = body.rows_of(trial);
    if (end <= begin + 1) return {};
    const auto rows = body.action.subspan((begin + 1) * body.n_actions(), (end - begin - 1) * body.n_actions());
    return {rows.begin(), rows.end()};
  }

  static void write(const Signal& s, const std::string& group, eg::Sink& out) {
    const bool any = !s.values.empty();
    out.metric("body_mean", "", group, any ? mean(s.trial_means) : undetermined);
    out.metric("body_magnitude", "", group, any ? mean(s.trial_magnitudes) : undetermined);
    out.metric("body_sd", "", group, any ? standard_deviation(s.values) : undetermined);
    out.metric("body_min", "", group, any ? *std::ranges::min_element(s.values) : undetermined);
    out.metric("body_max", "", group, any ? *std::ranges::max_element(s.values) : undetermined);
  }
};

}  // namespace analysis
