// A body or environment in a run.
#include "engine/body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "encephagen/sdk/random.hpp"
#include "engine/population.hpp"

namespace encephagen {
namespace {

constexpr size_t n_latest = 2000;    // intervals among which rewards are shuffled
constexpr size_t after_rewards = 4;  // reward, is_over, is_terminated, is_first

}  // namespace

Body::Body(const BodySpec& spec, const PathResolver& paths, double dt_ms)
    : spec_(&spec), instance_(create_instance(spec.plugin, paths)), world_(world_calls(instance_.world())) {
  const eg_spaces spaces = spaces_of(instance_);  // has been read before: the scenario was checked
  const auto copy = [](Channels& to, const eg_channel* from, uint32_t n) {
    to.list.assign(from, from + n);
    for (uint32_t k = 0; k < n; ++k) to.names.emplace_back(from[k].name);
  };
  copy(observation_channels_, spaces.observations, spaces.n_observations);
  copy(action_channels_, spaces.actions, spaces.n_actions);
  copy(reward_channels_, spaces.rewards, spaces.n_rewards);
  copy(disturbance_channels_, spaces.disturbances, spaces.n_disturbances);
  copy(pose_channels_, spaces.poses, spaces.n_poses);
  if (spaces.scene) scene_ = spaces.scene;
  const auto steps = [](double ms, double of) { return static_cast<uint64_t>(std::llround(ms / of)); };
  interval_ = steps(spec.step_ms, dt_ms);
  sensor_delay_ = steps(spec.sensor_delay_ms, spec.step_ms);
  motor_delay_ = steps(spec.motor_delay_ms, spec.step_ms);
  n_observations_ = observation_channels_.size();
  n_rewards_ = reward_channels_.size();
  observation_.resize(n_observations_);
  reward_.resize(n_rewards_);
  pose_.resize(pose_channels_.size());
  disturbance_.resize(disturbance_channels_.size());
  seen_.assign(n_observations_ + n_rewards_ + after_rewards, 0.0);
}

template <class F>
void Body::call(const char* what, double t_ms, F&& f) {
  eg_error err;
  err.text[0] = '\0';
  const CallScope scope(instance_.plugin(), what);
  if (f(&err) == EG_OK) return;
  const eg_plugin& p = instance_.plugin();
  throw Failure(Exit::simulation_failed,
                fmt::format("body '{}': '{}' {} failed in {} at t = {:.6g} ms: {}", spec_->name, p.name, p.version,
                            what, t_ms, err.text[0] ? err.text : "it gave no reason"));
}

void Body::observe(double t_ms) {
  eg_outcome out{};
  out.size = sizeof out;
  out.observation = observation_.data();
  out.reward = reward_.data();
  out.pose = (keeps_poses_ || is_watched_) && !pose_.empty() ? pose_.data() : nullptr;
  call("observe", t_ms, [&](eg_error* e) { return world_.observe(instance_.self(), &out, e); });
  over_ = out.terminated || out.truncated || out.diverged;
  terminated_ = out.terminated || out.diverged;
  const auto finite = [](double x) { return std::isfinite(x); };
  if (!over_ && (!std::ranges::all_of(observation_, finite) || !std::ranges::all_of(reward_, finite)))
    throw Failure(Exit::simulation_failed,
                  fmt::format("body '{}': '{}' gave an observation or a reward that is not finite at t = {:.6g} ms",
                              spec_->name, instance_.plugin().name, t_ms));
  // A body that broke down may have nothing sensible to show.
  for (auto* values : {&observation_, &reward_})
    for (double& x : *values)
      if (!std::isfinite(x)) x = 0;
  if (!over_) return;
  log_.end.back() = out.terminated ? TrialLog::terminated : out.diverged ? TrialLog::diverged : TrialLog::truncated;
  log_.reason.back().assign(out.reason, ::strnlen(out.reason, sizeof out.reason));
}

// What encoders see from now on.
void Body::show(bool is_first) {
  late_observations_.push_back(observation_);
  while (late_observations_.size() > sensor_delay_ + 1) late_observations_.erase(late_observations_.begin());
  std::ranges::copy(late_observations_.front(), seen_.begin());
  Shown shown{reward_, over_, terminated_};
  if (is_first) std::ranges::fill(shown.reward, 0.0);
  if (spec_->shuffled_reward && !is_first) shown = shuffled(shown);
  double sum = 0;
  for (size_t k = 0; k < n_rewards_; ++k) sum += seen_[n_observations_ + k] = spec_->reward_gain * shown.reward[k];
  double* const after = seen_.data() + n_observations_ + n_rewards_;
  after[0] = sum, after[1] = shown.over, after[2] = shown.terminated, after[3] = is_first;
}

// Notes what happened, and gives what happened at some other time: it knows nothing of this trial, not even how long it
// lasts.
Body::Shown Body::shuffled(const Shown& now) {
  Shown out{std::vector<double>(n_rewards_, 0.0)};
  if (!latest_.empty()) out = latest_[eg::Random(shuffle_key_, "shuffle", n_shuffled_++).below(latest_.size())];
  if (!in_trial_) return out;
  if (latest_.size() < n_latest)
    latest_.push_back(now);
  else
    latest_[n_noted_ % n_latest] = now;
  ++n_noted_;
  return out;
}

void Body::note_row(std::span<const double> action, double t_ms) {
  if (!keeps_rows_) return;
  const auto append = [](std::vector<double>& to, std::span<const double> from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  rows_.time_ms.push_back(t_ms);
  rows_.trial.push_back(static_cast<int64_t>(log_.size()) - 1);
  append(rows_.observation, observation_);
  if (action.empty())
    rows_.action.insert(rows_.action.end(), n_actions(), std::numeric_limits<double>::quiet_NaN());
  else
    append(rows_.action, action);
  append(rows_.disturbance, disturbance_);
  append(rows_.reward, reward_);
  if (keeps_poses_) append(rows_.pose, pose_);
}

void Body::forget() {
  in_trial_ = over_ = terminated_ = false;
  log_ = {}, rows_ = {};
  latest_.clear();
  n_noted_ = 0;
  std::ranges::fill(seen_, 0.0);
}

void Body::begin_trial(uint64_t seed, double t_ms) {
  shuffle_key_ = seed, n_shuffled_ = 0;
  late_observations_.clear(), late_actions_.clear(), acting_.clear();
  std::ranges::fill(disturbance_, 0.0);
  log_.begin_ms.push_back(t_ms);
  log_.steps.push_back(0), log_.end.push_back(TrialLog::cut_off), log_.reason.emplace_back();
  log_.reward.insert(log_.reward.end(), n_rewards_, 0.0);
  call("reset", t_ms, [&](eg_error* e) { return world_.reset(instance_.self(), seed, e); });
  observe(t_ms);
  in_trial_ = !over_;
  std::ranges::fill(reward_, 0.0);
  show(true);
  note_row({}, t_ms);
}

void Body::advance(std::span<const double> decided, std::span<const double> disturbance, double t_ms) {
  late_actions_.emplace_back(decided.begin(), decided.end());
  std::vector<double> action;
  if (late_actions_.size() > motor_delay_) {
    action = std::move(late_actions_.front());
    late_actions_.erase(late_actions_.begin());
    for (size_t k = 0; k < action.size(); ++k) {
      const auto& c = action_channels_.list[k];
      if (!std::isfinite(action[k]) || (c.n_choices > 0 && action[k] != std::round(action[k])))
        throw Failure(Exit::simulation_failed,
                      fmt::format("body '{}': the action '{}' is {} at t = {:.6g} ms; it takes {}", spec_->name, c.name,
                                  action[k], t_ms,
                                  c.n_choices > 0 ? fmt::format("whole numbers from 0 to {}", c.n_choices - 1)
                                                  : fmt::format("numbers from {} to {}", c.low, c.high)));
      action[k] = std::clamp(action[k], c.low, c.high);
    }
    call("act", t_ms, [&](eg_error* e) { return world_.act(instance_.self(), action.data(), e); });
  }
  if (world_.disturb && !std::ranges::equal(disturbance, disturbance_)) {
    std::ranges::copy(disturbance, disturbance_.begin());
    call("disturb", t_ms, [&](eg_error* e) { return world_.disturb(instance_.self(), disturbance_.data(), e); });
  }
  call("advance", t_ms, [&](eg_error* e) { return world_.advance(instance_.self(), step_ms(), e); });
  observe(t_ms);
  ++log_.steps.back();
  for (size_t k = 0; k < n_rewards_; ++k) log_.reward[log_.reward.size() - n_rewards_ + k] += reward_[k];
  show(false);
  note_row(action, t_ms);
  acting_ = std::move(action);
  if (over_) in_trial_ = false;
}

void Body::rest() {
  std::ranges::fill(reward_, 0.0);
  show(false);
}

std::vector<ArrayData> Body::arrays(double from_ms, double to_ms) const {
  std::vector<ArrayData> out;
  // Trials [first, last) and rows [top, bottom); both are in the order of time.
  const auto between = [&](const std::vector<double>& t) {
    return std::pair(static_cast<size_t>(std::ranges::lower_bound(t, from_ms - 1e-6) - t.begin()),
                     static_cast<size_t>(std::ranges::lower_bound(t, to_ms - 1e-6) - t.begin()));
  };
  const auto [first_found, last_found] = between(log_.begin_ms);
  const size_t first = first_found, last = last_found;
  size_t top = 0, bottom = 0;
  while (top < rows_.trial.size() && rows_.trial[top] < static_cast<int64_t>(first)) ++top;
  bottom = top;
  while (bottom < rows_.trial.size() && rows_.trial[bottom] < static_cast<int64_t>(last)) ++bottom;
  const auto part = [](const auto& v, size_t from, size_t to, size_t width) {
    const auto at = [&](size_t k) { return v.begin() + static_cast<std::ptrdiff_t>(k * width); };
    return std::remove_cvref_t<decltype(v)>(at(from), at(to));
  };
  const auto rows = [&](const char* name, const std::vector<double>& v, size_t width) {
    out.push_back(numbers(name, {bottom - top, width}, part(v, top, bottom, width)));
  };
  out.push_back(numbers("body.time_ms", {bottom - top}, part(rows_.time_ms, top, bottom, 1)));
  auto trial = part(rows_.trial, top, bottom, 1);
  for (auto& t : trial) t -= static_cast<int64_t>(first);
  out.push_back(integers("body.trial", std::move(trial)));
  rows("body.observation", rows_.observation, n_observations_);
  rows("body.action", rows_.action, n_actions());
  rows("body.disturbance", rows_.disturbance, disturbance_.size());
  rows("body.reward", rows_.reward, n_rewards_);
  out.push_back(texts("body.observation_name", observation_channels_.names));
  out.push_back(texts("body.action_name", action_channels_.names));
  out.push_back(texts("body.disturbance_name", disturbance_channels_.names));
  out.push_back(texts("body.reward_name", reward_channels_.names));
  std::vector<double> low, high;
  for (const auto& c : action_channels_.list) low.push_back(c.low), high.push_back(c.high);
  out.push_back(numbers("body.action_low", {n_actions()}, low));
  out.push_back(numbers("body.action_high", {n_actions()}, high));
  out.push_back(numbers("body.step_ms", {1}, {step_ms()}));
  out.push_back(numbers("trial.begin_ms", {last - first}, part(log_.begin_ms, first, last, 1)));
  out.push_back(integers("trial.steps", part(log_.steps, first, last, 1)));
  out.push_back(integers("trial.end", part(log_.end, first, last, 1)));
  out.push_back(texts("trial.reason", part(log_.reason, first, last, 1)));
  out.push_back(numbers("trial.reward", {last - first, n_rewards_}, part(log_.reward, first, last, n_rewards_)));
  return out;
}

void Body::visit(StateArchive& a) {
  std::vector<std::byte> world;
  if (!a.is_loading()) {
    world.resize(world_.save_size(instance_.self()));
    call("save", 0, [&](eg_error* e) { return world_.save(instance_.self(), world.data(), world.size(), e); });
  }
  a(world);
  if (a.is_loading())
    call("load", 0, [&](eg_error* e) { return world_.load(instance_.self(), world.data(), world.size(), e); });
  a(observation_, reward_, pose_, disturbance_, seen_, late_observations_, late_actions_);
  a(in_trial_, over_, terminated_, keeps_rows_, keeps_poses_, log_, rows_);
  a(latest_, n_noted_, shuffle_key_, n_shuffled_);
}

}  // namespace encephagen
