// Delivery of spikes in the three ways that synapses are stored: 8192 units in single precision that fire at 8 Hz, with
// 100 synapses each.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench_network.hpp"
#include "encephagen/sdk/random.hpp"
#include "engine/delivery.hpp"

using namespace encephagen;

namespace {

constexpr size_t n_units = 8192;
constexpr double spikes_per_step = 8e-4;  // of one unit

void delivery(benchmark::State& state, const std::string& weight, const std::string& delay, Fan::Delays wanted) {
  const bench::Parts parts(fmt::format(
      "format = 1\n[run]\nduration_ms = 1.0\nprecision = \"single\"\n[region.population.a]\nplugin = \"core.lif\"\n"
      "n = {}\n[[region.projection]]\nfrom = \"a\"\nto = \"a\"\nrule = {{ fixed_indegree = 100 }}\nweight_mv = {}\n"
      "delay_ms = {}\n",
      n_units, weight, delay));
  const Simulation simulation(parts.scenario, parts.brain, parts.paths);
  const Fan& fan = simulation.fans().at(0);
  if (fan.delays != wanted) return state.SkipWithError("synapses are stored in another way");
  const uint64_t block = fan.min_delay_steps;
  SpikeHistory history(1, 1, fan.max_delay_steps + 2 * block);
  for (uint64_t step = 0; step < history.n_steps(); ++step) {
    eg::Random random(1, "spikes", step);
    for (uint32_t u = 0; u < n_units; ++u)
      if (random.uniform() < spikes_per_step) history.of(0, 0, step).push_back(u);
  }
  Arena arena(n_units, block, fan.element);
  Delivery one(fan, 0, block);
  uint64_t from = 0, delivered = 0;
  for (auto _ : state) {
    one.deliver(history, delivered, from, from + block, arena);
    delivered = from;
    from += block;
    // What arrived is not read here: sums must not grow until they are no numbers.
    if (from % (1024 * block) == 0) {
      state.PauseTiming();
      arena.clear();
      state.ResumeTiming();
    }
  }
  state.SetItemsProcessed(static_cast<int64_t>(one.n_events()));
}

BENCHMARK_CAPTURE(delivery, shared, "0.1", "1.5", Fan::Delays::shared);
BENCHMARK_CAPTURE(delivery, shared_with_weights, "{ normal = [0.1, 0.02] }", "1.5", Fan::Delays::shared);
BENCHMARK_CAPTURE(delivery, runs, "{ normal = [0.1, 0.02] }", "{ uniform = [0.4, 0.7] }", Fan::Delays::runs);
BENCHMARK_CAPTURE(delivery, scattered, "{ normal = [0.1, 0.02] }", "{ normal = [1.5, 0.75], low = 0.05 }",
                  Fan::Delays::scattered);

}  // namespace
