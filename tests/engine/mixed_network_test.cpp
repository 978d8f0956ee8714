// Masses beside spiking populations: the mass of a region drives the neurons of others, and the other way round nothing
// leaks.
#include <fmt/format.h>

#include <algorithm>

#include "network.hpp"
#include "probe.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

std::string mixed(const std::string& delay, size_t n, const char* precision) {
  return fmt::format(
      "format = 1\n[run]\nseed = 3\nduration_ms = 30.0\nprecision = \"{}\"\n[connectome]\nplugin = \"core.spatial\"\n"
      "params.n_regions = 6\n[region.population.mass]\nplugin = \"core.wilson_cowan\"\n[region.population.exc]\nplugin "
      "= \"core.lif\"\nn = {}\n[[long_range]]\nfrom = \"mass\"\nto = \"exc\"\nrule = {{ rate_per_weight = 4.0 }}\n"
      "global_coupling = 0.5\n{}[[long_range]]\nfrom = \"mass\"\nto = \"mass\"\nrule = {{ rate_per_weight = 1.0 }}\n"
      "[[record]]\nname = \"e\"\nfrom = \"*.mass\"\nstate = \"e\"\nevery_ms = 0.1\n[[record]]\nname = \"v\"\nfrom = "
      "\"*.exc\"\nstate = \"v_mv\"\nevery_ms = 0.1\n",
      precision, n, delay);
}

}  // namespace

TEST_CASE("mixed network: masses reach the drive of neurons through the connectome, delayed by whole steps") {
  for (const char* precision : {"double", "single"})
    for (const auto& [text, steps] : {std::pair{"", size_t{0}},
                                      {"delay = { fixed_ms = 0.0 }\n", size_t{0}},
                                      {"delay = { fixed_ms = 0.1 }\n", size_t{1}},
                                      {"delay = { fixed_ms = 2.5 }\n", size_t{25}}}) {
      const size_t delay = steps;
      CAPTURE(precision);
      CAPTURE(delay);
      Network net(mixed(text, 5, precision), 1, with_probes);
      const auto out = net.run();
      REQUIRE(out[0].size() == 300);
      double worst = 0, largest = 0;
      for (size_t k = delay + 1; k < 300; ++k)
        for (size_t r = 0; r < 6; ++r) {
          // In step k arrives what the masses did at its start, or `delay` steps before: the sample of step k - 1.
          double sum = 0;
          for (size_t s = 0; s < 6; ++s) sum += net.brain.connectome.weight(r, s) * out[0][k - 1 - delay][s];
          largest = std::max(largest, std::abs(sum));
          for (size_t u = 0; u < 5; ++u) worst = std::max(worst, std::abs(out[1][k][r * 5 + u] - 4.0 * 0.5 * sum));
        }
      CHECK(largest > 0.1);
      CHECK(worst < (std::string(precision) == "single" ? 1e-6 : 1e-13) * largest * 10);
    }
}

TEST_CASE("mixed network: neurons fire where masses drive them, alike on any number of threads") {
  std::string toml = mixed("", 1024, "single") +
                     "[[region.projection]]\nfrom = \"exc\"\nto = \"exc\"\nrule = { fixed_indegree = 10 }\nweight_mv = "
                     "0.5\ndelay_ms = 1.0\n[[record]]\nname = \"s\"\nfrom = \"*.exc\"\nspikes = true\n"
                     "[[encoder]]\nplugin = \"core.poisson\"\nto = \"exc\"\nparams.rate_hz = 2500.0\n";
  Network alone(toml);
  const auto expected = alone.run();
  CHECK(expected[2].size() > 1000);
  CHECK(alone.simulation.block_steps() == 1);  // couplings look at all regions every step
  for (const unsigned threads : {2u, 3u}) {
    Network net(toml, threads);
    CHECK(net.simulation.threads() == threads);
    CHECK(net.run() == expected);
  }
  // It is the masses that make the difference.
  const auto without = Network(toml, 1, [](Scenario& s) { s.projections[0].rule.value = 0; }).run();
  CHECK(without[2].size() < expected[2].size());
  CHECK(without[0] == expected[0]);
}

TEST_CASE("mixed network: a simulation with couplings runs again from the start") {
  for (const char* delay : {"", "delay = { velocity_m_per_s = 3.0 }\n"}) {
    Network net(mixed(delay, 5, "double"));
    const auto first = net.run();
    CHECK(net.run() == first);
  }
}
