// A random graph in which every region keeps its number of edges within its hemisphere and between hemispheres.
#pragma once
#include "../common/hemispheres.hpp"
#include "../common/rewiring.hpp"

namespace null_model {

struct DegreeHemisphere {
  static constexpr eg::Info info{"core.degree_hemisphere", "1.0.0",
                                 "keeps in- and out-degree within and between hemispheres"};
  struct Params : SwapParams {
    static constexpr auto fields = swap_fields;
  } p;
  explicit DegreeHemisphere(const Params& params) : p(params) {}

  // Throws as core.degree_preserving does, and std::invalid_argument where hemispheres are unknown. Metrics: see
  // degree_hemisphere.md.
  eg::Connectome surrogate(const eg::Connectome& real, uint64_t seed, eg::Sink& log) const {
    const auto classes = hemisphere_classes(real, info.name);
    if (all_equal(classes.of))
      log.warning("all regions lie in one hemisphere: only degrees are kept, as core.degree_preserving does");
    eg::Random random(seed, info.name);
    auto null = finish(rewire(real, p, random, &classes), info.name, real, log, [&](const eg::Connectome& made) {
      check_classes(real, made, classes, "intra- or inter-hemispheric");
    });
    null.history.emplace_back("keeps", "hemispheres");
    return null;
  }
};

}  // namespace null_model
