// Weights and delays of synapses: their distributions, bounds and factors, and the steps that delays are rounded to.
#include <algorithm>
#include <numeric>

#include "engine/wiring.hpp"
#include "network.hpp"
#include "scenario/value_moments.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

using Kind = ValueSpec::Kind;
constexpr size_t n_regions = 4, n = 50;

Network& ground() {
  static Network net(
      "format = 1\n[run]\nduration_ms = 1.0\n[connectome]\nplugin = \"core.spatial\"\nparams.n_regions = 4\n"
      "[region.population.exc]\nplugin = \"core.lif\"\nn = 50\n");
  return net;
}

Brain graph() {
  Brain b = ground().brain;
  auto& c = b.connectome;
  c.weights.assign(n_regions * n_regions, 0.0);
  c.lengths_mm.assign(n_regions * n_regions, 0.0);
  const auto edge = [&](size_t t, size_t s, double weight, double length_mm) {
    c.weight(t, s) = weight, c.lengths_mm[t * n_regions + s] = length_mm;
  };
  edge(0, 1, 0.5, 30.0), edge(0, 2, 2.0, 0.2), edge(3, 0, 1.25, 31.7);
  return b;
}

struct Synapse {
  uint32_t source, target;
  double weight, delay_steps;
};

std::vector<Synapse> drawn(const ProjectionSpec& spec, uint64_t key = 5, double dt_ms = 0.1) {
  const Brain brain = graph();
  const auto& exc = ground().simulation.population(0);
  const Wiring wiring(spec, exc, exc, brain, dt_ms, key);
  std::vector<Synapse> out;
  std::vector<uint32_t> partners;
  std::vector<double> weight;
  std::vector<uint16_t> delay;
  for (uint32_t u = 0; u < wiring.n_drawing_units(); ++u) {
    partners.clear(), weight.clear(), delay.clear();
    wiring.partners(u, partners);
    wiring.weights(u, partners, weight);
    wiring.delays(u, partners, delay);
    REQUIRE((weight.size() == partners.size() && delay.size() == partners.size()));
    for (size_t k = 0; k < partners.size(); ++k)
      out.push_back({wiring.is_by_target() ? partners[k] : u, wiring.is_by_target() ? u : partners[k], weight[k],
                     static_cast<double>(delay[k])});
  }
  return out;
}

ProjectionSpec local(ValueSpec weight = {.a = 1}) {
  ProjectionSpec spec;
  spec.rule = {RuleKind::all_to_all, 1}, spec.weight = weight;
  spec.autapses = true;
  return spec;
}
ProjectionSpec between(RuleKind rule = RuleKind::fixed_indegree) {
  auto spec = local();
  spec.is_long_range = true, spec.rule = {rule, 20};
  return spec;
}

std::vector<double> weights(const std::vector<Synapse>& s) {
  std::vector<double> out;
  for (const auto& x : s) out.push_back(x.weight);
  return out;
}
std::vector<double> delays(const std::vector<Synapse>& s) {
  std::vector<double> out;
  for (const auto& x : s) out.push_back(x.delay_steps);
  return out;
}
double mean(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}
double variance(const std::vector<double>& x) {
  const double m = mean(x);
  double sum = 0;
  for (const double v : x) sum += (v - m) * (v - m);
  return sum / static_cast<double>(x.size());
}

// Mean, variance and distribution function within what so many draws allow.
void check_distribution(const ValueSpec& spec, std::vector<double> x) {
  const auto m = moments_of(spec);
  const auto count = static_cast<double>(x.size());
  const double var = m.mean_square - m.mean * m.mean;
  CHECK_CLOSE(mean(x), m.mean, 1e-6, 5 * std::sqrt(var / count));
  CHECK_CLOSE(variance(x), var, 0.1, 0);
  std::ranges::sort(x);
  CHECK((x.front() >= spec.low && x.back() <= spec.high));
  double distance = 0;  // Kolmogorov
  for (size_t i = 0; i < x.size(); ++i)
    distance = std::max(distance, std::abs(probability_below(spec, x[i]) - (static_cast<double>(i) + 0.5) / count));
  CHECK(distance < 2 / std::sqrt(count));
}

}  // namespace

