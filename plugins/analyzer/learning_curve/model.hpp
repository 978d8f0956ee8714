// What was learnt from episode to episode: first, last, best, and how soon.
#pragma once
#include <cmath>
#include <string>
#include <vector>

#include "../common/statistics.hpp"
#include "encephagen/sdk/analyzer.hpp"

namespace analysis {

struct LearningCurve {
  static constexpr eg::Info info{"core.learning_curve", "1.0.0", "a signal from episode to episode"};
  enum class Units { mean, sum, first };
  enum class Better { lower, higher };
  struct Params {
    Units units = Units::mean;
    Better better = Better::lower;
    double scale = 1, threshold = 0;
    int64_t last_rows = 10, window_rows = 1;
    static constexpr auto fields =
        eg::list(eg::param("units", &Params::units, eg::choices("mean", "sum", "first"),
                           "the mean or the sum of the recorded units, or the first of them"),
                 eg::param("better", &Params::better, eg::choices("lower", "higher"), "which way learning goes"),
                 eg::param("scale", &Params::scale, eg::range(-1e12, 1e12), "factor on all values"),
                 eg::param("last_rows", &Params::last_rows, eg::range(1, 1e9), "episodes at the end that are averaged"),
                 eg::param("threshold", &Params::threshold, eg::range(-1e12, 1e12), "value that counts as learnt"),
                 eg::param("window_rows", &Params::window_rows, eg::range(1, 1e9),
                           "episodes whose mean is compared with the threshold, and of which the best is reported"));
  } p;
  explicit LearningCurve(const Params& params) : p(params) {}

  // Metrics of the whole: learning_first, learning_last, learning_last_mean, learning_best, learning_change (last mean
  // minus first), learning_episodes, learning_episodes_to_threshold; learning_value of group "episode N" where there
  // are few. Arrays learning_curve, learning_running_mean [row].
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    if (!rec.has_signal())
      throw std::invalid_argument(
          "this recording holds no signal: record a state, e.g. the loss of a readout, each "
          "time an episode ends (every_ms = its length)");
    const std::vector<double> curve = values(rec);
    const size_t n = curve.size(), window = std::min(n, static_cast<size_t>(p.window_rows)),
                 last = std::min(n, static_cast<size_t>(p.last_rows));
    const auto metric = [&](const char* name, double value) { out.metric(name, "", "", value); };
    std::vector<double> running(n, undetermined);
    size_t best = n, reached = 0;
    for (size_t r = window; n > 0 && r <= n; ++r) {
      running[r - 1] = mean(std::span(curve).subspan(r - window, window));
      if (best == n || is_better(running[r - 1], running[best])) best = r - 1;
      if (reached == 0 && (running[r - 1] == p.threshold || is_better(running[r - 1], p.threshold))) reached = r;
    }
    const double last_mean = n > 0 ? mean(std::span(curve).last(last)) : undetermined;
    metric("learning_first", n > 0 ? curve.front() : undetermined);
    metric("learning_last", n > 0 ? curve.back() : undetermined);
    metric("learning_last_mean", last_mean);
    metric("learning_best", n > 0 ? running[best] : undetermined);
    metric("learning_change", n > 0 ? last_mean - curve.front() : undetermined);
    metric("learning_episodes", static_cast<double>(n));
    metric("learning_episodes_to_threshold", reached > 0 ? static_cast<double>(reached) : undetermined);
    if (n <= few)
      for (size_t r = 0; r < n; ++r) out.metric("learning_value", "", "episode " + std::to_string(r + 1), curve[r]);
    out.array("learning_curve", curve, {n}, "the signal at the end of every episode");
    out.array("learning_running_mean", running, {n}, "mean over window_rows episodes that end with this one");
  }

 private:
  static constexpr size_t few = 20;

  bool is_better(double a, double b) const { return p.better == Better::lower ? a < b : a > b; }

  std::vector<double> values(const eg::Recording& rec) const {
    std::vector<double> out;
    const size_t n_units = rec.n_units();
    for (size_t r = 0; r < rec.n_samples() && n_units > 0; ++r) {
      const auto row = rec.signal.subspan(r * n_units, n_units);
      double value = row[0];
      if (p.units != Units::first) value = mean(row);
      if (p.units == Units::sum) value *= static_cast<double>(n_units);
      out.push_back(p.scale * value);
    }
    return out;
  }
};

}  // namespace analysis
