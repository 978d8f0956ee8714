// A random graph with the in-degree and out-degree of every region of the real one.
#pragma once
#include "../common/rewiring.hpp"

namespace null_model {

struct DegreePreserving {
  static constexpr eg::Info info{"core.degree_preserving", "1.0.0", "rewires edges, keeps every in- and out-degree"};
  struct Params : SwapParams {
    static constexpr auto fields = eg::concat(
        eg::concat(swap_fields, self_loops_field),
        eg::list(eg::param("stop", &Params::stop, eg::choices("accepted", "attempted"), "which swaps are counted"),
                 eg::param("attempted_swaps_per_edge", &Params::attempted_swaps_per_edge, eg::range(0, 1e6),
                           "stop = attempted: attempts to make, successful or not")));
  } p;
  explicit DegreePreserving(const Params& params) : p(params) {}

  // Throws std::invalid_argument for a graph that cannot be treated as asked, std::runtime_error when the promised
  // number of swaps is out of reach, std::logic_error when the result breaks an invariant. Metrics: see
  // degree_preserving.md.
  eg::Connectome surrogate(const eg::Connectome& real, uint64_t seed, eg::Sink& log) const {
    eg::Random random(seed, info.name);
    return finish(rewire(real, p, random), info.name, real, log);
  }
};

}  // namespace null_model
