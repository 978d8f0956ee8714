// What a body earned, how long it lasted and why it ended, from trial to trial; see body_episodes.md.
#pragma once
#include <cmath>
#include <encephagen/sdk/body_recording.hpp>
#include <map>
#include <string>

#include "../common/statistics.hpp"

namespace analysis {

struct BodyEpisodes {
  static constexpr eg::Info info{"core.body_episodes", "1.0.0", "return, survival and ends of the trials of a body"};
  enum class Measure { reward_sum, steps };
  struct Params {
    double max_ms = 0, threshold = 0;
    int64_t max_steps = 0, last_trials = 100, window_trials = 10;
    Measure measure = Measure::reward_sum;
    static constexpr auto fields = eg::list(
        eg::param("max_ms", &Params::max_ms, eg::range(0, 1e12), "how long a trial can be; 0: max_steps says it"),
        eg::param("max_steps", &Params::max_steps, eg::range(0, 1e12),
                  "how many actions a trial can have; 0, and max_ms as well: not known, so there is no survival"),
        eg::param("last_trials", &Params::last_trials, eg::range(1, 1e9), "trials at either end that are averaged"),
        eg::param("window_trials", &Params::window_trials, eg::range(1, 1e9), "trials of one point of the curves"),
        eg::param("measure", &Params::measure, eg::choices("return", "steps"),
                  "of what the mean over window_trials is compared with the threshold"),
        eg::param("threshold", &Params::threshold, eg::range(-1e12, 1e12), "value that counts as learnt"));
  } p;
  explicit BodyEpisodes(const Params& params) : p(params) {}

  // Metrics and arrays: body_episodes.md.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const eg::BodyRecording body(rec.data);
    const double max_steps = longest(body);
    Trials trials;
    double n_left_out = 0;
    std::map<std::string, double> ended;
    for (const char* end : {"terminated", "truncated", "diverged", "cut_off"}) ended[end] = 0;
    for (size_t n = 0; n < body.n_trials(); ++n) {
      const auto steps = static_cast<double>(body.trial_steps[n]);
      const bool is_cut_off = body.trial_end[n] == eg::BodyRecording::kCutOff;
      if (is_cut_off && max_steps > 0 && steps < max_steps) {
        n_left_out += 1;
        continue;
      }
      trials.reward.push_back(body.trial_return(n)), trials.steps.push_back(steps);
      trials.survival.push_back(max_steps > 0 ? std::fmin(1, steps / max_steps) : undetermined);
      trials.number.push_back(static_cast<double>(n));
      for (size_t r = 0; r < body.n_rewards(); ++r)
        trials.by_term[body.reward_name[r]].push_back(body.trial_reward[n * body.n_rewards() + r]);
      constexpr const char* ends[] = {"cut_off", "terminated", "truncated", "diverged"};
      ended[ends[std::clamp<int64_t>(body.trial_end[n], 0, 3)]] += 1;
      if (const std::string reason = body.trial_reason[n]; !reason.empty()) ended["reason:" + reason] += 1;
    }
    const size_t n = trials.size(), last = std::min(n, static_cast<size_t>(p.last_trials));
    out.metric("body_trials", "", "", static_cast<double>(n));
    out.metric("body_trials_left_out", "", "", n_left_out);
    write(trials, 0, n, "", out);
    for (const auto& [name, values] : trials.by_term) out.metric("body_return", "", "term:" + name, mean(values));
    for (const auto& [name, count] : ended)
      out.metric("body_ended", "", name, n > 0 ? count / static_cast<double>(n) : undetermined);
    write(trials, 0, last, "first", out);
    write(trials, n - last, n, "last", out);
    out.metric("body_return_change", "", "",
               n > 0 ? mean(part(trials.reward, n - last, n)) - mean(part(trials.reward, 0, last)) : undetermined);
    write_learning(trials, out);
    out.array("trial_return", trials.reward, {n}, "reward summed over each trial that counts");
    out.array("trial_steps", trials.steps, {n}, "its actions");
    out.array("trial_survival", trials.survival, {n}, "its actions, as a share of the most there can be");
    out.array("trial_number", trials.number, {n}, "its number in the recording, from 0");
  }

 private:
  static constexpr size_t few = 20;  // windows that are listed one by one

  struct Trials {
    std::vector<double> reward, steps, survival, number;
    std::map<std::string, std::vector<double>> by_term;
    size_t size() const { return reward.size(); }
  };
  static std::span<const double> part(const std::vector<double>& x, size_t first, size_t last) {
    return std::span(x).subspan(first, last - first);
  }

  double longest(const eg::BodyRecording& body) const {
    if (p.max_ms > 0 && p.max_steps > 0) throw std::invalid_argument("give max_ms or max_steps, not both");
    return p.max_ms > 0 ? std::round(p.max_ms / body.step_ms) : static_cast<double>(p.max_steps);
  }

  // Of the trials [first, last).
  void write(const Trials& t, size_t first, size_t last, const std::string& group, eg::Sink& out) const {
    std::vector<double> sorted(t.reward.begin() + static_cast<std::ptrdiff_t>(first),
                               t.reward.begin() + static_cast<std::ptrdiff_t>(last));
    std::ranges::sort(sorted);
    out.metric("body_return", "", group, mean(sorted));
    out.metric("body_return_median", "", group, quantile(sorted, 0.5));
    out.metric("body_return_sd", "", group, standard_deviation(sorted));
    out.metric("body_steps", "", group, mean(part(t.steps, first, last)));
    out.metric("body_survival", "", group, mean(part(t.survival, first, last)));
  }

  void write_learning(const Trials& t, eg::Sink& out) const {
    const auto window = static_cast<size_t>(p.window_trials);
    std::vector<double> reward, steps, survival;
    for (size_t first = 0; first + window <= t.size(); first += window) {
      reward.push_back(mean(part(t.reward, first, first + window)));
      steps.push_back(mean(part(t.steps, first, first + window)));
      survival.push_back(mean(part(t.survival, first, first + window)));
    }
    const size_t n = reward.size();
    if (n <= few)
      for (size_t w = 0; w < n; ++w) {
        const std::string group = "trials " + std::to_string(w * window + 1) + "-" + std::to_string((w + 1) * window);
        out.metric("body_return", "", group, reward[w]);
        out.metric("body_steps", "", group, steps[w]);
        out.metric("body_survival", "", group, survival[w]);
      }
    out.array("window_return", reward, {n}, "mean return of each window_trials trials");
    out.array("window_steps", steps, {n}, "their mean number of actions");
    out.array("window_survival", survival, {n}, "their mean survival");

    const auto& measured = p.measure == Measure::reward_sum ? t.reward : t.steps;
    double best = undetermined, reached = undetermined;
    for (size_t last = window; last <= t.size(); ++last) {
      const double m = mean(part(measured, last - window, last));
      if (!(best >= m)) best = m;
      if (std::isnan(reached) && m >= p.threshold) reached = static_cast<double>(last);
    }
    out.metric("body_best_window", "", "", best);
    out.metric("body_trials_to_threshold", "", "", reached);
    const size_t last = std::min(t.size(), static_cast<size_t>(p.last_trials));
    const bool is_solved = last > 0 && mean(part(measured, t.size() - last, t.size())) >= p.threshold;
    out.metric("body_solved", "", "", last > 0 ? static_cast<double>(is_solved) : undetermined);
  }
};

}  // namespace analysis
