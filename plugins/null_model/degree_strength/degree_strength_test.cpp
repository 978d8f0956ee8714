// core.degree_strength: strengths are met, degrees and hemispheres kept, what cannot be met is refused, and every check
// can fail.
#include <doctest/doctest.h>

#include <ctime>
#include <map>

#include "../common/random_graphs.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace null_model;
using namespace null_model::testing;

namespace {

using Params = DegreeStrength::Params;

eg::Connectome make(const eg::Connectome& real, const Params& p, uint64_t seed, CapturedSink& kept) {
  auto sink = kept.sink();
  return DegreeStrength(p).surrogate(real, seed, sink);
}
eg::Connectome make(const eg::Connectome& real, const Params& p, uint64_t seed) {
  CapturedSink kept;
  return make(real, p, seed, kept);
}

// Sums of rows and columns, told once more and differently from the plugin's own: over the whole matrix, less the
// diagonal.
std::vector<double> row_and_column_sums(const eg::Connectome& c) {
  std::vector<double> out(2 * c.size(), 0.0);
  for (size_t k = 0; k < c.weights.size(); ++k)
    out[k / c.size()] += c.weights[k], out[c.size() + k % c.size()] += c.weights[k];
  for (size_t i = 0; i < c.size(); ++i) out[i] -= c.weight(i, i), out[c.size() + i] -= c.weight(i, i);
  return out;
}

double relative_error(const eg::Connectome& a, const eg::Connectome& b) {
  const auto x = row_and_column_sums(a), y = row_and_column_sums(b);
  double error = 0, squares = 0;
  for (size_t k = 0; k < x.size(); ++k) error += (x[k] - y[k]) * (x[k] - y[k]), squares += x[k] * x[k];
  return error / squares;
}

double largest_deviation(const eg::Connectome& a, const eg::Connectome& b) {
  const auto x = row_and_column_sums(a), y = row_and_column_sums(b);
  double worst = 0;
  for (size_t k = 0; k < x.size(); ++k) worst = std::max(worst, std::abs(x[k] - y[k]));
  return worst;
}

// Edges into and out of every region that stay in its hemisphere.
std::vector<int> edges_within_hemisphere(const eg::Connectome& c) {
  const auto& side = c.attribute("hemisphere")->texts;
  std::vector<int> out(2 * c.size(), 0);
  for_each_edge(c, [&](size_t i, size_t j, double) {
    if (side[i] == side[j]) ++out[i], ++out[c.size() + j];
  });
  return out;
}

eg::Connectome tvb_like(bool is_symmetric, uint64_t seed) {
  eg::Random random(seed, "graphs");
  auto c = random_graph(96, 0.42, is_symmetric, 0, random);
  for (double& w : c.weights)
    if (w != 0) w = 1 + std::floor(std::abs(w)) - 3 * std::floor(std::abs(w) / 3);  // 1, 2, 3 whatever was drawn
  place_in_space(c, random);
  return c;
}

}  // namespace

TEST_CASE("degree_strength: 1000 random graphs keep degrees and weights, and strengths as closely as promised") {
  const auto params = [](uint64_t trial) {
    Params p;
    p.hemispheres = trial % 2 == 0 ? Hemispheres::keep : Hemispheres::ignore;
    p.max_attempts_per_edge = 300;
    p.stages = 30, p.proposals_per_stage = 2000, p.restarts = 1;
    p.tolerance = 1e-3;  // small graphs have few ways to share out their weights
    return p;
  };
  const auto tally =
      for_1000_graphs([&](const eg::Connectome& real, uint64_t trial) { return make(real, params(trial), trial); },
                      [&](const eg::Connectome& real, const eg::Connectome& null, uint64_t trial) {
                        CAPTURE(trial);
                        CHECK(degrees(null) == degrees(real));
                        CHECK(sorted(null.weights) == sorted(real.weights));
                        for (size_t i = 0; i < real.size(); ++i) CHECK(null.weight(i, i) == real.weight(i, i));
                        if (is_symmetric(real)) CHECK(is_symmetric(null));
                        if (params(trial).hemispheres == Hemispheres::keep)
                          CHECK(edges_within_hemisphere(null) == edges_within_hemisphere(real));
                        const bool close = count_edges(real) == 0 || relative_error(real, null) <= 1e-3 * (1 + 1e-9);
                        CHECK((close || largest_deviation(real, null) <= smallest_difference(real) * (1 + 1e-9)));
                      });
  MESSAGE(tally.made, " made, ", tally.rewired, " of them rewired, ", tally.refused, " refused");
  CHECK(tally.made > 300);
  CHECK(tally.rewired > 250);
  CHECK(tally.refused > 100);  // tiny and complete graphs
}

