// A null model of double-edge swaps from its two parts: what may be swapped for what, and what has to be kept.
#pragma once
#include "class_swaps.hpp"
#include "invariants.hpp"
#include "report.hpp"

namespace null_model {

enum class GraphKind { automatic, directed, undirected };
enum class Stop { accepted, attempted };

// Base of a model's Params. A model lists swap_fields, and self_loops_field if its promise allows to swap the diagonal.
struct SwapParams {
  Carrier weight_carried_by = Carrier::source;
  SelfLoops self_loops = SelfLoops::freeze;
  GraphKind graph = GraphKind::automatic;
  Stop stop = Stop::accepted;
  double accepted_swaps_per_edge = 10, max_attempts_per_edge = 10000, attempted_swaps_per_edge = 10;
  static constexpr auto rewiring_fields = eg::list(
      eg::param("graph", &SwapParams::graph, eg::choices("auto", "directed", "undirected"),
                "undirected swaps keep a symmetric matrix symmetric; auto takes them where it is"),
      eg::param("accepted_swaps_per_edge", &SwapParams::accepted_swaps_per_edge, eg::range(0, 1e6), "swaps to make"),
      eg::param("max_attempts_per_edge", &SwapParams::max_attempts_per_edge, eg::range(1, 1e9),
                "give up after this many attempts"));
  static constexpr auto swap_fields =
      eg::concat(eg::list(eg::param(
                     "weight_carried_by", &SwapParams::weight_carried_by, eg::choices("source", "target"),
                     "whose end a moved weight stays at: source keeps every out-strength, target every in-strength")),
                 rewiring_fields);
  static constexpr auto self_loops_field =
      eg::list(eg::param("self_loops", &SwapParams::self_loops, eg::choices("freeze", "swap"),
                         "leave the diagonal as it is, or let its edges take part in swaps (none are made)"));
};

// Throws std::invalid_argument for weights that cannot be treated as asked.
inline bool treat_as_directed(const eg::Connectome& real, GraphKind graph, SelfLoops loops = SelfLoops::freeze) {
  const bool is_symmetric = null_model::is_symmetric(real);
  if (graph == GraphKind::undirected && !is_symmetric)
    throw std::invalid_argument(
        "graph = \"undirected\" needs symmetric weights, these are not: use \"directed\" or \"auto\"");
  const bool is_directed = graph == GraphKind::directed || !is_symmetric;
  bool has_loops = false;
  for (size_t i = 0; i < real.size(); ++i) has_loops |= real.weight(i, i) != 0;
  // {a, a} and {c, d} would become {a, d} and {c, a}: row a then holds one more entry than before.
  if (!is_directed && has_loops && loops == SelfLoops::swap)
    throw std::invalid_argument(
        "self_loops = \"swap\" would change degrees of an undirected graph: use \"freeze\", or "
        "graph = \"directed\"");
  return is_directed;
}

struct Rewired {
  eg::Connectome null, half;  // after all swaps, after half of them
  uint64_t accepted = 0, attempted = 0;
  size_t n_edges = 0;  // that took part
  Promise promise;
};

inline constexpr const char* more_room = "lower accepted_swaps_per_edge or raise max_attempts_per_edge";

// Calls graph.attempt(random), which says whether it moved edges, until as many moves are accepted (or attempted) as
// `p` says. A graph also has n_edges() and weights(real). Throws std::runtime_error when the number is out of reach.
// Checks nothing.
template <class Graph>
Rewired run_swaps(Graph& graph, const eg::Connectome& real, const Promise& promise, const SwapParams& p,
                  eg::Random& random, const char* advice = more_room) {
  Rewired done{real, real, 0, 0, graph.n_edges(), promise};
  if (done.n_edges == 0 && count_edges(real) > 0)
    throw std::runtime_error("the graph with " + std::to_string(count_edges(real)) +
                             " edges leaves too little room to rewire: none of them may be moved");
  const auto times = [&](double per_edge) {
    return static_cast<uint64_t>(std::ceil(per_edge * static_cast<double>(done.n_edges)));
  };
  const bool counts_accepted = p.stop == Stop::accepted;
  const uint64_t wanted = counts_accepted ? times(p.accepted_swaps_per_edge) : times(p.attempted_swaps_per_edge);
  const uint64_t most = counts_accepted ? times(p.max_attempts_per_edge) : wanted;
  const uint64_t& count = counts_accepted ? done.accepted : done.attempted;
  const auto swap_until = [&](uint64_t goal) {
    while (count < goal && done.attempted < most) {
      done.accepted += graph.attempt(random);
      ++done.attempted;
    }
  };
  swap_until(wanted / 2);
  done.half.weights = graph.weights(real);
  swap_until(wanted);
  if (count < wanted)
    throw std::runtime_error("only " + std::to_string(done.accepted) + " of " + std::to_string(wanted) + " swaps in " +
                             std::to_string(done.attempted) + " attempts: the graph with " +
                             std::to_string(done.n_edges) + " edges leaves too little room to rewire; " + advice);
  done.null.weights = graph.weights(real);
  return done;
}

// run_swaps on double-edge swaps, within classes of edges if there are any. Throws std::invalid_argument for weights
// that cannot be treated as asked.
inline Rewired rewire(const eg::Connectome& real, const SwapParams& p, eg::Random& random,
                      const EdgeClasses* classes = nullptr, const char* advice = more_room) {
  const Promise promise{treat_as_directed(real, p.graph, p.self_loops), p.weight_carried_by, p.self_loops};
  if (classes) {
    ClassSwapGraph graph(real, promise.is_directed, p.weight_carried_by, *classes);
    return run_swaps(graph, real, promise, p, random, advice);
  }
  SwapGraph graph(real, promise.is_directed, p.weight_carried_by, p.self_loops);
  return run_swaps(graph, real, promise, p, random, advice);
}

// The same on those swaps that rule(Swap, random) allows.
template <class Rule>
Rewired rewire_by(const Rule& rule, const eg::Connectome& real, const SwapParams& p, eg::Random& random) {
  const Promise promise{treat_as_directed(real, p.graph, p.self_loops), p.weight_carried_by, p.self_loops};
  SwapGraph graph(real, promise.is_directed, p.weight_carried_by, p.self_loops, rule);
  return run_swaps(graph, real, promise, p, random);
}

// Writes into the surrogate's history what was done to it.
inline void record_swaps(Rewired& done, const char* name) {
  auto& history = done.null.history;
  const auto& promise = done.promise;
  history.emplace_back("null_model", name);
  history.emplace_back("graph", promise.is_directed ? "directed" : "undirected (weights are symmetric)");
  if (promise.carrier != Carrier::neither)
    history.emplace_back("weight_carried_by", !promise.is_directed                 ? "a random end"
                                              : promise.carrier == Carrier::source ? "source"
                                                                                   : "target");
  history.emplace_back("self_loops", promise.loops == SelfLoops::freeze ? "frozen" : "swapped");
  if (promise.loops == SelfLoops::freeze)
    history.emplace_back("keeps", std::string("weights in_degrees out_degrees self_loops") +
                                      (!promise.is_directed                 ? " symmetry"
                                       : promise.carrier == Carrier::source ? " out_strengths"
                                       : promise.carrier == Carrier::target ? " in_strengths"
                                                                            : ""));
  history.emplace_back("swaps", std::to_string(done.accepted) + " of " + std::to_string(done.attempted) +
                                    " attempts on " + std::to_string(done.n_edges) + " edges");
}

// Metrics accepted_swaps, attempted_swaps and, for the ensemble to be judged by, the distance from the real connectome
// after half of the swaps: where it equals that after all, the swaps have forgotten where they began.
inline void report_swaps(const eg::Connectome& real, const Rewired& done, eg::Sink& log) {
  const auto metric = [&](const char* name, double value) { log.metric(name, "", "", value); };
  metric("accepted_swaps", static_cast<double>(done.accepted));
  metric("attempted_swaps", static_cast<double>(done.attempted));
  metric("edge_overlap_half", edge_overlap(real, done.half));
  metric("reciprocity_half", reciprocity(done.half));
  metric("clustering_half", clustering(done.half));
  metric("assortativity_half", assortativity(done.half));
}

struct KeepsNothingElse {
  void operator()(const eg::Connectome&) const {}
};

// Checks, records and reports what was rewired. check(surrogate) throws std::logic_error where it breaks what the model
// promises beyond check_invariants. Lengths, centres and attributes stay with the regions.
template <class Check = KeepsNothingElse>
eg::Connectome finish(Rewired done, const char* name, const eg::Connectome& real, eg::Sink& log, Check&& check = {}) {
  check_invariants(real, done.null, done.promise);
  check(done.null);
  record_swaps(done, name);
  report_swaps(real, done, log);
  report_surrogate(real, done.null, log);
  return std::move(done.null);
}

}  // namespace null_model
