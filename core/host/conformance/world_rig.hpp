// A world (body, environment) under test: its spaces, and control intervals with random actions.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "host/conformance/guarded_memory.hpp"
#include "host/conformance/subject.hpp"

namespace encephagen::conformance {

// What observe() told.
struct Observed {
  std::vector<double> observation, reward, pose;
  bool is_terminated = false, is_truncated = false, has_diverged = false;
  std::string reason;
  bool is_over() const { return is_terminated || is_truncated || has_diverged; }
  std::vector<double> numbers() const;
};

using Trajectory = std::vector<Observed>;

// The first difference in words, "" if there is none.
std::string difference(const Trajectory& is, const Trajectory& should_be);

class WorldRig {
 public:
  // Reads the spaces. The instance must outlive the rig. Throws CallFailed, as all calls do, and std::runtime_error
  // when the spaces cannot be used at all.
  explicit WorldRig(Instance& instance);

  const eg_spaces& spaces() const { return spaces_; }
  // The length of a control interval: whole steps of the world, about 10 ms.
  double interval_ms() const { return interval_ms_; }

  void reset(uint64_t seed);
  void act(const std::vector<double>& action);
  void disturb(const std::vector<double>& disturbance);
  void advance(double duration_ms);
  // Without poses the world is told that nobody wants to know them.
  Observed observe(bool with_poses = true);
  // A random action, the k-th of `stream`; inside the declared ranges. And a random disturbance.
  std::vector<double> random_action(uint64_t k, uint64_t stream = 1) const;
  std::vector<double> random_disturbance(uint64_t k) const;
  // Disturbs, acts, advances and observes; starts again with the next seed when an episode is over.
  Observed move();
  Trajectory run(uint64_t seed, int moves);
  Trajectory go_on(int moves);

  std::vector<std::byte> save();
  void load(const std::vector<std::byte>& bytes);
  // After load(): which action comes next.
  uint64_t moves_done() const { return moves_; }
  void count_from(uint64_t moves, uint64_t seed) { moves_ = moves, seed_ = seed; }
  uint64_t seed() const { return seed_; }
  // What a call wrote beside its arrays; "" if nothing.
  const std::string& trespass() const { return trespass_; }

 private:
  Instance& instance_;
  const eg_world world_;
  eg_spaces spaces_{};
  double interval_ms_ = 0;
  uint64_t moves_ = 0, seed_ = 1;
  std::string trespass_;
};

}  // namespace encephagen::conformance
