// Networks large enough for several threads fire the same spikes on any number of them, however their synapses are
// stored. CTest runs this once for every width of pack.
#include <fmt/format.h>

#include <algorithm>

#include "network.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

// 10,200 neurons with noise, 16 synapses of each kind a neuron; what is stored how follows from weights and delays.
std::string network(const std::string& weight, const std::string& delay, const std::string& precision) {
  const auto projection = [&](const char* from, double sign) {
    return fmt::format(
        "[[region.projection]]\nfrom = \"{}\"\nto = [\"exc\", \"inh\"]\nrule = {{ fixed_indegree = {} }}\nweight_mv = "
        "{}\ndelay_ms = {}\n",
        from, sign > 0 ? 32 : 8,
        weight == "drawn" ? fmt::format("{{ normal = [{}, 0.4] }}", 2 * sign) : fmt::format("{}", 2 * sign), delay);
  };
  return fmt::format(
             "format = 1\n[run]\nseed = 7\nduration_ms = 20.0\nprecision = \"{}\"\n[region.population.exc]\nplugin = "
             "\"core.lif\"\nn = 8167\n[region.population.inh]\nplugin = \"core.lif\"\nn = 2033\n",
             precision) +
         projection("exc", 1) + projection("inh", -5) +
         "[[encoder]]\nplugin = \"core.poisson\"\nto = \"*.*\"\nparams.rate_hz = 4000.0\nparams.weight_mv = 2.0\n"
         "[[record]]\nname = \"e\"\nfrom = \"*.exc\"\nspikes = true\n[[record]]\nname = \"i\"\nfrom = \"*.inh\"\n"
         "spikes = true\n[[record]]\nname = \"v\"\nfrom = \"*.inh\"\nstate = \"v_mv\"\nevery_ms = 5.0\n";
}

void same_for_any_threads(const std::string& toml, Fan::Delays stored, std::vector<unsigned> numbers) {
  Network alone(toml);
  REQUIRE(alone.simulation.threads() == 1);
  CHECK(std::ranges::any_of(alone.simulation.fans(), [&](const Fan& f) { return f.delays == stored; }));
  const auto expected = alone.run();
  CHECK(expected[0].size() > 2000);
  CHECK(expected[0].size() < 20000);
  CHECK(expected[1].size() > 500);
  for (const unsigned threads : numbers) {
    Network net(toml, threads);
    CAPTURE(threads);
    CHECK(net.simulation.threads() == threads);
    CHECK(net.simulation.size().n_synapses == alone.simulation.size().n_synapses);
    CHECK(net.run() == expected);
    CHECK(net.simulation.phases().synaptic_events == alone.simulation.phases().synaptic_events);
    CHECK(net.simulation.phases().spikes == expected[0].size() + expected[1].size());
  }
}

}  // namespace

TEST_CASE("delivery: rows with one delay, on any number of threads") {
  same_for_any_threads(network("same", "1.5", "single"), Fan::Delays::shared, {2, 3, 4});
  same_for_any_threads(network("drawn", "0.1", "double"), Fan::Delays::shared, {3});
}

TEST_CASE("delivery: runs of one delay, on any number of threads") {
  same_for_any_threads(network("drawn", "{ uniform = [0.6, 1.2] }", "single"), Fan::Delays::runs, {2, 3, 4});
  same_for_any_threads(network("same", "{ uniform = [0.6, 1.2] }", "double"), Fan::Delays::runs, {3});
}

TEST_CASE("delivery: synapses with delays of their own, on any number of threads") {
  same_for_any_threads(network("drawn", "{ normal = [1.5, 0.75] }", "single"), Fan::Delays::scattered, {2, 3, 4});
  same_for_any_threads(network("same", "{ normal = [1.5, 0.75] }", "double"), Fan::Delays::scattered, {3});
}

// Nearly all neurons fire at once, so that every sum has many terms, whose order shows in its last bits.
TEST_CASE("delivery: sums of many weights are the same to the last bit on any number of threads") {
  for (const char* delay : {"1.5", "{ uniform = [0.6, 1.2] }", "{ normal = [1.5, 0.75] }"}) {
    CAPTURE(delay);
    const auto toml = fmt::format(
        "format = 1\n[run]\nduration_ms = 4.0\nprecision = \"single\"\n[region.population.exc]\nplugin = \"core.lif\"\n"
        "n = 8500\nparams.drive_mv = 500.0\n[[region.projection]]\nfrom = \"exc\"\nto = \"exc\"\nrule = {{ "
        "fixed_indegree = 40 }}\nweight_mv = {{ normal = [1.0, 0.3] }}\ndelay_ms = {}\n[[record]]\nfrom = \"*.exc\"\n"
        "state = \"i_exc_mv\"\nevery_ms = 0.1\n",
        delay);
    Network alone(toml);
    const auto expected = alone.run();
    CHECK(alone.simulation.phases().spikes > 8500);
    CHECK(expected[0][39][0] > 10);
    for (const unsigned threads : {2u, 3u, 4u}) CHECK(Network(toml, threads).run() == expected);
  }
}

TEST_CASE("delivery: small networks take fewer threads than are offered") {
  const auto of = [](size_t n) {
    return Network(fmt::format("format = 1\n[run]\nduration_ms = 1.0\n[region.population.exc]\nplugin = \"core.lif\"\n"
                               "n = {}\n",
                               n),
                   3)
        .simulation.threads();
  };
  CHECK(of(100) == 1);
  CHECK(of(4095) == 1);
  CHECK(of(4096) == 2);
  CHECK(of(6144) == 3);
  CHECK(of(100'000) == 3);
}

TEST_CASE("delivery: a simulation that has run runs again from the start, to the same end") {
  for (const char* delay : {"1.5", "{ uniform = [0.6, 1.2] }", "{ normal = [1.5, 0.75] }"}) {
    CAPTURE(delay);
    Network net(network("drawn", delay, "single"), 2);
    const auto first = net.run();
    CHECK(net.run() == first);
  }
}
