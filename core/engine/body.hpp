// A body or environment in a run: its plugin, what was seen and earned, delays, and a record of its trials.
#pragma once
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "engine/state_archive.hpp"
#include "host/plugin_call.hpp"
#include "scenario/scenario.hpp"

namespace encephagen {

// A trial is a stretch from one reset of the body to its end.
struct TrialLog {
  enum End : int64_t { cut_off, terminated, truncated, diverged };  // eg::BodyRecording::End
  std::vector<double> begin_ms, reward;                             // reward: [trial][term], summed
  std::vector<int64_t> steps, end;
  std::vector<std::string> reason;
  size_t size() const { return begin_ms.size(); }
  void visit(StateArchive& a) { a(begin_ms, reward, steps, end, reason); }
};

// Rows of eg::BodyRecording, of the phases that are kept.
struct StepLog {
  std::vector<double> time_ms, observation, action, disturbance, reward, pose;
  std::vector<int64_t> trial;
  void visit(StateArchive& a) { a(time_ms, observation, action, disturbance, reward, pose, trial); }
};

class Body {
 public:
  // Makes the plugin's world. Throws Failure when it refuses its parameters.
  Body(const BodySpec& spec, const PathResolver& paths, double dt_ms);

  const BodySpec& spec() const { return *spec_; }
  // How many steps of the run an action lasts.
  uint64_t interval() const { return interval_; }
  double step_ms() const { return spec_->step_ms; }
  size_t n_actions() const { return action_channels_.size(); }
  size_t n_disturbances() const { return disturbance_channels_.size(); }
  const std::vector<std::string>& observation_names() const { return observation_channels_.names; }
  std::span<const double> observation() const { return observation_; }
  const std::vector<std::string>& reward_names() const { return reward_channels_.names; }
  // What was earned in the last interval, by term.
  std::span<const double> reward() const { return reward_; }
  std::span<const eg_channel> actions() const { return action_channels_.list; }
  const std::vector<std::string>& pose_names() const { return pose_channels_.names; }
  const std::string& scene() const { return scene_; }  // abi/world.h

  // What rows are kept from now on.
  void keep(bool rows, bool poses) { keeps_rows_ = rows, keeps_poses_ = poses; }
  // From now on the pose is known whether rows are kept or not.
  void watch() { is_watched_ = true; }
  std::span<const double> pose() const { return pose_; }
  // What acted in the last interval; empty: nothing did.
  const std::vector<double>& acting() const { return acting_; }
  // Nothing has happened yet.
  void forget();
  // Throw Failure naming body, plugin, call and time. A trial that is not over is cut off by the next.
  void begin_trial(uint64_t seed, double t_ms);
  // `decided`, the action decided now, acts after the motor delay for one interval that ends at `t_ms`. Until the first
  // one arrives the body is left alone.
  void advance(std::span<const double> decided, std::span<const double> disturbance, double t_ms);
  // What is seen while the body is over and rests: nothing more is earned.
  void rest();

  bool is_in_trial() const { return in_trial_; }
  bool is_over() const { return over_; }
  size_t n_trials() const { return log_.size(); }
  // Observations, as old as the sensor delay; then what was earned in the last interval by term, its sum, is_over,
  // is_terminated, is_first.
  const std::vector<double>& seen() const { return seen_; }
  // Which of them last for the first step of an interval only.
  bool is_pulse(uint32_t k) const { return k >= n_observations_ && k <= n_observations_ + n_rewards_; }
  double earned(std::optional<uint32_t> term) const { return seen_[n_observations_ + term.value_or(n_rewards_)]; }

  const TrialLog& trials() const { return log_; }
  const StepLog& steps() const { return rows_; }
  // Everything of eg::BodyRecording for trials that began and rows that lie in [from_ms, to_ms].
  std::vector<ArrayData> arrays(double from_ms, double to_ms) const;

  void visit(StateArchive& a);

 private:
  // What is shown of an interval besides observations.
  struct Shown {
    std::vector<double> reward;  // [term]
    bool over = false, terminated = false;
    void visit(StateArchive& a) { a(reward, over, terminated); }
  };
  struct Channels {
    std::vector<eg_channel> list;
    std::vector<std::string> names;
    size_t size() const { return list.size(); }
  };
  template <class F>
  void call(const char* what, double t_ms, F&& f);
  void observe(double t_ms);
  void show(bool is_first);
  Shown shuffled(const Shown& now);
  void note_row(std::span<const double> action, double t_ms);

  const BodySpec* spec_;
  PluginInstance instance_;
  eg_world world_;
  uint64_t interval_ = 1;
  Channels observation_channels_, action_channels_, reward_channels_, disturbance_channels_, pose_channels_;
  std::string scene_;
  size_t n_observations_ = 0, n_rewards_ = 0, sensor_delay_ = 0, motor_delay_ = 0;

  std::vector<double> observation_, reward_, pose_, disturbance_, seen_, acting_;
  std::vector<std::vector<double>> late_observations_, late_actions_;  // oldest first
  bool in_trial_ = false, over_ = false, terminated_ = false, keeps_rows_ = false, keeps_poses_ = false;
  bool is_watched_ = false;
  TrialLog log_;
  StepLog rows_;
  std::vector<Shown> latest_;  // of a brain whose reward is shuffled: a ring
  uint64_t n_noted_ = 0, shuffle_key_ = 0, n_shuffled_ = 0;
};

}  // namespace encephagen
