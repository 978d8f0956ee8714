// What networks take: units, synapses, bytes of each; and what a run says it did.
#include <fmt/format.h>

#include <algorithm>

#include "network.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

std::string network(size_t n, size_t degree, const char* weight, const char* delay, const char* precision = "single") {
  return fmt::format(
      "format = 1\n[run]\nduration_ms = 20.0\nprecision = \"{}\"\n[region.population.exc]\nplugin = \"core.lif\"\nn = "
      "{}\nparams.drive_mv = 25.0\n[[region.projection]]\nfrom = \"exc\"\nto = \"exc\"\nrule = {{ fixed_indegree = {} "
      "}}\nweight_mv = {}\ndelay_ms = {}\n[[record]]\nfrom = \"*.exc\"\nspikes = true\n",
      precision, n, degree, weight, delay);
}

double bytes_per_synapse(const std::string& toml, unsigned threads) {
  const auto size = Network(toml, threads).simulation.size();
  return static_cast<double>(size.synapse_bytes) / static_cast<double>(size.n_synapses);
}

}  // namespace

TEST_CASE("network size: a synapse with weight and delay of its own takes 12 bytes at most, one without takes 8") {
  const char *weight = "{ normal = [0.1, 0.02] }", *scattered = "{ normal = [1.5, 0.75] }",
             *few = "{ uniform = [0.4, 0.7] }";
  for (const unsigned threads : {1u, 4u}) {
    CAPTURE(threads);
    CHECK(bytes_per_synapse(network(8192, 100, weight, scattered), threads) <= 9);
    CHECK(bytes_per_synapse(network(8192, 100, weight, few), threads) <= 9);
    CHECK(bytes_per_synapse(network(8192, 100, weight, "1.5"), threads) <= 7);
    CHECK(bytes_per_synapse(network(8192, 100, "0.1", scattered), threads) <= 5);
    CHECK(bytes_per_synapse(network(8192, 100, "0.1", "1.5"), threads) <= 3);
  }
  // Beyond 65,536 units in a slice, and with few synapses for every row.
  CHECK(bytes_per_synapse(network(70'000, 16, weight, scattered), 1) <= 12);
  CHECK(bytes_per_synapse(network(70'000, 16, "0.1", "1.5"), 1) <= 8);
}

TEST_CASE("network size: units and synapses are all that were asked for, bytes cover them") {
  for (const char* precision : {"single", "double"}) {
    Network net(network(5000, 20, "{ normal = [0.1, 0.02] }", "1.5", precision));
    const auto size = net.simulation.size();
    CHECK(size.n_units == 5000);
    CHECK(size.n_synapses == 100'000);
    const size_t real = precision == std::string("single") ? 4 : 8, states = 11, per_unit_params = 3;
    const size_t units = 5000 * (real * (states + per_unit_params) + 4);
    CHECK(size.synapse_bytes == 100'000 * 6 + 5001 * 8);
    // Beside units and synapses: what arrives in the steps of a block at one port.
    CHECK(size.bytes == size.synapse_bytes + units + 5024 * 15 * real);
  }
}

TEST_CASE("network size: threads cost a row of places each, and nothing else") {
  const auto toml = network(8192, 20, "0.1", "1.5");
  const auto alone = Network(toml).simulation.size(), shared = Network(toml, 4).simulation.size();
  CHECK(alone.n_synapses == shared.n_synapses);
  CHECK(shared.synapse_bytes == alone.synapse_bytes + 3 * 8193 * 8);
}

TEST_CASE("network size: a run counts every spike and every synapse that one arrives at") {
  for (const char* delay : {"1.5", "{ uniform = [1.5, 1.5001] }", "{ uniform = [0.1, 1.5] }"}) {
    CAPTURE(delay);
    auto toml = network(4200, 20, "0.1", delay);
    toml.replace(toml.find("fixed_indegree"), 14, "fixed_outdegree");
    for (const unsigned threads : {1u, 2u}) {
      Network net(toml, threads);
      const bool is_ring = net.simulation.fans()[0].delays == Fan::Delays::scattered;
      CHECK(is_ring == (std::string_view(delay).find("0.1") != std::string_view::npos));
      const auto spikes = net.run()[0];
      CHECK(spikes.size() > 500);
      const auto times = net.simulation.phases();
      CHECK(times.spikes == spikes.size());
      // Synapses with delays of their own count when a spike sets out, the others when it arrives.
      const double last = is_ring ? 19.9 : 18.5;
      const auto counted = std::ranges::count_if(spikes, [&](const auto& s) { return s[0] <= last + 1e-9; });
      CHECK(times.synaptic_events == 20 * static_cast<uint64_t>(counted));
    }
  }
}
