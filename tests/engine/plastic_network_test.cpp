// Networks that learn: alike on any number of threads, and equal to a plain reckoning of every pair of spikes.
#include <algorithm>
#include <random>
#include <set>

#include "learning.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

struct Edge {
  int source, target, delay;
  double weight;
};

constexpr double tau_plus_ms = 12, tau_minus_ms = 17, a_plus = 0.11, a_minus = 0.07, w_max = 3;
constexpr int n_steps = 120, n_source = 4, n_target = 3;

// Forced spikes of 1 ms steps, and synapses between them.
struct Task {
  std::vector<std::pair<int, int>> pre, post;  // time, unit
  std::vector<Edge> edges;
  bool shares_delay = false;
  int dendritic = 0;

  Task(bool shares, int dendritic_steps, uint32_t seed) : shares_delay(shares), dendritic(dendritic_steps) {
    std::mt19937 random(seed);
    const auto chance = [&](double p) { return static_cast<double>(random()) < p * 4294967296.0; };
    for (int t = 1; t <= n_steps; ++t) {
      for (int i = 0; i < n_source; ++i)
        if (chance(0.12)) pre.emplace_back(t, i);
      for (int j = 0; j < n_target; ++j)
        if (chance(0.1)) post.emplace_back(t, j);
    }
    // Each source has several delays, and two synapses with one of them.
    for (int i = 0; i < n_source; ++i)
      for (int j = 0; j < n_target; ++j)
        edges.push_back({i, j, shares_delay ? 6 : 4 + (i + j) % 2 * 5, 1 + 0.1 * i + 0.03 * j});
  }

  bool fired(const std::vector<std::pair<int, int>>& spikes, int t, int unit) const {
    return std::ranges::find(spikes, std::pair(t, unit)) != spikes.end();
  }

  // What arrives at the targets, [step][target], and in `edges` the weights at the end.
  std::vector<std::vector<double>> reckon() {
    std::vector<std::vector<double>> out(n_steps, std::vector<double>(n_target));
    for (int t = 1; t <= n_steps; ++t) {
      for (const Edge& e : edges)
        if (fired(pre, t - e.delay, e.source))
          out[static_cast<size_t>(t - 1)][static_cast<size_t>(e.target)] += e.weight;
      for (Edge& e : edges) {
        const int axon = e.delay - dendritic;
        // Times at the synapse. Spikes at one time do not pair.
        if (fired(pre, t - axon, e.source)) {
          double y = 0;
          for (int s = 1; s < t; ++s)
            if (fired(post, s - dendritic, e.target)) y += std::exp((s - t) / tau_minus_ms);
          e.weight = std::max(0.0, e.weight - a_minus * y);
        }
        if (fired(post, t - dendritic, e.target)) {
          double x = 0;
          for (int s = 1; s < t; ++s)
            if (fired(pre, s - axon, e.source)) x += std::exp((s - t) / tau_plus_ms);
          e.weight = std::min(w_max, e.weight + a_plus * x);
        }
      }
      for (int j = 0; j < n_target; ++j)
        if (fired(post, t, j)) out[static_cast<size_t>(t - 1)][static_cast<size_t>(j)] = 0;  // reset
    }
    return out;
  }

  std::string toml(const TemporaryFolder& folder) const {
    // A delay of the projection and delays of synapses are worked on differently.
    std::string list = shares_delay ? "source,target,weight\n" : "source,target,weight,delay_ms\n";
    for (const Edge& e : edges)
      list += fmt::format("{},{},{:.17g}{}\n", e.source, e.target, e.weight,
                          shares_delay ? "" : fmt::format(",{}", e.delay));
    return fmt::format("format = 1\n[run]\ndt_ms = 1.0\nduration_ms = {}.0\n", n_steps) +
           forced("pre", n_source, folder.write("pre.csv", spikes_csv(pre))) +
           forced("post", n_target, folder.write("post.csv", spikes_csv(post))) +
           fmt::format(
               "[[region.projection]]\nname = \"p\"\nfrom = \"pre\"\nto = \"post\"\nrule = {{ file = \"{}\" }}\n"
               "dendritic_delay_ms = {}.0\n{}[[region.projection.plasticity]]\nplugin = \"core.stdp\"\nparams = {{ "
               "tau_plus_ms = {}, tau_minus_ms = {}, a_plus = {}, a_minus = {}, w_max = {} }}\n"
               "[[record]]\nfrom = \"*.post\"\nstate = \"v_mv\"\nevery_ms = 1.0\n",
               folder.write("list.csv", list).string(), dendritic, fmt::format("delay_ms = {}.0\n", edges.at(0).delay),
               tau_plus_ms, tau_minus_ms, a_plus, a_minus, w_max);
  }
};

