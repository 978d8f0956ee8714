// How a run ends early: a population that runs away, states that stop being finite, plugins that fail, the caller's
// wish; on one thread and on several.
#include <fmt/format.h>

#include "network.hpp"
#include "probe.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

// Two populations of probes in two regions, one unit of the second driven by `drive` from `onset_ms` on.
std::string probes(size_t n, double drive, double onset_ms, size_t unit) {
  return fmt::format(
      "format = 1\n[run]\nduration_ms = 20.0\n[connectome]\nplugin = \"core.spatial\"\nparams.n_regions = 4\n"
      "[region.population.a]\nplugin = \"core.lif\"\nn = {0}\n[region.population.b]\nplugin = \"core.lif\"\nn = {0}\n"
      "[[region.projection]]\nfrom = \"a\"\nto = \"b\"\nrule = {{ fixed_indegree = 1 }}\nweight_mv = 1.0\ndelay_ms = "
      "0.7\n[[stimulus]]\nto = \"b\"\nport = \"drive_mv\"\nonset_ms = {1}\nduration_ms = 50.0\namplitude = {2}\n"
      "units = [{3}]\n",
      n, onset_ms, drive, unit);
}

std::string ends_with(const std::string& toml, unsigned threads, const std::function<void(Scenario&)>& edit) {
  Network net(toml, threads, edit);
  CHECK(net.simulation.threads() == threads);
  try {
    net.run();
  } catch (const Failure& e) {
    CHECK(e.status() == Exit::simulation_failed);
    return e.what();
  }
  return "went on";
}

std::string excited(double runaway_hz, size_t n) {
  return fmt::format(
      "format = 1\n[run]\nduration_ms = 400.0\nrunaway_hz = {}\n[region.population.calm]\nplugin = \"core.lif\"\n"
      "[region.population.exc]\nplugin = \"core.lif\"\nn = {}\nparams.drive_mv = 60.0\nparams.initial_v_high_mv = 0.0\n"
      "[[record]]\nfrom = \"*.exc\"\nspikes = true\n",
      runaway_hz, n);
}

}  // namespace

TEST_CASE("failures: a population that fires above runaway_hz for 50 ms ends the run") {
  // Drive 60 mV: a spike every 10.2 ms (t_ref + tau ln 1.5 in whole steps), five in the first 50 ms.
  for (const unsigned threads : {1u, 2u}) {
    const size_t n = threads == 1 ? 10 : 5000;
    CAPTURE(threads);
    const auto said = ends_with(excited(20, n), threads, {});
    CHECK(said ==
          "population 'exc' fired at 97.66 Hz in the 51.2 ms before t = 51.2 ms, above runaway_hz = 20: weaken "
          "excitation or raise [run] runaway_hz");
    CHECK(ends_with(excited(110, n), threads, {}) == "went on");
    CHECK(ends_with(excited(0, n), threads, {}) == "went on");
  }
}

TEST_CASE("failures: a state that is not a number ends the run, whichever thread meets it") {
  const std::string expected =
      "test.probe' 1.0.0 produced a value that is not a number in state 'v_mv' at t = {} ms; check its parameters and "
      "input, or make dt_ms smaller";
  const auto said = ends_with(probes(20, Probe::breaks, 5.0, 3), 1, with_probes);
  CHECK(said.starts_with("population '"));
  CHECK(said.find(".b': neuron '" + fmt::format(fmt::runtime(expected), 5.1)) != std::string::npos);
  // Large networks are looked at every 16 steps. The unit lies in the last slice of its population.
  for (const unsigned threads : {1u, 2u, 3u, 4u}) {
    CAPTURE(threads);
    const auto late = ends_with(probes(1100, Probe::breaks, 5.0, 1099), threads, with_probes);
    CHECK(late.find(".b': neuron '" + fmt::format(fmt::runtime(expected), 6.4)) != std::string::npos);
  }
}

TEST_CASE("failures: a plugin that fails ends the run with its own words, whichever thread it fails on") {
  for (const unsigned threads : {1u, 2u, 3u, 4u}) {
    CAPTURE(threads);
    CHECK(ends_with(probes(1100, Probe::throws, 5.0, 1099), threads, with_probes) ==
          "population 'b': neuron 'test.probe' 1.0.0 failed in step at t = 5 ms: matrix is singular");
  }
}

TEST_CASE("failures: a rate that cannot be drawn ends the run with the name of what asked for it") {
  const auto said = ends_with(
      "format = 1\n[run]\nduration_ms = 1000.0\n[region.population.a]\nplugin = \"core.lif\"\n[[encoder]]\nplugin = "
      "\"core.poisson\"\nto = \"a\"\nparams.rate_hz = 1e7\n",
      1, [](Scenario& s) {
        with_probes(s);
        s.dt_ms = 200;
      });
  CHECK(said ==
        "input to 'a[0]': encoder 'core.poisson' 1.1.0 failed in step at t = 0 ms: the mean of a Poisson column is "
        "2000000.000000 per step; it must lie in [0, 1e6]: change the rate or dt_ms");
}

TEST_CASE("failures: after a failure the network can run again") {
  Network net(probes(1100, Probe::throws, 5.0, 7), 2, with_probes);
  CHECK_THROWS_AS(net.run(), Failure);
  CHECK_THROWS_WITH_AS(
      net.run(), "population 'b': neuron 'test.probe' 1.0.0 failed in step at t = 5 ms: matrix is singular", Failure);
}

TEST_CASE("failures: the caller stops a run through progress") {
  for (const unsigned threads : {1u, 2u}) {
    Network net(excited(0, 5000), threads);
    std::vector<double> shares;
    RecordSink sink;
    sink.spikes = [](size_t, std::span<const double>, std::span<const int64_t>) {};
    sink.progress = [&](double share) {
      shares.push_back(share);
      return share < 0.5;
    };
    CHECK_FALSE(net.simulation.run(sink));
    REQUIRE(shares.size() >= 2);
    CHECK(shares.back() >= 0.5);
    CHECK(shares.back() < 0.9);
    shares.clear();
    sink.progress = [&](double share) {
      shares.push_back(share);
      return true;
    };
    CHECK(net.simulation.run(sink));
    CHECK(shares.back() == 1);
    CHECK(std::ranges::is_sorted(shares));
  }
}

TEST_CASE("failures: what the sink throws ends the run") {
  for (const unsigned threads : {1u, 2u}) {
    Network net(excited(0, 5000), threads);
    RecordSink sink;
    sink.spikes = [](size_t, std::span<const double>, std::span<const int64_t>) {
      throw Failure(Exit::simulation_failed, "the disk is full");
    };
    CHECK_THROWS_WITH_AS(net.simulation.run(sink), "the disk is full", Failure);
  }
}
