// Spikes arrive exactly when conduction says: t + d for every delay, along every edge of a graph, in every order.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "data/temporary_folder.hpp"
#include "encephagen/sdk/random.hpp"
#include "network.hpp"
#include "probe.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

constexpr size_t n_regions = 6;

// A probe in every region; the one in region 0 is made to fire at 2.0 and 3.7 ms. Record 0: what arrives, every step.
std::string regions(const std::string& projections, const std::string& spikes, double duration_ms = 60,
                    const char* dt_ms = "0.1") {
  return fmt::format(
      "format = 1\n[run]\nduration_ms = {}\ndt_ms = {}\n[connectome]\nplugin = \"core.spatial\"\nparams.n_regions = 6\n"
      "params.density = 0.8\n[region.population.p]\nplugin = \"core.lif\"\n{}[[spike_train]]\nfile = \"{}\"\nto = "
      "\"p\"\nweight_mv = 1000.0\n[[record]]\nfrom = \"*.p\"\nstate = \"i_exc_mv\"\nevery_ms = {}\n",
      duration_ms, dt_ms, projections, spikes, dt_ms);
}

std::string tracts(const std::string& delay) {
  return "[[long_range]]\nfrom = \"p\"\nto = \"p\"\nrule = { bernoulli_per_weight = 1e6 }\nweight_mv = 3.0\ndelay = " +
         delay + "\n";
}

// Steps at which something arrives at a unit.
std::vector<size_t> arrivals(const std::vector<std::vector<double>>& samples, size_t unit, double weight) {
  std::vector<size_t> out;
  for (size_t k = 0; k < samples.size(); ++k)
    if (samples[k][unit] != 0) {
      CHECK(samples[k][unit] == weight);
      out.push_back(k);
    }
  return out;
}

}  // namespace

TEST_CASE("conduction: a fixed delay of any length, one step to a quarter of a second") {
  const TemporaryFolder folder;
  const auto train = folder.write("train.csv", "time_ms,unit\n2.0,0\n3.7,0\n").string();
  for (const double ms : {0.1, 0.2, 1.5, 3.1, 3.2, 3.3, 25.0, 250.0}) {
    CAPTURE(ms);
    Network net(regions(tracts(fmt::format("{{ fixed_ms = {} }}", ms)), train, ms + 10), 1, with_probes);
    const auto d = static_cast<size_t>(std::llround(ms * 10));
    CHECK(net.simulation.block_steps() == std::min<size_t>(d, 32));
    const auto samples = net.run()[0];
    size_t n_targets = 0;
    for (size_t r = 1; r < n_regions; ++r) {
      const bool is_target = net.brain.connectome.weight(r, 0) > 0;
      n_targets += is_target;
      CHECK(arrivals(samples, r, 3) == (is_target ? std::vector<size_t>{19 + d, 36 + d} : std::vector<size_t>{}));
    }
    CHECK(n_targets >= 2);
  }
}

TEST_CASE("conduction: tracts of different length, in steps of any size") {
  const TemporaryFolder folder;
  const auto train = folder.write("train.csv", "time_ms,unit\n2.0,0\n").string();
  for (const auto& [text, step_ms] : {std::pair{"0.1", 0.1}, {"0.05", 0.05}, {"0.025", 0.025}, {"0.5", 0.5}})
    for (const double v : {1.0, 6.0, 100.0}) {
      const double dt = step_ms;
      CAPTURE(dt);
      CAPTURE(v);
      Network net(regions(tracts(fmt::format("{{ velocity_m_per_s = {}, minimum_ms = 0.3 }}", v)), train, 150, text), 1,
                  with_probes);
      const auto samples = net.run()[0];
      std::vector<size_t> delays;
      for (size_t r = 1; r < n_regions; ++r) {
        if (net.brain.connectome.weight(r, 0) <= 0) continue;
        const double ms = std::max(0.3, net.brain.connectome.lengths_mm[r * n_regions] / v);
        const auto d = std::max<size_t>(1, static_cast<size_t>(std::llround(ms / dt)));
        delays.push_back(d);
        CHECK(arrivals(samples, r, 3) == std::vector<size_t>{static_cast<size_t>(std::llround(2 / dt)) - 1 + d});
      }
      CHECK(delays.size() >= 2);
      if (v == 1) CHECK(std::ranges::min(delays) < std::ranges::max(delays));
    }
}

TEST_CASE("conduction: delays drawn for every synapse, as runs and one by one, to few targets and to many") {
  // Source 0 of several fires, and the projection is asked for what it drew. Beyond 65,536 targets places take 32 bits.
  struct Case {
    size_t n_sources, n_targets, degree;
    const char* delay;
    Fan::Delays stored;
    bool is_wide;
  };
  const TemporaryFolder folder;
  const auto train = folder.write("train.csv", "time_ms,unit\n1.0,0\n2.5,0\n").string();
  for (const Case& c : {Case{1, 5, 5, "{ normal = [1.5, 0.75] }", Fan::Delays::scattered, false},
                        Case{1, 400, 400, "{ uniform = [0.4, 0.9] }", Fan::Delays::runs, false},
                        Case{1, 100, 90, "0.7", Fan::Delays::shared, false},
                        Case{1000, 66000, 40, "{ normal = [1.5, 0.75] }", Fan::Delays::scattered, true},
                        Case{10, 66000, 500, "{ uniform = [0.4, 0.9] }", Fan::Delays::runs, true},
                        Case{1, 66000, 66000, "0.7", Fan::Delays::shared, true}}) {
    CAPTURE(c.delay);
    CAPTURE(c.n_targets);
    Network net(
        fmt::format(
            "format = 1\n[run]\nduration_ms = 12.0\nprecision = \"single\"\n[region.population.a]\nplugin = "
            "\"core.lif\"\nn = {}\n[region.population.b]\nplugin = \"core.lif\"\nn = {}\n[[region.projection]]\n"
            "from = \"a\"\nto = \"b\"\nrule = {{ fixed_outdegree = {} }}\nmultapses = false\nweight_mv = {{ "
            "uniform = [1.0, 2.0] }}\ndelay_ms = {}\n[[spike_train]]\nfile = \"{}\"\nto = \"a\"\nweight_mv = "
            "1000.0\n[[record]]\nfrom = \"*.b\"\nstate = \"i_exc_mv\"\nevery_ms = 0.1\n",
            c.n_sources, c.n_targets, c.degree, c.delay, train),
        1, with_probes);
    const Fan& fan = net.simulation.fans()[0];
    CHECK(fan.delays == c.stored);
    CHECK(fan.slices[0].index32.empty() != c.is_wide);
    const Wiring wiring(net.scenario.projections[0], net.simulation.population(0), net.simulation.population(1),
                        net.brain, 0.1, eg::mix_key(net.scenario.seeds.wiring, "projection", 0));
    std::vector<uint32_t> target;
    std::vector<double> weight;
    std::vector<uint16_t> steps;
    wiring.partners(0, target);
    wiring.weights(0, target, weight);
    wiring.delays(0, target, steps);
    REQUIRE(target.size() == c.degree);
    auto samples = net.run()[0];
    size_t missing = 0, left = 0;
    for (size_t k = 0; k < c.degree; ++k)
      for (const size_t fired : {size_t{9}, size_t{24}})
        missing += std::exchange(samples[fired + steps[k]][target[k]], 0.0) !=
                   static_cast<double>(static_cast<float>(weight[k]));
    for (const auto& row : samples)
      left += static_cast<size_t>(std::ranges::count_if(row, [](double x) { return x != 0; }));
    CHECK(missing == 0);
    CHECK(left == 0);
  }
}
