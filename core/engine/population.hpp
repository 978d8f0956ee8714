// Units of one unit-shaped plugin (a population in all regions, or an encoder over the units it feeds): the kernel's
// memory for them, and the calls into the plugin.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/aligned.hpp"
#include "engine/brain.hpp"

namespace encephagen {

// Units are ordered by region.
class Population {
 public:
  // `unit_region[u]` is the region of unit u. Creates the plugin object and all columns. Throws Failure when the plugin
  // refuses its parameters. `brain` and `plugin` must outlive it.
  Population(std::string name, const PluginChoice& plugin, std::vector<uint32_t> unit_region, const Brain& brain,
             const StreamSeeds& seeds, const PathResolver& paths);

  const std::string& name() const { return name_; }
  const eg_unit& unit() const { return instance_.unit(); }
  size_t size() const { return unit_region_.size(); }
  size_t units_per_region() const { return size() / brain_->n_regions(); }
  size_t region_of(size_t unit) const { return unit_region_[unit]; }

  AlignedVector<double>& state(size_t column) { return state_[column]; }
  const AlignedVector<double>& state(size_t column) const { return state_[column]; }
  // The sum of what arrives in the current step; the caller clears and fills it.
  AlignedVector<double>& input(size_t port) { return input_[port]; }
  // Spikes of the last step: increasing unit numbers.
  std::span<const uint32_t> spikes() const { return {spikes_.data(), n_spikes_}; }

  // Fills random columns and calls the plugin. Throws Failure naming population, plugin, call and time.
  void init(double dt_ms);
  void step(uint64_t step, double dt_ms);

  // Throws Failure naming population, region, plugin, state and time if a state value is not finite.
  void check_finite(double t_ms) const;

 private:
  void fill_random(uint64_t step, bool for_init);
  void call(uint64_t step, double dt_ms, bool is_init);
  [[noreturn]] void fail(const char* call, double t_ms, const std::string& reason) const;

  std::string name_;
  const Brain* brain_;
  PluginInstance instance_;
  std::vector<uint32_t> unit_region_;
  std::vector<AlignedVector<double>> state_, input_, random_, param_;
  std::vector<uint8_t> param_is_uniform_;
  std::vector<double*> state_pointers_;
  std::vector<const double*> input_pointers_, random_pointers_, param_pointers_;
  std::vector<uint64_t> random_keys_, initial_keys_;
  std::vector<AlignedVector<double>>
      poisson_mean_;  // [random column][unit], Hz until init, then events per step; empty if not Poisson
  std::vector<uint32_t> spikes_;
  uint32_t n_spikes_ = 0;
};

// The values of one per-unit parameter: a number, a list (per unit, or per region), a distribution drawn with `key`, or
// a map from a region attribute. Throws Failure(scenario_invalid) when a list or attribute does not fit.
AlignedVector<double> per_unit_values(const Node& value, const eg_param& param, const Brain& brain,
                                      std::span<const uint32_t> unit_region, uint64_t key);

}  // namespace encephagen
