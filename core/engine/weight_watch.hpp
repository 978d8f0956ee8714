// What becomes of weights in the course of a run: statistics at the end of every phase, snapshots, and weights.h5.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "engine/checkpoint.hpp"
#include "engine/simulation.hpp"

namespace encephagen {

// Metrics of every projection with plasticity (group: its name), "PHASE." before them where the run has phases:
// weight_mean, weight_sd, weight_min, weight_max; and against the weights before the run weight_change (mean),
// weight_change_abs (mean of magnitudes) and weight_change_relative (change of the mean over the mean before the run).
class WeightWatch {
 public:
  // Remembers the weights as they are. Both must outlive it.
  WeightWatch(const Scenario& scenario, const Simulation& simulation);

  void phase_done(size_t phase, RunSoFar& to);
  // Nothing where nothing learns and the scenario does not ask for it.
  void save(const std::filesystem::path& file) const;

 private:
  const Scenario& scenario_;
  const Simulation& simulation_;
  std::map<std::string, std::vector<double>> before_;  // by projection
};

}  // namespace encephagen