TEST_CASE("degree_strength: the checks reject degree-preserving graphs, and strengths of one side only") {
  const auto real = tvb_like(false, 1);
  const auto good = make(real, {}, 1);
  CHECK_NOTHROW(check_strengths(real, good, true, 1e-6));
  Params p;
  p.stages = 1, p.proposals_per_stage = 1, p.tolerance = 1;  // rewired, weights not annealed
  const auto rewired = make(real, p, 1);
  CHECK_THROWS_WITH_AS(check_strengths(real, rewired, true, 1e-6), doctest::Contains("the strength of region 'R"),
                       std::logic_error);
  // Out-strengths are exact where weights stay at their source, and only those.
  eg::Random random(1, "swaps");
  SwapParams carried;
  const auto one_side = rewire(real, carried, random).null;
  CHECK(strengths(one_side).out == strengths(real).out);
  CHECK_THROWS_AS(check_strengths(real, one_side, true, 1e-6), std::logic_error);
  // Two regions exchange 2 units of strength.
  auto shifted = good;
  size_t from = 0, to = 0;
  for_each_edge(good, [&](size_t i, size_t j, double w) {
    if (j == 5 && w == 3) from = i;
    if (j == 5 && w == 1) to = i;
  });
  std::swap(shifted.weight(from, 5), shifted.weight(to, 5));
  CHECK_THROWS_AS(check_strengths(real, shifted, true, 1e-6), std::logic_error);
}

TEST_CASE("degree_strength: the check of hemispheres rejects graphs that ignore them") {
  const auto real = tvb_like(false, 2);
  Params p;
  const auto classes = hemisphere_classes(real, "a test");
  const auto ignoring = make(real, p, 1);
  p.hemispheres = Hemispheres::keep;
  const auto keeping = make(real, p, 1);
  CHECK_NOTHROW(check_classes(real, keeping, classes, "intra- or inter-hemispheric"));
  CHECK_THROWS_WITH_AS(check_classes(real, ignoring, classes, "intra- or inter-hemispheric"),
                       doctest::Contains("intra- or inter-hemispheric edges"), std::logic_error);
  CHECK(edges_within_hemisphere(keeping) == edges_within_hemisphere(real));
  CHECK(relative_error(real, keeping) < 1e-5);
  // Weights are exchanged within hemispheres or between them, so that both keep theirs.
  double between_real = 0, between_null = 0;
  for (size_t i = 0; i < 96; ++i)
    for (size_t j = (i + 1) % 2; j < 96; j += 2)
      between_real += real.weight(i, j), between_null += keeping.weight(i, j);
  CHECK(between_real == between_null);
}

TEST_CASE("degree_strength: the energy kept up to date is the energy of the matrix, directed and not") {
  for (const bool symmetric : {false, true}) {
    const auto real = tvb_like(symmetric, 3);
    eg::Random random(4, "shuffle");
    SwapParams swaps;
    auto null = rewire(real, swaps, random).null;
    WeightAnnealer annealer(real, null, !symmetric);
    AnnealingParams p;
    p.stages = 5, p.proposals_per_stage = 2000;
    const double before = annealer.energy();
    annealer.anneal(p, 0, random);
    null.weights = annealer.weights(null);
    CHECK_CLOSE(annealer.energy(), match_strengths(real, null, !symmetric).squared_error, 1e-9, 0);
    CHECK(annealer.energy() != before);
    if (symmetric) CHECK(is_symmetric(null));
  }
}

