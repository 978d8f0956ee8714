// A random graph with the number of edges and the weights of the real one, at places drawn at random.
#pragma once
#include "../common/placement.hpp"

namespace null_model {

enum class Weights { permuted, resampled };

struct ErdosRenyi {
  static constexpr eg::Info info{"core.erdos_renyi", "1.0.0", "places all edges at random, keeps their number"};
  struct Params : PlacementParams {
    Weights weights = Weights::permuted;
    static constexpr auto fields = eg::concat(
        eg::list(eg::param("weights", &Params::weights, eg::choices("permuted", "resampled"),
                           "every weight is used once, or weights are drawn from the real ones with replacement")),
        eg::concat(graph_field, self_loops_field));
  } p;
  explicit ErdosRenyi(const Params& params) : p(params) {}

  // Throws std::invalid_argument for a graph that cannot be treated as asked, std::runtime_error when there is only one
  // surrogate, std::logic_error when the result breaks an invariant. Metrics: see erdos_renyi.md.
  eg::Connectome surrogate(const eg::Connectome& real, uint64_t seed, eg::Sink& log) const {
    const bool is_directed = treat_as_directed(real, p.graph, p.self_loops);
    std::vector<double> weights;
    for (size_t i = 0; i < real.size(); ++i)
      for (size_t j = 0; j < (is_directed ? real.size() : i + 1); ++j)
        if (real.weight(i, j) != 0 && (i != j || p.self_loops == SelfLoops::swap)) weights.push_back(real.weight(i, j));
    auto places = all_places(real.size(), is_directed);
    if (weights.size() > places.size())
      no_room(weights.size(), "there are " + std::to_string(places.size()) + " places off the diagonal");
    if (!weights.empty() && weights.size() == places.size() && all_equal(weights))
      no_room(weights.size(), "all places are taken and all weights are equal");

    eg::Random random(seed, info.name);
    random.shuffle(std::span(places));
    eg::Connectome null = real;
    null.weights.assign(real.weights.size(), 0.0);
    if (p.self_loops == SelfLoops::freeze)
      for (size_t i = 0; i < real.size(); ++i) null.weight(i, i) = real.weight(i, i);
    for (size_t k = 0; k < weights.size(); ++k)
      put(null, places[k], p.weights == Weights::permuted ? weights[k] : weights[random.below(weights.size())],
          is_directed);

    check(real, null, is_directed);
    record_placement(null, info.name, is_directed, p.self_loops,
                     p.weights == Weights::permuted ? "edge_count weights" : "edge_count");
    null.history.emplace_back("weights", p.weights == Weights::permuted ? "permuted" : "resampled");
    report_surrogate(real, null, log);
    return null;
  }

  void check(const eg::Connectome& real, const eg::Connectome& null, bool is_directed) const {
    check_regions(real, null);
    check_loops(real, null, p.self_loops);
    const auto nonzero = [](const eg::Connectome& c) {
      return std::ranges::count_if(c.weights, [](double w) { return w != 0; });
    };
    if (nonzero(real) != nonzero(null)) broken_promise("the number of its edges differs");
    if (p.weights == Weights::permuted) {
      check_all_weights(real, null);
    } else {
      for (const double w : null.weights)
        if (std::ranges::find(real.weights, w) == real.weights.end())
          broken_promise("it has a weight that the real connectome lacks");
    }
    if (!is_directed) check_symmetry(null);
  }
};

}  // namespace null_model
