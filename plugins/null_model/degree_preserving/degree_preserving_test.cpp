// core.degree_preserving: what is kept, what is mixed, what is refused, and that the check of invariants can fail.
#include <doctest/doctest.h>

#include <ctime>
#include <map>
#include <memory>

#include "../common/random_graphs.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace null_model;
using namespace null_model::testing;

namespace {

using Params = DegreePreserving::Params;

eg::Connectome make(const eg::Connectome& real, const Params& p, uint64_t seed, CapturedSink& kept) {
  auto sink = kept.sink();
  return DegreePreserving(p).surrogate(real, seed, sink);
}
eg::Connectome make(const eg::Connectome& real, const Params& p, uint64_t seed) {
  CapturedSink kept;
  return make(real, p, seed, kept);
}

}  // namespace

TEST_CASE("degree_preserving: 1000 random graphs keep degrees, weights and diagonal") {
  CapturedSink* kept = nullptr;
  std::unique_ptr<CapturedSink> owner;
  const auto params = [](const eg::Connectome& real, uint64_t trial) {
    Params p;
    p.weight_carried_by = trial % 4 < 2 ? Carrier::source : Carrier::target;
    p.stop = trial % 11 == 0 ? Stop::attempted : Stop::accepted;
    p.self_loops = !is_symmetric(real) && trial % 8 < 3 ? SelfLoops::swap : SelfLoops::freeze;
    p.max_attempts_per_edge = 500;
    return p;
  };
  const auto tally = for_1000_graphs(
      [&](const eg::Connectome& real, uint64_t trial) {
        owner = std::make_unique<CapturedSink>();
        kept = owner.get();
        return make(real, params(real, trial), trial, *kept);
      },
      [&](const eg::Connectome& real, const eg::Connectome& null, uint64_t trial) {
        CAPTURE(trial);
        const Params p = params(real, trial);
        const bool symmetric = is_symmetric(real);  // tiny or sparse graphs may be by chance
        CHECK(degrees(null) == degrees(real));
        CHECK(sorted(null.weights) == sorted(real.weights));
        if (symmetric) CHECK(is_symmetric(null));
        if (p.self_loops == SelfLoops::freeze)
          for (size_t i = 0; i < real.size(); ++i) CHECK(null.weight(i, i) == real.weight(i, i));
        if (!symmetric && p.self_loops == SelfLoops::freeze) {
          const char* exact =
              p.weight_carried_by == Carrier::source ? "out_strength_max_deviation" : "in_strength_max_deviation";
          CHECK(kept->value(exact) < 1e-9);
        }
        if (p.stop == Stop::attempted) return;
        double count = 0;
        for (size_t i = 0; i < real.size(); ++i)
          for (size_t j = 0; j < real.size(); ++j)
            if (real.weight(i, j) != 0)
              count += i != j ? (symmetric ? 0.5 : 1.0) : p.self_loops == SelfLoops::swap ? 1.0 : 0.0;
        CHECK(kept->value("accepted_swaps") == 10 * count);
      });
  MESSAGE(tally.made, " made, ", tally.rewired, " of them rewired, ", tally.refused, " refused");
  CHECK(tally.made > 600);
  CHECK(tally.rewired > 500);
}

