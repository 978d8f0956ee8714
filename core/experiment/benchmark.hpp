// The benchmark program: whole networks, timed through the engine as a user runs them.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "engine/simulation.hpp"
#include "host/plugin_registry.hpp"

namespace encephagen {

struct BenchmarkOptions {
  int repeats = 5;
  unsigned threads = 1;
  double duration_ms = 0;  // simulated; 0: what the network says
};

struct BenchmarkResult {
  std::string name, title;
  NetworkSize size;
  bool single_precision = false;
  unsigned threads = 1;
  uint64_t steps = 0, block_steps = 1;
  double simulated_s = 0;
  std::vector<double> wall_s;  // of every timed run, increasing
  double build_s = 0;          // the shortest
  PhaseTimes phases;           // of the last run
  std::string compare;         // the floor and what others need
  double median_s() const { return wall_s[wall_s.size() / 2]; }
  double us_per_step(double s) const { return s * 1e6 / static_cast<double>(steps); }
};

struct Benchmark {
  std::string name, scenario;  // TOML
  std::string compare;         // seconds per simulated second unless it says otherwise
  bool is_large = false;       // run only when named
};

const std::vector<Benchmark>& benchmarks();
// The files tests/bench/networks/NAME.toml, put into the program at build time.
const std::vector<std::pair<std::string, std::string>>& benchmark_networks();

// Builds the network and runs it, once to warm up and `repeats` times that count. Throws Failure.
BenchmarkResult run_benchmark(const Benchmark& benchmark, PluginRegistry& registry, const PathResolver& paths,
                              const BenchmarkOptions& options);

}  // namespace encephagen
