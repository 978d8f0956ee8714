// Who is connected with whom, rule by rule: exact counts, distributions of random ones, and which regions take part.
#include "engine/wiring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "network.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

using Pair = std::pair<uint32_t, uint32_t>;  // source, target

constexpr size_t n_regions = 6, n_exc = 60, n_inh = 40;

// Six regions of two populations without any projection: a ground for projections that tests make.
Network& ground() {
  static Network net(
      "format = 1\n[run]\nduration_ms = 1.0\n[connectome]\nplugin = \"core.spatial\"\nparams.n_regions = 6\n"
      "[region.population.exc]\nplugin = \"core.lif\"\nn = 60\n[region.population.inh]\nplugin = \"core.lif\"\nn = "
      "40\n");
  return net;
}

// A graph with few edges of known weight, one of them negative, one region connected to itself.
Brain graph() {
  Brain b = ground().brain;
  b.connectome.labels = {"a", "b", "c", "d", "e", "f"};
  b.group = {"north", "north", "south", "south", "south", "none"};
  b.connectome.weights.assign(n_regions * n_regions, 0.0);
  b.connectome.lengths_mm.assign(n_regions * n_regions, 20.0);
  b.connectome.weight(1, 0) = 0.5;  // from a to b
  b.connectome.weight(0, 1) = 2.0;
  b.connectome.weight(2, 0) = 0.05;
  b.connectome.weight(3, 2) = 4.0;
  b.connectome.weight(5, 4) = -1.0;
  b.connectome.weight(4, 4) = 3.0;
  return b;
}

ProjectionSpec local(RuleKind rule, double value, size_t from = 0, size_t to = 1) {
  ProjectionSpec spec;
  spec.from = from, spec.to = to, spec.rule = {rule, value}, spec.weight.a = 1;
  spec.at = {"network.toml", 4, 2};
  return spec;
}
ProjectionSpec between(RuleKind rule, double value, size_t to = 1) {
  auto spec = local(rule, value, 0, to);
  spec.is_long_range = true;
  return spec;
}

std::vector<Pair> drawn(const ProjectionSpec& spec, const Brain& brain, uint64_t key = 42) {
  auto& s = ground().simulation;
  const Wiring wiring(spec, s.population(spec.from), s.population(spec.to), brain, 0.1, key);
  std::vector<Pair> out;
  std::vector<uint32_t> partners;
  for (size_t u = wiring.n_drawing_units(); u-- > 0;) {  // any order gives the same
    partners.clear();
    wiring.partners(static_cast<uint32_t>(u), partners);
    for (const uint32_t p : partners)
      out.push_back(wiring.is_by_target() ? Pair(p, u) : Pair(static_cast<uint32_t>(u), p));
  }
  return out;
}
std::vector<Pair> drawn(const ProjectionSpec& spec) { return drawn(spec, ground().brain); }

std::string refusal(const ProjectionSpec& spec, const Brain& brain = graph()) {
  try {
    drawn(spec, brain);
  } catch (const Failure& e) {
    CHECK(e.status() == Exit::scenario_invalid);
    return e.what();
  }
  return "accepted";
}

size_t region(size_t population, uint32_t unit) { return unit / (population == 0 ? n_exc : n_inh); }

std::vector<double> degrees(const std::vector<Pair>& pairs, bool of_target, size_t n) {
  std::vector<double> out(n);
  for (const auto& [s, t] : pairs) out[of_target ? t : s] += 1;
  return out;
}
bool all_equal(const std::vector<double>& x, double value) {
  return std::ranges::all_of(x, [&](double v) { return v == value; });
}
// Of counts that are all expected to be `mean`, with variance `variance`; within five standard deviations.
void check_spread(const std::vector<double>& x, double mean, double variance) {
  double sum = 0, squares = 0;
  for (const double v : x) sum += v, squares += (v - mean) * (v - mean);
  const auto n = static_cast<double>(x.size());
  CHECK_CLOSE(sum / n, mean, 0, 5 * std::sqrt(variance / n));
  CHECK_CLOSE(squares / n, variance, 0, 5 * variance * std::sqrt(2 / n) + 5 * std::sqrt(variance) / n);
}
bool has_multapses(std::vector<Pair> pairs) {
  std::ranges::sort(pairs);
  return std::ranges::adjacent_find(pairs) != pairs.end();
}
bool has_autapses(const std::vector<Pair>& pairs) {
  return std::ranges::any_of(pairs, [](const Pair& p) { return p.first == p.second; });
}
std::map<Pair, double> by_regions(const std::vector<Pair>& pairs, size_t to = 1) {
  std::map<Pair, double> out;  // source, target
  for (const auto& [s, t] : pairs)
    out[{static_cast<uint32_t>(region(0, s)), static_cast<uint32_t>(region(to, t))}] += 1;
  return out;
}
bool stays_within_regions(const std::vector<Pair>& pairs, size_t from, size_t to) {
  return std::ranges::all_of(pairs, [&](const Pair& p) { return region(from, p.first) == region(to, p.second); });
}

}  // namespace

