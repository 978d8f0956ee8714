// Regions of different make: which population stands where, what its ports stand for, and who is connected to whom.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "network.hpp"
#include "probe.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

const std::string brain =
    "format = 1\n[run]\nseed = 3\nduration_ms = 5.0\n[connectome]\nplugin = \"core.toy20\"\nparams.rows = \"targets\"\n"
    "[region]\nports = { out = \"exc\", in = [\"exc\", \"inh\"] }\n[region.population.exc]\nplugin = \"core.lif\"\nn = "
    "6\n[region.population.inh]\nplugin = \"core.lif\"\nn = 3\n"
    "[template.thalamus]\nregions = [\"thalamus\"]\nports = { out = \"relay\", in = [\"relay\"] }\n"
    "[template.thalamus.population.relay]\nplugin = \"core.lif\"\nn = 4\n";

size_t n_in(const Population& p, size_t region) {
  const auto [first, last] = p.units_of_region()[region];
  return last - first;
}

}  // namespace

TEST_CASE("templates: a population stands in the regions of its template and in no other") {
  Network net(brain);
  const auto thalamus = net.brain.select("thalamus");
  REQUIRE(thalamus.size() == 2);
  auto& s = net.simulation;
  CHECK(s.population(0).size() == 18 * 6);
  CHECK(s.population(1).size() == 18 * 3);
  CHECK(s.population(2).size() == 2 * 4);
  CHECK(s.population(2).name() == "thalamus/relay");
  for (size_t r = 0; r < 20; ++r) {
    const bool is_thalamus = std::ranges::find(thalamus, r) != thalamus.end();
    CHECK(n_in(s.population(0), r) == (is_thalamus ? 0 : 6));
    CHECK(n_in(s.population(1), r) == (is_thalamus ? 0 : 3));
    CHECK(n_in(s.population(2), r) == (is_thalamus ? 4 : 0));
  }
  CHECK(s.size().n_units == 18 * 9 + 8);
}

TEST_CASE("templates: ports lead to the populations that each template names") {
  const std::string all =
      "[[long_range]]\nfrom = \"out\"\nto = \"in\"\nrule = { all_to_all = true }\nweight_mv = 1.0\n";
  Network net(brain + all);
  const auto thalamus = net.brain.select("thalamus");
  const auto is_thalamus = [&](size_t r) { return std::ranges::find(thalamus, r) != thalamus.end(); };
  uint64_t expected = 0;
  for (size_t t = 0; t < 20; ++t)
    for (size_t s = 0; s < 20; ++s)
      if (t != s && net.brain.connectome.weight(t, s) > 0)
        expected += (is_thalamus(s) ? 4u : 6u) * (is_thalamus(t) ? 4u : 9u);
  CHECK(net.simulation.size().n_synapses == expected);
  CHECK(net.scenario.projections.size() == 6);  // two sources, three targets
}

TEST_CASE("templates: a projection of a template stays within its regions") {
  Network net(brain +
              "[[template.thalamus.projection]]\nfrom = \"relay\"\nto = \"relay\"\nrule = { all_to_all = true }\n"
              "weight_mv = 1.0\n[[region.projection]]\nfrom = \"exc\"\nto = \"inh\"\nrule = { fixed_indegree = 2 }\n"
              "weight_mv = 1.0\n");
  CHECK(net.simulation.size().n_synapses == 2 * 4 * 3 + 18 * 3 * 2);
}

TEST_CASE("templates: a stimulus goes by the name of the population, short or full, and by region") {
  const auto driven = [](const std::string& to) {
    Network net(
        brain + fmt::format("[[stimulus]]\nto = \"{}\"\nport = \"drive_mv\"\nonset_ms = 0.0\nduration_ms = 10.0\n"
                            "amplitude = 1.0\n",
                            to),
        1, with_probes);
    net.run();
    std::vector<double> out;
    for (size_t p = 0; p < 3; ++p) {
      double sum = 0;
      for (size_t u = 0; u < net.simulation.population(p).size(); ++u) sum += net.simulation.population(p).state(0)[u];
      out.push_back(sum);
    }
    return out;
  };
  CHECK(driven("relay") == std::vector<double>{0, 0, 8});
  CHECK(driven("thalamus.thalamus/relay") == std::vector<double>{0, 0, 8});
  CHECK(driven("*.*") == std::vector<double>{108, 54, 8});
  CHECK(driven("M1_left.*") == std::vector<double>{6, 3, 0});
  CHECK(driven("!thalamus.exc") == std::vector<double>{108, 0, 0});
}

TEST_CASE("templates: one that names no region of the connectome is refused") {
  const std::string nowhere =
      "[template.cortex]\nregions = [\"atlantis\"]\n[template.cortex.population.x]\nplugin = \"core.lif\"\n";
  try {
    Network net(brain + nowhere);
    FAIL("accepted");
  } catch (const Failure& e) {
    CHECK(std::string(e.what()).ends_with(
        ": population 'cortex/x' stands in no region: its template names none of the connectome's, or other templates "
        "take them all"));
    CHECK(e.status() == Exit::scenario_invalid);
  }
}
