// After the runs: metrics.csv, claims.json, run.json, results.h5 and report.html of the whole, and the summary for
// people.
#pragma once
#include <string>
#include <vector>

#include "experiment/claim.hpp"
#include "experiment/execution.hpp"
#include "experiment/expected.hpp"

namespace encephagen {

struct Conclusion {
  std::filesystem::path folder;
  std::string title, question;
  const ExecutionResult* execution = nullptr;  // borrowed
  std::vector<std::string> arms;
  const Experiment* experiment = nullptr;  // borrowed; none of a scenario
  std::vector<Decomposition> decompositions;
  std::vector<ClaimResult> claims;
  std::vector<FigureResult> figures;  // of expected.toml beside the experiment; none on a synthetic fallback
  bool uses_fallback = false;

  std::string summary_text() const;
  std::string summary_json() const;
};

// A line for each search: what it found. Empty where nothing was looked for.
std::string searches_text(const Experiment& experiment);

// Judges claims, compares expected figures and writes the files of the contract into options.folder. Throws Failure.
Conclusion conclude(const Experiment& experiment, const ExecutionResult& result, const ExecutionOptions& options);
Conclusion conclude(const Scenario& scenario, const ExecutionResult& result, const ExecutionOptions& options);

}  // namespace encephagen