// 6 regions of 720 neurons make two slices on two threads.
std::string large_network(const std::string& precision) {
  return "format = 1\n[run]\nseed = 5\nduration_ms = 80.0\nprecision = \"" + precision + R"("
[connectome]
plugin = "core.spatial"
params.n_regions = 6
params.density = 0.8
[region.population.exc]
plugin = "core.lif"
n = 560
[region.population.inh]
plugin = "core.lif"
n = 160
[[region.projection]]
name = "recurrent"
from = "exc"
to = "exc"
rule = { fixed_indegree = 16 }
weight_mv = { uniform = [0.5, 3.0] }
delay_ms = { uniform = [1.0, 2.5] }
dendritic_delay_ms = 0.4
[[region.projection.plasticity]]
plugin = "core.stdp"
params = { a_plus = 0.05, a_minus = 0.04, w_max = 4.0 }
[[region.projection.plasticity]]
plugin = "core.homeostatic"
params = { every_ms = 7.0, tau_ms = 50.0, eta = 0.1 }
[[region.projection]]
name = "gating"
from = "exc"
to = "inh"
rule = { fixed_indegree = 16 }
weight_mv = 2.0
delay_ms = { uniform = [1.0, 2.0] }
[[region.projection.plasticity]]
plugin = "core.short_term"
[[region.projection]]
name = "inhibition"
from = "inh"
to = "exc"
rule = { fixed_indegree = 6 }
weight_mv = -5.0
delay_ms = 1.0
[[region.projection.plasticity]]
plugin = "core.inhibitory_stdp"
params = { eta = 0.1, w_min = -20.0 }
[[long_range]]
name = "between"
from = "exc"
to = "exc"
rule = { indegree_per_weight = 20.0 }
weight_mv = 1.0
delay = { velocity_m_per_s = 20.0, minimum_ms = 1.0 }
[[long_range.plasticity]]
plugin = "core.rstdp"
params = { every_ms = 5.0, w_max = 3.0 }
[modulator.dopamine]
baseline = 0.5
[[modulator.dopamine.release]]
amount = 1.0
rate_hz = 100.0
[[encoder]]
plugin = "core.poisson"
to = "*.*"
params.rate_hz = 2400.0
[[record]]
from = "*.exc"
spikes = true
[[record]]
from = "*.inh"
spikes = true
[[record]]
weights = "between"
every_ms = 5.0
)";
}

}  // namespace

TEST_CASE("plastic networks: weights and what they deliver equal a reckoning of all pairs of spikes") {
  for (const bool shares_delay : {true, false})
    for (const int dendritic : {0, 1, 3}) {
      CAPTURE(shares_delay);
      CAPTURE(dendritic);
      const TemporaryFolder folder;
      Task task(shares_delay, dendritic, 7);
      Network net(task.toml(folder));
      const auto arrived = net.run().at(0);
      const auto expected = task.reckon();
      REQUIRE(arrived.size() == expected.size());
      size_t n_arrivals = 0;
      for (size_t t = 0; t < expected.size(); ++t)
        for (size_t j = 0; j < n_target; ++j) {
          CAPTURE(t);
          n_arrivals += expected[t][j] != 0;
          CHECK_CLOSE(arrived[t][j], expected[t][j], 1e-11, 1e-30);
        }
      CHECK(n_arrivals > 50);
      const auto learned = synapses_of(net.simulation, "p");
      REQUIRE(learned.size() == task.edges.size());
      double change = 0;
      for (size_t k = 0; k < task.edges.size(); ++k) {
        CHECK(learned.target[k] == static_cast<uint32_t>(task.edges[k].target));
        CHECK(learned.delay(k) == task.edges[k].delay);
        CHECK_CLOSE(learned.weight[k], task.edges[k].weight, 1e-11, 0);
        change += std::abs(learned.weight[k] - (1 + 0.1 * task.edges[k].source + 0.03 * task.edges[k].target));
      }
      CHECK(change > 0.5);
    }
}

TEST_CASE("plastic networks: a dendritic delay turns the order of a pair around") {
  // The spike leaves at 10 ms and reaches the soma at 14 ms. With 3 of these 4 ms in the dendrite it is at the synapse
  // at 11 ms, where the target's spike comes 3 ms after it was fired.
  for (const bool shares_delay : {true, false}) {
    const auto weight = [&](int dendritic, int post_ms) {
      const TemporaryFolder folder;
      Task task(shares_delay, dendritic, 1);
      task.edges = {{0, 0, 4, 1.0}};
      task.pre = {{10, 0}};
      task.post = {{post_ms, 0}};
      Network net(task.toml(folder));
      net.run();
      return synapses_of(net.simulation, "p").weight.at(0);
    };
    CHECK_CLOSE(weight(0, 16), 1 + a_plus * std::exp(-2 / tau_plus_ms), 1e-12, 0);
    CHECK_CLOSE(weight(3, 16), 1 + a_plus * std::exp(-8 / tau_plus_ms), 1e-12, 0);
    CHECK_CLOSE(weight(0, 12), 1 - a_minus * std::exp(-2 / tau_minus_ms), 1e-12, 0);
    CHECK_CLOSE(weight(3, 12), 1 + a_plus * std::exp(-4 / tau_plus_ms), 1e-12, 0);
  }
}

TEST_CASE("plastic networks: weights and spikes are alike on one and two threads") {
  for (const char* precision : {"double", "single"}) {
    CAPTURE(precision);
    Network one(large_network(precision)), two(large_network(precision), 2);
    REQUIRE(one.simulation.threads() == 1);
    REQUIRE(two.simulation.threads() == 2);
    const auto drawn = synapses_of(one.simulation, "recurrent");
    const auto a = one.run(), b = two.run();
    REQUIRE(a[0].size() > 2000);
    REQUIRE(a[1].size() > 500);
    CHECK(a == b);
    for (const char* name : {"recurrent", "gating", "inhibition", "between"}) {
      CAPTURE(name);
      const auto x = synapses_of(one.simulation, name), y = synapses_of(two.simulation, name);
      REQUIRE(x.size() > 5000);
      CHECK(x.row_begin == y.row_begin);
      CHECK(x.target == y.target);
      CHECK(x.delay_steps == y.delay_steps);
      CHECK(x.weight == y.weight);
    }
    const auto learned = synapses_of(one.simulation, "recurrent");
    CHECK(learned.target == drawn.target);
    CHECK(learned.weight != drawn.weight);
    const std::set<uint16_t> delays(drawn.delay_steps.begin(), drawn.delay_steps.end());
    CHECK(delays.size() > 5);
  }
}
