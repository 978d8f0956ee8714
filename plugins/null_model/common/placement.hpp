// What null models share that place weights anew instead of swapping edges.
#pragma once
#include "rewiring.hpp"

namespace null_model {

// Base of a model's Params.
struct PlacementParams {
  GraphKind graph = GraphKind::automatic;
  SelfLoops self_loops = SelfLoops::freeze;
  static constexpr auto graph_field =
      eg::list(eg::param("graph", &PlacementParams::graph, eg::choices("auto", "directed", "undirected"),
                         "undirected placement keeps a symmetric matrix symmetric; auto does it where it is"));
  static constexpr auto self_loops_field =
      eg::list(eg::param("self_loops", &PlacementParams::self_loops, eg::choices("freeze", "swap"),
                         "leave the diagonal as it is, or place its edges like all others, off the diagonal"));
};

struct Place {
  size_t target, source;
};

// Off the diagonal; one of the two where the graph is undirected.
inline std::vector<Place> all_places(size_t n, bool is_directed) {
  std::vector<Place> out;
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < (is_directed ? n : i); ++j)
      if (i != j) out.push_back({i, j});
  return out;
}

inline void put(eg::Connectome& c, const Place& at, double weight, bool is_directed) {
  c.weight(at.target, at.source) = weight;
  if (!is_directed) c.weight(at.source, at.target) = weight;
}

// No two graphs can be made of what there is: an error, so that no ensemble consists of one graph.
[[noreturn]] inline void no_room(size_t edges, const std::string& why) {
  throw std::runtime_error("the graph with " + std::to_string(edges) +
                           " edges leaves too little room for a surrogate: " + why);
}

// Every self-loop stays where it was, or none is left.
inline void check_loops(const eg::Connectome& real, const eg::Connectome& null, SelfLoops loops) {
  if (loops == SelfLoops::freeze) return check_diagonal(real, null);
  for (size_t i = 0; i < real.size(); ++i)
    if (null.weight(i, i) != 0) broken_promise("region '" + real.labels[i] + "' has a self-loop");
}

// `keeps`: words of the SDK's null models for what is kept besides the diagonal and symmetry.
inline void record_placement(eg::Connectome& null, const char* name, bool is_directed, SelfLoops loops,
                             const std::string& keeps) {
  null.history.emplace_back("null_model", name);
  null.history.emplace_back("graph", is_directed ? "directed" : "undirected (weights are symmetric)");
  null.history.emplace_back("self_loops", loops == SelfLoops::freeze ? "frozen" : "placed off the diagonal");
  null.history.emplace_back(
      "keeps", keeps + (loops == SelfLoops::freeze ? " self_loops" : "") + (is_directed ? "" : " symmetry"));
}

}  // namespace null_model
