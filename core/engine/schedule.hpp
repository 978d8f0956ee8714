// Phases and episodes on the axis of steps.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/scenario.hpp"

namespace encephagen {

// Without phases the run is one phase of one episode in which everything acts.
class Schedule {
 public:
  explicit Schedule(const Scenario& scenario);

  struct Phase {
    const PhaseSpec* spec;  // null: the run has no phases
    uint64_t first, episode_steps, n_steps;
    uint64_t last() const { return first + n_steps; }
  };
  const std::vector<Phase>& phases() const { return phases_; }
  // The phase of a step of the run.
  size_t phase_at(uint64_t step) const;
  uint64_t episode_start(uint64_t step) const;
  bool begins_phase(uint64_t step) const { return phases_[phase_at(step)].first == step; }
  bool begins_episode(uint64_t step) const { return episode_start(step) == step; }
  // The longest block that is not longer than `longest` and fits all episodes.
  uint64_t fitting_block(uint64_t longest) const;

 private:
  std::vector<Phase> phases_;
};

// The longest block that is not longer than `longest` and fits the steps of all bodies.
uint64_t block_of_bodies(const Scenario& scenario, uint64_t longest);

// Whether what goes by these names is chosen by a list of patterns, of which later ones weigh more and "!" takes away.
bool is_chosen(const std::vector<std::string>& patterns, std::initializer_list<std::string_view> names);
// What has no name is chosen.
inline bool is_chosen(const std::vector<std::string>& patterns, const std::string& name) {
  return name.empty() || is_chosen(patterns, {std::string_view(name)});
}
// Whether a recording of these phases covers one; null: the run has none.
inline bool is_recorded(const std::vector<std::string>& phases, const PhaseSpec* phase) {
  return !phase || phases.empty() || is_chosen(phases, phase->name);
}

}  // namespace encephagen
