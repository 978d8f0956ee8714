// [arm.optimize]: which values of scenario keys are looked for, in terms of a search around 0 with deviation 1.
#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "scenario/diagnostics.hpp"
#include "scenario/scenario.hpp"

namespace encephagen {

struct OptimizedParameter {
  std::string key;              // of the scenario
  std::optional<size_t> size;   // of a list; none: a number, or as the scenario has it
  std::optional<double> first;  // where the search begins; none: as the scenario has it
  double sigma = 1;
  std::optional<double> low, high;
  Position at;
};

struct OptimizationSpec {
  std::string metric;
  bool maximizes = true, uses_best = false;
  size_t generations = 1, replicates = 1;
  std::optional<size_t> population;  // none: what CMA-ES takes by default
  std::optional<double> stop_at;
  std::vector<OptimizedParameter> parameters;
  Position at, metric_at;
};

// A parameter at one sweep point: where the search begins.
struct SearchedParameter {
  OptimizedParameter spec;
  bool is_list = false;
  std::vector<double> initial;  // one number, or those of the list
};

// A search: one arm at one sweep point. The numbers of all parameters one after another are "values" below.
struct Optimization {
  OptimizationSpec spec;
  std::string arm, name;                                   // name: of its files
  std::vector<std::pair<std::string, std::string>> sweep;  // key, value as written in TOML
  std::vector<SearchedParameter> parameters;
  size_t population = 0;
  std::vector<size_t> runs;  // of the experiment: they get what is found
  double run_s = 0;          // simulated time of a run
  uint64_t seed = 0;         // of CMA-ES
  // The arm's scenario with these values and seeds. Throws Failure where the values are not allowed. One thread at a
  // time.
  std::function<Scenario(std::span<const double> values, const StreamSeeds& seeds)> scenario;
  std::function<StreamSeeds(size_t generation, size_t replicate)> training_seeds;

  std::optional<std::vector<double>> chosen;  // once it is over

  size_t n() const;  // numbers
  std::vector<double> initial() const;
  // Where a point of the search lies: initial + sigma * point, reflected at the bounds.
  std::vector<double> values_at(std::span<const double> point) const;
  // "body.walker.controller.params.values[2]" of each number.
  std::vector<std::string> names() const;
  // Of the whole search, if it does not stop early.
  size_t n_runs() const { return spec.generations * population * spec.replicates; }
};

// Reads [arm.optimize] of a table that passed its check. Reports what is wrong with it.
OptimizationSpec load_optimization(const Node& optimize, Diagnostics& diagnostics);

// The parameters where `tree` is the arm's scenario as written and `resolved` the same with every default, if there is
// one. Reports what is wrong.
std::vector<SearchedParameter> searched_parameters(const OptimizationSpec& spec, const Node& tree, const Node& resolved,
                                                   Diagnostics& diagnostics);

// Sets the parameters in the scenario's tree. False: there is no such place, which is reported.
bool set_values(const std::vector<SearchedParameter>& parameters, std::span<const double> values, Node& tree,
                Diagnostics& diagnostics);

// Mirrored at the bounds as often as it takes.
double reflected(double v, std::optional<double> low, std::optional<double> high);

}  // namespace encephagen
