// core.trend_preserving: edges, weights and trend are kept, strengths on request, what is missing is said, and every
// check can fail.
#include <doctest/doctest.h>

#include "../common/random_graphs.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace null_model;
using namespace null_model::testing;

namespace {

using Params = TrendPreserving::Params;

eg::Connectome make(const eg::Connectome& real, const Params& p, uint64_t seed, CapturedSink& kept) {
  auto sink = kept.sink();
  return TrendPreserving(p).surrogate(real, seed, sink);
}
eg::Connectome make(const eg::Connectome& real, const Params& p, uint64_t seed) {
  CapturedSink kept;
  return make(real, p, seed, kept);
}

// Weights that fall by a factor of e every 30 mm, with lognormal scatter that grows with length.
eg::Connectome spatial_graph(size_t n, double density, bool is_symmetric, uint64_t seed) {
  eg::Random random(seed, "spatial");
  auto c = random_graph(n, density, is_symmetric, 0.3, random);
  place_in_space(c, random);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) {
      double& w = c.weight(i, j);
      const double mm = c.lengths_mm[i * n + j];
      if (w != 0 && (!is_symmetric || i >= j)) w = std::exp(-mm / 30 + (0.3 + mm / 300) * random.normal());
      if (is_symmetric) c.weight(j, i) = w;
    }
  return c;
}

// Slope of log weight over length, told once more and differently from the plugin's own.
double slope_per_mm(const eg::Connectome& c) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for_each_edge(c, [&](size_t i, size_t j, double w) {
    const double mm = c.lengths_mm[i * c.size() + j], l = std::log(w);
    n += 1, x += mm, y += l, xx += mm * mm, xy += mm * l;
  });
  return (n * xy - x * y) / (n * xx - x * x);
}

eg::Connectome with_positive_weights(eg::Connectome c) {
  for (double& w : c.weights) w = std::abs(w);
  return c;
}

}  // namespace

TEST_CASE("trend_preserving: 1000 random graphs keep every edge, all weights, the diagonal and symmetry") {
  const auto tally = for_1000_graphs(
      [&](const eg::Connectome& real, uint64_t trial) {
        Params p;
        p.mean_order = static_cast<int64_t>(trial % 4);
        p.spread_order = static_cast<int64_t>(trial % 3);
        p.transform = trial % 2 == 0 ? Transform::log : Transform::none;
        return make(p.transform == Transform::log ? with_positive_weights(real) : real, p, trial);
      },
      [&](const eg::Connectome& drawn, const eg::Connectome& null, uint64_t trial) {
        CAPTURE(trial);
        const auto real = trial % 2 == 0 ? with_positive_weights(drawn) : drawn;
        for (size_t k = 0; k < real.weights.size(); ++k) CHECK((null.weights[k] != 0) == (real.weights[k] != 0));
        CHECK(sorted(null.weights) == sorted(real.weights));
        for (size_t i = 0; i < real.size(); ++i) CHECK(null.weight(i, i) == real.weight(i, i));
        if (is_symmetric(real)) CHECK(is_symmetric(null));
      });
  MESSAGE(tally.made, " made, ", tally.rewired, " of them with other weights, ", tally.refused, " refused");
  CHECK(tally.made > 800);
  CHECK(tally.rewired > 700);
}

TEST_CASE("trend_preserving: weights of three classes keep their trend too, though ranks bend it") {
  auto real = spatial_graph(96, 0.42, false, 3);
  eg::Random random(4, "classes");
  for_each_edge(eg::Connectome(real), [&](size_t i, size_t j, double) {
    const double x = random.normal() - 0.1 * real.lengths_mm[i * 96 + j];
    real.weight(i, j) = x > -4.5 ? 3 : x > -9.5 ? 2 : 1;  // mostly the largest class, as in CoCoMac data
  });
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const auto null = make(real, {}, seed);  // whose own check would say if not
    CHECK(null.weights != real.weights);
  }
}

TEST_CASE("trend_preserving: weights fall with length as they did, and forget the rest") {
  for (const bool symmetric : {false, true}) {
    const auto real = spatial_graph(60, 0.4, symmetric, 1);
    double slope = 0, correlation = 0, squared = 0;
    constexpr int members = 30;
    for (uint64_t seed = 0; seed < members; ++seed) {
      CapturedSink kept;
      const auto null = make(real, {}, seed, kept);
      const double s = slope_per_mm(null) / slope_per_mm(real);
      slope += s / members, squared += (s - 1) * (s - 1) / members;
      correlation += kept.value("weight_correlation") / members;
      CHECK(kept.value("trend_size") > 0.5);
      CHECK(kept.value("trend_difference") < 0.1 * kept.value("trend_size"));
      CHECK(kept.value("edge_overlap") == 1);
    }
    CHECK_CLOSE(slope, 1, 0, 0.02);
    CHECK(squared < 0.03 * 0.03);
    // What two graphs with this trend have in common: the share of the variance of log weights that it explains.
    std::vector<double> logs, lengths;
    for_each_edge(real, [&](size_t i, size_t j, double w) {
      logs.push_back(std::log(w)), lengths.push_back(real.lengths_mm[i * 60 + j]);
    });
    const double explained = std::pow(root_mean_square(PolynomialFit(lengths, 3)(logs)), 2);
    const double mean = std::accumulate(logs.begin(), logs.end(), 0.0) / static_cast<double>(logs.size());
    const double share = (explained - mean * mean) / (std::pow(root_mean_square(logs), 2) - mean * mean);
    CHECK_CLOSE(correlation, share, 0, 0.03);
  }
}

