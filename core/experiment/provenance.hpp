// run.json: where results come from.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/run.hpp"

namespace encephagen {

struct DatasetUse {
  std::string id, path, sha256;
};

// Versions, command line, plugin files with hashes, datasets, seeds, timings and messages of one run, as JSON text.
// `key` identifies what was run (see content_key).
std::string provenance_json(const Scenario& scenario, const RunOutcome& outcome, const std::vector<std::string>& command_line, const std::string& key);

// The same for a whole experiment, without the parts that belong to single runs.
std::string experiment_provenance_json(const std::vector<const Scenario*>& scenarios, const std::vector<std::string>& command_line, size_t n_runs,
                                       size_t n_failed, double wall_s);

// Hash of everything that determines a run's results: resolved scenario, kernel, plugin files, data files.
std::string content_key(const Scenario& scenario);

}  // namespace encephagen
