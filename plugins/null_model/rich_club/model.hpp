// A random graph whose regions of high degree are joined as densely as in the real one.
#pragma once
#include "../common/rich_club.hpp"
#include "degree_bins.hpp"

namespace null_model {

enum class RichClubMode { joint_degree, core_frozen };

struct RichClubPreserving {
  static constexpr eg::Info info{"core.rich_club", "1.0.0", "keeps degrees and how densely the hubs are joined"};
  struct Params : SwapParams {
    RichClubMode mode = RichClubMode::joint_degree;
    int64_t degree_bins = 12, k = 0;
    static constexpr auto fields = eg::concat(
        eg::list(eg::param("mode", &Params::mode, eg::choices("joint_degree", "core_frozen"),
                           "keep the number of edges between bins of degree, or all edges among the hubs"),
                 eg::param("degree_bins", &Params::degree_bins, eg::range(2, 100),
                           "mode = joint_degree: quantiles of the total degree"),
                 eg::param("k", &Params::k, eg::range(0, 1e6),
                           "mode = core_frozen: hubs have a larger total degree; 0: the largest k at which the club is "
                           "denser than by chance")),
        swap_fields);
  } p;
  explicit RichClubPreserving(const Params& params) : p(params) {}

  // Throws as core.degree_preserving does, and for clubs that are none (see RichClub). Metrics: see rich_club.md.
  eg::Connectome surrogate(const eg::Connectome& real, uint64_t seed, eg::Sink& log) const {
    eg::Random random(seed, info.name);
    return p.mode == RichClubMode::joint_degree ? joint_degree(real, random, log) : core_frozen(real, random, log);
  }

 private:
  eg::Connectome joint_degree(const eg::Connectome& real, eg::Random& random, eg::Sink& log) const {
    const auto bin = degree_bins(total_degrees(real), static_cast<size_t>(p.degree_bins));
    log.metric("degree_bins", "", "", static_cast<double>(*std::ranges::max_element(bin)) + 1);
    return finish(rewire_by(SameBins{bin}, real, p, random), info.name, real, log,
                  [&](const eg::Connectome& null) { check_joint_degrees(real, null, bin); });
  }

  eg::Connectome core_frozen(const eg::Connectome& real, eg::Random& random, eg::Sink& log) const {
    const RichClub club(real, static_cast<size_t>(p.k), p.graph);
    if (!club.is_significant)
      throw std::runtime_error("the graph with " + std::to_string(count_edges(real)) + " edges has no rich club: no " +
                               "regions of high degree are joined more densely than in degree-preserving surrogates, " +
                               "and freezing any leaves too little room for a hypothesis; give k");
    EdgeClasses classes(real.size());  // 0 local, 1 feeder
    for (size_t i = 0; i < real.size(); ++i)
      for (size_t j = 0; j < real.size(); ++j)
        classes.at(i, j) = club.has(i) && club.has(j) ? EdgeClasses::frozen : club.has(i) || club.has(j);
    log.metric("rich_club_k", "", "", static_cast<double>(club.k));
    log.metric("rich_club_regions", "", "", static_cast<double>(club.size()));
    log.metric("rich_club_coefficient", "", "", club.coefficient(real));
    return finish(rewire(real, p, random, &classes), info.name, real, log,
                  [&](const eg::Connectome& null) { check_classes(real, null, classes, "core, feeder or local"); });
  }
};

}  // namespace null_model
