// From a checked scenario to a network that is ready to run.
#include <benchmark/benchmark.h>

#include "bench_network.hpp"
#include "engine/network_estimate.hpp"

using namespace encephagen;

namespace {

void construction(benchmark::State& state, const std::string& network) {
  const bench::Parts parts(bench::network_file(network));
  uint64_t synapses = 0;
  for (auto _ : state) {
    const Simulation simulation(parts.scenario, parts.brain, parts.paths);
    synapses += simulation.size().n_synapses;
  }
  state.SetItemsProcessed(static_cast<int64_t>(synapses));
}
BENCHMARK_CAPTURE(construction, w1, "w1")->Unit(benchmark::kMillisecond);

void estimate(benchmark::State& state, const std::string& network) {
  const bench::Parts parts(bench::network_file(network));
  for (auto _ : state) benchmark::DoNotOptimize(estimate_network(parts.scenario, parts.brain));
}
BENCHMARK_CAPTURE(estimate, w1, "w1")->Unit(benchmark::kMillisecond);

}  // namespace
