// core.degree_reciprocity: what is kept and mixed, that all graphs are reached, and that the check can fail.
#include <doctest/doctest.h>

#include <map>

#include "../common/random_graphs.hpp"
#include "captured_sink.hpp"
#include "model.hpp"

using namespace null_model;
using namespace null_model::testing;

namespace {

using Params = DegreeReciprocity::Params;

eg::Connectome make(const eg::Connectome& real, const Params& p, uint64_t seed) {
  return surrogate_of<DegreeReciprocity>(real, p, seed);
}

std::vector<int> mutual_degrees(const eg::Connectome& c) {
  std::vector<int> out(c.size(), 0);
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < c.size(); ++j) out[i] += i != j && c.weight(i, j) * c.weight(j, i) != 0;
  return out;
}

}  // namespace

TEST_CASE("degree_reciprocity: 1000 random graphs keep degrees, mutual partners and weights") {
  const auto params = [](uint64_t trial) {
    Params p;
    p.weight_carried_by = trial % 4 < 2 ? Carrier::source : Carrier::target;
    p.max_attempts_per_edge = 500;
    return p;
  };
  const auto tally =
      for_1000_graphs([&](const eg::Connectome& real, uint64_t trial) { return make(real, params(trial), trial); },
                      [&](const eg::Connectome& real, const eg::Connectome& null, uint64_t trial) {
                        CAPTURE(trial);
                        CHECK(keeps_degrees_and_weights(real, null));
                        CHECK(mutual_degrees(null) == mutual_degrees(real));
                        const auto before = strengths(real), after = strengths(null);
                        if (is_symmetric(real)) return;
                        const bool by_source = params(trial).weight_carried_by == Carrier::source;
                        CHECK((by_source ? largest_relative_deviation(before.out, after.out)
                                         : largest_relative_deviation(before.in, after.in)) < 1e-9);
                      });
  MESSAGE(tally.made, " made, ", tally.rewired, " of them rewired, ", tally.refused, " refused");
  CHECK(tally.made > 500);
  CHECK(tally.rewired > 450);
}

TEST_CASE("degree_reciprocity: all graphs with the same mutual, incoming and outgoing partners come up equally often") {
  // All graphs of four regions by what they keep; the largest two families have six members each.
  std::map<std::pair<std::vector<int>, std::vector<int>>, std::vector<eg::Connectome>> families;
  for (uint32_t bits = 0; bits < 1u << 12; ++bits) {
    auto c = empty_graph(4);
    uint32_t bit = 0;
    for (size_t i = 0; i < 4; ++i)
      for (size_t j = 0; j < 4; ++j)
        if (i != j) c.weight(i, j) = bits >> bit++ & 1;
    families[{degrees(c), mutual_degrees(c)}].push_back(c);
  }
  int found = 0;
  for (const auto& [kept, members] : families) {
    if (members.size() < 6) continue;
    ++found;
    std::map<std::vector<double>, double> seen;
    for (uint64_t seed = 0; seed < 6000; ++seed) {
      DyadGraph graph(members[0], Carrier::source);
      eg::Random random(seed, "attempts");
      for (uint64_t k = 0; k < 600 + seed % 2; ++k) graph.attempt(random);
      seen[graph.weights(members[0])] += 1;
    }
    REQUIRE(seen.size() == 6);
    double chi_squared = 0;
    for (const auto& [graph, count] : seen) chi_squared += (count - 1000) * (count - 1000) / 1000;
    CHECK_MESSAGE(chi_squared < 20.5, chi_squared);  // 5 degrees of freedom: exceeded once in 1000
  }
  CHECK(found == 2);
}

TEST_CASE("degree_reciprocity: a 3-cycle is turned round") {
  auto cycle = empty_graph(4);
  for (size_t i = 0; i < 3; ++i) cycle.weight((i + 1) % 3, i) = static_cast<double>(1 + i);
  Params p;
  p.accepted_swaps_per_edge = 1;  // three reversals
  const auto by_source = make(cycle, p, 1);
  CHECK(by_source.weight(2, 0) == 1);
  CHECK(by_source.weight(0, 1) == 2);
  CHECK(by_source.weight(1, 2) == 3);
  p.weight_carried_by = Carrier::target;
  const auto by_target = make(cycle, p, 1);
  CHECK(by_target.weight(1, 2) == 1);
  CHECK(by_target.weight(2, 0) == 2);
  CHECK(by_target.weight(0, 1) == 3);
}

TEST_CASE("degree_reciprocity: reciprocity stays exactly, partners are forgotten") {
  eg::Random random(3, "graphs");
  auto real = random_graph(60, 0.15, true, 0, random);
  for (size_t i = 0; i < 60; ++i)
    for (size_t j = 0; j < i; ++j)
      if (random.uniform() < 0.2) real.weight(i, j) = random.uniform() < 0.5 ? 0 : 1;
  CapturedSink kept;
  surrogate_of<DegreeReciprocity>(real, {}, 7, kept);
  CHECK(kept.value("reciprocity_real") > 0.5);
  CHECK(kept.value("reciprocity_null") == kept.value("reciprocity_real"));
  CHECK(kept.value("edge_overlap") < 0.35);
  CHECK(kept.value("accepted_dyad_swaps") > 0);
  CHECK(kept.value("accepted_single_swaps") > 0);
  CHECK(kept.value("accepted_dyad_swaps") + kept.value("accepted_single_swaps") + kept.value("accepted_reversals") ==
        kept.value("accepted_swaps"));
}

TEST_CASE("degree_reciprocity: the check rejects swaps that keep degrees only") {
  eg::Random random(4, "graphs");
  const auto real = random_graph(20, 0.4, false, 0, random);
  CHECK_NOTHROW(check_mutual_degrees(real, make(real, {}, 1)));
  eg::Random swaps(1, "swaps");
  const auto careless = rewire(real, {}, swaps).null;
  CHECK_NOTHROW(check_invariants(real, careless, {}));
  CHECK_THROWS_WITH(check_mutual_degrees(real, careless), doctest::Contains("the number of mutual partners of region"));
}
