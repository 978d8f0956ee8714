// What the engine promises: delays to the step, stimuli, recording, repeatability, and messages when a plugin fails.
#include "engine/simulation.hpp"

#include <fmt/format.h>

#include "engine/per_unit_values.hpp"
#include "network.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

const std::string mass = "[region.population.mass]\nplugin = \"core.wilson_cowan\"\n";

std::string header(double duration_ms) {
  return fmt::format("format = 1\n[run]\nseed = 3\ndt_ms = 0.1\nduration_ms = {}\n", duration_ms);
}

std::string toy(const std::string& delay) {
  return "[connectome]\nplugin = \"core.toy20\"\nparams.rows = \"targets\"\n" + mass +
         "[[long_range]]\nfrom = \"mass\"\nto = \"mass\"\nrule = { rate_per_weight = 1.0 }\nglobal_coupling = 0.02\n" +
         delay;
}

}  // namespace

TEST_CASE("engine: a stimulus acts from its onset to its end and nowhere else") {
  // Without coupling and noise a region that is not stimulated stays on its own trajectory.
  const std::string base = header(20) + "[connectome]\nplugin = \"core.toy20\"\nparams.rows = \"targets\"\n" + mass +
                           "params.noise_sd = 0.0\n";
  const std::string record = "[[record]]\nfrom = \"*.mass\"\nevery_ms = 0.1\n";
  const auto plain = Network(base + record).run()[0];
  const auto pulsed = Network(base +
                              "[[stimulus]]\nto = \"M1_left.mass\"\nport = \"drive_e\"\nonset_ms = 5.0\nduration_ms = "
                              "2.0\namplitude = 3.0\n" +
                              record)
                          .run()[0];
  REQUIRE(plain.size() == 200);
  REQUIRE(pulsed.size() == 200);
  bool other_regions_agree = true;
  for (size_t t = 0; t < 200; ++t)
    for (size_t u = 0; u < 20; ++u)
      if (u != 4) other_regions_agree = other_regions_agree && plain[t][u] == pulsed[t][u];
  CHECK(other_regions_agree);
  CHECK(plain[49][4] == pulsed[49][4]);  // the sample at 5.0 ms, after step 49
  CHECK(plain[50][4] != pulsed[50][4]);  // step 50 begins at 5.0 ms
}

TEST_CASE("engine: a delayed coupling of zero equals none, and one of d steps shifts what arrives by d steps") {
  const auto none = Network(header(5) + toy("")).run()[0];
  const auto zero = Network(header(5) + toy("delay = { fixed_ms = 0.0 }\n")).run()[0];
  CHECK(none == zero);
  // A pulse that starts in one region shows in its targets exactly one step plus the delay later.
  const std::string stimulus =
      "[[stimulus]]\nto = \"Thalamus_left.mass\"\nport = \"drive_e\"\nonset_ms = 1.0\nduration_ms = 1.0\namplitude = "
      "5.0\n[[record]]\nfrom = \"*.mass\"\nevery_ms = 0.1\n";
  for (const int steps : {0, 1, 6, 7, 12, 30}) {
    const std::string delay = fmt::format("delay = {{ fixed_ms = {} }}\n", steps * 0.1);
    const auto a = Network(header(8) + toy(delay) + "[[record]]\nfrom = \"*.mass\"\nevery_ms = 0.1\n").run()[0];
    const auto b = Network(header(8) + toy(delay) + stimulus).run()[0];
    size_t first = 0;
    while (first < a.size() && a[first][0] == b[first][0]) ++first;
    // Step 10 changes the thalamus; its new activity is pushed at step 11 and arrives after the delay.
    CHECK(first == 11 + static_cast<size_t>(steps));
  }
}

TEST_CASE("engine: spikes arrive exactly after their delay") {
  // One neuron fires at a known step; its target's current jumps `delay` steps later.
  const auto net = [](const std::string& delay_ms) {
    return header(30) +
           "[region.population.a]\nplugin = \"core.lif\"\nparams.drive_mv = 30.0\n[region.population.b]\nplugin = "
           "\"core.lif\"\n"
           "[[region.projection]]\nfrom = \"a\"\nto = \"b\"\nrule = { all_to_all = true }\nweight_mv = 1.0\ndelay_ms "
           "= " +
           delay_ms +
           "\n[[record]]\nname = \"s\"\nfrom = \"*.a\"\nspikes = true\n[[record]]\nname = \"i\"\nfrom = \"*.b\"\nstate "
           "= \"i_exc_mv\"\nevery_ms = 0.1\n";
  };
  for (const double delay : {0.1, 1.5, 4.0}) {
    const auto out = Network(net(fmt::format("{}", delay))).run();
    REQUIRE(!out[0].empty());
    const double fired = out[0][0][0];
    size_t k = 0;
    while (k < out[1].size() && out[1][k][0] == 0) ++k;
    REQUIRE(k < out[1].size());
    CHECK_CLOSE(static_cast<double>(k + 1) * 0.1, fired + delay, 0, 1e-9);
  }
}

