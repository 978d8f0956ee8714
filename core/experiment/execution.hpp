// Runs everything an experiment plans: threads, atomic results per run, resume, shards, progress.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "experiment/plan.hpp"
#include "experiment/run_table.hpp"

namespace encephagen {

struct ExecutionOptions {
  std::filesystem::path folder;  // exists
  unsigned threads = 1;
  bool resume = false;             // runs whose results are there under the same key are not run again
  size_t shard = 0, n_shards = 1;  // this process does runs with index % n_shards == shard
  bool quiet = false;
  std::vector<std::string> command_line;
};

struct ExecutionResult {
  RunTable table;        // of all runs whose results are there
  size_t n_run = 0;      // done now
  size_t n_reused = 0;   // found done
  size_t n_missing = 0;  // belong to other shards and are not there yet
  size_t n_failed = 0;
  std::vector<std::string> failures;         // "run 3 (arm 'x', replicate 2): why", in order
  std::vector<std::string> warnings, notes;  // of the runs, each text once with how often it came
  double wall_s = 0;
  int stopped_by_signal = 0;  // 0: no
};

// Each run's results go to folder/runs/NNNNN, written beside and renamed when complete: a killed process loses only the
// runs in flight. Results do not depend on the number of threads. Failed runs are recorded and do not stop the others.
ExecutionResult execute(const Experiment& experiment, const PathResolver& paths, const ExecutionOptions& options);

// The folder of run `index` below `folder`.
std::filesystem::path run_folder(const std::filesystem::path& folder, size_t index);

// One run outside an experiment, straight into `folder`. Throws Failure; a stopping signal shows in the result.
ExecutionResult execute_single(const Scenario& scenario, const PathResolver& paths, const ExecutionOptions& options);

}  // namespace encephagen