TEST_CASE("wiring: bernoulli pairs are independent, each with its probability, never twice") {
  for (const double p : {0.02, 0.3, 0.9}) {
    CAPTURE(p);
    const auto pairs = drawn(local(RuleKind::bernoulli, p));
    CHECK(stays_within_regions(pairs, 0, 1));
    CHECK_FALSE(has_multapses(pairs));
    check_spread(degrees(pairs, false, n_regions * n_exc), n_inh * p, n_inh * p * (1 - p));
    check_spread(degrees(pairs, true, n_regions * n_inh), n_exc * p, n_exc * p * (1 - p));
    // Every place of a row is as likely as any other.
    std::vector<double> place(n_inh);
    for (const auto& pair : pairs) place[pair.second % n_inh] += 1;
    check_spread(place, n_regions * n_exc * p, n_regions * n_exc * p * (1 - p));
  }
  CHECK(drawn(local(RuleKind::bernoulli, 0)).empty());
  CHECK(drawn(local(RuleKind::bernoulli, 1)).size() == n_regions * n_exc * n_inh);
}

TEST_CASE("wiring: all to all and one to one") {
  CHECK(drawn(local(RuleKind::all_to_all, 1)).size() == n_regions * n_exc * n_inh);
  auto recurrent = local(RuleKind::all_to_all, 1, 0, 0);
  CHECK(drawn(recurrent).size() == n_regions * n_exc * (n_exc - 1));
  CHECK_FALSE(has_autapses(drawn(recurrent)));
  recurrent.autapses = true;
  CHECK(drawn(recurrent).size() == n_regions * n_exc * n_exc);
  auto same = local(RuleKind::one_to_one, 1, 1, 1);
  same.autapses = true;
  const auto pairs = drawn(same);
  CHECK(pairs.size() == n_regions * n_inh);
  CHECK(std::ranges::all_of(pairs, [](const Pair& p) { return p.first == p.second; }));
  // Between regions: unit k with unit k along every edge, as far as both exist.
  const auto along = drawn(between(RuleKind::one_to_one, 1), graph());
  CHECK(along.size() == 4 * n_inh);
  CHECK(std::ranges::all_of(along, [](const Pair& p) { return p.first % n_exc == p.second % n_inh; }));
}

TEST_CASE("wiring: fixed in-degrees and out-degrees are exact, the partners uniform") {
  for (const bool by_target : {true, false})
    for (const bool autapses : {true, false})
      for (const bool multapses : {true, false}) {
        CAPTURE(by_target);
        CAPTURE(autapses);
        CAPTURE(multapses);
        auto spec = local(by_target ? RuleKind::fixed_indegree : RuleKind::fixed_outdegree, 15, 0, 0);
        spec.autapses = autapses, spec.multapses = multapses;
        const auto pairs = drawn(spec);
        CHECK(all_equal(degrees(pairs, by_target, n_regions * n_exc), 15));
        CHECK(stays_within_regions(pairs, 0, 0));
        CHECK(has_autapses(pairs) == autapses);
        CHECK(has_multapses(pairs) == multapses);
        // Binomial: with multapses 15 n draws of 1/n each, without them n draws of 15/n (n = 60, or 59 with oneself).
        const double n = autapses ? n_exc : n_exc - 1, p = multapses ? 1 / n : 15 / n;
        check_spread(degrees(pairs, !by_target, n_regions * n_exc), 15, 15 * (1 - p));
      }
}

