// A world (body, environment) under test: its spaces, and control intervals with random actions.
#include "host/conformance/world_rig.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>

#include "host/conformance/exercise.hpp"
#include "host/conformance/test_input.hpp"
#include "host/plugin_call.hpp"

namespace encephagen::conformance {

std::vector<double> Observed::numbers() const {
  std::vector<double> out = observation;
  out.insert(out.end(), reward.begin(), reward.end());
  out.insert(out.end(), pose.begin(), pose.end());
  for (const bool flag : {is_terminated, is_truncated, has_diverged}) out.push_back(flag);
  return out;
}

namespace {

std::vector<double> random_values(std::span<const eg_channel> channels, uint64_t k, uint64_t stream, Purpose purpose) {
  std::vector<double> out;
  for (const auto& channel : channels) {
    const double u = draw(stream, purpose, static_cast<uint32_t>(out.size()), 0, k).uniform;
    const double low = std::max(channel.low, -1e3), high = std::min(channel.high, 1e3);
    if (channel.n_choices > 0)
      out.push_back(std::floor(u * channel.n_choices));
    else
      out.push_back(std::clamp(low + u * (high - low), channel.low, channel.high));
  }
  return out;
}

}  // namespace

std::string difference(const Trajectory& is, const Trajectory& should_be) {
  for (size_t t = 0; t < std::min(is.size(), should_be.size()); ++t) {
    const auto a = is[t].numbers(), b = should_be[t].numbers();
    const size_t n = is[t].observation.size(), m = n + is[t].reward.size(), l = m + is[t].pose.size();
    for (size_t k = 0; k < std::min(a.size(), b.size()); ++k)
      if (!same_bits(a[k], b[k])) {
        const auto what = k < n   ? fmt::format("observation {}", k)
                          : k < m ? fmt::format("reward {}", k - n)
                          : k < l ? fmt::format("pose {}", k - m)
                                  : std::string("an end flag");
        return fmt::format("{} is {}, not {}, after control interval {}", what, a[k], b[k], t + 1);
      }
  }
  return "";
}

WorldRig::WorldRig(Instance& instance) : instance_(instance), world_(world_calls(instance.subject().world())) {
  spaces_.size = sizeof spaces_;
  call("spaces", [&](eg_error* e) { return world_.spaces(instance_.self(), &spaces_, e); });
  if (!(spaces_.dt_ms > 0) || !std::isfinite(spaces_.dt_ms))
    throw std::runtime_error(fmt::format("dt_ms of the spaces is {}", spaces_.dt_ms));
  interval_ms_ = std::max(1.0, std::round(10.0 / spaces_.dt_ms)) * spaces_.dt_ms;
}

void WorldRig::reset(uint64_t seed) {
  call("reset", [&](eg_error* e) { return world_.reset(instance_.self(), seed, e); });
}

void WorldRig::act(const std::vector<double>& action) {
  // In fenced memory, so that reading further than the declared actions shows.
  const FencedArray<double> fenced(action.size(), 0.0, Fence::page_after);
  std::ranges::copy(action, fenced.data());
  call("act", [&](eg_error* e) { return world_.act(instance_.self(), fenced.data(), e); });
  if (!std::ranges::equal(action, fenced.values(), same_bits))
    trespass_ = "act changed the action, which it may only read";
}

void WorldRig::disturb(const std::vector<double>& disturbance) {
  if (!world_.disturb || disturbance.empty()) return;
  const FencedArray<double> fenced(disturbance.size(), 0.0, Fence::page_after);
  std::ranges::copy(disturbance, fenced.data());
  call("disturb", [&](eg_error* e) { return world_.disturb(instance_.self(), fenced.data(), e); });
  if (!std::ranges::equal(disturbance, fenced.values(), same_bits))
    trespass_ = "disturb changed the disturbance, which it may only read";
}

void WorldRig::advance(double duration_ms) {
  call("advance", [&](eg_error* e) { return world_.advance(instance_.self(), duration_ms, e); });
}

Observed WorldRig::observe(bool with_poses) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const FencedArray<double> observation(spaces_.n_observations, nan, Fence::canaries),
      reward(spaces_.n_rewards, nan, Fence::canaries), pose(with_poses ? spaces_.n_poses : 0, nan, Fence::canaries);
  eg_outcome out{};
  out.size = sizeof out;
  out.observation = observation.data();
  out.reward = reward.data();
  out.pose = pose.size() > 0 ? pose.data() : nullptr;
  call("observe", [&](eg_error* e) { return world_.observe(instance_.self(), &out, e); });
  if (!observation.is_intact() || !reward.is_intact() || !pose.is_intact())
    trespass_ = "observe wrote beside the observations, rewards or poses";
  Observed seen;
  seen.observation.assign(observation.values().begin(), observation.values().end());
  seen.reward.assign(reward.values().begin(), reward.values().end());
  seen.pose.assign(pose.values().begin(), pose.values().end());
  seen.is_terminated = out.terminated != 0, seen.is_truncated = out.truncated != 0,
  seen.has_diverged = out.diverged != 0;
  seen.reason.assign(out.reason, ::strnlen(out.reason, sizeof out.reason));
  return seen;
}

std::vector<double> WorldRig::random_action(uint64_t k, uint64_t stream) const {
  return random_values({spaces_.actions, spaces_.n_actions}, k, stream, Purpose::input);
}

std::vector<double> WorldRig::random_disturbance(uint64_t k) const {
  return random_values({spaces_.disturbances, spaces_.n_disturbances}, k, 1, Purpose::disturbance);
}

Observed WorldRig::move() {
  disturb(random_disturbance(moves_));
  act(random_action(moves_++));
  advance(interval_ms_);
  const Observed seen = observe();
  if (seen.is_over()) reset(++seed_);
  return seen;
}

Trajectory WorldRig::go_on(int moves) {
  Trajectory out;
  for (int k = 0; k < moves; ++k) out.push_back(move());
  return out;
}

Trajectory WorldRig::run(uint64_t seed, int moves) {
  moves_ = 0;
  seed_ = seed;
  reset(seed);
  return go_on(moves);
}

std::vector<std::byte> WorldRig::save() {
  const uint64_t n = watched("save_size", [&] { return world_.save_size(instance_.self()); });
  const FencedArray<std::byte> bytes(n, std::byte{0}, Fence::canaries);
  call("save", [&](eg_error* e) { return world_.save(instance_.self(), bytes.data(), n, e); });
  if (!bytes.is_intact()) trespass_ = "save wrote more than save_size says";
  return {bytes.values().begin(), bytes.values().end()};
}

void WorldRig::load(const std::vector<std::byte>& bytes) {
  // In fenced memory, so that reading further than there is shows.
  const FencedArray<std::byte> fenced(bytes.size(), std::byte{0}, Fence::page_after);
  std::ranges::copy(bytes, fenced.data());
  call("load", [&](eg_error* e) { return world_.load(instance_.self(), fenced.data(), bytes.size(), e); });
}

namespace {

class WorldExercise : public Exercise {
 public:
  WorldExercise(Instance& instance, uint64_t stream) : rig_(instance), stream_(stream) {}
  uint64_t move() override {
    if (!is_reset_) rig_.reset(stream_);
    is_reset_ = true;
    Digest d;
    for (const double x : rig_.move().numbers()) d.add(x);
    return d.value();
  }

 private:
  WorldRig rig_;
  uint64_t stream_;
  bool is_reset_ = false;
};

}  // namespace

std::unique_ptr<Exercise> make_world_exercise(Instance& instance, uint64_t stream) {
  return std::make_unique<WorldExercise>(instance, stream);
}

}  // namespace encephagen::conformance
