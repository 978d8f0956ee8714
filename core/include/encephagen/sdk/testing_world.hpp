// Plays the kernel for one body or environment in tests, through its table as plugins export it.
#pragma once
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "encephagen/sdk/body.hpp"

namespace eg::testing {

// World<Pendulum> w(params); w.reset(3); w.move({0.5}, 50); w.seen("angle_rad"), w.earned("upright"), w.terminated.
// Throws std::runtime_error with the world's words.
template <class M>
class World {
 public:
  using Params = typename M::Params;

  explicit World(const Params& params = {}) {
    std::vector<eg_value> values;
    eg::detail::for_each(
        Params::fields, [&](const auto& field) { values.push_back(eg::detail::preset_value(params.*(field.member))); });
    eg_error err{};
    self_ = {table_.create(values.data(), &err), table_.destroy};
    if (!self_) throw std::runtime_error(err.text);
    call([&](eg_error* e) { return table_.spaces(self_.get(), &spaces, e); });
    observation.resize(spaces.n_observations);
    reward.resize(spaces.n_rewards);
    pose.resize(spaces.n_poses);
    reset(1);
  }

  void reset(uint64_t seed) {
    call([&](eg_error* e) { return table_.reset(self_.get(), seed, e); });
    observe();
  }
  void act(const std::vector<double>& action) {
    if (action.size() != spaces.n_actions) throw std::runtime_error("the test gives a wrong number of actions");
    call([&](eg_error* e) { return table_.act(self_.get(), action.data(), e); });
  }
  void disturb(const std::vector<double>& disturbance) {
    if (disturbance.size() != spaces.n_disturbances) throw std::runtime_error("a wrong number of disturbances");
    if (!table_.disturb) throw std::runtime_error("the world has no call that takes disturbances");
    call([&](eg_error* e) { return table_.disturb(self_.get(), disturbance.data(), e); });
  }
  void advance(double ms) {
    call([&](eg_error* e) { return table_.advance(self_.get(), ms, e); });
  }
  void observe() {
    eg_outcome out{};
    out.size = sizeof out;
    out.observation = observation.data(), out.reward = reward.data();
    out.pose = pose.empty() ? nullptr : pose.data();
    call([&](eg_error* e) { return table_.observe(self_.get(), &out, e); });
    terminated = out.terminated, truncated = out.truncated, diverged = out.diverged, reason = out.reason;
  }
  void move(const std::vector<double>& action, double ms) { act(action), advance(ms), observe(); }

  std::vector<std::byte> save() const {
    std::vector<std::byte> bytes(table_.save_size(self_.get()));
    call([&](eg_error* e) { return table_.save(self_.get(), bytes.data(), bytes.size(), e); });
    return bytes;
  }
  void load(const std::vector<std::byte>& bytes) {
    call([&](eg_error* e) { return table_.load(self_.get(), bytes.data(), bytes.size(), e); });
  }

  // By name; throws if there is none.
  double seen(const std::string& name) const {
    return observation[find(spaces.observations, spaces.n_observations, name)];
  }
  double earned(const std::string& term) const { return reward[find(spaces.rewards, spaces.n_rewards, term)]; }
  double drawn(const std::string& name) const { return pose[find(spaces.poses, spaces.n_poses, name)]; }
  double total() const {
    double sum = 0;
    for (const double r : reward) sum += r;
    return sum;
  }
  bool is_over() const { return terminated || truncated || diverged; }

  eg_spaces spaces{sizeof(eg_spaces), 0, 0, 0, nullptr, nullptr, nullptr, 0, 0, 0, nullptr, nullptr, nullptr};
  std::vector<double> observation, reward, pose;
  bool terminated = false, truncated = false, diverged = false;
  std::string reason;

 private:
  static size_t find(const eg_channel* channels, uint32_t n, const std::string& name) {
    for (uint32_t k = 0; k < n; ++k)
      if (name == channels[k].name) return k;
    throw std::runtime_error("there is no channel '" + name + "'");
  }
  template <class F>
  static void call(const F& f) {
    eg_error err{};
    if (f(&err) != EG_OK) throw std::runtime_error(err.text);
  }
  const eg_world& table_ = *static_cast<const eg_world*>(eg::body<M>.table);
  std::unique_ptr<void, void (*)(void*)> self_{nullptr, [](void*) {}};
};

}  // namespace eg::testing
