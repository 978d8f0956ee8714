// core.weight_shuffle: edges stay, weights are permuted, and the check of that can fail.
#include <doctest/doctest.h>

#include <map>

#include "../common/random_graphs.hpp"
#include "model.hpp"

using namespace null_model;
using namespace null_model::testing;

namespace {

eg::Connectome make(const eg::Connectome& real, uint64_t seed) { return surrogate_of<WeightShuffle>(real, {}, seed); }

}  // namespace

TEST_CASE("weight_shuffle: 1000 random graphs keep every edge, all weights and the diagonal") {
  const auto tally = for_1000_graphs(make, [](const eg::Connectome& real, const eg::Connectome& null, uint64_t trial) {
    CAPTURE(trial);
    CHECK(keeps_degrees_and_weights(real, null));
    for (size_t k = 0; k < real.weights.size(); ++k) CHECK((real.weights[k] == 0) == (null.weights[k] == 0));
  });
  MESSAGE(tally.made, " made, ", tally.rewired, " of them changed, ", tally.refused, " refused");
  CHECK(tally.made > 850);
  CHECK(tally.rewired > 800);
}

TEST_CASE("weight_shuffle: every order of the weights comes up equally often") {
  auto real = empty_graph(4);
  real.weight(0, 1) = 1, real.weight(1, 2) = 2, real.weight(2, 3) = 3;
  std::map<std::vector<double>, double> seen;
  for (uint64_t seed = 0; seed < 6000; ++seed) seen[make(real, seed).weights] += 1;
  REQUIRE(seen.size() == 6);
  for (const auto& [graph, count] : seen) CHECK(std::abs(count - 1000) < 101);  // 3.5 SD
}

TEST_CASE("weight_shuffle: the check rejects surrogates that keep less than promised") {
  eg::Random random(3, "graphs");
  const auto real = random_graph(12, 0.4, false, 0.5, random);
  const auto good = make(real, 1);
  CHECK_NOTHROW(check_same_edges(real, good, true));
  const auto edge = find_place(good, [&](size_t i, size_t j) { return good.weight(i, j) != 0; });
  const auto gap = find_place(good, [&](size_t i, size_t j) { return good.weight(i, j) == 0; });
  const std::string label = "from region 'R" + std::to_string(std::min(edge, gap).second) + "' to 'R" +
                            std::to_string(std::min(edge, gap).first) + "'";
  const auto moved = exchanged(good, edge.first, edge.second, gap.first, gap.second);
  CHECK_THROWS_WITH(
      check_same_edges(real, moved, true),
      ("the surrogate breaks its promise: the edge " + label + " is there in one of the two only").c_str());
  auto bad = good;
  bad.weight(edge.first, edge.second) *= 2;
  CHECK_THROWS_WITH(check_same_edges(real, bad, true),
                    "the surrogate breaks its promise: its weights are not those of the real connectome");
  bad = good;
  bad.weight(0, 0) += 1;
  CHECK_THROWS_WITH(check_same_edges(real, bad, true),
                    "the surrogate breaks its promise: the weight of region 'R0' onto itself differs");
  CHECK_THROWS_WITH(check_same_edges(real, good, false), "the surrogate breaks its promise: it is not symmetric");
}

TEST_CASE("weight_shuffle: equal weights are refused") {
  auto real = empty_graph(4);
  real.weight(0, 1) = real.weight(1, 2) = 2;
  real.weight(3, 3) = 7;
  CHECK_THROWS_WITH(make(real, 1),
                    "the graph with 2 edges leaves too little room for a surrogate: all weights are equal");
  CHECK(make(empty_graph(3), 1).weights == std::vector<double>(9, 0.0));
}
