// Expected synapses and delays against networks that are built, and against sums done by hand.
#include "engine/expected_wiring.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/wiring.hpp"
#include "network.hpp"
#include "scenario/value_moments.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

std::string toy(const std::string& rest) {
  return "format = 1\n[run]\nduration_ms = 1.0\n[connectome]\nplugin = \"core.toy20\"\nparams.rows = \"targets\"\n"
         "[region.population.exc]\nplugin = \"core.lif\"\nn = 40\n"
         "[region.population.inh]\nplugin = \"core.lif\"\nn = 10\n" +
         rest;
}
std::string local(const std::string& from, const std::string& to, const std::string& rule) {
  return fmt::format("[[region.projection]]\nfrom = \"{}\"\nto = \"{}\"\nrule = {{ {} }}\nweight_mv = {}\n", from, to,
                     rule, from == "inh" ? -1 : 1);
}
double expected(const Network& n) {
  double sum = 0;
  for (const auto& p : expect_wiring(n.scenario, n.brain).projections) sum += p.n_synapses;
  return sum;
}
double sum_of(const std::map<uint64_t, double>& m) {
  double sum = 0;
  for (const auto& [step, n] : m) sum += n;
  return sum;
}

}  // namespace

TEST_CASE("expected wiring: exact rules give the number of synapses that is built") {
  for (const auto& [from, to, rule, per_region] : {std::tuple{"exc", "exc", "fixed_indegree = 7", 280.0},
                                                   {"exc", "inh", "fixed_total = 123", 123.0},
                                                   {"exc", "exc", "all_to_all = true", 1560.0},
                                                   {"inh", "exc", "all_to_all = true", 400.0}}) {
    const Network n(toy(local(from, to, rule)));
    CHECK(expected(n) == 20 * per_region);
    CHECK(static_cast<double>(n.simulation.size().n_synapses) == 20 * per_region);
  }
}

TEST_CASE("expected wiring: random rules give it within five standard deviations") {
  for (const auto& rest :
       {local("exc", "exc", "bernoulli = 0.3"), local("inh", "exc", "bernoulli = 0.05"),
        std::string("[[long_range]]\nfrom = \"exc\"\nto = [\"exc\", \"inh\"]\nrule = { bernoulli_per_weight = 0.5 }\n"
                    "global_coupling = 0.7\nweight_mv = 1.0\n")}) {
    const Network n(toy(rest));
    const double e = expected(n), built = static_cast<double>(n.simulation.size().n_synapses);
    CHECK_MESSAGE(std::abs(built - e) < 5 * std::sqrt(e), built, " built, ", e, " expected");
  }
}

TEST_CASE("expected wiring: rules that a scenario can state in other ways agree with their definitions") {
  Network n(
      toy(local("exc", "inh", "fixed_indegree = 8") +
          "[[long_range]]\nfrom = \"exc\"\nto = \"exc\"\nrule = { bernoulli_per_weight = 1.0 }\nweight_mv = 2.0\n"));
  auto s = n.scenario;
  s.projections[0].rule = {RuleKind::fixed_outdegree, 3};
  CHECK(expect_wiring(s, n.brain).projections[0].n_synapses == 20 * 40 * 3);
  s.projections[1].rule = {RuleKind::indegree_per_weight, 5};
  s.projections[1].global_coupling = 2;
  s.projections[1].region_factor.assign(20, 1.0);
  s.projections[1].region_factor[3] = 0.5;
  const auto wiring = expect_wiring(s, n.brain);
  double total = 0;
  for (const double w : n.brain.connectome.weights) total += std::max(0.0, w);
  CHECK_CLOSE(wiring.projections[1].n_synapses, total * 5 * 2 * 40, 1e-12, 0);
  for (const auto& link : wiring.links) {
    if (link.projection != 1) continue;
    const auto i = wiring.groups[link.target].region, j = wiring.groups[link.source].region;
    CHECK_CLOSE(link.in_degree, 10 * n.brain.connectome.weight(i, j), 1e-12, 0);
    CHECK(link.weight_factor == (i == 3 ? 0.5 : 1));
  }
  // The connectome scales the weight instead.
  s.projections[1].rule = {RuleKind::fixed_indegree, 2};
  s.projections[1].scales_weight = true;
  for (const auto& link : expect_wiring(s, n.brain).links) {
    if (link.projection != 1) continue;
    const auto i = wiring.groups[link.target].region, j = wiring.groups[link.source].region;
    CHECK(link.in_degree == 2);
    CHECK_CLOSE(link.weight_factor, 2 * n.brain.connectome.weight(i, j) * (i == 3 ? 0.5 : 1), 1e-12, 0);
  }
}

