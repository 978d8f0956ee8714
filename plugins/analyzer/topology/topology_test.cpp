// core.topology: published graphs, networkx on a small directed one, and everything that must not matter.
#include <doctest/doctest.h>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using analysis::Graph;
using analysis::Topology;

namespace {

FakeRecording brain(const std::vector<double>& weights, size_t n, std::vector<std::string> groups = {}) {
  auto made = FakeRecording::of_regions(std::vector<std::vector<double>>(n, {0.0, 1.0}), 1, std::move(groups));
  made.weights = weights;
  return made;
}

void analyze(FakeRecording made, CapturedSink& kept, Topology::Params params = {}) {
  auto sink = kept.sink();
  Topology(params).analyze(made.recording(), sink);
}

// [target, source]; region 5 stands alone.
const std::vector<double> directed = {0, 2, 0, 0, 1, 0,  //
                                      1, 0, 3, 0, 0, 0,  //
                                      4, 1, 0, 2, 0, 0,  //
                                      0, 0, 1, 0, 0, 0,  //
                                      0, 5, 0, 2, 0, 0,  //
                                      0, 0, 0, 0, 0, 0};

FakeRecording placed_brain() {
  auto made = brain(directed, 6);
  made.more_numbers["centres_mm"] = {-10, 0, 0, -20, 5, 0, 15, 0, 0, 30, 0, 4, -12, -8, 3, 9, 9, 9};
  made.more_texts["attribute.hemisphere"] = {"left", "left", "right", "right", "left", "both"};
  return made;
}

// Friendships in a karate club (Zachary 1977, J Anthropol Res 33:452).
std::vector<double> karate_club() {
  constexpr size_t n = 34;
  constexpr std::pair<size_t, size_t> friends[] = {
      {0, 1},   {0, 2},   {0, 3},   {0, 4},   {0, 5},   {0, 6},   {0, 7},   {0, 8},   {0, 10},  {0, 11},
      {0, 12},  {0, 13},  {0, 17},  {0, 19},  {0, 21},  {0, 31},  {1, 2},   {1, 3},   {1, 7},   {1, 13},
      {1, 17},  {1, 19},  {1, 21},  {1, 30},  {2, 3},   {2, 7},   {2, 8},   {2, 9},   {2, 13},  {2, 27},
      {2, 28},  {2, 32},  {3, 7},   {3, 12},  {3, 13},  {4, 6},   {4, 10},  {5, 6},   {5, 10},  {5, 16},
      {6, 16},  {8, 30},  {8, 32},  {8, 33},  {9, 33},  {13, 33}, {14, 32}, {14, 33}, {15, 32}, {15, 33},
      {18, 32}, {18, 33}, {19, 33}, {20, 32}, {20, 33}, {22, 32}, {22, 33}, {23, 25}, {23, 27}, {23, 29},
      {23, 32}, {23, 33}, {24, 25}, {24, 27}, {24, 31}, {25, 31}, {26, 29}, {26, 33}, {27, 33}, {28, 31},
      {28, 33}, {29, 32}, {29, 33}, {30, 32}, {30, 33}, {31, 32}, {31, 33}, {32, 33}};
  std::vector<double> out(n * n, 0.0);
  for (const auto& [a, b] : friends) out[a * n + b] = out[b * n + a] = 1;
  return out;
}

// The largest Q of all partitions, by trying every one.
double largest_q(const Graph& g) {
  const double m = g.total_weight;
  std::vector<size_t> of(g.n, 0);
  double best = -1;
  const auto try_all = [&](auto&& self, size_t node, size_t modules) -> void {
    if (node < g.n) {
      for (size_t k = 0; k <= modules; ++k) of[node] = k, self(self, node + 1, std::max(modules, k + 1));
      return;
    }
    double q = 0;
    for (size_t i = 0; i < g.n; ++i)
      for (size_t j = 0; j < g.n; ++j)
        if (of[i] == of[j]) q += g.weight(i, j) / m - g.in_strength[i] * g.out_strength[j] / (m * m);
    best = std::max(best, q);
  };
  try_all(try_all, 0, 0);
  return best;
}

}  // namespace

