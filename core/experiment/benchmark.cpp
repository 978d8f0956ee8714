// The benchmark program: whole networks, timed through the engine as a user runs them.
#include "experiment/benchmark.hpp"

#include <algorithm>
#include <chrono>

#include "engine/simulation.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

// 96 regions, double precision, noise on, recorded every millisecond: the yardstick of the mass-model engine.
#define WILSON_COWAN_96              \
  "format = 1\n"                     \
  "[run]\n"                          \
  "dt_ms = 0.1\n"                    \
  "duration_ms = 5000.0\n"           \
  "[connectome]\n"                   \
  "plugin = \"core.tvb\"\n"          \
  "params.dataset = \"tvb96\"\n"     \
  "params.rows = \"sources\"\n"      \
  "params.self_loops = \"drop\"\n"   \
  "[connectome.fallback]\n"          \
  "plugin = \"core.spatial\"\n"      \
  "params.n_regions = 96\n"          \
  "[region.population.mass]\n"       \
  "plugin = \"core.wilson_cowan\"\n" \
  "params.noise_sd = 0.01\n"

#define COUPLED                        \
  "[[long_range]]\n"                   \
  "from = \"mass\"\n"                  \
  "to = \"mass\"\n"                    \
  "rule = { rate_per_weight = 1.0 }\n" \
  "global_coupling = 0.01\n"

#define RECORDED        \
  "[[record]]\n"        \
  "from = \"*.mass\"\n" \
  "every_ms = 1.0\n"

constexpr const char* kPeers =
    "bare single-precision kernel .44; cuBNM on a CPU 9-22, neurolib 19-22, TVB numba 23-31, TVB NumPy 152-205 us per "
    "step";

double seconds(std::chrono::steady_clock::time_point from) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

}  // namespace

const std::vector<Benchmark>& benchmarks() {
  static const std::vector<Benchmark> all = {
      {"wilson_cowan", "Wilson-Cowan, 96 regions, Euler-Maruyama with noise, no delays",
       WILSON_COWAN_96 "params.scheme = \"euler_maruyama\"\n" COUPLED RECORDED, kPeers},
      {"wilson_cowan_delays", "the same with tract delays at 6 m/s",
       WILSON_COWAN_96 "params.scheme = \"euler_maruyama\"\n" COUPLED "delay = { velocity_m_per_s = 6.0 }\n" RECORDED,
       kPeers},
      {"wilson_cowan_heun", "the same as wilson_cowan with Heun's scheme",
       WILSON_COWAN_96 "params.scheme = \"heun\"\n" COUPLED RECORDED, kPeers}};
  return all;
}

BenchmarkResult run_benchmark(const Benchmark& benchmark, PluginRegistry& registry, const PathResolver& paths,
                              int repeats) {
  Diagnostics d;
  const Scenario scenario = resolve_scenario(parse_toml(benchmark.scenario, std::string("benchmark ") + benchmark.name),
                                             {}, registry, paths, d);
  d.throw_if_any();
  auto start = std::chrono::steady_clock::now();
  const Brain brain = load_brain(scenario, paths);
  BenchmarkResult out;
  out.name = benchmark.name;
  out.what = benchmark.what;
  out.floor = benchmark.floor;
  out.steps = scenario.n_steps();
  std::vector<double> us;
  for (int k = 0; k <= repeats; ++k) {  // the first run warms up
    start = std::chrono::steady_clock::now();
    Simulation simulation(scenario, brain, paths);
    out.build_s = seconds(start);
    out.n_units = simulation.size().n_units;
    out.n_synapses = simulation.size().n_synapses;
    RecordSink sink;
    sink.signal = [](size_t, std::span<const double>, std::span<const double>) {};
    sink.spikes = [](size_t, std::span<const double>, std::span<const int64_t>) {};
    start = std::chrono::steady_clock::now();
    simulation.run(sink);
    if (k > 0) us.push_back(seconds(start) * 1e6 / static_cast<double>(out.steps));
  }
  std::ranges::sort(us);
  out.us_per_step_min = us.front();
  out.us_per_step_median = us[us.size() / 2];
  out.us_per_step_max = us.back();
  out.real_time_factor = scenario.dt_ms * 1e3 / out.us_per_step_median;
  return out;
}

}  // namespace encephagen