TEST_CASE("degree_preserving: surrogates are those of the first release, bit for bit") {
  const auto checksum = [](bool is_symmetric, Carrier carrier, SelfLoops loops, Stop stop) {
    eg::Random random(11, "pinned");
    auto c = empty_graph(40);
    const auto weight = [&] { return 1 + static_cast<double>(random.below(1000)); };
    for (size_t i = 0; i < 40; ++i)
      for (size_t j = 0; j <= i; ++j) {
        if (random.uniform() < 0.4) c.weight(i, j) = weight();
        if (is_symmetric)
          c.weight(j, i) = c.weight(i, j);
        else if (random.uniform() < 0.4)
          c.weight(j, i) = weight();
      }
    Params p;
    p.weight_carried_by = carrier, p.self_loops = loops, p.stop = stop;
    uint64_t hash = 0xcbf29ce484222325ull;
    for (const double w : make(c, p, 5).weights) hash = (hash ^ static_cast<uint64_t>(w)) * 0x100000001b3ull;
    return hash;
  };
  CHECK(checksum(false, Carrier::source, SelfLoops::freeze, Stop::accepted) == 0xbc09dcdf90fa4ff5u);
  CHECK(checksum(false, Carrier::source, SelfLoops::freeze, Stop::attempted) == 0x8878f07d03d39745u);
  CHECK(checksum(false, Carrier::source, SelfLoops::swap, Stop::attempted) == 0x2e93049d9b0347e9u);
  CHECK(checksum(false, Carrier::target, SelfLoops::freeze, Stop::accepted) == 0x67a3158e8a149f71u);
  CHECK(checksum(false, Carrier::target, SelfLoops::swap, Stop::accepted) == 0x3dd99bf1667c3551u);
  CHECK(checksum(true, Carrier::source, SelfLoops::freeze, Stop::accepted) == 0x6bf8a61e65006c5cu);
  CHECK(checksum(true, Carrier::target, SelfLoops::freeze, Stop::attempted) == 0xb184e765c45ea738u);
}

TEST_CASE("degree_preserving: the check of invariants rejects careless rewiring") {
  eg::Random random(2, "graphs");
  auto real = random_graph(20, 0.4, false, 0.5, random);
  // The textbook mistake: swapping without looking whether the new place is taken.
  bool lost_an_edge = false;
  for (uint64_t seed = 0; seed < 20 && !lost_an_edge; ++seed) {
    auto careless = real;
    eg::Random r(seed, "careless");
    for (int k = 0; k < 5; ++k) {
      const size_t a = r.below(20), b = r.below(20), c = r.below(20), d = r.below(20);
      if (a == b || c == d || a == c || b == d || careless.weight(b, a) == 0 || careless.weight(d, c) == 0) continue;
      careless.weight(d, a) = careless.weight(b, a), careless.weight(b, c) = careless.weight(d, c);
      careless.weight(b, a) = careless.weight(d, c) = 0;
    }
    try {
      check_invariants(real, careless, {});
    } catch (const std::logic_error&) {
      lost_an_edge = true;
    }
  }
  CHECK(lost_an_edge);

  const auto good = make(real, {}, 1);
  CHECK_NOTHROW(check_invariants(real, good, {}));
  CHECK_THROWS_WITH(check_invariants(real, make(real, {}, 1), {true, Carrier::target, SelfLoops::freeze}),
                    doctest::Contains("the weights into region"));

  auto other_weights = good;  // degrees right, one weight changed
  for (double& w : other_weights.weights)
    if (w != 0) {
      w += 1e-12;
      break;
    }
  CHECK_THROWS_AS(check_invariants(real, other_weights, {}), std::logic_error);

  auto touched_diagonal = good;
  touched_diagonal.weight(3, 3) += 1;
  CHECK_THROWS_WITH(check_invariants(real, touched_diagonal, {}),
                    "the surrogate breaks its promise: the weight of region 'R3' onto itself differs");

  auto undirected = random_graph(20, 0.4, true, 0, random);
  auto directed = undirected;  // the mistake of swapping a symmetric matrix as if it were directed
  Params p;
  p.graph = GraphKind::directed;
  directed = make(undirected, p, 1);
  CHECK_THROWS_WITH(check_invariants(undirected, directed, {false, Carrier::source, SelfLoops::freeze}),
                    "the surrogate breaks its promise: it is not symmetric");
  CHECK_NOTHROW(check_invariants(undirected, make(undirected, {}, 1), {false, Carrier::source, SelfLoops::freeze}));
}

