// What `check` says about the network of a file.
#include <nlohmann/json.hpp>

#include "program.hpp"

namespace fs = std::filesystem;
using namespace encephagen::testing;

namespace {

// 20 regions of 50 units; returns the file, quoted.
std::string scenario(const fs::path& folder, const std::string& more = "") {
  std::ofstream(folder / "net.toml")
      << "format = 1\n[run]\nduration_ms = 10.0\n[connectome]\nplugin = \"core.toy20\"\nparams.rows = \"targets\"\n"
         "[region.population.exc]\nplugin = \"core.lif\"\nn = 50\n[[region.projection]]\nfrom = \"exc\"\n"
         "to = \"exc\"\nrule = { fixed_indegree = 10 }\nweight_mv = 1.0\ndelay_ms = { uniform = [1.0, 3.0] }\n"
      << more;
  return "'" + (folder / "net.toml").string() + "'";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("check: units, synapses, memory, blocks and delays of a scenario are told") {
  const auto said = run_program("check " + scenario(scratch("estimate")));
  CHECK(said.status == 0);
  CAPTURE(said.out);
  CHECK(has(said.out, "the network, estimated:\n  1000 units, 10000 synapses, "));
  CHECK(has(said.out, " of memory on one thread\n  memory: units 116 kB, synapses 48 kB, arriving spikes 81.9 kB, "));
  CHECK(has(said.out, "  steps are taken in blocks of 10 (1 ms), the shortest delay\n"));
  CHECK(has(said.out, "  exc -> exc  within      10000         4.8  one weight, a delay each  1 "));
  CHECK(has(said.out, "\n    1 to 1.1       750  #"));
  CHECK(has(said.out, "\n  1.2 to 1.3      1000  ########################################\n"));
}

TEST_CASE("check: --json tells the estimate as numbers") {
  const auto said = run_program("check --json " + scenario(scratch("estimate_json")));
  const auto network = nlohmann::json::parse(said.out).at(0).at("network");
  CHECK(network.at("units") == 1000);
  CHECK(network.at("synapses") == 10000);
  CHECK(network.at("block_steps") == 10);
  CHECK(network.at("bytes").get<double>() ==
        network.at("unit_bytes").get<double>() + network.at("synapse_bytes").get<double>() +
            network.at("arena_bytes").get<double>() + network.at("history_bytes").get<double>());
  const auto& projection = network.at("projections").at(0);
  CHECK(projection.at("synapses") == 10000);
  CHECK(projection.at("delays_steps").size() == 21);
  CHECK(projection.at("delays_steps").at(0).at(0) == 10);
}

TEST_CASE("check: null models and calibration are left out of the estimate, and that is said") {
  const auto folder = scratch("estimate_null");
  const auto said = run_program("check " + scenario(folder, "[[null_model]]\nplugin = \"core.degree_preserving\"\n"));
  CHECK(said.status == 0);
  CHECK(has(said.out, "the network, estimated without its null models:\n"));
}

TEST_CASE("check: an experiment tells the network of its first run") {
  const auto folder = scratch("estimate_experiment");
  scenario(folder);
  std::ofstream(folder / "experiment.toml") << "format = 1\nbase = \"net.toml\"\n[[arm]]\nname = \"a\"\n"
                                               "set = { \"region.population.exc.n\" = 60 }\n";
  const auto said = run_program("check '" + (folder / "experiment.toml").string() + "'");
  CAPTURE(said.err);
  CHECK(said.status == 0);
  CHECK(has(said.out, "the network of the first run, estimated:\n  1200 units, 12000 synapses, "));
}

TEST_CASE("check: where the connectome cannot be read there is no estimate, and the reason is told") {
  const auto folder = scratch("estimate_missing");
  std::ofstream(folder / "w.csv") << "this,is,no\nmatrix\n";
  const auto file = scenario(folder) +
                    " --set connectome.plugin=core.matrix --set connectome.params.weights_file=w.csv --set "
                    "connectome.params.self_loops=drop";
  auto said = run_program("check " + file);
  CAPTURE(said.err);
  CHECK(said.status == 0);
  CHECK(has(said.out, ": ok: "));
  CHECK(has(said.out, "the network is not estimated without its connectome: "));
  said = run_program("check --json " + file);
  CHECK(nlohmann::json::parse(said.out).at(0).contains("network_unknown"));
}

TEST_CASE("check: a velocity without tract lengths is a mistake of the scenario") {
  const auto said =
      run_program("check " + scenario(scratch("estimate_lengths"),
                                      "[[long_range]]\nfrom = \"exc\"\nto = \"exc\"\nrule = { bernoulli_per_weight = "
                                      "0.1 }\nweight_mv = 1.0\ndelay = { velocity_m_per_s = 6.0 }\n"));
  CHECK(said.status == 3);
  CHECK(has(said.err, "the connectome has no tract lengths; give delay = { fixed_ms = ... } instead of a velocity"));
}