TEST_CASE("expected wiring: populations stand where their template does, projections go where their patterns say") {
  Network n(
      toy(local("exc", "exc", "fixed_indegree = 1") +
          "[[long_range]]\nfrom = \"exc\"\nto = \"inh\"\nrule = { bernoulli_per_weight = 1.0 }\nweight_mv = 1.0\n"));
  auto s = n.scenario;
  s.templates.push_back({"thalamus", {"thalamus"}, {}});
  s.populations[1].of_template = 1;  // inh stands in the thalamus only, exc everywhere else
  const auto thalamus = n.brain.select("thalamus");
  REQUIRE(!thalamus.empty());
  auto wiring = expect_wiring(s, n.brain);
  CHECK(wiring.groups.size() == 20);
  CHECK(wiring.projections[0].n_synapses == 40.0 * static_cast<double>(20 - thalamus.size()));
  CHECK(wiring.projections[1].n_synapses > 0);
  for (const auto& link : wiring.links)
    if (link.projection == 1) {
      CHECK(std::ranges::find(thalamus, wiring.groups[link.target].region) != thalamus.end());
      CHECK(std::ranges::find(thalamus, wiring.groups[link.source].region) == thalamus.end());
    }
  CHECK_FALSE(wiring.group_of(1, thalamus[0] == 0 ? 1 : 0));
  s.projections[1].to_region = "!thalamus";
  CHECK(expect_wiring(s, n.brain).projections[1].n_synapses == 0);
}

TEST_CASE("expected wiring: constant delays and those of tract lengths fall on the steps the engine rounds to") {
  Network n(
      "format = 1\n[run]\nduration_ms = 1.0\n[connectome]\nplugin = \"core.spatial\"\nparams.n_regions = 20\n"
      "[region.population.exc]\nplugin = \"core.lif\"\nn = 10\n" +
      local("exc", "exc", "fixed_indegree = 3") +
      "delay_ms = 1.52\n"
      "[[long_range]]\nfrom = \"exc\"\nto = \"exc\"\nrule = { bernoulli_per_weight = 1.0 }\nweight_mv = 1.0\n"
      "delay = { velocity_m_per_s = 6.0, minimum_ms = 1.5 }\n");
  const auto wiring = expect_wiring(n.scenario, n.brain);
  CHECK(wiring.projections[0].synapses_by_delay_steps == std::map<uint64_t, double>{{15, 600.0}});
  std::map<uint64_t, double> by_hand;
  for (size_t i = 0; i < 20; ++i)
    for (size_t j = 0; j < 20; ++j)
      if (const double w = n.brain.connectome.weight(i, j); i != j && w > 0) {
        const double ms = std::max(1.5, n.brain.connectome.lengths_mm[i * 20 + j] / 6.0);
        by_hand[static_cast<uint64_t>(std::llround(ms / 0.1))] += std::min(1.0, w) * 100;
      }
  REQUIRE(by_hand.size() == wiring.projections[1].synapses_by_delay_steps.size());
  for (const auto& [step, synapses] : by_hand)
    CHECK_CLOSE(wiring.projections[1].synapses_by_delay_steps.at(step), synapses, 1e-12, 0);
}

TEST_CASE("expected wiring: distributed delays spread over steps, at least one") {
  Network n(toy(local("exc", "exc", "fixed_indegree = 10")));
  auto s = n.scenario;
  const auto counts = [&](ValueSpec delay) {
    s.projections[0].delay_ms = delay;
    return expect_wiring(s, n.brain).projections[0].synapses_by_delay_steps;
  };
  const auto uniform = counts({ValueSpec::Kind::uniform, 1.0, 2.0});
  CHECK_CLOSE(sum_of(uniform), 8000, 1e-9, 0);
  CHECK(uniform.size() == 11);
  CHECK_CLOSE(uniform.at(10), 400, 1e-9, 0);  // half a step lies inside
  CHECK_CLOSE(uniform.at(15), 800, 1e-9, 0);
  // Potjans & Diesmann 2014: 0.75 +- 0.375 ms. What would arrive within half a step of 0 takes one step.
  const auto normal = counts({ValueSpec::Kind::normal, 0.75, 0.375});
  CHECK_CLOSE(sum_of(normal), 8000, 1e-6, 0);
  CHECK(normal.begin()->first == 1);
  CHECK_CLOSE(normal.at(1), 8000 * 0.5 * std::erfc(0.6 / 0.375 / std::sqrt(2.0)), 1e-9, 0);
  double mean = 0;
  for (const auto& [step, synapses] : normal) mean += static_cast<double>(step) * 0.1 * synapses / 8000;
  CHECK_CLOSE(mean, 0.75, 1e-2, 0);
}