TEST_CASE("topology: a small directed graph agrees with networkx 2.8") {
  CapturedSink kept;
  analyze(brain(directed, 6), kept);
  CHECK(kept.value("n_edges") == 10);
  CHECK_CLOSE(kept.value("density"), 1.0 / 3, 1e-15, 0);
  CHECK_CLOSE(kept.value("reciprocity"), 0.6, 1e-15, 0);
  CHECK(kept.value("in_degree", "region:R2") == 3);
  CHECK(kept.value("out_degree", "region:R1") == 3);
  CHECK(kept.value("in_strength", "region:R4") == 7);
  CHECK(kept.value("out_strength", "region:R1") == 8);
  CHECK(kept.value("in_degree") == doctest::Approx(10.0 / 6));
  const double clustering[] = {0.6, 0.375, 0.25, 0, 1.0 / 3, 0};
  const double weighted[] = {0.2525147862879652, 0.15782174142997826, 0.10951660847112102, 0, 0.12881368789028605, 0};
  for (size_t r = 0; r < 6; ++r) {
    const std::string region = "region:R" + std::to_string(r);
    CHECK_CLOSE(kept.value("clustering", region), clustering[r], 1e-15, 1e-14);
    CHECK_CLOSE(kept.value("weighted_clustering", region), weighted[r], 1e-15, 1e-13);
  }
  CHECK_CLOSE(kept.value("assortativity_in_in"), -0.5270462766947299, 1e-13, 0);
  CHECK_CLOSE(kept.value("assortativity_in_out"), 0.5, 1e-13, 0);
  CHECK_CLOSE(kept.value("assortativity_out_in"), 0.16666666666666666, 1e-13, 0);
  CHECK_CLOSE(kept.value("assortativity_out_out"), -0.26352313834736496, 1e-13, 0);
  CHECK_CLOSE(kept.value("assortativity_strength"), 0.32294303457170487, 1e-13, 0);  // numpy.corrcoef
  CHECK_CLOSE(kept.value("path_length"), 1.55, 1e-14, 0);
  CHECK_CLOSE(kept.value("global_efficiency"), 0.49444444444444446, 1e-14, 0);
  CHECK_CLOSE(kept.value("reachable_share"), 20.0 / 30, 1e-14, 0);
}

TEST_CASE("topology: the karate club has its published clustering, assortativity and modularity") {
  CapturedSink kept;
  analyze(brain(karate_club(), 34), kept);
  CHECK(kept.value("n_edges") == 156);  // both directions of 78
  CHECK(kept.value("reciprocity") == 1);
  CHECK_CLOSE(kept.value("clustering"), 0.5706384782076823, 1e-13, 0);            // networkx
  CHECK_CLOSE(kept.value("assortativity_in_in"), -0.4756130976846141, 1e-12, 0);  // networkx; Newman 2003: -0.476
  CHECK(kept.value("assortativity_out_in") == kept.value("assortativity_in_out"));
  CHECK_CLOSE(kept.value("path_length"), 2.408199643493761, 1e-13, 0);
  CHECK_CLOSE(kept.value("global_efficiency"), 0.4920083184789052, 1e-13, 0);
  // The maximum, proven by integer programming: Brandes et al. 2008, IEEE Trans Knowl Data Eng 20:172.
  CHECK_CLOSE(kept.value("modularity"), 0.4197896120973044, 1e-13, 0);
  CHECK(kept.value("n_modules") == 4);
  CHECK(kept.arrays.at("module").integers[0] == 0);
  CHECK(kept.arrays.at("module").integers[33] != 0);
}