TEST_CASE("trend_preserving: logarithms given as weights are treated as weights whose logarithm is taken") {
  const auto real = spatial_graph(50, 0.4, false, 7);
  auto logs = real;
  for (double& w : logs.weights)
    if (w != 0) w = std::log(w);
  Params p;
  p.transform = Transform::none;
  auto expected = make(real, {}, 3);
  for (double& w : expected.weights)
    if (w != 0) w = std::log(w);
  CHECK(make(logs, p, 3).weights == expected.weights);
}

TEST_CASE("trend_preserving: the spread of weights grows with length as it did") {
  const auto real = spatial_graph(80, 0.5, false, 2);
  const auto ratio = [&](const eg::Connectome& c) {  // spread of the long half over that of the short half
    std::vector<double> near, far;
    for_each_edge(c, [&](size_t i, size_t j, double w) {
      const double mm = real.lengths_mm[i * 80 + j];
      (mm > 85 ? far : near).push_back(std::log(w) + mm / 30);
    });
    return root_mean_square(far) / root_mean_square(near);
  };
  Params flat;
  flat.spread_order = 0;
  double with = 0, without = 0;
  for (uint64_t seed = 0; seed < 20; ++seed)
    with += ratio(make(real, {}, seed)) / 20, without += ratio(make(real, flat, seed)) / 20;
  CHECK(ratio(real) > 1.2);
  CHECK_CLOSE(with, ratio(real), 0, 0.05);
  CHECK(without < ratio(real) - 0.15);
}

TEST_CASE("trend_preserving: on request strengths are kept too, by weights of similar length") {
  for (const bool symmetric : {false, true}) {
    const auto real = spatial_graph(70, 0.5, symmetric, 3);
    Params p;
    p.strengths = KeptStrengths::keep;
    p.tolerance = 1e-4;
    CapturedSink kept;
    const auto null = make(real, p, 1, kept);
    CHECK_NOTHROW(check_strengths(real, null, !symmetric, 1e-4));
    CHECK_THROWS_WITH_AS(check_strengths(real, make(real, {}, 1), !symmetric, 1e-4),
                         doctest::Contains("the strength of region 'R"), std::logic_error);
    CHECK(kept.value("strength_relative_error") <= 1e-4);
    CHECK_CLOSE(slope_per_mm(null), slope_per_mm(real), 0.1, 0);
    CHECK(null.weights != real.weights);
    CHECK(null.history.back().first == "strengths");
  }
  Params p;
  p.strengths = KeptStrengths::keep;
  p.stages = 1;
  CHECK_THROWS_WITH_AS(make(spatial_graph(70, 0.5, false, 3), p, 1),
                       doctest::Contains("leaves too little room for its strengths"), std::runtime_error);
}

TEST_CASE("trend_preserving: the checks reject a plain shuffle, another edge and a lost symmetry") {
  const auto real = spatial_graph(40, 0.5, true, 4);
  const auto good = make(real, {}, 1);
  CHECK_NOTHROW(check_same_edges(real, good, false));

  std::vector<double> weights, lengths;
  for_each_edge(real, [&](size_t i, size_t j, double w) {
    if (i > j) weights.push_back(std::log(w)), lengths.push_back(real.lengths_mm[i * 40 + j]);
  });
  auto shuffled = weights;
  eg::Random random(1, "shuffle");
  random.shuffle(std::span(shuffled));
  CHECK_NOTHROW(TrendPreserving::check_trend(weights, weights, PolynomialFit(lengths, 3)));
  CHECK_THROWS_WITH_AS(TrendPreserving::check_trend(weights, shuffled, PolynomialFit(lengths, 3)),
                       doctest::Contains("its weights change with length in another way"), std::logic_error);

  auto moved = good;
  for (size_t k = 0; k + 1 < moved.weights.size(); ++k)
    if (moved.weights[k] != 0 && moved.weights[k + 1] == 0 && k % 41 != 0 && (k + 1) % 41 != 0) {
      std::swap(moved.weights[k], moved.weights[k + 1]);
      break;
    }
  CHECK_THROWS_WITH_AS(check_same_edges(real, moved, false), doctest::Contains("is there in one of the two only"),
                       std::logic_error);
  Params as_directed;
  as_directed.graph = GraphKind::directed;
  CHECK_THROWS_WITH_AS(check_same_edges(real, make(real, as_directed, 1), false),
                       "the surrogate breaks its promise: it is not symmetric", std::logic_error);
  auto other = good;
  for (double& w : other.weights)
    if (w != 0) {
      w *= 2;
      break;
    }
  CHECK_THROWS_AS(check_same_edges(real, other, false), std::logic_error);
}

