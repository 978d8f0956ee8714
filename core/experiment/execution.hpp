// Runs everything an experiment plans: threads, ranks and shards, atomic results per run, resume, progress.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/run.hpp"
#include "experiment/mpi_link.hpp"
#include "experiment/plan.hpp"
#include "experiment/run_table.hpp"

namespace encephagen {

struct ExecutionOptions {
  std::filesystem::path folder;  // exists
  unsigned threads = 1;
  bool resume = false;             // runs whose results are there under the same key are not run again
  bool retry_failed = false;       // those recorded as failed are
  size_t shard = 0, n_shards = 1;  // this process does runs with index % n_shards == shard
  MpiLink* link = nullptr;         // borrowed; the ranks share the runs
  bool quiet = false;
  RunCompanion* companion = nullptr;  // borrowed; of execute_single() only
  std::vector<std::string> command_line;
  std::string resume_command;  // what to type to complete the folder
};

struct ExecutionResult {
  RunTable table;              // of all runs; empty where some are missing
  size_t n_run = 0;            // done now
  size_t n_reused = 0;         // found done
  size_t n_kept = 0;           // complete in the folder, by whomever
  size_t n_missing = 0;        // neither done nor failed: of other shards or ranks, or not reached before a signal
  size_t n_failed = 0;         // now or before
  size_t n_failed_before = 0;  // were not tried again
  std::vector<std::string> failures;         // "run 3 (arm 'x', replicate 2): why", in order
  std::vector<std::string> warnings, notes;  // of the runs, each text once with how often it came
  double wall_s = 0;
  int stopped_by_signal = 0;  // 0: no
};

// Each run's results go to folder/runs/NNNNN, written beside and renamed when complete: a killed process loses only the
// runs in flight. Results do not depend on threads, shards and ranks. Failed runs are recorded and do not stop the
// others. Ranks other than 0 leave the table to rank 0. Throws Failure; a StorageFailure tells what is kept.
ExecutionResult execute(const Experiment& experiment, const PathResolver& paths, const ExecutionOptions& options);

// One run outside an experiment, straight into `folder`. Throws Failure; a stopping signal shows in the result.
ExecutionResult execute_single(const Scenario& scenario, const PathResolver& paths, const ExecutionOptions& options);

}  // namespace encephagen
