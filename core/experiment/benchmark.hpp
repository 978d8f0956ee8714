// The benchmark program: whole networks, timed through the engine as a user runs them.
#pragma once
#include <string>
#include <vector>

#include "host/plugin_registry.hpp"
#include "scenario/plugin_params.hpp"

namespace encephagen {

struct BenchmarkResult {
  std::string name, what;
  size_t n_units = 0;
  uint64_t n_synapses = 0, steps = 0;
  double us_per_step_min = 0, us_per_step_median = 0, us_per_step_max = 0;  // over repeats
  double real_time_factor = 0;                                              // of the median
  double build_s = 0;
  std::string floor;  // what a bare kernel needs, and the peers, for comparison
};

struct Benchmark {
  const char* name;
  const char* what;
  const char* scenario;  // TOML
  const char* floor;
};

const std::vector<Benchmark>& benchmarks();

// Builds the network, runs it `repeats` times for its duration on one thread and times the runs. Throws Failure.
BenchmarkResult run_benchmark(const Benchmark& benchmark, PluginRegistry& registry, const PathResolver& paths,
                              int repeats);

}  // namespace encephagen
