// run.json: where results come from.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/run.hpp"

namespace encephagen {

struct RunProvenance {
  std::vector<std::string> command_line;
  std::string key;             // what was run, see content_key
  std::string metrics_sha256;  // of metrics.csv, so that a damaged one is noticed
  bool is_full = true;         // else only what tables and --resume need
};

// Versions, command line, plugin files with hashes, datasets, seeds, timings and messages of one run, as JSON text.
std::string provenance_json(const Scenario& scenario, const RunOutcome& outcome, const RunProvenance& run);

// What a whole experiment says of itself; the parts that belong to single runs are left out.
struct ExperimentFacts {
  std::string title, question, file;
  std::vector<const Scenario*> scenarios;
  std::vector<std::string> command_line, warnings, failures;
  uint64_t seed = 0;
  size_t n_runs = 0, n_failed = 0;
  double wall_s = 0;
};
std::string experiment_provenance_json(const ExperimentFacts& facts);

// Hash of everything that determines a run's results: resolved scenario, kernel, plugin files, data files.
std::string content_key(const Scenario& scenario);

}  // namespace encephagen
