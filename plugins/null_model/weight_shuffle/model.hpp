// The real edges with their weights in random order.
#pragma once
#include "../common/placement.hpp"

namespace null_model {

struct WeightShuffle {
  static constexpr eg::Info info{"core.weight_shuffle", "1.0.0", "keeps all edges, permutes their weights"};
  struct Params : PlacementParams {
    static constexpr auto fields = graph_field;
  } p;
  explicit WeightShuffle(const Params& params) : p(params) {}

  // Throws std::invalid_argument for a graph that cannot be treated as asked, std::runtime_error when all weights are
  // equal, std::logic_error when the result breaks an invariant. Metrics: see weight_shuffle.md.
  eg::Connectome surrogate(const eg::Connectome& real, uint64_t seed, eg::Sink& log) const {
    const bool is_directed = treat_as_directed(real, p.graph);
    std::vector<Place> places;
    std::vector<double> weights;
    for (const auto& at : all_places(real.size(), is_directed))
      if (const double w = real.weight(at.target, at.source); w != 0) places.push_back(at), weights.push_back(w);
    if (!weights.empty() && all_equal(weights)) no_room(weights.size(), "all weights are equal");

    eg::Random random(seed, info.name);
    random.shuffle(std::span(weights));
    eg::Connectome null = real;
    for (size_t k = 0; k < places.size(); ++k) put(null, places[k], weights[k], is_directed);

    check_same_edges(real, null, is_directed);
    record_placement(null, info.name, is_directed, SelfLoops::freeze, "edges weights");
    report_surrogate(real, null, log);
    return null;
  }
};

}  // namespace null_model
