// core.row_strength: one side's weights are kept, the other side's are scrambled, and the check of that can fail.
#include <doctest/doctest.h>

#include "../common/random_graphs.hpp"
#include "captured_sink.hpp"
#include "model.hpp"

using namespace null_model;
using namespace null_model::testing;

namespace {

using Params = RowStrength::Params;

eg::Connectome make(const eg::Connectome& real, const Params& p, uint64_t seed) {
  return surrogate_of<RowStrength>(real, p, seed);
}

// The nonzero weights of a row or of a column of the whole matrix, sorted.
std::vector<double> line(const eg::Connectome& c, size_t i, bool is_row) {
  std::vector<double> out;
  for (size_t j = 0; j < c.size(); ++j) out.push_back(c.weights[is_row ? i * c.size() + j : j * c.size() + i]);
  std::erase(out, 0.0);
  return sorted(out);
}

}  // namespace

TEST_CASE("row_strength: 1000 random graphs keep the weights of one side and the diagonal") {
  const auto params = [](uint64_t trial) {
    Params p;
    p.strength_kept = trial % 2 == 0 ? Side::out : Side::in;
    p.self_loops = trial % 8 < 3 ? SelfLoops::swap : SelfLoops::freeze;
    return p;
  };
  int scrambled = 0;
  const auto tally = for_1000_graphs(
      [&](const eg::Connectome& real, uint64_t trial) { return make(real, params(trial), trial); },
      [&](const eg::Connectome& real, const eg::Connectome& null, uint64_t trial) {
        CAPTURE(trial);
        const Params p = params(trial);
        bool other_side_differs = false;
        for (size_t i = 0; i < real.size(); ++i) {
          CHECK(line(real, i, p.strength_kept == Side::in) == line(null, i, p.strength_kept == Side::in));
          other_side_differs |=
              line(real, i, p.strength_kept == Side::out) != line(null, i, p.strength_kept == Side::out);
          CHECK(null.weight(i, i) == (p.self_loops == SelfLoops::freeze ? real.weight(i, i) : 0.0));
        }
        scrambled += other_side_differs;
      });
  MESSAGE(tally.made, " made, ", scrambled, " of them scrambled, ", tally.refused, " refused");
  CHECK(tally.made > 850);
  CHECK(scrambled > 800);
}

TEST_CASE("row_strength: targets are drawn equally often, and the region itself never") {
  auto real = empty_graph(5);
  real.weight(1, 0) = 4;
  std::vector<double> seen(5, 0.0);
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    const auto null = make(real, {}, seed);
    for (size_t i = 0; i < 5; ++i) seen[i] += null.weight(i, 0) == 4;
  }
  CHECK(seen[0] == 0);
  for (size_t i = 1; i < 5; ++i) CHECK(std::abs(seen[i] - 1000) < 96);  // 3.5 SD
}

TEST_CASE("row_strength: the check rejects surrogates that keep less than promised") {
  eg::Random random(4, "graphs");
  const auto real = random_graph(12, 0.4, false, 0.5, random);
  Params p;
  const auto good = make(real, p, 1);
  CHECK_NOTHROW(RowStrength(p).check(real, good));
  Params other_side;
  other_side.strength_kept = Side::in;
  CHECK_THROWS_WITH(RowStrength(other_side).check(real, good), doctest::Contains("the weights into region"));
  auto bad = good;
  const auto [i, j] = find_place(good, [&](size_t t, size_t s) { return good.weight(t, s) != 0; });
  bad.weight(i, j) += 1e-9;
  CHECK_THROWS_WITH(
      RowStrength(p).check(real, bad),
      ("the surrogate breaks its promise: the weights out of region 'R" + std::to_string(j) + "' differ").c_str());
  bad = good;
  bad.weight(0, 0) += 1;
  CHECK_THROWS_WITH(RowStrength(p).check(real, bad),
                    "the surrogate breaks its promise: the weight of region 'R0' onto itself differs");
}

TEST_CASE("row_strength: symmetric weights are warned about, graphs of which there is but one refused") {
  auto full = empty_graph(4);
  for (size_t i = 0; i < 4; ++i)
    for (size_t j = 0; j < 4; ++j)
      if (i != j) full.weight(i, j) = 2;
  CHECK_THROWS_WITH(make(full, {}, 1),
                    "the graph with 12 edges leaves too little room for a surrogate: every region is joined to all "
                    "others with equal weights, or to none");
  full.weight(0, 0) = 1;
  Params p;
  p.self_loops = SelfLoops::swap;
  CHECK_THROWS_WITH(make(full, p, 1),
                    "the graph with 12 edges leaves too little room for a surrogate: region 'R0' has more edges than "
                    "there are other regions");

  auto pair = empty_graph(4);
  pair.weight(0, 1) = pair.weight(1, 0) = 1;
  CapturedSink kept;
  surrogate_of<RowStrength>(pair, {}, 1, kept);
  REQUIRE(kept.warnings.size() == 1);
  CHECK(kept.warnings[0] ==
        "the weights are symmetric and those of the surrogate are not: core.row_strength has no undirected form");
}
