// Estimates against networks that are built.
#include "engine/network_estimate.hpp"

#include <fmt/format.h>

#include "network.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

std::string file(const std::string& path) {
  std::ifstream in(source_dir() / path);
  REQUIRE(in);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// 50 units in 20 regions with one projection within them.
std::string toy(const std::string& rule, const std::string& weight, const std::string& delay,
                const std::string& more = "") {
  return fmt::format(
      "format = 1\n[run]\nduration_ms = 1.0\n[connectome]\nplugin = \"core.toy20\"\nparams.rows = \"targets\"\n"
      "[region.population.exc]\nplugin = \"core.lif\"\nn = 50\n[[region.projection]]\nfrom = \"exc\"\nto = \"exc\"\n"
      "rule = {{ {} }}\nweight_mv = {}\ndelay_ms = {}\n{}",
      rule, weight, delay, more);
}

NetworkEstimate check_against_built(const std::string& toml, double tolerance) {
  const Network net(toml);
  auto e = estimate_network(net.scenario, net.brain);
  const auto built = net.simulation.size();
  CHECK(e.n_units == built.n_units);
  CHECK_CLOSE(e.n_synapses, static_cast<double>(built.n_synapses), tolerance, 0);
  CHECK_CLOSE(e.synapse_bytes, static_cast<double>(built.synapse_bytes), tolerance, 0);
  CHECK_CLOSE(e.bytes() - e.history_bytes, static_cast<double>(built.bytes), tolerance, 0);
  CHECK(e.block_steps == net.simulation.block_steps());
  return e;
}

}  // namespace

TEST_CASE("network estimate: the networks of the benchmark take what is estimated") {
  for (const char* path :
       {"tests/bench/networks/w1.toml", "tests/bench/networks/w1d.toml", "tests/bench/networks/brunel.toml",
        "tests/bench/networks/coba.toml", "experiments/potjans_diesmann_tenth/scenario.toml"}) {
    CAPTURE(path);
    check_against_built(file(path), 0.02);
  }
}

TEST_CASE("network estimate: where rules are exact and delays shared, so is the estimate") {
  check_against_built(toy("fixed_indegree = 7", "1.0", "1.5"), 0);
  check_against_built(toy("all_to_all = true", "{ normal = [1.0, 0.1] }", "0.1"), 0);
  // A slot of more places than 16 bits number.
  auto wide = toy("fixed_indegree = 2", "1.0", "1.5");
  wide.replace(wide.find("n = 50"), 6, "n = 4000");
  const auto e = check_against_built(wide, 0);
  CHECK(e.synapse_bytes == 160'000 * 4 + 80'001 * 8);
}

TEST_CASE("network estimate: scattered delays are stored in runs where rows are long, else one by one") {
  auto e = check_against_built(toy("fixed_indegree = 40", "1.0", "{ uniform = [1.0, 1.6] }"), 0.01);
  CHECK(e.projections[0].delays == Fan::Delays::runs);
  CHECK(e.block_steps == 10);
  e = check_against_built(toy("fixed_indegree = 10", "1.0", "{ uniform = [1.0, 3.0] }"), 0.01);
  CHECK(e.projections[0].delays == Fan::Delays::scattered);
  CHECK(e.projections[0].synapses_by_delay_steps.begin()->first == 10);
}

TEST_CASE("network estimate: plastic synapses, encoders on some units, and both precisions") {
  const std::string encoder =
      "[[encoder]]\nplugin = \"core.poisson\"\nto = \"*.exc\"\nunit_share = 0.3\n"
      "params.rate_hz = 10.0\nparams.weight_mv = 1.0\n";
  check_against_built(toy("fixed_indegree = 7", "1.0", "1.5", encoder), 0);
  auto single = toy("fixed_indegree = 7", "1.0", "1.5", encoder);
  single.insert(single.find("[run]\n") + 6, "precision = \"single\"\n");
  const auto e = check_against_built(single, 0);
  CHECK(e.populations[0].is_single);
  CHECK(check_against_built(
            toy("fixed_indegree = 7", "1.0", "{ uniform = [1.0, 3.0] }", "plasticity = [{ plugin = \"core.stdp\" }]\n"),
            0.01)
            .block_steps == 10);
}

TEST_CASE("network estimate: couplings of rates have connections instead of synapses") {
  const Network net(
      "format = 1\n[run]\nduration_ms = 1.0\n[connectome]\nplugin = \"core.toy20\"\nparams.rows = \"targets\"\n"
      "[region.population.mass]\nplugin = \"core.wilson_cowan\"\n[[long_range]]\nfrom = \"mass\"\nto = \"mass\"\n"
      "rule = { rate_per_weight = 1.0 }\ndelay = { fixed_ms = 2.0 }\n");
  const auto e = estimate_network(net.scenario, net.brain);
  double n = 0;
  for (const double w : net.brain.connectome.weights) n += w != 0;
  REQUIRE(e.projections.size() == 1);
  CHECK(e.projections[0].is_coupling);
  CHECK(e.projections[0].synapses_by_delay_steps == std::map<uint64_t, double>{{20, n}});
  CHECK(e.n_synapses == 0);
  CHECK(e.steps_singly);
  CHECK(e.block_steps == 1);
}
