// How far an experiment has come, told from its folder alone: while it runs, after a kill, on any machine that sees it.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "experiment/process_record.hpp"

namespace encephagen {

struct ArmStatus {
  std::string name;
  size_t planned = 0, done = 0, failed = 0, running = 0;
  size_t missing() const { return planned - done - failed - running; }
};

struct FailureReason {
  std::string text;
  std::vector<size_t> runs;
};

// A search for values before the runs of an arm.
struct SearchStatus {
  std::string name;
  size_t planned = 0, done = 0;       // generations
  std::optional<double> best, sigma;  // of the last; the best candidate's value, and how far the search has narrowed
  std::string why_over;               // "generations", "stop_at", "converged"; "" while it goes on
};

struct ExperimentStatus {
  std::string title, resume_command;
  std::vector<ArmStatus> arms;
  ArmStatus all;
  std::vector<SearchStatus> searches;
  std::vector<FailureReason> failures;  // the most frequent first
  std::vector<LivingProcess> processes;
  std::optional<double> elapsed_s, remaining_s;  // of what runs now; remaining: if anything can be said yet
  bool is_concluded = false;                     // metrics.csv, claims.json and report.html are there
};

// Throws Failure(data_unusable) if no experiment was begun in `folder`.
ExperimentStatus experiment_status(const std::filesystem::path& folder);

std::string status_text(const ExperimentStatus& status);
std::string status_json(const ExperimentStatus& status);

}  // namespace encephagen
