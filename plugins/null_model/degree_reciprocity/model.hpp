// A random graph in which every region keeps its numbers of mutual, of one-way incoming and of one-way outgoing
// partners.
#pragma once
#include "../common/rewiring.hpp"
#include "dyads.hpp"

namespace null_model {

// Every region has as many mutual partners in both.
inline void check_mutual_degrees(const eg::Connectome& real, const eg::Connectome& null) {
  const auto count = [](const eg::Connectome& c) {
    std::vector<size_t> out(c.size(), 0);
    for_each_edge(c, [&](size_t i, size_t j, double) { out[i] += c.weight(j, i) != 0; });
    return out;
  };
  const auto before = count(real), after = count(null);
  for (size_t i = 0; i < before.size(); ++i)
    if (before[i] != after[i])
      broken_promise("the number of mutual partners of region '" + real.labels[i] + "' differs");
}

struct DegreeReciprocity {
  static constexpr eg::Info info{"core.degree_reciprocity", "1.0.0", "keeps degrees and the number of mutual partners"};
  struct Params : SwapParams {
    static constexpr auto fields = swap_fields;
  } p;
  explicit DegreeReciprocity(const Params& params) : p(params) {}

  // Throws as core.degree_preserving does. Metrics: see degree_reciprocity.md.
  eg::Connectome surrogate(const eg::Connectome& real, uint64_t seed, eg::Sink& log) const {
    eg::Random random(seed, info.name);
    const auto check = [&](const eg::Connectome& null) { check_mutual_degrees(real, null); };
    // Where weights are symmetric all partners are mutual, and undirected swaps keep them so.
    if (!treat_as_directed(real, p.graph)) return finish(rewire(real, p, random), info.name, real, log, check);
    DyadGraph graph(real, p.weight_carried_by);
    auto done = run_swaps(graph, real, {true, p.weight_carried_by, SelfLoops::freeze}, p, random);
    log.metric("accepted_dyad_swaps", "", "", static_cast<double>(graph.counts().dyad_swaps));
    log.metric("accepted_single_swaps", "", "", static_cast<double>(graph.counts().single_swaps));
    log.metric("accepted_reversals", "", "", static_cast<double>(graph.counts().reversals));
    return finish(std::move(done), info.name, real, log, check);
  }
};

}  // namespace null_model