TEST_CASE("degree_strength: at a fixed temperature weights are found as often as Boltzmann says") {
  // Three regions in a ring, weights 1, 2, 4: of the 6 ways to place them the energies are known. Temperature 3 in
  // units of the variance (14/9).
  auto real = empty_graph(3);
  real.weight(1, 0) = 1, real.weight(2, 1) = 2, real.weight(0, 2) = 4;
  std::map<std::vector<double>, double> seen, expected;
  AnnealingParams p;
  p.stages = 1, p.proposals_per_stage = 60, p.initial_temperature = 3, p.tolerance = 0;
  constexpr uint64_t trials = 6000;
  double total = 0;
  for (uint64_t seed = 0; seed < trials; ++seed) {
    // Starts from a placement that is not the real one, so that energy 0 does not end it at once.
    auto start = real;
    std::swap(start.weight(1, 0), start.weight(2, 1));
    WeightAnnealer annealer(real, start, true);
    eg::Random random(seed, "boltzmann");
    annealer.anneal(p, 0, random);
    seen[annealer.weights(start)] += 1;
  }
  std::vector<double> w{1, 2, 4};
  do {
    auto c = real;
    c.weight(1, 0) = w[0], c.weight(2, 1) = w[1], c.weight(0, 2) = w[2];
    total += expected[c.weights] = std::exp(-match_strengths(real, c, true).squared_error / (3 * 14.0 / 9));
  } while (std::ranges::next_permutation(w).found);
  REQUIRE(seen.size() == 6);
  for (auto& [weights, share] : expected) {
    share /= total;
    CHECK_CLOSE(seen[weights] / trials, share, 0, 3.5 * std::sqrt(share * (1 - share) / trials));
  }
}

TEST_CASE("degree_strength: a graph as TVB 96 comes within one unit everywhere, far from the real one") {
  for (const bool symmetric : {false, true}) {
    const auto real = tvb_like(symmetric, 5);
    CapturedSink kept;
    const auto null = make(real, {}, 3, kept);
    CHECK(largest_deviation(real, null) <= 1);
    CHECK(kept.value("strength_largest_deviation") == largest_deviation(real, null));
    CHECK_CLOSE(kept.value("strength_relative_error"), relative_error(real, null), 1e-9, 0);
    CHECK(kept.value("annealing_stages") <= 100);
    CHECK(kept.value("annealing_temperature") > 0);
    CHECK_CLOSE(kept.value("edge_overlap"), 0.42, 0, 0.05);
    const double edges = symmetric ? 0.5 : 1.0;
    CHECK(kept.value("accepted_swaps") == 10 * edges * static_cast<double>(count_edges(real)));
    CHECK(null.weights == make(real, {}, 3).weights);
    const auto other = make(real, {}, 4);
    CHECK(null.weights != other.weights);
    CHECK_CLOSE(edge_overlap(null, other), 0.42, 0, 0.05);  // as far from each other as from the real one
  }
}

TEST_CASE("degree_strength: weights in another unit give the same surrogate") {
  const auto real = tvb_like(false, 6);
  auto scaled = real;
  for (double& w : scaled.weights) w *= 1024;
  auto null = make(real, {}, 1);
  for (double& w : null.weights) w *= 1024;
  CHECK(make(scaled, {}, 1).weights == null.weights);
}

TEST_CASE("degree_strength: continuous weights stop early once the error cannot matter") {
  eg::Random random(7, "graphs");
  auto real = random_graph(60, 0.4, false, 0, random);
  for (double& w : real.weights)
    if (w != 0) w = random.uniform(0.5, 1.5);
  CapturedSink kept;
  const auto null = make(real, {}, 1, kept);
  CHECK(relative_error(real, null) <= 1.0001e-8);
  CHECK(kept.value("annealing_stages") < 100);
}

TEST_CASE("degree_strength: strengths out of reach and missing hemispheres are refused with the reason") {
  auto real = tvb_like(false, 8);
  Params p;
  p.stages = 2;
  CHECK_THROWS_WITH_AS(
      make(real, p, 1),
      doctest::Contains(
          "leaves too little room for its strengths: the last of 5 tries, 2 stages, left a squared error of "),
      std::runtime_error);
  CHECK_THROWS_WITH(make(real, p, 1), doctest::Contains("; raise stages, proposals_per_stage or tolerance"));
  p = {};
  p.hemispheres = Hemispheres::keep;
  real.attributes.clear();
  CHECK_THROWS_WITH_AS(make(real, p, 1), doctest::Contains("does not say in which hemisphere"), std::invalid_argument);
}

TEST_CASE("degree_strength: where strengths stay out of reach it starts over from other swaps") {
  // So few stages that some of the tries end off.
  const auto real = tvb_like(false, 11);
  Params p;
  p.stages = 11, p.restarts = 50;
  double restarts = 0;
  for (uint64_t seed = 0; seed < 10; ++seed) {
    CapturedSink kept;
    CHECK(largest_deviation(real, make(real, p, seed, kept)) <= 1);
    restarts += kept.value("annealing_restarts");
  }
  MESSAGE(restarts, " restarts for ten surrogates");
  CHECK(restarts > 0);
  p.restarts = 0;
  int refused = 0;
  for (uint64_t seed = 0; seed < 10; ++seed) {
    try {
      make(real, p, seed);
    } catch (const std::runtime_error&) {
      ++refused;
    }
  }
  CHECK(refused > 0);
}