TEST_CASE("wiring values: weights follow their distribution, within its bounds") {
  for (const ValueSpec& spec :
       {ValueSpec{.kind = Kind::normal, .a = 0.15, .b = 0.015},
        ValueSpec{.kind = Kind::normal, .a = 1, .b = 2, .low = 0},
        ValueSpec{.kind = Kind::normal, .a = -1, .b = 2, .low = -3, .high = 0},
        ValueSpec{.kind = Kind::uniform, .a = 1, .b = 3}, ValueSpec{.kind = Kind::uniform, .a = 1, .b = 3, .low = 2.5},
        ValueSpec{.kind = Kind::lognormal, .a = 2, .b = 0.5},
        ValueSpec{.kind = Kind::lognormal, .a = 2, .b = 1, .high = 4},
        ValueSpec{.kind = Kind::lognormal, .a = -2, .b = 0.5}}) {
    CAPTURE(static_cast<int>(spec.kind));
    CAPTURE(spec.a);
    CAPTURE(spec.low);
    CAPTURE(spec.high);
    const auto synapses = drawn(local(spec));
    REQUIRE(synapses.size() == n_regions * n * n);
    if (spec.a > 0) check_distribution(spec, weights(synapses));
    CHECK(
        std::ranges::all_of(synapses, [&](const Synapse& s) { return s.weight >= spec.low && s.weight <= spec.high; }));
    if (spec.kind == Kind::lognormal && spec.a < 0)
      CHECK(std::ranges::all_of(synapses, [](const Synapse& s) { return s.weight < 0; }));
  }
}

TEST_CASE("wiring values: a distribution that hardly ever falls within its bounds ends the drawing") {
  auto spec = local({.kind = Kind::normal, .a = 0, .b = 1, .low = 9});
  spec.at = {"network.toml", 8, 13};
  CHECK_THROWS_WITH_AS(drawn(spec),
                       "network.toml:8:13: a distribution hardly ever falls within its bounds [9, inf]: widen them",
                       Failure);
}

TEST_CASE("wiring values: the connectome and a factor of the target region scale weights, for rules of both sides") {
  for (const auto rule : {RuleKind::fixed_indegree, RuleKind::fixed_outdegree}) {
    auto spec = between(rule);
    spec.weight = {.a = 3};
    spec.scales_weight = true, spec.global_coupling = 0.5;
    spec.region_factor = {2, 1, 1, 10};
    const auto brain = graph();
    const auto synapses = drawn(spec);
    CHECK(synapses.size() == 3 * 20 * n);
    for (const auto& s : synapses) {
      const size_t t = s.target / n;
      const double w = 3 * 0.5 * brain.connectome.weight(t, s.source / n) * spec.region_factor[t];
      CHECK(s.weight == static_cast<double>(static_cast<float>(w)));
    }
    spec.scales_weight = false;
    for (const auto& s : drawn(spec)) CHECK(s.weight == 3 * spec.region_factor[s.target / n]);
  }
}

TEST_CASE("wiring values: what all synapses share is known to be shared") {
  const auto wiring = [](const ProjectionSpec& spec) {
    const auto& exc = ground().simulation.population(0);
    static const Brain brain = graph();
    return Wiring(spec, exc, exc, brain, 0.1, 1);
  };
  CHECK(wiring(between()).shares_weight());
  CHECK(wiring(between()).shares_delay());
  CHECK(wiring(between()).shared_delay_steps() == 1);
  auto spec = between();
  spec.scales_weight = true, spec.delay_sd_ms = 0.1;
  CHECK_FALSE(wiring(spec).shares_weight());
  CHECK_FALSE(wiring(spec).shares_delay());
  spec = between();
  spec.region_factor = {1, 1, 1, 2}, spec.velocity_m_per_s = 6;
  CHECK_FALSE(wiring(spec).shares_weight());
  CHECK_FALSE(wiring(spec).shares_delay());
  spec = local({.kind = Kind::uniform, .a = 1, .b = 2});
  spec.delay_ms = {.a = 1.5};
  CHECK_FALSE(wiring(spec).shares_weight());
  CHECK(wiring(spec).shared_delay_steps() == 15);
  spec.delay_ms = {.kind = Kind::uniform, .a = 1, .b = 2};
  CHECK_FALSE(wiring(spec).shares_delay());
}

TEST_CASE("wiring values: a constant delay is rounded to the nearest step, and is one at least") {
  for (const auto& [delay_ms, steps] : {std::pair{0.0, 1.0},
                                        {0.04, 1.0},
                                        {0.1, 1.0},
                                        {0.14, 1.0},
                                        {0.16, 2.0},
                                        {1.5, 15.0},
                                        {1.52, 15.0},
                                        {25.0, 250.0},
                                        {6553.5, 65535.0}}) {
    auto spec = local();
    spec.delay_ms = {.a = delay_ms};
    CHECK(drawn(spec).front().delay_steps == steps);
  }
  auto spec = local();
  spec.delay_ms = {.a = 1.5};
  CHECK(drawn(spec, 5, 0.05).front().delay_steps == 30);
  spec.delay_ms = {.a = 0.2}, spec.minimum_delay_ms = 0.7;
  CHECK(drawn(spec).front().delay_steps == 7);
}

