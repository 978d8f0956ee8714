// What an experiment will cost, before it runs: processor time by trying a little of it, disk by counting.
#pragma once
#include <string>
#include <vector>

#include "experiment/plan.hpp"

namespace encephagen {

struct ArmCost {
  std::string arm;
  size_t n_runs = 0;
  double simulated_s = 0;    // of one run
  double processor_s = 0;    // of one run, on one thread, null models and construction included
  double bytes = 0;          // of one run on disk; stored spikes are left out
  bool is_measured = false;  // else taken from the arm with the same base, or the longest one, by simulated time
};

struct CostEstimate {
  std::vector<ArmCost> arms;  // before an optimized one, "ARM, optimization": the runs of its search, all generations
  double processor_s() const;
  double bytes() const;
};

// Tries the first run of the five arms that simulate longest, at most a quarter of a second each once it is built.
// Throws what a run throws.
CostEstimate estimate_costs(const Experiment& experiment, const PathResolver& paths);

// A table, and "about 12 minutes on 2 threads, 130 MB".
std::string costs_text(const CostEstimate& costs, unsigned threads);

}  // namespace encephagen
