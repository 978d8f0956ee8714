// A random graph with the in-degree and out-degree of every region of the real one.
#pragma once
#include "invariants.hpp"

namespace null_model {

enum class Stop { accepted, attempted };
enum class GraphKind { automatic, directed, undirected };

struct DegreePreserving {
  static constexpr eg::Info info{"core.degree_preserving", "1.0.0", "rewires edges, keeps every in- and out-degree"};
  struct Params {
    Carrier weight_carried_by = Carrier::source;
    SelfLoops self_loops = SelfLoops::freeze;
    GraphKind graph = GraphKind::automatic;
    Stop stop = Stop::accepted;
    double accepted_swaps_per_edge = 10, max_attempts_per_edge = 10000, attempted_swaps_per_edge = 10;
    static constexpr auto fields = eg::list(
        eg::param("weight_carried_by", &Params::weight_carried_by, eg::choices("source", "target"),
                  "whose end a moved weight stays at: source keeps every out-strength, target every in-strength"),
        eg::param("self_loops", &Params::self_loops, eg::choices("freeze", "swap"),
                  "leave the diagonal as it is, or let its edges take part in swaps (none are made)"),
        eg::param("graph", &Params::graph, eg::choices("auto", "directed", "undirected"),
                  "undirected swaps keep a symmetric matrix symmetric; auto takes them where it is"),
        eg::param("stop", &Params::stop, eg::choices("accepted", "attempted"), "which swaps are counted"),
        eg::param("accepted_swaps_per_edge", &Params::accepted_swaps_per_edge, eg::range(0, 1e6),
                  "stop = accepted: swaps to make"),
        eg::param("max_attempts_per_edge", &Params::max_attempts_per_edge, eg::range(1, 1e9),
                  "stop = accepted: give up after this many attempts"),
        eg::param("attempted_swaps_per_edge", &Params::attempted_swaps_per_edge, eg::range(0, 1e6),
                  "stop = attempted: attempts to make, successful or not"));
  } p;
  explicit DegreePreserving(const Params& params) : p(params) {}

  // Throws std::invalid_argument for a graph that cannot be treated as asked, std::runtime_error when the promised
  // number of swaps is out of reach, std::logic_error when the result breaks an invariant. Lengths, centres and
  // attributes stay with the regions. Metrics: see degree_preserving.md.
  eg::Connectome surrogate(const eg::Connectome& real, uint64_t seed, eg::Sink& log) const {
    const bool is_directed = treat_as_directed(real);
    SwapGraph graph(real, is_directed, p.weight_carried_by, p.self_loops);
    eg::Random random(seed, "core.degree_preserving");
    const auto [accepted, attempted] = run(graph, random);

    eg::Connectome null = real;
    null.weights = graph.weights(real);
    check_invariants(real, null, {is_directed, p.weight_carried_by, p.self_loops});
    null.history.emplace_back("null_model", info.name);
    null.history.emplace_back("graph", is_directed ? "directed" : "undirected (weights are symmetric)");
    null.history.emplace_back("weight_carried_by", !is_directed                             ? "a random end"
                                                   : p.weight_carried_by == Carrier::source ? "source"
                                                                                            : "target");
    null.history.emplace_back("self_loops", p.self_loops == SelfLoops::freeze ? "frozen" : "swapped");
    null.history.emplace_back("swaps", std::to_string(accepted) + " of " + std::to_string(attempted) + " attempts on " +
                                           std::to_string(graph.n_edges()) + " edges");
    report(real, null, accepted, attempted, log);
    return null;
  }

 private:
  bool treat_as_directed(const eg::Connectome& real) const {
    const bool is_symmetric = null_model::is_symmetric(real);
    if (p.graph == GraphKind::undirected && !is_symmetric)
      throw std::invalid_argument(
          "graph = \"undirected\" needs symmetric weights, these are not: use \"directed\" or \"auto\"");
    const bool is_directed = p.graph == GraphKind::directed || !is_symmetric;
    bool has_loops = false;
    for (size_t i = 0; i < real.size(); ++i) has_loops |= real.weight(i, i) != 0;
    // {a, a} and {c, d} would become {a, d} and {c, a}: row a then holds one more entry than before.
    if (!is_directed && has_loops && p.self_loops == SelfLoops::swap)
      throw std::invalid_argument(
          "self_loops = \"swap\" would change degrees of an undirected graph: use \"freeze\", or "
          "graph = \"directed\"");
    return is_directed;
  }

  struct Counts {
    uint64_t accepted = 0, attempted = 0;
  };

  Counts run(SwapGraph& graph, eg::Random& random) const {
    const auto edges = static_cast<double>(graph.n_edges());
    const auto times = [&](double per_edge) { return static_cast<uint64_t>(std::ceil(per_edge * edges)); };
    const bool counts_accepted = p.stop == Stop::accepted;
    const uint64_t wanted = counts_accepted ? times(p.accepted_swaps_per_edge) : times(p.attempted_swaps_per_edge);
    const uint64_t most = counts_accepted ? times(p.max_attempts_per_edge) : wanted;
    Counts done;
    while (done.attempted < most && (!counts_accepted || done.accepted < wanted)) {
      done.accepted += graph.attempt(random);
      ++done.attempted;
    }
    if (counts_accepted && done.accepted < wanted)
      throw std::runtime_error("only " + std::to_string(done.accepted) + " of " + std::to_string(wanted) +
                               " swaps in " + std::to_string(done.attempted) + " attempts: the graph with " +
                               std::to_string(graph.n_edges()) + " edges leaves too little room to rewire; lower " +
                               "accepted_swaps_per_edge or raise max_attempts_per_edge");
    return done;
  }

  static void report(const eg::Connectome& real, const eg::Connectome& null, uint64_t accepted, uint64_t attempted,
                     eg::Sink& log) {
    const auto before = strengths(real), after = strengths(null);
    const size_t parts_before = weak_components(real), parts_after = weak_components(null);
    log.metric("accepted_swaps", "", "", static_cast<double>(accepted));
    log.metric("attempted_swaps", "", "", static_cast<double>(attempted));
    log.metric("edge_overlap", "", "", edge_overlap(real, null));
    log.metric("reciprocity_real", "", "", reciprocity(real));
    log.metric("reciprocity_null", "", "", reciprocity(null));
    log.metric("in_strength_max_deviation", "", "", largest_relative_deviation(before.in, after.in));
    log.metric("out_strength_max_deviation", "", "", largest_relative_deviation(before.out, after.out));
    log.metric("weak_components_real", "", "", static_cast<double>(parts_before));
    log.metric("weak_components_null", "", "", static_cast<double>(parts_after));
    if (parts_after > parts_before)
      log.warning("the surrogate falls into " + std::to_string(parts_after) +
                  " unconnected parts, the real connectome into " + std::to_string(parts_before));
    if (null.lengths_mm.empty()) return;
    size_t without_length = 0;
    for_each_edge(null, [&](size_t i, size_t j, double) {
      without_length += real.weight(i, j) == 0 && null.lengths_mm[i * null.size() + j] <= 0;
    });
    if (without_length > 0)
      log.warning(
          std::to_string(without_length) +
          " edges of the surrogate join regions for which the data give no tract length: their delay will be the "
          "shortest possible");
  }
};

}  // namespace null_model
