// core.erdos_renyi: what is kept, that all places are equally likely, what is refused, and that the check can fail.
#include <doctest/doctest.h>

#include <map>

#include "../common/random_graphs.hpp"
#include "model.hpp"

using namespace null_model;
using namespace null_model::testing;

namespace {

using Params = ErdosRenyi::Params;

eg::Connectome make(const eg::Connectome& real, const Params& p, uint64_t seed) {
  return surrogate_of<ErdosRenyi>(real, p, seed);
}

size_t count_nonzero(const eg::Connectome& c) {
  return static_cast<size_t>(std::ranges::count_if(c.weights, [](double w) { return w != 0; }));
}

}  // namespace

TEST_CASE("erdos_renyi: 1000 random graphs keep the number of edges, the weights and the diagonal") {
  const auto params = [](const eg::Connectome& real, uint64_t trial) {
    Params p;
    p.weights = trial % 4 == 0 ? Weights::resampled : Weights::permuted;
    p.self_loops = !is_symmetric(real) && trial % 8 < 3 ? SelfLoops::swap : SelfLoops::freeze;
    return p;
  };
  const auto tally = for_1000_graphs(
      [&](const eg::Connectome& real, uint64_t trial) { return make(real, params(real, trial), trial); },
      [&](const eg::Connectome& real, const eg::Connectome& null, uint64_t trial) {
        CAPTURE(trial);
        const Params p = params(real, trial);
        CHECK(count_nonzero(null) == count_nonzero(real));
        if (p.weights == Weights::permuted) CHECK(sorted(null.weights) == sorted(real.weights));
        for (size_t i = 0; i < real.size(); ++i)
          CHECK(null.weight(i, i) == (p.self_loops == SelfLoops::freeze ? real.weight(i, i) : 0.0));
        if (is_symmetric(real)) CHECK(is_symmetric(null));
      });
  MESSAGE(tally.made, " made, ", tally.rewired, " of them rewired, ", tally.refused, " refused");
  CHECK(tally.made > 900);
  CHECK(tally.rewired > 800);
}

TEST_CASE("erdos_renyi: every place and every order of the weights comes up equally often") {
  auto real = empty_graph(3);  // two edges on six places: 30 graphs
  real.weight(0, 1) = 1, real.weight(1, 2) = 2;
  std::map<std::vector<double>, double> seen;
  constexpr double trials = 12000;
  for (uint64_t seed = 0; seed < 12000; ++seed) seen[make(real, {}, seed).weights] += 1;
  REQUIRE(seen.size() == 30);
  double chi_squared = 0;
  for (const auto& [graph, count] : seen) chi_squared += (count - trials / 30) * (count - trials / 30) / (trials / 30);
  CHECK_MESSAGE(chi_squared < 58.3, chi_squared);  // 29 degrees of freedom: exceeded once in 1000
}

TEST_CASE("erdos_renyi: the study's variant has the edges of the diagonal elsewhere and resamples weights") {
  eg::Random random(5, "graphs");
  const auto real = random_graph(40, 0.4, false, 0.8, random);
  Params p;
  p.weights = Weights::resampled;
  p.self_loops = SelfLoops::swap;
  const auto null = make(real, p, 1);
  CHECK(count_edges(null) == count_nonzero(real));
  CHECK(count_edges(null) > count_edges(real));
  CHECK(sorted(null.weights) != sorted(real.weights));
}

TEST_CASE("erdos_renyi: the check rejects surrogates that keep less than promised") {
  eg::Random random(2, "graphs");
  const auto real = random_graph(12, 0.4, false, 0.5, random);
  const auto good = make(real, {}, 1);
  Params resampled;
  resampled.weights = Weights::resampled;
  const ErdosRenyi permuting({}), resampling(resampled);
  CHECK_NOTHROW(permuting.check(real, good, true));
  const auto [i, j] = find_place(good, [&](size_t t, size_t s) { return good.weight(t, s) != 0; });

  auto bad = good;
  bad.weight(i, j) = 0;
  CHECK_THROWS_WITH(permuting.check(real, bad, true),
                    "the surrogate breaks its promise: the number of its edges differs");
  bad.weight(i, j) = good.weight(i, j) + 1e-9;
  CHECK_THROWS_WITH(permuting.check(real, bad, true),
                    "the surrogate breaks its promise: its weights are not those of the real connectome");
  CHECK_THROWS_WITH(resampling.check(real, bad, true),
                    "the surrogate breaks its promise: it has a weight that the real connectome lacks");
  bad = good;
  bad.weight(2, 2) += 1;
  CHECK_THROWS_WITH(permuting.check(real, bad, true),
                    "the surrogate breaks its promise: the weight of region 'R2' onto itself differs");
  CHECK_THROWS_WITH(permuting.check(real, good, false), "the surrogate breaks its promise: it is not symmetric");
  bad = good;
  bad.labels[0] = "other";
  CHECK_THROWS_WITH(permuting.check(real, bad, true), "the surrogate breaks its promise: its regions are others");

  Params placed;
  placed.self_loops = SelfLoops::swap;
  auto looped = make(real, placed, 1);
  const auto at = find_place(looped, [&](size_t t, size_t s) { return looped.weight(t, s) != 0; });
  CHECK_THROWS_WITH(ErdosRenyi(placed).check(real, exchanged(looped, at.first, at.second, 3, 3), true),
                    "the surrogate breaks its promise: region 'R3' has a self-loop");
}

TEST_CASE("erdos_renyi: graphs of which there is but one are refused") {
  auto full = empty_graph(4);
  for (size_t i = 0; i < 4; ++i)
    for (size_t j = 0; j < 4; ++j)
      if (i != j) full.weight(i, j) = 2;
  CHECK_THROWS_WITH(make(full, {}, 1),
                    "the graph with 6 edges leaves too little room for a surrogate: all places are taken and all "
                    "weights are equal");
  full.weight(0, 1) = 3;
  full.weight(0, 0) = 1;
  Params p;
  p.self_loops = SelfLoops::swap;
  CHECK_THROWS_WITH(make(full, p, 1),
                    "the graph with 13 edges leaves too little room for a surrogate: there are 12 places off the "
                    "diagonal");
  CHECK_NOTHROW(make(full, {}, 1));
  p.graph = GraphKind::undirected;
  CHECK_THROWS_AS(make(full, p, 1), std::invalid_argument);
  CHECK(make(empty_graph(3), {}, 1).weights == std::vector<double>(9, 0.0));
}