TEST_CASE("degree_preserving: all graphs of one degree sequence come up equally often") {
  // In-degree and out-degree 1 on four regions without loops: the nine derangements of four things.
  auto real = empty_graph(4);
  for (size_t i = 0; i < 4; ++i) real.weight((i + 1) % 4, i) = 1;
  Params p;
  p.stop = Stop::attempted;
  p.attempted_swaps_per_edge = 50;
  std::map<std::vector<double>, double> seen;
  constexpr double trials = 9000;
  for (uint64_t seed = 0; seed < 9000; ++seed) seen[make(real, p, seed).weights] += 1;
  REQUIRE(seen.size() == 9);
  double chi_squared = 0;
  for (const auto& [graph, count] : seen) chi_squared += (count - trials / 9) * (count - trials / 9) / (trials / 9);
  CHECK_MESSAGE(chi_squared < 26.1, chi_squared);  // 8 degrees of freedom: exceeded once in 1000
}

TEST_CASE("degree_preserving: the undirected swaps reach every pairing equally often") {
  // Degree 1 on four regions: three perfect matchings.
  auto real = empty_graph(4);
  real.weight(0, 1) = real.weight(1, 0) = real.weight(2, 3) = real.weight(3, 2) = 1;
  Params p;
  p.stop = Stop::attempted;
  p.attempted_swaps_per_edge = 20;
  std::map<std::vector<double>, double> seen;
  for (uint64_t seed = 0; seed < 3000; ++seed) seen[make(real, p, seed).weights] += 1;
  REQUIRE(seen.size() == 3);
  for (const auto& [graph, count] : seen) CHECK(std::abs(count - 1000) < 90);  // 3.5 SD
}

TEST_CASE("degree_preserving: ten accepted swaps per edge forget where the edges were") {
  // In a random graph of density q a well mixed surrogate shares the fraction q of the edges, and q of them are mutual.
  eg::Random random(3, "graphs");
  auto real = random_graph(96, 0.42, true, 0, random);
  real.weight(0, 1) += real.weight(0, 1) == 0 ? 1 : -real.weight(0, 1);  // symmetric but for one edge: directed
  CapturedSink kept;
  const auto null = make(real, {}, 7, kept);
  CHECK(kept.value("reciprocity_real") > 0.99);
  CHECK_CLOSE(kept.value("reciprocity_null"), 0.42, 0, 0.03);
  CHECK_CLOSE(kept.value("edge_overlap"), 0.42, 0, 0.03);
  CHECK(kept.value("out_strength_max_deviation") < 1e-12);
  CHECK(kept.value("in_strength_max_deviation") > 0.01);
  CHECK(kept.value("weak_components_null") == 1);
  const auto other = make(real, {}, 8);
  CHECK_CLOSE(edge_overlap(null, other), 0.42, 0, 0.03);
}

TEST_CASE("degree_preserving: the seed alone decides, and regions keep lengths, centres and attributes") {
  eg::Random random(4, "graphs");
  auto real = random_graph(30, 0.3, false, 0, random);
  real.lengths_mm.assign(900, 12.5);
  real.centres_mm.assign(90, 1.0);
  real.attributes.push_back({"hemisphere", {}, std::vector<std::string>(30, "left")});
  real.history.emplace_back("rows", "sources");
  const auto null = make(real, {}, 5);
  CHECK(null.weights == make(real, {}, 5).weights);
  CHECK(null.weights != make(real, {}, 6).weights);
  CHECK(null.lengths_mm == real.lengths_mm);
  CHECK(null.centres_mm == real.centres_mm);
  CHECK(null.attribute("hemisphere")->texts == real.attributes[0].texts);
  CHECK(null.labels == real.labels);
  REQUIRE(null.history.size() == 7);
  CHECK(null.history[0].first == "rows");
  CHECK(null.history[1] == std::pair<std::string, std::string>("null_model", "core.degree_preserving"));
  CHECK(null.history[5] ==
        std::pair<std::string, std::string>("keeps", "weights in_degrees out_degrees self_loops out_strengths"));
}

TEST_CASE("degree_preserving: the study's variant counts attempts and swaps self-loops away") {
  eg::Random random(5, "graphs");
  const auto real = random_graph(96, 0.42, false, 0.8, random);
  double edges = 0, loops_before = 0, loops_after = 0;
  for (const double w : real.weights) edges += w != 0;
  Params p;
  p.stop = Stop::attempted;
  p.self_loops = SelfLoops::swap;
  CapturedSink kept;
  const auto null = make(real, p, 1, kept);
  for (size_t i = 0; i < 96; ++i) loops_before += real.weight(i, i) != 0, loops_after += null.weight(i, i) != 0;
  CHECK(kept.value("attempted_swaps") == 10 * edges);
  CHECK(kept.value("accepted_swaps") < 5 * edges);
  CHECK(loops_before > 60);
  CHECK(loops_after < 0.3 * loops_before);
  CHECK(degrees(null) == degrees(real));
}