TEST_CASE("modularity: the search finds the best of all partitions of random directed graphs") {
  eg::Random random(3, "topology_test");
  const std::vector<std::string> labels(8, "R");
  for (int k = 0; k < 25; ++k) {
    CAPTURE(k);
    std::vector<double> weights(64, 0.0);
    for (double& w : weights)
      if (random.uniform() < 0.3) w = random.uniform();
    const Graph g(weights, labels);
    CHECK_CLOSE(analysis::find_modules(g, 1, 50, 1).q, largest_q(g), 1e-12, 0);
  }
}

TEST_CASE("modularity: two rings that do not touch, a higher resolution, the same seed") {
  // Each ring of three holds half of all weight: Q = 1 - 2 / 4.
  std::vector<double> rings(36, 0.0);
  for (const size_t i : {0u, 1u, 2u}) rings[i * 6 + (i + 1) % 3] = rings[(3 + i) * 6 + 3 + (i + 1) % 3] = 2;
  const std::vector<std::string> labels(6, "R");
  const auto found = analysis::find_modules(Graph(rings, labels), 1, 5, 1);
  CHECK_CLOSE(found.q, 0.5, 1e-14, 0);
  CHECK(found.of == std::vector<int64_t>{0, 0, 0, 1, 1, 1});
  CHECK(std::ranges::max(analysis::find_modules(Graph(rings, labels), 20, 5, 1).of) == 5);
  const Graph karate(karate_club(), std::vector<std::string>(34, "R"));
  CHECK(analysis::find_modules(karate, 1, 3, 9).of == analysis::find_modules(karate, 1, 3, 9).of);
  const auto empty = analysis::find_modules(Graph(std::vector<double>(9, 0.0), {"A", "B", "C"}), 1, 5, 1);
  CHECK(empty.q == 0);
  CHECK(empty.of == std::vector<int64_t>{0, 1, 2});
}

TEST_CASE("topology: the rich club is counted as defined") {
  CapturedSink kept;
  Topology::Params params;
  params.rich_club_step = 2;
  analyze(brain(directed, 6), kept, params);
  // Degrees 4, 5, 5, 3, 3, 0; networkx subgraphs.
  const auto& phi = kept.arrays.at("rich_club_phi").numbers;
  const auto& weighted = kept.arrays.at("rich_club_weighted_phi").numbers;
  REQUIRE(phi.size() == 11);
  CHECK(kept.arrays.at("rich_club_regions").numbers[0] == 5);
  CHECK(kept.arrays.at("rich_club_edges").numbers[3] == 5);
  CHECK(phi[2] == 0.5);
  CHECK_CLOSE(phi[3], 5.0 / 6, 1e-15, 0);
  CHECK(phi[4] == 1);
  CHECK(std::isnan(phi[5]));
  CHECK(weighted[2] == 1);
  CHECK_CLOSE(weighted[3], 11.0 / 16, 1e-15, 0);  // 1 + 2 + 4 + 3 + 1 of 5 + 4 + 3 + 2 + 2
  CHECK_CLOSE(weighted[4], 4.0 / 9, 1e-15, 0);    // 3 + 1 of 5 + 4
  CHECK(std::isnan(weighted[5]));
  CHECK(kept.value("rich_club_phi", "k:4") == 1);
  CHECK(kept.value("rich_club_weighted_phi", "k:4") == weighted[4]);
  CHECK(std::isnan(kept.value("rich_club_phi", "k:10")));
  CHECK_FALSE(kept.has("rich_club_phi", "k:3"));
}

