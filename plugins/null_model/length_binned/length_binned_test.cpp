// core.length_binned: lengths and weights by length are kept, what is refused, and that the check can fail.
#include <doctest/doctest.h>

#include <map>
#include <numeric>

#include "../common/random_graphs.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace null_model;
using namespace null_model::testing;

namespace {

using Params = LengthBinned::Params;

eg::Connectome make(const eg::Connectome& real, const Params& p, uint64_t seed) {
  return surrogate_of<LengthBinned>(real, p, seed);
}

std::vector<double> edge_lengths(const eg::Connectome& c) {
  std::vector<double> out;
  for_each_edge(c, [&](size_t i, size_t j, double) { out.push_back(c.lengths_mm[i * c.size() + j]); });
  return sorted(out);
}

eg::Connectome in_space(uint64_t seed, size_t n = 40, bool is_symmetric = false) {
  eg::Random random(seed, "graphs");
  auto c = random_graph(n, 0.3, is_symmetric, 0.5, random);
  place_in_space(c, random);
  return c;
}

}  // namespace

TEST_CASE("length_binned: 1000 random graphs keep degrees, weights and the histogram of lengths") {
  const auto params = [](uint64_t trial) {
    Params p;
    p.weight_carried_by = trial % 4 < 2 ? Carrier::source : Carrier::target;
    p.max_attempts_per_edge = 500;
    p.length = trial % 5 == 0 ? LengthSource::tracts : LengthSource::automatic;
    return p;
  };
  const auto tally =
      for_1000_graphs([&](const eg::Connectome& real, uint64_t trial) { return make(real, params(trial), trial); },
                      [&](const eg::Connectome& real, const eg::Connectome& null, uint64_t trial) {
                        CAPTURE(trial);
                        CHECK(keeps_degrees_and_weights(real, null));
                        const auto before = edge_lengths(real), after = edge_lengths(null);
                        if (before.empty()) return;
                        // No edge leaves its interval, so ranks of lengths stay within one.
                        const size_t bins = std::clamp<size_t>(before.size() / 30, 1, 15), n = before.size();
                        for (size_t k = 0; k < bins; ++k) {
                          const double begin = before[k * n / bins];
                          CHECK(std::ranges::count_if(before, [&](double mm) { return mm >= begin; }) ==
                                std::ranges::count_if(after, [&](double mm) { return mm >= begin; }));
                        }
                      });
  MESSAGE(tally.made, " made, ", tally.rewired, " of them rewired, ", tally.refused, " refused");
  CHECK(tally.made > 500);
  CHECK(tally.rewired > 450);
}

TEST_CASE("length_binned: lengths stay, also of symmetric graphs, while degrees alone would change them") {
  for (const bool is_symmetric : {false, true}) {
    auto real = in_space(2, 100, is_symmetric);
    for (size_t k = 0; k < real.weights.size(); ++k)  // short edges only
      if (real.lengths_mm[k] > 60) real.weights[k] = 0;
    CapturedSink kept;
    Params p;
    p.bins = 4;
    surrogate_of<LengthBinned>(real, p, 1, kept);
    CHECK(kept.value("length_bins") == 4);
    CHECK_CLOSE(kept.value("length_mean_null"), kept.value("length_mean_real"), 0.01, 0);
    CHECK(kept.unit("length_mean_null") == "mm");
    CHECK(kept.value("edge_overlap") < 0.95);
    eg::Random swaps(1, "swaps");
    const auto lengths = edge_lengths(rewire(real, {}, swaps).null), before = edge_lengths(real);
    const double mean = std::accumulate(lengths.begin(), lengths.end(), 0.0) / static_cast<double>(lengths.size());
    CHECK(mean > 1.2 * kept.value("length_mean_real"));
  }
}