TEST_CASE("wiring: a degree as large as the population takes everybody once") {
  auto spec = local(RuleKind::fixed_indegree, n_exc);
  spec.multapses = false;
  CHECK(drawn(spec).size() == n_regions * n_exc * n_inh);
  CHECK_FALSE(has_multapses(drawn(spec)));
  spec = local(RuleKind::fixed_outdegree, n_exc - 1, 0, 0);
  spec.multapses = false;
  CHECK(drawn(spec).size() == n_regions * n_exc * (n_exc - 1));
  CHECK_FALSE(has_autapses(drawn(spec)));
}

TEST_CASE("wiring: a fixed total is exact in every region, its out-degrees multinomial, its targets uniform") {
  constexpr double total = 1000;
  for (const bool autapses : {true, false}) {
    auto spec = local(RuleKind::fixed_total, total, 0, 0);
    spec.autapses = autapses;
    const auto pairs = drawn(spec);
    std::vector<double> of_region(n_regions);
    for (const auto& p : pairs) of_region[region(0, p.first)] += 1;
    CHECK(all_equal(of_region, total));
    CHECK(stays_within_regions(pairs, 0, 0));
    CHECK(has_autapses(pairs) == autapses);
    CHECK(has_multapses(pairs));
    for (const bool of_target : {false, true})
      check_spread(degrees(pairs, of_target, n_regions * n_exc), total / n_exc, total / n_exc * (1 - 1.0 / n_exc));
  }
  for (const double n : {0.0, 1.0, 7.0})
    CHECK(static_cast<double>(drawn(local(RuleKind::fixed_total, n)).size()) == n * n_regions);
}

TEST_CASE("wiring: between regions counts hold for every edge, whatever its weight") {
  for (const auto& [rule, per_edge] : {std::pair{RuleKind::fixed_indegree, 3.0 * n_inh},
                                       {RuleKind::fixed_outdegree, 3.0 * n_exc},
                                       {RuleKind::fixed_total, 3.0},
                                       {RuleKind::all_to_all, 1.0 * n_exc * n_inh}}) {
    const auto counts = by_regions(drawn(between(rule, 3), graph()));
    CHECK(counts ==
          std::map<Pair, double>{{{0, 1}, per_edge}, {{1, 0}, per_edge}, {{0, 2}, per_edge}, {{2, 3}, per_edge}});
  }
}

TEST_CASE("wiring: weights of the connectome make probabilities, from the source of an edge to its target") {
  auto spec = between(RuleKind::bernoulli_per_weight, 0.2);
  spec.global_coupling = 2;
  const auto pairs = drawn(spec, graph());
  CHECK_FALSE(has_multapses(pairs));
  auto counts = by_regions(pairs);
  CHECK(counts.size() == 4);
  const double n = n_exc * n_inh;
  for (const auto& [edge, probability] : std::map<Pair, double>{{{0, 1}, 0.2}, {{1, 0}, 0.8}, {{0, 2}, 0.02}}) {
    const double p = probability;
    CAPTURE(p);
    CHECK_CLOSE(counts[edge], n * p, 0, 5 * std::sqrt(n * p * (1 - p)));
  }
  CHECK(counts[{2, 3}] == n);  // a probability of 1.6 is 1
}

TEST_CASE("wiring: weights of the connectome make in-degrees that are right on average and at most one off") {
  auto spec = between(RuleKind::indegree_per_weight, 7);
  spec.global_coupling = 0.9;
  const auto pairs = drawn(spec, graph());
  CHECK(has_multapses(pairs));
  auto degree = degrees(pairs, true, n_regions * n_inh);
  for (const auto& [target, degree_of_weight] :
       {std::pair{1, 3.15}, {0, 12.6}, {2, 0.315}, {3, 25.2}, {4, 0.0}, {5, 0.0}}) {
    const double k = degree_of_weight;
    CAPTURE(k);
    double sum = 0;
    for (size_t u = 0; u < n_inh; ++u) {
      const double d = degree[static_cast<size_t>(target) * n_inh + u];
      CHECK((d == std::floor(k) || d == std::floor(k) + 1));
      sum += d;
    }
    const double up = k - std::floor(k);
    CHECK_CLOSE(sum, k * n_inh, 0, 5 * std::sqrt(n_inh * up * (1 - up)));
  }
  spec.multapses = false;
  CHECK_FALSE(has_multapses(drawn(spec, graph())));
}

