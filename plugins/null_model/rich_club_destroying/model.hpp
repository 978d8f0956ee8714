// A random graph with the degrees of the real one whose regions of high degree are joined less densely.
#pragma once
#include "../common/rich_club.hpp"

namespace null_model {

// Makes graphs as frequent as exp(-bias edges within the club): swaps that add such edges are made that much more
// rarely (Metropolis et al. 1953, J Chem Phys 21:1087).
struct AgainstClub {
  const RichClub& club;
  double bias;
  bool operator()(const Swap& s, eg::Random& random) const {
    const bool a = club.has(s.a), b = club.has(s.b), c = club.has(s.c), d = club.has(s.d);
    const int more = (a && d) + (c && b) - (a && b) - (c && d);
    return more <= 0 || random.uniform() < std::exp(-bias * more);
  }
};

struct RichClubDestroying {
  static constexpr eg::Info info{"core.rich_club_destroying", "1.0.0",
                                 "keeps degrees, takes away the edges among the hubs"};
  struct Params : SwapParams {
    int64_t k = 0;
    double bias = 3;
    static constexpr auto fields = eg::concat(
        eg::list(eg::param("k", &Params::k, eg::range(0, 1e6),
                           "hubs have a larger total degree; 0: the largest k at which the club is denser than by "
                           "chance"),
                 eg::param("bias", &Params::bias, eg::range(0.01, 100),
                           "log of how much rarer a graph with one more edge within the club is")),
        swap_fields);
  } p;
  explicit RichClubDestroying(const Params& params) : p(params) {}

  // Throws as core.degree_preserving does, for clubs that are none (see RichClub), and std::runtime_error where the
  // club stays as dense as it was. Metrics: see rich_club_destroying.md.
  eg::Connectome surrogate(const eg::Connectome& real, uint64_t seed, eg::Sink& log) const {
    eg::Random random(seed, info.name);
    const RichClub club(real, static_cast<size_t>(p.k), p.graph);
    if (!club.is_significant)
      log.warning(
          "no regions of high degree are joined more densely than in degree-preserving surrogates: the surrogate "
          "loosens the " +
          std::to_string(club.size()) + " regions of total degree > " + std::to_string(club.k) +
          ", which come nearest to it");
    auto done = rewire_by(AgainstClub{club, p.bias}, real, p, random);
    const double before = club.coefficient(real), after = club.coefficient(done.null);
    if (after >= before)
      throw std::runtime_error("the graph with " + std::to_string(count_edges(real)) +
                               " edges leaves too little room to loosen its rich club: " + std::to_string(club.size()) +
                               " regions of total degree > " + std::to_string(club.k) +
                               " are joined as densely as before; change k or raise bias");
    log.metric("rich_club_k", "", "", static_cast<double>(club.k));
    log.metric("rich_club_regions", "", "", static_cast<double>(club.size()));
    log.metric("rich_club_coefficient_real", "", "", before);
    log.metric("rich_club_coefficient_half", "", "", club.coefficient(done.half));
    log.metric("rich_club_coefficient_null", "", "", after);
    return finish(std::move(done), info.name, real, log);
  }
};

}  // namespace null_model
