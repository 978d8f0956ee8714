// plan.json: what an experiment has planned, for those who look at its folder from outside.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "experiment/plan.hpp"

namespace encephagen {

struct PlannedArm {
  std::string name;
  double simulated_s = 0;  // of all its runs
  size_t n_runs = 0;
};

// A search for values before the runs of an arm.
struct PlannedSearch {
  std::string name, key;    // of its files; the beginning of its key
  double generation_s = 0;  // simulated time of a generation
  size_t n_generations = 0;
};

struct PlanRecord {
  std::string title, resume_command;
  std::vector<PlannedArm> arms;
  std::vector<size_t> arm_of;          // per run, an index into arms
  std::vector<std::string> short_key;  // per run, the beginning of its content key
  std::vector<PlannedSearch> searches;
};

// Its beginning tells one content of a run from another.
std::string short_key(const std::string& key);

// Writes folder/plan.json. `keys`: content keys of the runs. Throws StorageFailure.
void write_plan(const std::filesystem::path& folder, const Experiment& experiment, const std::vector<std::string>& keys,
                const std::string& resume_command);

// Throws Failure(data_unusable) if there is no plan.
PlanRecord read_plan(const std::filesystem::path& folder);

}  // namespace encephagen
