// A random graph with the degrees and the strengths of every region, on request of every hemisphere's edges too.
#pragma once
#include <optional>

#include "../common/annealing.hpp"
#include "../common/hemispheres.hpp"
#include "../common/rewiring.hpp"
#include "weight_ranks.hpp"

namespace null_model {

enum class Hemispheres { ignore, keep };
enum class Weights { annealed, ranks };

struct DegreeStrength {
  static constexpr eg::Info info{"core.degree_strength", "1.0.0",
                                 "rewires edges, keeps every degree and anneals weights to every strength"};
  struct Params : SwapParams, AnnealingParams {
    Weights weights = Weights::annealed;
    Hemispheres hemispheres = Hemispheres::ignore;
    static constexpr auto fields = eg::concat(
        eg::list(eg::param("weights", &Params::weights, eg::choices("annealed", "ranks"),
                           "ranks: dealt out by Rubinov and Sporns' heuristic, which needs a larger tolerance"),
                 eg::param("hemispheres", &Params::hemispheres, eg::choices("ignore", "keep"),
                           "keep: each region's edges within and between hemispheres, and the weights of both")),
        eg::concat(rewiring_fields, annealing_fields));
    constexpr Params() { weight_carried_by = Carrier::neither; }
  } p;
  explicit DegreeStrength(const Params& params) : p(params) {}

  // Throws std::invalid_argument for a graph that cannot be treated as asked, std::runtime_error when swaps or
  // strengths are out of reach, std::logic_error when the result breaks an invariant. Metrics: see degree_strength.md.
  eg::Connectome surrogate(const eg::Connectome& real, uint64_t seed, eg::Sink& log) const {
    std::optional<EdgeClasses> classes;
    if (p.hemispheres == Hemispheres::keep) classes = hemisphere_classes(real, "hemispheres = \"keep\"");
    const EdgeClasses* within = classes ? &*classes : nullptr;
    eg::Random random(seed, info.name);
    const bool is_directed = treat_as_directed(real, p.graph);
    Rewired done;
    auto annealing = static_cast<const AnnealingParams&>(p);
    if (p.weights == Weights::ranks) annealing.stages = 0;
    auto annealed = anneal_strengths(real, is_directed, within, annealing, random, log, [&] {
      done = rewire(real, p, random, within);
      return p.weights == Weights::ranks ? deal_out_by_rank(real, done.null, is_directed, within, random) : done.null;
    });
    done.null = std::move(annealed.null);
    auto null = finish(std::move(done), info.name, real, log, [&](const eg::Connectome& made) {
      check_strengths(real, made, is_directed, p.tolerance);
      if (within) check_classes(real, made, *within, "intra- or inter-hemispheric");
    });
    null.history.emplace_back("strengths", annealed.outcome);
    return null;
  }
};

}  // namespace null_model