TEST_CASE("trend_preserving: reordering gives each rank of the scaffold the weight of that rank") {
  CHECK(reorder(std::vector<double>{1, 5, 9}, std::vector<double>{0.3, -2, 0.1}) == std::vector<double>{9, 1, 5});
  CHECK(reorder(std::vector<double>{2, 2, 1}, std::vector<double>{7, 7, 7}) == std::vector<double>{1, 2, 2});
}

TEST_CASE("trend_preserving: polynomials are fitted by least squares") {
  // numpy.polyval(numpy.polyfit([0,1,2,3,4],[1,3,2,5,4],2),[0,1,2,3,4])
  const std::vector<double> x{0, 1, 2, 3, 4}, y{1, 3, 2, 5, 4};
  const auto fitted = PolynomialFit(x, 2)(y);
  const std::vector<double> expected{1.1142857142857139, 2.342857142857143, 3.285714285714286, 3.942857142857143,
                                     4.314285714285714};
  for (size_t k = 0; k < 5; ++k) CHECK_CLOSE(fitted[k], expected[k], 1e-12, 0);
  CHECK(PolynomialFit(std::vector<double>{3, 3, 3}, 3).n_coefficients() == 1);
}

TEST_CASE("trend_preserving: what is missing or impossible is refused with the reason") {
  const auto real = spatial_graph(20, 0.4, false, 5);
  auto c = real;
  c.lengths_mm.clear(), c.centres_mm.clear();
  CHECK_THROWS_WITH_AS(make(c, {}, 1),
                       "the connectome has no centres of regions and no tract lengths, and core.trend_preserving needs "
                       "them: take a dataset with either, or a null model without geometry",
                       std::invalid_argument);
  c = real, c.centres_mm.clear();
  Params p;
  p.length = LengthSource::centres;
  CHECK_THROWS_WITH_AS(make(c, p, 1), doctest::Contains("has no centres of regions"), std::invalid_argument);
  c.lengths_mm.assign(400, 0.0);
  CHECK_THROWS_WITH_AS(make(c, {}, 1),
                       doctest::Contains(" edges have no length, and core.trend_preserving needs one for each: give "
                                         "length = \"centres\", or a dataset with lengths"),
                       std::invalid_argument);
  c = real;
  for (double& w : c.weights)
    if (w != 0) w = -w;
  CHECK_THROWS_WITH_AS(
      make(c, {}, 1),
      doctest::Contains("is negative, and core.trend_preserving takes logarithms: give transform = \"none\" if "
                        "weights are logarithms already, else use core.length_binned"),
      std::invalid_argument);
  c = real;
  for (double& w : c.weights)
    if (w != 0) w = 1;
  CHECK_THROWS_WITH_AS(make(c, {}, 1),
                       doctest::Contains("leaves too little room for a surrogate: all weights are equal"),
                       std::runtime_error);
  auto tiny = empty_graph(3);
  tiny.weight(0, 1) = 1, tiny.weight(1, 2) = 2, tiny.lengths_mm.assign(9, 0.0);
  tiny.lengths_mm[1] = 10, tiny.lengths_mm[5] = 20;
  CHECK_THROWS_WITH_AS(make(tiny, {}, 1), doctest::Contains("the trend runs through all weights, lower mean_order"),
                       std::runtime_error);
  auto none = empty_graph(3);
  none.centres_mm.assign(9, 1.0);
  CHECK(make(none, {}, 1).weights == none.weights);
}

TEST_CASE("trend_preserving: the seed alone decides, and the history says what was done") {
  const auto real = spatial_graph(30, 0.4, false, 6);
  const auto null = make(real, {}, 5);
  CHECK(null.weights == make(real, {}, 5).weights);
  CHECK(null.weights != make(real, {}, 6).weights);
  REQUIRE(null.history.size() == 4);
  CHECK(null.history[2] == std::pair<std::string, std::string>("keeps", "edges weights self_loops"));
  CHECK(null.history[3] == std::pair<std::string, std::string>("trend", "log weight over length, order 3, spread 2"));
}