TEST_CASE("wiring values: drawn delays follow their distribution in whole steps") {
  // Potjans & Diesmann 2014; 'low' is what the scenario fills in.
  const ValueSpec ms{.kind = Kind::normal, .a = 1.5, .b = 0.75, .low = 0.1};
  auto spec = local();
  spec.delay_ms = ms;
  const auto steps = delays(drawn(spec));
  const auto m = moments_of(ms);
  const auto count = static_cast<double>(steps.size());
  CHECK_CLOSE(mean(steps) * 0.1, m.mean, 0, 5 * 0.75 / std::sqrt(count) + 1e-3);
  CHECK_CLOSE(variance(steps) * 0.01, m.mean_square - m.mean * m.mean, 0.05, 0);
  CHECK(std::ranges::min(steps) >= 1);
  for (const double k : {1.0, 5.0, 15.0, 30.0}) {
    const double p = probability_below(ms, (k + 0.5) * 0.1) - probability_below(ms, (k - 0.5) * 0.1);
    CAPTURE(k);
    CHECK_CLOSE(static_cast<double>(std::ranges::count(steps, k)), count * p, 0, 5 * std::sqrt(count * p));
  }
}

TEST_CASE("wiring values: tracts delay by length over velocity, from source to target, rounded") {
  for (const auto rule : {RuleKind::fixed_indegree, RuleKind::bernoulli_per_weight}) {
    auto spec = between(rule);
    spec.velocity_m_per_s = 6;
    spec.minimum_delay_ms = 0.5;
    const auto synapses = drawn(spec);
    REQUIRE(!synapses.empty());
    for (const auto& s : synapses) {
      const auto t = s.target / n, from = s.source / n;
      CHECK(s.delay_steps == (t == 3 ? 53 : from == 1 ? 50 : 5));  // 31.7, 30 and 0.2 mm at 6 mm/ms
    }
    spec.length_scale = 1.3;
    for (const auto& s : drawn(spec))
      if (s.target / n == 3) CHECK(s.delay_steps == 69);  // 6.868 ms
  }
}

TEST_CASE("wiring values: scatter about a delay is normal and stays above the minimum") {
  auto spec = between();
  spec.velocity_m_per_s = 6, spec.delay_sd_ms = 0.4, spec.minimum_delay_ms = 0.3;
  std::vector<double> far, near;
  for (const auto& s : drawn(spec)) (s.target / n == 3 ? far : near).push_back(s.delay_steps);
  CHECK_CLOSE(mean(far), 52.83, 0, 5 * 4 / std::sqrt(1000.0));
  CHECK_CLOSE(std::sqrt(variance(far)), 4, 0.1, 0);
  CHECK(std::ranges::min(near) == 3);
  // Around its own minimum: half a normal distribution.
  std::vector<double> at_minimum;
  for (const auto& s : drawn(spec))
    if (s.target / n == 0 && s.source / n == 2) at_minimum.push_back(s.delay_steps);
  CHECK_CLOSE(mean(at_minimum), 3 + 4 * std::sqrt(2 / M_PI), 0, 5 * 2.41 / std::sqrt(1000.0));
  // A fixed delay scatters alike.
  auto fixed = local();
  fixed.delay_ms = {.a = 2}, fixed.delay_sd_ms = 0.3;
  const auto steps = delays(drawn(fixed));
  CHECK_CLOSE(mean(steps), 20, 0, 5 * 3 / std::sqrt(1e4));
  CHECK_CLOSE(std::sqrt(variance(steps)), 3, 0.05, 0);
}

TEST_CASE("wiring values: weights and delays of one synapse, and those of two projections, are independent") {
  auto spec = local({.kind = Kind::normal, .a = 10, .b = 1});
  spec.delay_ms = {.kind = Kind::normal, .a = 5, .b = 1};
  const auto correlation = [](const std::vector<double>& a, const std::vector<double>& b) {
    const double ma = mean(a), mb = mean(b);
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - ma) * (b[i] - mb);
    return sum / static_cast<double>(a.size()) / std::sqrt(variance(a) * variance(b));
  };
  const auto synapses = drawn(spec), others = drawn(spec, 6);
  const double limit = 4 / std::sqrt(static_cast<double>(synapses.size()));
  CHECK_CLOSE(correlation(weights(synapses), delays(synapses)), 0, 0, limit);
  CHECK_CLOSE(correlation(weights(synapses), weights(others)), 0, 0, limit);
  CHECK_CLOSE(correlation(delays(synapses), delays(others)), 0, 0, limit);
  CHECK(correlation(weights(synapses), weights(drawn(spec))) > 0.999);
}
