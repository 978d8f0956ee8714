// core.degree_hemisphere: what is kept within and between hemispheres, what is refused, and that the check can fail.
#include <doctest/doctest.h>

#include "../common/random_graphs.hpp"
#include "captured_sink.hpp"
#include "model.hpp"

using namespace null_model;
using namespace null_model::testing;

namespace {

using Params = DegreeHemisphere::Params;

eg::Connectome make(const eg::Connectome& real, const Params& p, uint64_t seed) {
  return surrogate_of<DegreeHemisphere>(real, p, seed);
}

// In- and out-degrees within the hemisphere, then between hemispheres; even regions lie left.
std::vector<int> degrees_by_side(const eg::Connectome& c) {
  std::vector<int> out(4 * c.size(), 0);
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < c.size(); ++j)
      if (i != j && c.weight(i, j) != 0) ++out[4 * i + (i + j) % 2], ++out[4 * j + 2 + (i + j) % 2];
  return out;
}

eg::Connectome two_hemispheres(uint64_t seed, size_t n = 30) {
  eg::Random random(seed, "graphs");
  auto c = random_graph(n, 0.3, false, 0.5, random);
  place_in_space(c, random);
  return c;
}

}  // namespace

TEST_CASE("degree_hemisphere: 1000 random graphs keep degrees within and between hemispheres, and weights") {
  const auto params = [](uint64_t trial) {
    Params p;
    p.weight_carried_by = trial % 4 < 2 ? Carrier::source : Carrier::target;
    p.max_attempts_per_edge = 500;
    return p;
  };
  const auto tally =
      for_1000_graphs([&](const eg::Connectome& real, uint64_t trial) { return make(real, params(trial), trial); },
                      [&](const eg::Connectome& real, const eg::Connectome& null, uint64_t trial) {
                        CAPTURE(trial);
                        CHECK(keeps_degrees_and_weights(real, null));
                        CHECK(degrees_by_side(null) == degrees_by_side(real));
                      });
  MESSAGE(tally.made, " made, ", tally.rewired, " of them rewired, ", tally.refused, " refused");
  CHECK(tally.made > 500);
  CHECK(tally.rewired > 450);
}

TEST_CASE("degree_hemisphere: edges are mixed as far as hemispheres allow") {
  CapturedSink kept;
  const auto real = two_hemispheres(3, 96);
  surrogate_of<DegreeHemisphere>(real, {}, 7, kept);
  CHECK(std::abs(kept.value("edge_overlap") - 0.33) < 0.04);  // the density, and more where degrees are high
  CHECK(std::abs(kept.value("edge_overlap_half") - kept.value("edge_overlap")) < 0.03);
}

TEST_CASE("degree_hemisphere: the check rejects swaps that keep degrees only") {
  const auto real = two_hemispheres(4);
  const auto classes = hemisphere_classes(real, "a test");
  CHECK_NOTHROW(check_classes(real, make(real, {}, 1), classes, "intra- or inter-hemispheric"));
  eg::Random swaps(1, "swaps");
  CHECK_THROWS_WITH(check_classes(real, rewire(real, {}, swaps).null, classes, "intra- or inter-hemispheric"),
                    doctest::Contains("the surrogate breaks its promise: the intra- or inter-hemispheric edges"));
  // Degrees right, but one weight of each class exchanged.
  const auto within = find_place(real, [&](size_t i, size_t j) { return real.weight(i, j) != 0 && (i + j) % 2 == 0; });
  const auto between = find_place(real, [&](size_t i, size_t j) {
    return (i + j) % 2 == 1 && real.weight(i, j) != 0 && real.weight(i, j) != real.weight(within.first, within.second);
  });
  CHECK_THROWS_WITH(check_classes(real, exchanged(real, within.first, within.second, between.first, between.second),
                                  classes, "intra- or inter-hemispheric"),
                    "the surrogate breaks its promise: the weights of intra- or inter-hemispheric edges differ");
}

TEST_CASE("degree_hemisphere: unknown hemispheres are refused, a single one is warned about") {
  auto real = two_hemispheres(5);
  for (auto& side : real.attributes[0].texts) side = "left";
  CapturedSink kept;
  surrogate_of<DegreeHemisphere>(real, {}, 1, kept);
  REQUIRE(kept.warnings.size() == 1);
  CHECK(kept.warnings[0] == "all regions lie in one hemisphere: only degrees are kept, as core.degree_preserving does");
  real.attributes.clear();
  CHECK_THROWS_WITH(make(real, {}, 1),
                    "the connectome does not say in which hemisphere its regions lie, and core.degree_hemisphere needs "
                    "it: give it a region table with a column 'hemisphere', or labels that tell");
}