TEST_CASE("degree_preserving: graphs without room to rewire are refused, not returned unchanged") {
  auto full = empty_graph(6), star = empty_graph(6);
  for (size_t i = 0; i < 6; ++i)
    for (size_t j = 0; j < 6; ++j)
      if (i != j) full.weight(i, j) = static_cast<double>(1 + i);
  for (size_t i = 1; i < 6; ++i) star.weight(i, 0) = 1;
  Params p;
  p.max_attempts_per_edge = 100;
  CHECK_THROWS_WITH(make(full, p, 1),
                    "only 0 of 300 swaps in 3000 attempts: the graph with 30 edges leaves too little room to rewire; "
                    "lower accepted_swaps_per_edge or raise max_attempts_per_edge");
  CHECK_THROWS_AS(make(star, p, 1), std::runtime_error);
  CHECK(make(empty_graph(3), p, 1).weights == std::vector<double>(9, 0.0));
}

TEST_CASE("degree_preserving: impossible wishes are refused with the reason") {
  eg::Random random(6, "graphs");
  const auto directed = random_graph(10, 0.3, false, 0, random), undirected = random_graph(10, 0.3, true, 0.9, random);
  Params p;
  p.graph = GraphKind::undirected;
  CHECK_THROWS_WITH(make(directed, p, 1),
                    "graph = \"undirected\" needs symmetric weights, these are not: use \"directed\" or \"auto\"");
  p.self_loops = SelfLoops::swap;
  CHECK_THROWS_WITH(make(undirected, p, 1),
                    "self_loops = \"swap\" would change degrees of an undirected graph: use \"freeze\", or graph = "
                    "\"directed\"");
}

TEST_CASE("degree_preserving: edges without a length and broken connectedness are warned about") {
  // Two rings of four regions; lengths are known within a ring only.
  auto real = empty_graph(8);
  real.lengths_mm.assign(64, 0.0);
  for (size_t i = 0; i < 8; ++i)
    for (size_t j = 0; j < 8; ++j)
      if (i / 4 == j / 4 && i != j) real.lengths_mm[i * 8 + j] = 10;
  for (size_t i = 0; i < 8; ++i) real.weight(i / 4 * 4 + (i + 1) % 4, i) = 1;
  bool without_length = false;
  for (uint64_t seed = 0; seed < 5; ++seed) {
    CapturedSink kept;
    make(real, {}, seed, kept);
    for (const auto& w : kept.warnings) without_length |= w.find("no tract length") != std::string::npos;
  }
  CHECK(without_length);

  auto ring = empty_graph(12);
  for (size_t i = 0; i < 12; ++i) ring.weight((i + 1) % 12, i) = 1;
  bool fell_apart = false;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    CapturedSink kept;
    make(ring, {}, seed, kept);
    CHECK(kept.value("weak_components_real") == 1);
    const bool warned = !kept.warnings.empty() && kept.warnings[0].find("unconnected parts") != std::string::npos;
    CHECK(warned == (kept.value("weak_components_null") > 1));
    fell_apart |= warned;
  }
  CHECK(fell_apart);
}

TEST_CASE("degree_preserving: a surrogate of 96 regions takes milliseconds") {
  eg::Random random(7, "graphs");
  const auto real = random_graph(96, 0.42, false, 0.8, random);
  const std::clock_t start = std::clock();
  constexpr int repeats = 10;
  for (uint64_t seed = 0; seed < repeats; ++seed) make(real, {}, seed);
  const double ms = 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / repeats;
  MESSAGE(ms, " ms of processor time per surrogate");
  CHECK(ms < 200);  // fails on a wrong order of growth, also under sanitizers
}
