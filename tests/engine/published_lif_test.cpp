// The whole engine against the study's own population of 200 neurons: 5000 steps, spike for spike. Every neuron is a
// region, so that the connectome is the study's list of synapses.
#include <fmt/format.h>

#include <algorithm>

#include "data/temporary_folder.hpp"
#include "network.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

constexpr size_t n = 200, n_exc = 160, n_steps = 5000;

struct Fixture {
  std::vector<std::vector<double>> v_init, spikes, final_state;
  std::vector<unsigned char> counts;  // [step][neuron]
  std::vector<size_t> autapses;       // neurons
  std::string matrix;                 // of weights, rows are targets

  explicit Fixture(const std::filesystem::path& folder)
      : v_init(read_csv(folder / "lif_fixture_v_init.csv", false)),
        spikes(read_csv(folder / "lif_fixture_spikes_static.csv")),
        final_state(read_csv(folder / "lif_fixture_final_state_static.csv")) {
    std::ifstream in(folder / "lif_fixture_bg_counts_5000x200.u8", std::ios::binary);
    counts.assign(std::istreambuf_iterator<char>(in), {});
    std::vector<std::string> rows(n, std::string(2 * n - 1, ','));
    for (auto& row : rows)
      for (size_t k = 0; k < n; ++k) row[2 * k] = '0';
    for (const char* list : {"lif_fixture_exc_edges.csv", "lif_fixture_inh_edges.csv"})
      for (const auto& edge : read_csv(folder / list)) {
        const auto source = static_cast<size_t>(edge[0]), target = static_cast<size_t>(edge[1]);
        rows[target][2 * source] = '1';
        if (source == target) autapses.push_back(source);
      }
    for (const auto& row : rows) matrix += row + "\n";
  }
  bool has_autapse(size_t i) const { return std::ranges::find(autapses, i) != autapses.end(); }
};

std::string label(size_t i) { return fmt::format("R{:03}", i + 1); }

std::string network(const Fixture& f, const std::filesystem::path& matrix, const std::filesystem::path& background) {
  std::string inh, loops;
  for (size_t i = n_exc; i < n; ++i) (f.has_autapse(i) ? loops : inh) += "\"" + label(i) + "\", ";
  const std::string neuron = "plugin = \"core.lif\"\nparams.scheme = \"as_published\"\n";
  const auto projection = [](const char* from, double weight) {
    return fmt::format(
        "[[long_range]]\nfrom = \"{}\"\nto = [\"exc\", \"inh/i\", \"loop/i\"]\nrule = {{ bernoulli_per_weight = 1.0 "
        "}}\nweight_mv = {}\ndelay = {{ fixed_ms = 0.1 }}\n",
        from, weight);
  };
  return fmt::format(
             "format = 1\n[run]\ndt_ms = 0.1\nduration_ms = 500.0\n[connectome]\nplugin = \"core.matrix\"\n"
             "params.weights_file = \"{}\"\nparams.rows = \"targets\"\nparams.self_loops = \"drop\"\n"
             "[region.population.exc]\n{}[template.inh]\nregions = [{}]\n[template.inh.population.i]\n{}"
             "[template.loop]\nregions = [{}]\n[template.loop.population.i]\n{}"
             "[[template.loop.projection]]\nfrom = \"i\"\nto = \"i\"\nrule = {{ one_to_one = true }}\nautapses = true\n"
             "weight_mv = -10.0\ndelay_ms = 0.1\n[[spike_train]]\nfile = \"{}\"\nto = \"*.*\"\nweight_mv = 2.0\n",
             matrix.string(), neuron, inh, neuron, loops, neuron, background.string()) +
         projection("exc", 2) + projection("inh/i", -10) + projection("loop/i", -10);
}

}  // namespace

TEST_CASE("published lif: the engine fires the study's spikes, all of them and no other") {
  const auto folder = shared_dir() / "reference";
  if (!std::filesystem::exists(folder / "lif_fixture_spikes_static.csv")) {
    MESSAGE("skipped: the reference data are not here");
    MESSAGE("every case of this file was skipped");
    return;
  }
  const Fixture f(folder);
  REQUIRE(f.counts.size() == n * n_steps);
  REQUIRE(f.autapses.size() == 6);
  // Neurons as the scenario counts them: population by population.
  std::vector<size_t> neuron;
  for (size_t i = 0; i < n_exc; ++i) neuron.push_back(i);
  for (const bool loops : {false, true})
    for (size_t i = n_exc; i < n; ++i)
      if (f.has_autapse(i) == loops) neuron.push_back(i);
  std::string background = "time_ms,unit\n";
  for (size_t step = 0; step < n_steps; ++step)
    for (size_t k = 0; k < n; ++k)
      for (int c = 0; c < f.counts[step * n + neuron[k]]; ++c)
        background += fmt::format("{},{}\n", 0.1 * static_cast<double>(step + 1), k);
  const TemporaryFolder files;
  Network net(network(f, files.write("weights.csv", f.matrix), files.write("background.csv", background)));
  CHECK(net.simulation.size().n_synapses == 3128 + 802);

  struct Place {
    Population* population;
    size_t unit;
  };
  std::vector<Place> place(n);
  net.simulation.init();
  for (size_t p = 0, k = 0; p < 3; ++p)
    for (size_t u = 0; u < net.simulation.population(p).size(); ++u, ++k)
      place[neuron[k]] = {&net.simulation.population(p), u};
  enum State { kV, kExc, kInh, kRefractory };
  for (size_t i = 0; i < n; ++i) place[i].population->state(kV).set(place[i].unit, f.v_init[i][0]);
  size_t seen = 0;
  for (uint64_t step = 0; step < n_steps; ++step) {
    net.simulation.step(step);
    for (size_t i = 0; i < n; ++i) {
      if (place[i].population->state(kRefractory)[place[i].unit] != 19) continue;  // it fired in this step
      REQUIRE(seen < f.spikes.size());
      REQUIRE(f.spikes[seen][0] == static_cast<double>(step));
      REQUIRE(f.spikes[seen][1] == static_cast<double>(i));
      ++seen;
    }
  }
  CHECK(seen == f.spikes.size());
  for (size_t i = 0; i < n; ++i) {
    const auto& [population, unit] = place[i];
    CHECK_CLOSE(population->state(kV)[unit], f.final_state[i][0], 1e-12, 1e-11);
    CHECK_CLOSE(population->state(kExc)[unit], f.final_state[i][1], 1e-12, 1e-11);
    CHECK_CLOSE(population->state(kInh)[unit], f.final_state[i][2], 1e-12, 1e-11);
    CHECK_CLOSE(population->state(kRefractory)[unit] * 0.1, f.final_state[i][3], 0, 1e-11);
  }
}