TEST_CASE("topology: edge lengths and hemispheres agree with numpy and scipy") {
  CapturedSink kept;
  analyze(placed_brain(), kept);
  CHECK_CLOSE(kept.value("mean_edge_length_mm"), 21.621783042035506, 1e-12, 0);
  CHECK_CLOSE(kept.value("weighted_edge_length_mm"), 22.4375104285396, 1e-12, 0);
  CHECK_CLOSE(kept.value("weight_distance_pearson"), 0.11729730170681393, 1e-12, 0);
  CHECK_CLOSE(kept.value("weight_distance_spearman"), 0.4060015993408409, 1e-12, 0);
  CHECK_CLOSE(kept.value("degree_distance_pearson"), 0.0059046401827580405, 1e-12, 0);
  CHECK_CLOSE(kept.value("degree_distance_spearman"), 0, 1e-12, 0);
  CHECK_CLOSE(kept.value("interhemispheric_share"), 0.4, 1e-15, 0);
  CHECK_CLOSE(kept.value("interhemispheric_weight_share"), 10.0 / 22, 1e-15, 0);
}

TEST_CASE("topology: without centres tract lengths count, and pairs without one are left out") {
  auto made = brain(directed, 6);
  std::vector<double> lengths(36, 0.0);
  lengths[0 * 6 + 1] = 10, lengths[1 * 6 + 0] = 20;  // 15 for both edges
  lengths[4 * 6 + 3] = 40;
  made.more_numbers["lengths_mm"] = lengths;
  CapturedSink kept, bare;
  analyze(made, kept);
  CHECK_CLOSE(kept.value("mean_edge_length_mm"), 70.0 / 3, 1e-13, 0);
  CHECK(std::isnan(kept.value("interhemispheric_share")));
  analyze(brain(directed, 6), bare);
  CHECK(std::isnan(bare.value("mean_edge_length_mm")));
  CHECK(std::isnan(bare.value("weight_distance_spearman")));
}

TEST_CASE("topology: turning all edges round exchanges in and out, and the diagonal does not count") {
  auto turned = directed, looped = directed;
  for (size_t i = 0; i < 6; ++i)
    for (size_t j = 0; j < 6; ++j) turned[i * 6 + j] = directed[j * 6 + i];
  for (size_t i = 0; i < 6; ++i) looped[i * 6 + i] = 7;
  CapturedSink kept, turned_kept, looped_kept;
  analyze(brain(directed, 6), kept);
  analyze(brain(turned, 6), turned_kept);
  analyze(brain(looped, 6), looped_kept);
  CHECK(kept.value("in_degree", "region:R2") != kept.value("out_degree", "region:R2"));
  CHECK(kept.value("in_degree", "region:R2") == turned_kept.value("out_degree", "region:R2"));
  CHECK_CLOSE(kept.value("assortativity_in_in"), turned_kept.value("assortativity_out_out"), 1e-13, 0);
  CHECK_CLOSE(kept.value("assortativity_in_out"), turned_kept.value("assortativity_in_out"), 1e-13, 0);
  CHECK_CLOSE(kept.value("modularity"), turned_kept.value("modularity"), 1e-13, 0);
  CHECK_CLOSE(kept.value("modularity"), 1.0 / 22, 1e-13, 0);  // the best of all partitions, by a Python loop
  for (const auto& [name, metric] : kept.metrics) {
    CAPTURE(name.first);
    CHECK((metric.value == looped_kept.metrics.at(name).value ||
           (std::isnan(metric.value) && std::isnan(looped_kept.metrics.at(name).value))));
  }
}

TEST_CASE("topology: groups get means over their regions") {
  CapturedSink kept;
  analyze(brain(directed, 6, {"a", "a", "", "b", "b", "b"}), kept);
  CHECK(kept.value("in_degree", "a") == 2);
  CHECK(kept.value("out_degree", "a") == 2.5);
}

TEST_CASE("topology: no weights and negative ones are refused") {
  CapturedSink kept;
  CHECK_THROWS_WITH(analyze(brain({}, 2), kept),
                    "the recording comes without the weights of a connectome: topology needs one");
  CHECK_THROWS_WITH(analyze(brain({0, -1, 1, 0}, 2), kept),
                    "the weight from 'R1' to 'R0' is -1.000000: the measures of topology are defined for positive "
                    "weights only");
}
