// For authors of analyzers that look at a body: what it saw, did and earned in one run, trial by trial.
#pragma once
#include <utility>

#include "encephagen/sdk/analyzer.hpp"

namespace eg {

// Arrays of an analyzer that a scenario gives a body, besides those of eg::Recording without signal and spikes. A trial
// is a stretch from one reset of the body to its end. Of each trial there is a row for its beginning (action NaN,
// reward 0) and one for every action, with what it led to: action, reward and disturbance of the interval that ends at
// time_ms, and the observation at its end.
//   body.time_ms [T], body.trial [T] i64, body.observation [T, O], body.action [T, A], body.disturbance [T, D],
//   body.reward [T, R] (by term), names body.observation_name text[O] and so on; body.action_low, _high [A];
//   trial.begin_ms [N], trial.steps [N] i64 (actions), trial.end [N] i64 (BodyRecording::End), trial.reason text[N],
//   trial.reward [N, R]; body.step_ms [1], the time an action lasts
class BodyRecording {
 public:
  enum End : int64_t { kCutOff, kTerminated, kTruncated, kDiverged };  // kCutOff: by the end of the episode or the run

  // Throws when the analyzer was given no body.
  explicit BodyRecording(const Dataset& data)
      : time_ms(data.numbers("body.time_ms")),
        observation(data.numbers("body.observation")),
        action(data.numbers("body.action")),
        disturbance(data.numbers("body.disturbance")),
        reward(data.numbers("body.reward")),
        action_low(data.numbers("body.action_low")),
        action_high(data.numbers("body.action_high")),
        trial_begin_ms(data.numbers("trial.begin_ms")),
        trial_reward(data.numbers("trial.reward")),
        trial(data.integers("body.trial")),
        trial_steps(data.integers("trial.steps")),
        trial_end(data.integers("trial.end")),
        observation_name(data.texts("body.observation_name")),
        action_name(data.texts("body.action_name")),
        disturbance_name(data.texts("body.disturbance_name")),
        reward_name(data.texts("body.reward_name")),
        trial_reason(data.texts("trial.reason")) {
    const auto step = data.numbers("body.step_ms");
    if (step.size() != 1) throw std::invalid_argument("it looks at a body: give it body = \"NAME\"");
    step_ms = step[0];
  }
  size_t n_rows() const { return time_ms.size(); }
  size_t n_trials() const { return trial_steps.size(); }
  size_t n_observations() const { return observation_name.size(); }
  size_t n_actions() const { return action_name.size(); }
  size_t n_disturbances() const { return disturbance_name.size(); }
  size_t n_rewards() const { return reward_name.size(); }
  double trial_return(size_t trial_number) const {
    double sum = 0;
    for (size_t k = 0; k < n_rewards(); ++k) sum += trial_reward[trial_number * n_rewards() + k];
    return sum;
  }
  // The rows [first, last) of a trial.
  std::pair<size_t, size_t> rows_of(size_t trial_number) const {
    const auto [first, last] = std::ranges::equal_range(trial, static_cast<int64_t>(trial_number));
    return {static_cast<size_t>(first - trial.begin()), static_cast<size_t>(last - trial.begin())};
  }

  std::span<const double> time_ms, observation, action, disturbance, reward, action_low, action_high, trial_begin_ms,
      trial_reward;
  std::span<const int64_t> trial, trial_steps, trial_end;
  std::span<const char*const> observation_name, action_name, disturbance_name, reward_name, trial_reason;
  double step_ms = 0;
};

}  // namespace eg