TEST_CASE("engine: recording every millisecond takes the samples at whole milliseconds") {
  const auto fine = Network(header(10) + mass + "[[record]]\nfrom = \"*.mass\"\nevery_ms = 0.1\n").run()[0];
  const auto coarse = Network(header(10) + mass + "[[record]]\nfrom = \"*.mass\"\nevery_ms = 1.0\n").run()[0];
  REQUIRE(fine.size() == 100);
  REQUIRE(coarse.size() == 10);
  for (size_t k = 0; k < 10; ++k) CHECK(coarse[k] == fine[10 * k + 9]);
}

TEST_CASE("engine: the same scenario gives the same bits, another noise seed does not") {
  const std::string text = header(20) + toy("");
  CHECK(Network(text).run() == Network(text).run());
  CHECK(Network(text).run() != Network(header(20) + "[run.seeds]\nnoise = 5\n" + toy("")).run());
}

TEST_CASE("engine: a value that is not finite stops the run with population, region, plugin, state and time") {
  // Unclipped and driven hard by noise the masses stay finite; an infinite drive cannot be written in TOML. An
  // explosive step size makes the inhibitory weight overflow.
  const std::string text =
      header(1000) + mass +
      "params.noise_sd = 1000.0\nparams.refractory_e = 1000.0\nparams.tau_e_ms = 0.001\nparams.slope_e = 1000.0\n";
  try {
    Network(text).run();
    FAIL("the run went on");
  } catch (const Failure& e) {
    const std::string said = e.what();
    CHECK(said.starts_with("population 'region.mass': neuron 'core.wilson_cowan' 1.0.0 produced "));
    CHECK(said.find("in state 'e' at t = ") != std::string::npos);
    CHECK(e.status() == Exit::simulation_failed);
  }
}

TEST_CASE("engine: per-unit parameters from lists, distributions and attributes reach their units") {
  Network net(header(1) + "[connectome]\nplugin = \"core.spatial\"\n" + mass +
              "params.drive_e = { normal = [0.5, 0.1], low = 0.4, high = 0.6 }\n");
  const auto& p = *net.scenario.populations[0].plugin.found->plugin;
  const eg_param* drive = nullptr;
  for (uint32_t i = 0; i < p.n_params; ++i)
    if (std::string_view(p.params[i].name) == "drive_e") drive = &p.params[i];
  REQUIRE(drive != nullptr);
  std::vector<uint32_t> region(net.brain.n_regions());
  for (uint32_t r = 0; r < region.size(); ++r) region[r] = r;
  const auto drawn =
      per_unit_values(*net.scenario.populations[0].plugin.params.find("drive_e"), *drive, net.brain, region, 7);
  CHECK(drawn ==
        per_unit_values(*net.scenario.populations[0].plugin.params.find("drive_e"), *drive, net.brain, region, 7));
  for (const double x : drawn) CHECK((x >= 0.4 && x <= 0.6));
  CHECK(drawn[0] != drawn[1]);
  std::vector<Node> items;
  for (size_t r = 0; r < region.size(); ++r) items.push_back(Node::of_number(static_cast<double>(r) * 0.001));
  CHECK(per_unit_values(Node::of_array(items), *drive, net.brain, region, 7)[3] == 0.003);
  items.pop_back();
  CHECK_THROWS_AS(per_unit_values(Node::of_array(items), *drive, net.brain, region, 7), Failure);

  // A map from an attribute: its lowest value becomes `low`, its highest `high`, also downwards.
  std::vector<double> myelin(region.size(), 1.5);
  myelin[0] = 1, myelin[1] = 2, myelin[2] = std::nan("");
  net.brain.connectome.attributes.push_back({"myelin", myelin, {}});
  Node map;
  map.set("attribute", Node::of_text("myelin"));
  map.set("low", Node::of_number(0.8));
  map.set("high", Node::of_number(0.4));
  try {
    per_unit_values(map, *drive, net.brain, region, 7);
    FAIL("a region without a value was accepted");
  } catch (const Failure& e) {
    CHECK(std::string(e.what()).find("the attribute 'myelin' of region '" + net.brain.connectome.labels[2] +
                                     "' is not known: give 'missing', the value of 'drive_e' for such regions") !=
          std::string::npos);
  }
  map.set("missing", Node::of_number(0.1));
  const auto mapped = per_unit_values(map, *drive, net.brain, region, 7);
  CHECK(mapped[0] == 0.8);
  CHECK(mapped[1] == doctest::Approx(0.4));
  CHECK(mapped[2] == 0.1);
  CHECK(mapped[3] == doctest::Approx(0.6));
}
