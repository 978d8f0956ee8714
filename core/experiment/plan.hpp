// Turns an experiment file into the list of runs it asks for.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "experiment/claim.hpp"
#include "experiment/collapse.hpp"
#include "experiment/optimization.hpp"
#include "scenario/scenario.hpp"

namespace encephagen {

struct PlannedRun {
  std::string arm;
  size_t replicate = 0;                                    // within its arm and sweep point
  size_t repeat = 0;                                       // of this replicate, on the same graph and wiring
  std::vector<std::pair<std::string, std::string>> sweep;  // key, value as written in TOML
  Scenario scenario;
  bool keep_everything = true;  // else only metrics: no results.h5
  bool keep_regions = true;     // the metrics of single regions, too
};

struct ArmPlan {
  std::string name, text;
  bool as_published = false;
  size_t n_runs = 0;
};

struct Experiment {
  std::filesystem::path file;
  Node resolved;
  std::string title, question;
  uint64_t seed = 1;
  bool is_quick = false;
  std::vector<ArmPlan> arms;
  std::vector<std::string> sweep_keys;      // in order of first appearance
  std::vector<PlannedRun> runs;             // those of an optimized arm at the values where its search begins
  std::vector<Optimization> optimizations;  // use the registry that planned them
  std::vector<CollapseSpec> collapses;
  std::vector<DecompositionSpec> decompositions;
  std::vector<ClaimSpec> claims;
  std::vector<std::string> warnings;
};

// Is this file an experiment (has arms) rather than a scenario?
bool is_experiment(const Node& root);

// Expands arms x sweep x replicates and resolves every scenario. Reports everything wrong into `diagnostics`.
// Phases of the experiment replace those of every scenario before arms and [quick] set keys. `overrides` are --set
// texts; a key that begins with "arm.", "sweep.", "claim.", "decomposition.", "collapse." or is "seed" changes the
// experiment, any other one every scenario. `quick`: the keys of [quick] are set first.
Experiment plan_experiment(Node root, const std::filesystem::path& file, const std::vector<std::string>& overrides,
                           bool quick, PluginRegistry& registry, const PathResolver& paths, Diagnostics& diagnostics);

}  // namespace encephagen
