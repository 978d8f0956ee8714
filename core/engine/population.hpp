// Units of one unit-shaped plugin (a population in its regions, or an encoder over the units it feeds): the kernel's
// memory for them, and the calls into the plugin.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/brain.hpp"
#include "engine/column.hpp"
#include "engine/poisson_fill.hpp"
#include "engine/state_archive.hpp"

namespace encephagen {

// Units are stepped in runs of at most this many: what a step touches besides state stays in the caches next to the
// core.
constexpr size_t max_chunk = 4096;

// What one thread needs to step units: nothing of it outlasts a call.
struct StepScratch {
  StepScratch() : random_double(max_chunk), spikes(max_chunk) {}
  std::vector<AlignedVector<double>> random, within_step;  // [column], room for either precision
  AlignedVector<double> random_double;
  std::vector<uint32_t> spikes;
  std::vector<double*> state;
  std::vector<const double*> random_pointers, param;
  std::vector<PoissonTable> poisson;
};

// What an encoder or controller observes: `first` in one step, `later` in all that follow.
struct Observation {
  std::vector<double> first, later;
  uint64_t first_step = 0;
};

// When a decoder or controller is asked for an action: after the last step of every interval, counted from `origin`.
struct ActionRequest {
  uint64_t interval = 1, origin = 0;
};

// Throws Failure when the plugin refuses its parameters.
PluginInstance create_instance(const PluginChoice& choice, const PathResolver& paths);

// Whether rules read states of this population, for which it must work in double precision.
bool is_read_by_rules(const Scenario& s, size_t population);

// Units are ordered by region.
class Population {
 public:
  // `unit_region[u]` is the region of unit u. Creates the plugin object and all columns, in single precision if that is
  // asked for and the plugin offers it. Throws Failure when the plugin refuses its parameters. `brain` and the plugin
  // must outlive it. Populations of one `stream` see the same shared random values; "": named like the population.
  Population(std::string name, const PluginChoice& choice, std::vector<uint32_t> unit_region, const Brain& brain,
             const StreamSeeds& seeds, const PathResolver& paths, bool single_precision,
             const std::string& stream = {});

  const std::string& name() const { return name_; }
  const eg_plugin& plugin() const { return instance_.plugin(); }
  const eg_unit& unit() const { return instance_.unit(); }
  uint32_t element() const { return element_; }
  size_t size() const { return unit_region_.size(); }
  size_t region_of(size_t unit) const { return unit_region_[unit]; }
  // Whether unit u stands in region u, for all regions.
  bool has_one_unit_per_region() const;
  // The units of every region, empty where the population does not stand: [first, last).
  const std::vector<std::pair<uint32_t, uint32_t>>& units_of_region() const { return units_of_region_; }

  Column& state(size_t column) { return state_[column]; }
  const Column& state(size_t column) const { return state_[column]; }

  // Goes on with other parameters of the same plugin. States stay, but those that only init writes are written anew.
  // Throws Failure, and leaves everything as it was, where the plugin refuses them.
  void set_params(const PluginChoice& choice, const PathResolver& paths, double dt_ms);

  // Calls the plugin for all units, in chunks. Throws Failure naming population, plugin, call and time.
  void init(double dt_ms);
  // Advances `n` <= max_chunk units from `first` on. `input[p]` holds what arrives at port p, of the population's
  // element. Returns how many fired; scratch.spikes holds them, numbered from `first`. Different threads may step
  // different units at once, each with its own scratch. `sum`, of an encoder with has_sum(): what its output is added
  // to, of its element; else null.
  uint32_t step(size_t first, size_t n, uint64_t step, double dt_ms, const double* const* input, StepScratch& scratch,
                void* sum = nullptr) {
    return call(first, n, step, dt_ms, input, scratch, false, sum);
  }
  // Whether all it puts out is one column that steps add to.
  bool has_sum() const { return sum_column_ < unit().n_state; }

  // What the last step of `scratch` left in a state column, from unit `first` of that step on. Columns that last within
  // a step only are found nowhere else.
  const std::byte* after_step(size_t column, size_t first, const StepScratch& scratch) const {
    return lasts_within_step_[column] ? reinterpret_cast<const std::byte*>(scratch.within_step[column].data())
                                      : state_[column].at(first);
  }

  // Throws Failure naming population, region, plugin, state and time if a state value of these units is not finite.
  void check_finite(size_t first, size_t n, double t_ms) const;

  // From now on noise is that of `noise_seed`, counted from step `origin`.
  void set_noise(uint64_t noise_seed, uint64_t origin);
  // From now on plugins are told times and steps from `origin` on.
  void set_time_origin(uint64_t origin) { time_origin_ = origin; }
  // What it observes, and when it is asked for how many actions. The arguments must outlive it. Without, it observes
  // nothing and is never asked.
  void connect(const Observation* observation) { observation_ = observation; }
  void connect(const ActionRequest* request, size_t n_actions) {
    request_ = request;
    action_.assign(n_actions, 0.0);
  }
  // What a decoder or controller decided when it was asked last.
  std::span<const double> action() const { return action_; }

  void visit(StateArchive& a) {
    for (auto& c : state_) a(c);
    a(action_, noise_origin_, time_origin_, random_keys_);
  }

  size_t bytes() const;

 private:
  uint32_t call(size_t first, size_t n, uint64_t step, double dt_ms, const double* const* input, StepScratch& scratch,
                bool is_init, void* sum = nullptr);
  // The columns of per-unit parameters, in the order of `param_`.
  std::vector<std::vector<double>> per_unit_params(const PluginChoice& choice) const;
  void fill_random(size_t first, size_t n, uint64_t step, double dt_ms, StepScratch& scratch, bool is_init);
  [[noreturn]] void fail(const char* call, double t_ms, const std::string& reason) const;

  std::string name_;
  const Brain* brain_;
  uint64_t wiring_seed_;
  PluginInstance instance_;
  uint32_t element_;
  uint64_t noise_origin_ = 0, time_origin_ = 0;
  const Observation* observation_ = nullptr;
  const ActionRequest* request_ = nullptr;
  std::vector<double> action_;
  std::vector<uint32_t> unit_region_;
  std::vector<std::pair<uint32_t, uint32_t>> units_of_region_;
  std::vector<Column> state_, param_;
  std::vector<uint8_t> param_is_uniform_;
  std::vector<std::string> random_names_;  // of the stream of each random column
  std::vector<uint64_t> random_keys_, initial_keys_;
  std::vector<bool> lasts_within_step_;         // [state column]; of encoders, which nobody records
  std::vector<bool> is_added_to_;               // [state column]; these last within a step, too
  uint32_t sum_column_ = UINT32_MAX;            // of has_sum()
  std::vector<bool> is_initial_;                // [random column]
  std::vector<bool> is_shared_;                 // [random column]: one value for all units
  bool has_noise_ = false;                      // a random column that steps read
  std::vector<const Column*> poisson_rate_hz_;  // [random column]; null if not Poisson
  std::vector<bool> rate_is_constant_;          // [random column]: the same for all units at all times
  std::vector<Column> constant_rate_;           // of rates that are a plain parameter,
  std::vector<uint32_t> constant_rate_param_;   // this one
};

}  // namespace encephagen