TEST_CASE(
    "degree_strength: weights dealt out by rank come closer to the strengths than chance, and closest in dense "
    "graphs") {
  const auto error_of = [](const eg::Connectome& real, bool by_rank, bool is_directed, uint64_t seed) {
    eg::Random random(seed, "ranks");
    SwapParams swaps;
    swaps.weight_carried_by = Carrier::neither, swaps.accepted_swaps_per_edge = 2;
    auto null = rewire(real, swaps, random).null;
    if (by_rank) {
      null = deal_out_by_rank(real, null, is_directed, nullptr, random);
    } else {
      std::vector<double> weights;
      for_each_edge(null, [&](size_t i, size_t j, double w) {
        if (is_directed || i > j) weights.push_back(w);
      });
      random.shuffle(std::span(weights));
      size_t k = 0;
      auto shuffled = null;
      for_each_edge(null, [&](size_t i, size_t j, double) {
        if (is_directed || i > j) shuffled.weight(i, j) = weights[k++];
        if (!is_directed && i > j) shuffled.weight(j, i) = shuffled.weight(i, j);
      });
      null = shuffled;
    }
    CHECK(sorted(null.weights) == sorted(real.weights));
    CHECK(degrees(null) == degrees(real));
    if (!is_directed) CHECK(is_symmetric(null));
    return relative_error(real, null);
  };
  for (const bool symmetric : {false, true}) {
    auto dense = tvb_like(symmetric, 12);
    eg::Random random(12, "products");
    std::vector<double> sends, receives;
    for (size_t i = 0; i < 96; ++i) sends.push_back(random.uniform(0.2, 2)), receives.push_back(random.uniform(0.2, 2));
    for (size_t i = 0; i < 96; ++i)
      for (size_t j = 0; j < i; ++j) {
        dense.weight(i, j) = random.uniform() < 0.9 ? sends[j] * (symmetric ? sends[i] : receives[i]) : 0;
        dense.weight(j, i) = symmetric ? dense.weight(i, j) : random.uniform() < 0.9 ? sends[i] * receives[j] : 0;
      }
    CHECK(error_of(dense, true, !symmetric, 1) < 0.03 * error_of(dense, false, !symmetric, 1));
    const auto sparse = tvb_like(symmetric, 13);
    CHECK(error_of(sparse, true, !symmetric, 1) < error_of(sparse, false, !symmetric, 1));
  }
}

TEST_CASE(
    "degree_strength: weights dealt out by rank are accepted with a tolerance that they meet, refused with less") {
  const auto real = tvb_like(false, 14);
  Params p;
  p.weights = Weights::ranks;
  CHECK_THROWS_WITH_AS(make(real, p, 1), doctest::Contains("tries, 0 stages, left a squared error of "),
                       std::runtime_error);
  p.tolerance = 0.02;
  p.hemispheres = Hemispheres::keep;
  CapturedSink kept;
  const auto null = make(real, p, 1, kept);
  CHECK(kept.value("annealing_stages") == 0);
  CHECK(relative_error(real, null) < 0.02);
  CHECK(relative_error(real, null) > 1e-5);
  auto negative = real;
  for (double& w : negative.weights) w = -w;
  CHECK_THROWS_WITH_AS(make(negative, p, 1),
                       doctest::Contains("is negative: weights = \"ranks\" needs positive ones, use \"annealed\""),
                       std::invalid_argument);
}

TEST_CASE("degree_strength: the history says what was done") {
  const auto null = make(tvb_like(false, 9), {}, 1);
  REQUIRE(null.history.size() == 6);
  CHECK(null.history[0] == std::pair<std::string, std::string>("null_model", "core.degree_strength"));
  CHECK(null.history[3].first == "keeps");
  CHECK(null.history[5].first == "strengths");
  CHECK(null.history[5].second.starts_with("annealed in "));
}

TEST_CASE("degree_strength: a surrogate of 96 regions takes a fraction of a second") {
  const auto real = tvb_like(false, 10);
  Params p;
  p.hemispheres = Hemispheres::keep;
  const std::clock_t start = std::clock();
  constexpr int repeats = 5;
  for (uint64_t seed = 0; seed < repeats; ++seed) make(real, p, seed);
  const double ms = 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / repeats;
  MESSAGE(ms, " ms of processor time per surrogate");
  CHECK(ms < 2000);  // 40; fails on a wrong order of growth, also under sanitizers
}
