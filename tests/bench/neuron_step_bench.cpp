// One step of 1024 neurons, through the loaded plugin: the chunk that the engine steps at once.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>

#include "bench_network.hpp"
#include "engine/poisson_fill.hpp"
#include "host/floating_point_state.hpp"

using namespace encephagen;

namespace {

constexpr size_t n_units = 1024, n_inputs = 16;

// Poisson input of the networks of this folder at the first port: 2 mV (or nS), 0.175 times a step; nothing elsewhere.
template <class Real>
std::vector<AlignedVector<double>> inputs() {
  std::vector<AlignedVector<double>> out(n_inputs, AlignedVector<double>(n_units));
  PoissonTable table;
  for (size_t k = 0; k < n_inputs; ++k) {
    const std::span<Real> row{reinterpret_cast<Real*>(out[k].data()), n_units};
    fill_poisson<Real>(1, k, 0, 0.175, row, table);
    for (Real& x : row) x *= 2;
  }
  return out;
}

void neuron_step(benchmark::State& state, const std::string& plugin, const std::string& precision) {
  const bench::Parts parts(
      fmt::format("format = 1\n[run]\nduration_ms = 1.0\nprecision = \"{}\"\n[region.population.a]\nplugin = "
                  "\"{}\"\nn = {}\n",
                  precision, plugin, n_units));
  Simulation simulation(parts.scenario, parts.brain, parts.paths);
  simulation.init();
  Population& neurons = simulation.population(0);
  const auto rows = neurons.element() == EG_F32 ? inputs<float>() : inputs<double>();
  const AlignedVector<double> nothing(n_units);
  std::vector<const double*> input(neurons.unit().n_inputs, nothing.data());
  StepScratch scratch;
  const FlushSubnormals flush;  // as the engine does while units are stepped
  uint64_t step = 0, spikes = 0;
  for (auto _ : state) {
    input[0] = rows[step % n_inputs].data();
    spikes += neurons.step(0, n_units, step, 0.1, input.data(), scratch);
    ++step;
  }
  state.SetItemsProcessed(static_cast<int64_t>(step * n_units));
  state.counters["rate_hz"] = static_cast<double>(spikes) / static_cast<double>(step * n_units) * 1e4;
}

const bool registered = [] {
  for (const char* plugin : {"core.lif", "core.lif_delta", "core.lif_conductance", "core.lif_nmda", "core.alif",
                             "core.adex", "core.izhikevich"})
    for (const char* precision : {"single", "double"})
      benchmark::RegisterBenchmark(fmt::format("neuron_step/{}/{}", plugin, precision).c_str(),
                                   [=](benchmark::State& s) { neuron_step(s, plugin, precision); });
  return true;
}();

}  // namespace
