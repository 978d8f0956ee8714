// The whole engine against the trajectories of the 2026 study's equations: noise-free networks over a second.
#include <fmt/format.h>

#include "network.hpp"
#include "unit_harness.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

const char* const tvb96 =
    "plugin = \"core.tvb\"\nparams.dataset = \"tvb96\"\nparams.rows = \"targets\"\nparams.self_loops = \"keep\"\n";
const char* const toy20 = "plugin = \"core.toy20\"\nparams.rows = \"targets\"\n";

// Steps the network from the reference's initial state and compares e at every time the file has.
double largest_deviation(const char* connectome, const std::string& name, double g) {
  Network net(fmt::format(
      "format = 1\n[run]\ndt_ms = 0.1\nduration_ms = 1000.0\n[connectome]\n{}[region.population.mass]\nplugin = "
      "\"core.wilson_cowan\"\n"
      "params.scheme = \"euler_maruyama\"\nparams.bounds = \"clip\"\nparams.noise_sd = 0.0\n"
      "[[long_range]]\nfrom = \"mass\"\nto = \"mass\"\nrule = {{ rate_per_weight = 1.0 }}\nglobal_coupling = {}\n",
      connectome, g));
  const auto folder = shared_dir() / "reference";
  const auto initial = read_csv(folder / fmt::format("wc_{}_init_seed42.csv", name));
  const auto expected = read_csv(folder / fmt::format("wc_{}_G{}_noisefree_E.csv", name, g));
  auto& population = net.simulation.population(0);
  REQUIRE(initial.size() == population.size());
  REQUIRE(expected.size() > 1000);
  net.simulation.init();
  for (size_t u = 0; u < population.size(); ++u)
    population.state(0).set(u, initial[u][0]), population.state(1).set(u, initial[u][1]);
  double worst = 0;
  size_t row = 0;
  for (uint64_t k = 0; row < expected.size(); ++k) {
    net.simulation.step(k);
    if (std::abs(expected[row][0] - static_cast<double>(k + 1) * 0.1) > 0.01) continue;
    for (size_t u = 0; u < population.size(); ++u)
      worst = std::max(worst, std::abs(population.state(0)[u] - expected[row][u + 1]));
    ++row;
  }
  return worst;
}

}  // namespace

TEST_CASE("wilson-cowan network: agrees with the reference trajectories over 1000 ms to 1e-8") {
  if (!std::filesystem::exists(shared_dir() / "reference/wc_toy20_init_seed42.csv")) {
    MESSAGE("skipped: the reference data are not here");
    MESSAGE("every case of this file was skipped");
    return;
  }
  for (const double g : {0.01, 0.03}) {
    INFO("G = ", g);
    CHECK(largest_deviation(toy20, "toy20", g) < 1e-8);
    CHECK(largest_deviation(tvb96, "tvb96", g) < 1e-8);
    // The test can fail: on the transposed graph the trajectories part.
    CHECK(largest_deviation("plugin = \"core.toy20\"\nparams.rows = \"sources\"\n", "toy20", g) > 1e-3);
  }
}

TEST_CASE("wilson-cowan network: agrees with the noisy reference over 100 steps to 1e-10, given its noise") {
  const auto folder = shared_dir() / "reference";
  if (!std::filesystem::exists(folder / "wc_tvb96_noise_stream_seed42_100steps.csv")) {
    MESSAGE("skipped: the reference data are not here");
    return;
  }
  const auto initial = read_csv(folder / "wc_tvb96_init_seed42.csv");
  const auto noise = read_csv(folder / "wc_tvb96_noise_stream_seed42_100steps.csv", false);
  const auto expected_e = read_csv(folder / "wc_tvb96_G0.03_noisy_seed42_E_100steps.csv", false);
  const auto expected_i = read_csv(folder / "wc_tvb96_G0.03_noisy_seed42_I_100steps.csv", false);
  REQUIRE(noise.size() == 200);
  REQUIRE(expected_e.size() == 100);
  // The coupling of the engine and the table of the plugin, with the noise columns filled from the file.
  Network net(
      fmt::format("format = 1\n[run]\nduration_ms = 10.0\n[connectome]\n{}[region.population.mass]\nplugin = "
                  "\"core.wilson_cowan\"\n",
                  tvb96));
  RateCoupling coupling(net.brain.connectome.weights, 96, 96, {}, 0.03);
  UnitHarness mass(*net.scenario.populations[0].plugin.found->plugin, 96, 0.1);
  mass.choose("scheme", "euler_maruyama");
  mass.choose("bounds", "clip");
  mass.init();
  for (size_t u = 0; u < 96; ++u) mass.state("e")[u] = initial[u][0], mass.state("i")[u] = initial[u][1];
  double worst = 0;
  for (size_t k = 0; k < 100; ++k) {
    coupling.push(mass.state("e"));
    coupling.compute(mass.input("coupling"));
    mass.random("noise_e") = noise[2 * k];
    mass.random("noise_i") = noise[2 * k + 1];
    mass.step();
    for (size_t u = 0; u < 96; ++u)
      worst = std::max(
          {worst, std::abs(mass.state("e")[u] - expected_e[k][u]), std::abs(mass.state("i")[u] - expected_i[k][u])});
  }
  CHECK(worst < 1e-10);
  CHECK(worst > 0);
}
