// core.degree_preserving: what is kept, what is mixed, what is refused, and that the check of invariants can fail.
#include <doctest/doctest.h>

#include <ctime>
#include <map>

#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace null_model;

namespace {

using Params = DegreePreserving::Params;

eg::Connectome empty_graph(size_t n) {
  eg::Connectome c;
  for (size_t i = 0; i < n; ++i) c.labels.push_back("R" + std::to_string(i));
  c.weights.assign(n * n, 0.0);
  return c;
}

eg::Connectome random_graph(size_t n, double density, bool is_symmetric, double loop_density, eg::Random& random) {
  auto c = empty_graph(n);
  const bool is_ordinal = random.uniform() < 0.5;  // 1, 2, 3 as in CoCoMac data, else all different, some negative
  const auto weight = [&] { return is_ordinal ? 1.0 + static_cast<double>(random.below(3)) : random.uniform(-1, 9); };
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) {
      if (i == j && random.uniform() < loop_density) c.weight(i, i) = weight();
      if (i == j || (is_symmetric && j > i) || random.uniform() >= density) continue;
      c.weight(i, j) = weight();
      if (is_symmetric) c.weight(j, i) = c.weight(i, j);
    }
  return c;
}

eg::Connectome make(const eg::Connectome& real, const Params& p, uint64_t seed, CapturedSink& kept) {
  auto sink = kept.sink();
  return DegreePreserving(p).surrogate(real, seed, sink);
}
eg::Connectome make(const eg::Connectome& real, const Params& p, uint64_t seed) {
  CapturedSink kept;
  return make(real, p, seed, kept);
}

// Degrees, told once more and differently from the plugin's own check: row and column counts of the whole matrix.
std::vector<int> degrees(const eg::Connectome& c) {
  std::vector<int> out(2 * c.size(), 0);
  for (size_t k = 0; k < c.weights.size(); ++k)
    if (c.weights[k] != 0) ++out[k / c.size()], ++out[c.size() + k % c.size()];
  return out;
}
std::vector<double> sorted(std::vector<double> v) {
  std::ranges::sort(v);
  return v;
}

}  // namespace

TEST_CASE("degree_preserving: 300 random graphs keep degrees, weights and diagonal") {
  eg::Random random(1, "graphs");
  int made = 0, refused = 0, rewired = 0;
  for (uint64_t trial = 0; trial < 300; ++trial) {
    const bool has_loops = trial % 2 == 0;
    const size_t n = 2 + random.below(40);
    const double density = trial % 5 == 0   ? 1.5 / static_cast<double>(n)
                           : trial % 5 == 1 ? 0.9
                                            : random.uniform(0.05, 0.8);
    auto real = random_graph(n, density, trial % 3 == 0, has_loops ? 0.7 : 0.0, random);
    if (trial % 7 == 0 && n > 3)
      for (size_t k = 0; k < n; ++k) real.weight(1, k) = real.weight(k, 1) = 0;  // an isolated region
    const bool symmetric = is_symmetric(real);  // tiny or sparse graphs may be by chance
    Params p;
    p.weight_carried_by = trial % 4 < 2 ? Carrier::source : Carrier::target;
    p.stop = trial % 11 == 0 ? Stop::attempted : Stop::accepted;
    p.self_loops = !symmetric && trial % 8 < 3 ? SelfLoops::swap : SelfLoops::freeze;
    p.max_attempts_per_edge = 500;
    CapturedSink kept;
    eg::Connectome null;
    try {
      null = make(real, p, trial, kept);
    } catch (const std::runtime_error& e) {
      CHECK(std::string(e.what()).find("leaves too little room to rewire") != std::string::npos);
      ++refused;
      continue;
    }
    ++made;
    CAPTURE(trial);
    CHECK(degrees(null) == degrees(real));
    CHECK(sorted(null.weights) == sorted(real.weights));
    if (symmetric) CHECK(is_symmetric(null));
    if (p.self_loops == SelfLoops::freeze)
      for (size_t i = 0; i < n; ++i) CHECK(null.weight(i, i) == real.weight(i, i));
    if (!symmetric && p.self_loops == SelfLoops::freeze) {
      const char* exact =
          p.weight_carried_by == Carrier::source ? "out_strength_max_deviation" : "in_strength_max_deviation";
      CHECK(kept.value(exact) < 1e-9);
    }
    if (p.stop == Stop::accepted) {
      const double edges = symmetric ? 0.5 : 1.0;
      double count = 0;
      for (size_t i = 0; i < n; ++i)
        for (size_t j = 0; j < n; ++j)
          count += real.weight(i, j) != 0 ? (i != j ? edges : p.self_loops == SelfLoops::swap ? 1.0 : 0.0) : 0.0;
      CHECK(kept.value("accepted_swaps") == 10 * count);
    }
    rewired += null.weights != real.weights;
  }
  MESSAGE(made, " made, ", rewired, " of them rewired, ", refused, " refused");
  CHECK(made > 220);
  CHECK(rewired > 200);
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
  REQUIRE(null.history.size() == 6);
  CHECK(null.history[0].first == "rows");
  CHECK(null.history[1] == std::pair<std::string, std::string>("null_model", "core.degree_preserving"));
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
