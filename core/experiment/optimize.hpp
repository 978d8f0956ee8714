// Finds the values of [arm.optimize] before the runs of an experiment: threads and ranks share the candidates' runs,
// and a search that was killed goes on after its last complete generation.
#pragma once
#include <string>
#include <vector>

#include "experiment/execution.hpp"

namespace encephagen {

struct OptimizationResult {
  int stopped_by_signal = 0;  // 0: no
  bool is_over = true;        // else: stopped, or another rank could not go on and tells why
  size_t n_generations = 0;   // done now, of all searches
  std::vector<std::string> warnings;
};

// Gives what it finds to the arms' runs and to `chosen` of experiment.optimizations; does nothing where there are none.
// After each generation options.folder/optimize holds all that is needed to go on. Threads, ranks and kills do not
// change what is found. All ranks call; those other than 0 get the values from rank 0. A shard takes what is there.
// Throws Failure: (usage) in a shard when a search is not over, (scenario_invalid) when the runs lack the metric,
// (simulation_failed) when all runs of a generation fail; a StorageFailure says how to go on.
OptimizationResult optimize(Experiment& experiment, const PathResolver& paths, const ExecutionOptions& options);

}  // namespace encephagen
