// The synthetic network of 20 regions of the 2026 study, drawn again from its random stream instead of being shipped.
#pragma once
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "encephagen/sdk/connectome.hpp"
#include "numpy_random.hpp"
#include "orientation.hpp"

namespace connectomes {

struct Toy20 {
  static constexpr eg::Info info{"core.toy20", "1.0.0", "synthetic network of 20 named regions from the 2026 study"};
  static constexpr size_t n = 20;

  struct Params {
    Rows rows = Rows::targets;
    static constexpr auto fields = eg::list(
        eg::param("rows", &Params::rows, rows_choices,
                  "what the study's row index is: its mass model used rows as targets, its spiking model as sources",
                  eg::required));
  } p;

  explicit Toy20(const Params& params) : p(params) {}

  // matrix[i][j] as the study has it: five clusters of four, drawn row by row from U(0.5, 1), then single edges between
  // clusters in the order of inter_cluster_edges() from U(0.2, 0.6), all divided by the largest. Single precision, as
  // there.
  static std::array<std::array<float, n>, n> study_matrix() {
    NumpyRandom random(42);
    std::array<std::array<float, n>, n> w{};
    for (size_t cluster = 0; cluster < n; cluster += 4)
      for (size_t i = cluster; i < cluster + 4; ++i)
        for (size_t j = cluster; j < cluster + 4; ++j)
          if (i != j) w[i][j] = static_cast<float>(random.uniform(0.5, 1.0));
    for (const auto& [i, j] : inter_cluster_edges()) w[i][j] = static_cast<float>(random.uniform(0.2, 0.6));
    float largest = 0;
    for (const auto& row : w) largest = std::max(largest, *std::ranges::max_element(row));
    for (auto& row : w)
      for (float& x : row) x /= largest;
    return w;
  }

  // The same at every call; neither the seed nor the log is used.
  eg::Connectome build(uint64_t, eg::Sink&) const {
    eg::Connectome c;
    for (const auto& region : regions) c.labels.emplace_back(region.label);
    const auto w = study_matrix();
    c.weights.resize(n * n);
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j) (p.rows == Rows::targets ? c.weight(i, j) : c.weight(j, i)) = w[i][j];
    eg::Connectome::Attribute hemisphere{"hemisphere", {}, {}}, group{"group", {}, {}}, study{"study_group", {}, {}};
    for (const auto& region : regions) {
      hemisphere.texts.emplace_back(std::string_view(region.label).ends_with("_left") ? "left" : "right");
      group.texts.emplace_back(region.group);
      study.texts.emplace_back(region.study_group);
    }
    c.attributes = {hemisphere, group, study};
    c.history = {{"weights", "drawn with numpy's PCG64 stream of seed 42, single precision"},
                 {"rows", p.rows == Rows::targets ? "targets: as the study's mass model reads its matrix"
                                                  : "sources: as the study's spiking model reads its matrix"},
                 {"self_loops", "there are none"},
                 {"normalise", "max: as in the study"}};
    return c;
  }

 private:
  struct Region {
    const char *label, *group;
    const char* study_group;  // what the study's name patterns make of the label
  };
  static constexpr std::array<Region, n> regions = {{
      {"V1_left", "sensory", "sensory"},
      {"V1_right", "sensory", "sensory"},
      {"V2_left", "sensory", "sensory"},
      {"V2_right", "sensory", "sensory"},
      {"M1_left", "motor", "motor"},
      {"M1_right", "motor", "motor"},
      {"SMA_left", "motor", "other"},
      {"SMA_right", "motor", "other"},
      {"dlPFC_left", "prefrontal", "other"},
      {"dlPFC_right", "prefrontal", "other"},
      {"vmPFC_left", "prefrontal", "other"},
      {"vmPFC_right", "prefrontal", "other"},
      {"A1_left", "sensory", "sensory"},
      {"A1_right", "sensory", "sensory"},
      {"Wernicke_left", "other", "other"},
      {"Broca_left", "other", "other"},
      {"Thalamus_left", "thalamus", "other"},
      {"Thalamus_right", "thalamus", "other"},
      {"Hippocampus_left", "hippocampus", "other"},
      {"Hippocampus_right", "hippocampus", "other"},
  }};

  using Edge = std::pair<size_t, size_t>;
  static std::vector<Edge> inter_cluster_edges() {
    std::vector<Edge> edges = {{0, 12},  {1, 13}, {2, 14},          // vision to hearing and speech
                               {0, 4},   {1, 5},  {2, 6},           // vision to movement
                               {4, 8},   {5, 9},  {8, 4},  {9, 5},  // movement and prefrontal cortex
                               {14, 15}, {15, 8}, {15, 9}};         // speech; the first one overwrites a cluster edge
    for (size_t k = 0; k < 16; k += 2) edges.emplace_back(16, k);   // each thalamus to the cortex of its side
    for (size_t k = 1; k < 16; k += 2) edges.emplace_back(17, k);
    for (size_t k = 0; k < 16; k += 2) edges.emplace_back(k, 16);  // and back
    for (size_t k = 1; k < 16; k += 2) edges.emplace_back(k, 17);
    for (const Edge& e : {Edge{18, 8},
                          {18, 10},
                          {19, 9},
                          {19, 11},
                          {8, 18},
                          {10, 18},
                          {9, 19},
                          {11, 19},
                          {18, 12},
                          {18, 14},
                          {19, 13},
                          {12, 18},
                          {14, 18},
                          {13, 19}})  // hippocampus
      edges.push_back(e);
    return edges;
  }
};

}  // namespace connectomes