TEST_CASE("length_binned: the check rejects swaps that keep degrees only, and exchanged weights") {
  const auto real = in_space(3);
  const auto classes = length_classes(real, place_lengths_mm(real, LengthSource::automatic, true, "a test"), 10);
  CHECK_NOTHROW(check_classes(real, real, classes, "equally long"));
  eg::Random swaps(1, "swaps");
  CHECK_THROWS_WITH(check_classes(real, rewire(real, {}, swaps).null, classes, "equally long"),
                    doctest::Contains("the surrogate breaks its promise: the equally long edges"));
  const auto one =
      find_place(real, [&](size_t i, size_t j) { return real.weight(i, j) != 0 && classes.at(i, j) == 0; });
  const auto other = find_place(real, [&](size_t i, size_t j) {
    return real.weight(i, j) != 0 && classes.at(i, j) == 9 && real.weight(i, j) != real.weight(one.first, one.second);
  });
  CHECK_THROWS_WITH(
      check_classes(real, exchanged(real, one.first, one.second, other.first, other.second), classes, "equally long"),
      "the surrogate breaks its promise: the weights of equally long edges differ");
}

TEST_CASE("length_binned: edges without a length stay where they are") {
  auto real = in_space(4);
  real.centres_mm.clear();
  const auto [i, j] = find_place(real, [&](size_t t, size_t s) { return real.weight(t, s) != 0; });
  real.lengths_mm[i * real.size() + j] = 0;
  for (uint64_t seed = 0; seed < 5; ++seed) CHECK(make(real, {}, seed).weight(i, j) == real.weight(i, j));
  auto moved = real;
  moved.weight(i, j) += 1;
  const auto classes = length_classes(real, place_lengths_mm(real, LengthSource::tracts, true, "a test"), 10);
  CHECK_THROWS_AS(check_classes(real, moved, classes, "equally long"), std::logic_error);
}

TEST_CASE("length_binned: all graphs with the same lengths and degrees come up equally often") {
  // Degree 1 in and out on four regions of a square: derangements; with two bins, sides and diagonals are told apart.
  auto real = empty_graph(4);
  for (size_t i = 0; i < 4; ++i) {
    real.weight((i + 1) % 4, i) = 1;
    for (const double x : {i == 0 || i == 3 ? 0.0 : 1.0, i < 2 ? 0.0 : 1.0, 0.0}) real.centres_mm.push_back(x);
  }
  const auto lengths = place_lengths_mm(real, LengthSource::centres, true, "a test");
  EdgeClasses classes(4);
  for (size_t k = 0; k < 16; ++k) classes.of[k] = lengths[k] > 1.2;
  std::map<std::vector<double>, double> seen;
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    ClassSwapGraph graph(real, true, Carrier::source, classes);
    eg::Random random(seed, "attempts");
    for (uint64_t k = 0; k < 200 + seed % 2; ++k) graph.attempt(random);
    seen[graph.weights(real)] += 1;
  }
  REQUIRE(seen.size() == 4);  // the ring, the ring turned round, two pairs of two
  for (const auto& [graph, count] : seen) CHECK(std::abs(count - 1000) < 96);  // 3.5 SD
}

TEST_CASE("length_binned: connectomes without lengths and bins without room are refused") {
  auto real = in_space(6);
  Params p;
  real.lengths_mm.clear();
  p.length = LengthSource::tracts;
  CHECK_THROWS_WITH(make(real, p, 1),
                    "the connectome has no tract lengths, and core.length_binned needs them: give length = "
                    "\"centres\", or a dataset with tract lengths");
  CHECK_NOTHROW(make(real, {}, 1));
  real.centres_mm.clear();
  CHECK_THROWS_WITH(make(real, {}, 1),
                    "the connectome has no centres of regions and no tract lengths, and core.length_binned needs them: "
                    "take a dataset with either, or a null model without geometry");
  p.length = LengthSource::centres;
  CHECK_THROWS_WITH(make(real, p, 1),
                    "the connectome has no centres of regions, and core.length_binned needs them: give length = "
                    "\"tracts\", or a dataset with centres");
  p = {};
  p.bins = 100, p.edges_per_bin = 1, p.max_attempts_per_edge = 20;
  CHECK_THROWS_WITH(make(in_space(7, 20), p, 1), doctest::Contains("lower bins, or raise edges_per_bin"));
}