TEST_CASE("wiring: patterns choose the regions at both ends, by label, by group, by glob and negated") {
  const auto edges = [](const std::string& from, const std::string& to) {
    auto spec = between(RuleKind::fixed_total, 1);
    spec.from_region = from, spec.to_region = to;
    std::string out;
    for (const auto& [edge, n] : by_regions(drawn(spec, graph())))
      out += fmt::format("{}{} ", "abcdef"[edge.first], "abcdef"[edge.second]);
    return out;
  };
  CHECK(edges("*", "*") == "ab ac ba cd ");
  CHECK(edges("a", "*") == "ab ac ");
  CHECK(edges("!a", "*") == "ba cd ");
  CHECK(edges("*", "south") == "ac cd ");
  CHECK(edges("*", "!south") == "ab ba ");
  CHECK(edges("NORTH", "!SOUTH") == "ab ba ");
  CHECK(edges("n*h", "b") == edges("north", "b"));
  CHECK(edges("nowhere", "*") == "");
  CHECK(edges("!nowhere", "d") == "cd ");
}

TEST_CASE("wiring: projections with other keys, units with other numbers draw other partners") {
  const auto spec = local(RuleKind::fixed_outdegree, 5);
  CHECK(drawn(spec) == drawn(spec));
  CHECK(drawn(spec) != drawn(spec, ground().brain, 43));
  std::set<std::vector<uint32_t>> rows;
  std::map<uint32_t, std::vector<uint32_t>> row;
  for (const auto& [s, t] : drawn(spec)) row[s].push_back(t % n_inh);
  for (const auto& [s, targets] : row) rows.insert(targets);
  CHECK(rows.size() == n_regions * n_exc);
}

TEST_CASE("wiring: a fixed total without multapses is that many different pairs, no autapses, each as likely as any") {
  auto spec = local(RuleKind::fixed_total, 30, 0, 0);
  spec.multapses = false;
  const auto pairs = drawn(spec);
  CHECK(pairs.size() == 30 * n_regions);
  CHECK(std::set(pairs.begin(), pairs.end()).size() == pairs.size());
  for (const auto& [s, t] : pairs) CHECK(s != t);
  spec.rule.value = static_cast<double>(n_exc * (n_exc - 1));
  CHECK(drawn(spec).size() == n_exc * (n_exc - 1) * n_regions);
}

TEST_CASE("wiring: a rule that cannot be satisfied is refused with the place in the scenario") {
  auto spec = local(RuleKind::fixed_total, 5);
  spec.multapses = false;
  spec.rule.value = 1e6;
  CHECK(refusal(spec) ==
        fmt::format("network.toml:4:2: 1000000 synapses without multapses need as many pairs of units, "
                    "there are {}",
                    n_exc * n_inh));
  spec = between(RuleKind::indegree_per_weight, 20);
  spec.multapses = false;
  const auto said = refusal(spec);
  CHECK(said == "network.toml:4:2: 80 synapses per unit without multapses need 80 partners, there are 60");
  spec = between(RuleKind::fixed_indegree, 2);
  spec.velocity_m_per_s = 0.001;
  CHECK(refusal(spec) == "network.toml:4:2: a delay of 200000 steps is too long; the limit is 65535");
  spec.velocity_m_per_s = 2;
  CHECK(refusal(spec) == "accepted");
  auto without_lengths = graph();
  without_lengths.connectome.lengths_mm.clear();
  CHECK(refusal(spec, without_lengths) ==
        "network.toml:4:2: the connectome has no tract lengths; give delay = { fixed_ms = ... } instead of a velocity");
}

TEST_CASE("wiring: a unit alone has no partner but itself") {
  Network net("format = 1\n[run]\nduration_ms = 1.0\n[region.population.one]\nplugin = \"core.lif\"\n");
  auto spec = local(RuleKind::fixed_indegree, 2, 0, 0);
  auto& one = net.simulation.population(0);
  std::vector<uint32_t> partners;
  CHECK_THROWS_WITH_AS(Wiring(spec, one, one, net.brain, 0.1, 1).partners(0, partners),
                       "network.toml:4:2: a population of one unit cannot connect to itself without autapses", Failure);
  spec.autapses = true;
  Wiring(spec, one, one, net.brain, 0.1, 1).partners(0, partners);
  CHECK(partners == std::vector<uint32_t>{0, 0});
}
