// Each region's weights onto random other regions: one side's strength and degree are kept, the other side's are not.
#pragma once
#include "../common/placement.hpp"

namespace null_model {

enum class Side { out, in };

struct RowStrength {
  static constexpr eg::Info info{"core.row_strength", "1.0.0",
                                 "keeps out-strengths or in-strengths, not both; partners are random"};
  struct Params : PlacementParams {
    Side strength_kept = Side::out;
    static constexpr auto fields = eg::concat(
        eg::list(eg::param("strength_kept", &Params::strength_kept, eg::choices("out", "in"),
                           "out: each region keeps its outgoing weights and draws new targets; in: the reverse")),
        self_loops_field);
  } p;
  explicit RowStrength(const Params& params) : p(params) {}

  // Throws std::runtime_error when there is only one surrogate, std::logic_error when the result breaks an invariant.
  // Metrics: see row_strength.md.
  eg::Connectome surrogate(const eg::Connectome& real, uint64_t seed, eg::Sink& log) const {
    const size_t n = real.size();
    const bool incoming = p.strength_kept == Side::in;
    eg::Connectome null = real;
    null.weights.assign(real.weights.size(), 0.0);
    eg::Random random(seed, info.name);
    bool has_room = false;
    std::vector<size_t> others;
    for (size_t i = 0; i < n; ++i) {
      const auto weights = weights_around(real, i, incoming, p.self_loops == SelfLoops::swap);
      others.clear();
      for (size_t j = 0; j < n; ++j)
        if (j != i) others.push_back(j);
      if (weights.size() > others.size())
        no_room(count_edges(real), "region '" + real.labels[i] + "' has more edges than there are other regions");
      has_room |= !weights.empty() && (weights.size() < others.size() || !all_equal(weights));
      random.shuffle(std::span(others));
      for (size_t k = 0; k < weights.size(); ++k)
        (incoming ? null.weight(i, others[k]) : null.weight(others[k], i)) = weights[k];
      if (p.self_loops == SelfLoops::freeze) null.weight(i, i) = real.weight(i, i);
    }
    if (!has_room && count_edges(real) > 0)
      no_room(count_edges(real), "every region is joined to all others with equal weights, or to none");

    check(real, null);
    record_placement(null, info.name, true, p.self_loops,
                     p.self_loops == SelfLoops::swap ? "edge_count weights"
                     : incoming                      ? "weights in_degrees in_strengths"
                                                     : "weights out_degrees out_strengths");
    null.history.emplace_back("strength_kept", incoming ? "in" : "out");
    report_surrogate(real, null, log);
    if (is_symmetric(real) && count_edges(real) > 0)
      log.warning("the weights are symmetric and those of the surrogate are not: " + std::string(info.name) +
                  " has no undirected form");
    return null;
  }

  void check(const eg::Connectome& real, const eg::Connectome& null) const {
    check_regions(real, null);
    check_loops(real, null, p.self_loops);
    const bool incoming = p.strength_kept == Side::in;
    for (size_t i = 0; i < real.size(); ++i)
      if (weights_around(real, i, incoming, true) != weights_around(null, i, incoming, true))
        broken_promise(std::string("the weights ") + (incoming ? "into" : "out of") + " region '" + real.labels[i] +
                       "' differ");
  }
};

}  // namespace null_model