TEST_CASE("expected wiring: delays scattered around that of their tract, those below the minimum drawn again") {
  Network n(
      "format = 1\n[run]\nduration_ms = 1.0\n[connectome]\nplugin = \"core.toy20\"\nparams.rows = \"targets\"\n"
      "[region.population.exc]\nplugin = \"core.lif\"\nn = 10\n"
      "[[long_range]]\nfrom = \"exc\"\nto = \"exc\"\nrule = { bernoulli_per_weight = 1.0 }\nweight_mv = 1.0\n"
      "delay = { fixed_ms = 2.0, minimum_ms = 1.0 }\n");
  auto s = n.scenario;
  const double total = expect_wiring(s, n.brain).projections[0].n_synapses;
  CHECK_CLOSE(expect_wiring(s, n.brain).projections[0].synapses_by_delay_steps.at(20), total, 1e-12, 0);
  s.projections[0].delay_sd_ms = 0.5;
  const auto counts = expect_wiring(s, n.brain).projections[0].synapses_by_delay_steps;
  CHECK_CLOSE(sum_of(counts), total, 1e-8, 0);
  CHECK(counts.begin()->first == 10);
  // P(1.95 < d < 2.05) of a normal distribution cut at two standard deviations below its mean.
  CHECK_CLOSE(counts.at(20) / total, std::erf(0.1 / std::sqrt(2.0)) / (0.5 * std::erfc(-2 / std::sqrt(2.0))), 1e-9, 0);
}

TEST_CASE("expected wiring: scattered delays are expected as they are drawn") {
  Network n(toy("[[long_range]]\nfrom = \"exc\"\nto = \"exc\"\nrule = { fixed_indegree = 20 }\nweight_mv = 1.0\n"));
  auto s = n.scenario;
  auto& spec = s.projections[0];
  n.brain.connectome.lengths_mm.assign(400, 6.0);
  for (const bool is_tract : {true, false})
    for (const double minimum_ms : {0.0, 0.9, 2.0}) {
      CAPTURE(is_tract);
      CAPTURE(minimum_ms);
      spec.velocity_m_per_s = is_tract ? std::optional(6.0) : std::nullopt;
      spec.delay_ms = is_tract ? std::nullopt : std::optional(ValueSpec{.a = 1});
      spec.delay_sd_ms = 0.4, spec.minimum_delay_ms = minimum_ms;
      const auto& exc = n.simulation.population(0);
      const Wiring wiring(spec, exc, exc, n.brain, 0.1, 1);
      std::map<uint64_t, double> drawn;
      for (uint32_t u = 0; u < wiring.n_drawing_units(); ++u) {
        std::vector<uint32_t> partners;
        std::vector<uint16_t> delays;
        wiring.partners(u, partners);
        wiring.delays(u, partners, delays);
        for (const auto steps : delays) drawn[steps] += 1;
      }
      const auto wiring_expected = expect_wiring(s, n.brain).projections[0];
      CHECK(sum_of(drawn) == wiring_expected.n_synapses);
      double chi2 = 0, n_classes = 0;
      for (const auto& [steps, count] : wiring_expected.synapses_by_delay_steps) {
        if (count < 10) continue;
        chi2 += (drawn[steps] - count) * (drawn[steps] - count) / count, n_classes += 1;
      }
      CHECK(n_classes > 5);
      CHECK_MESSAGE(chi2 < n_classes + 5 * std::sqrt(2 * n_classes), chi2, " with ", n_classes, " degrees of freedom");
    }
}

TEST_CASE("value moments: means, mean squares and truncation") {
  using Kind = ValueSpec::Kind;
  const auto check = [](const ValueSpec& v, double mean, double mean_square) {
    const auto m = moments_of(v);
    CHECK_CLOSE(m.mean, mean, 1e-6, 1e-9);
    CHECK_CLOSE(m.mean_square, mean_square, 1e-6, 1e-9);
  };
  check({Kind::constant, -3, 0}, -3, 9);
  check({Kind::normal, 2, 0.5}, 2, 4.25);
  check({Kind::normal, 2, 0}, 2, 4);
  check({Kind::uniform, 1, 3}, 2, 13.0 / 3);
  check({Kind::lognormal, 2, 0.7}, 2 * std::exp(0.245), 4 * std::exp(0.98));
  check({Kind::lognormal, -2, 0.7}, -2 * std::exp(0.245), 4 * std::exp(0.98));
  CHECK_CLOSE(probability_below({Kind::lognormal, -2, 1}, -2), 0.5, 1e-12, 0);
  // Half a normal distribution: sqrt(2 / pi), 1.
  check({Kind::normal, 0, 1, 0}, std::sqrt(2 / M_PI), 1);
  CHECK_CLOSE(probability_below({Kind::normal, 0, 1, 0}, 1), std::erf(1 / std::sqrt(2.0)), 1e-12, 0);
  CHECK(probability_below({Kind::lognormal, 1, 1}, 0) == 0);
  CHECK_CLOSE(probability_below({Kind::lognormal, 2, 1}, 2), 0.5, 1e-12, 0);
  CHECK(probability_below({Kind::constant, 1, 0}, 1) == 1);
  CHECK(probability_below({Kind::constant, 1, 0}, 0.999) == 0);
}
