// core.rich_club_destroying: degrees and weights are kept, the rich club is not, and where it cannot go that is an
// error.
#include <doctest/doctest.h>

#include <functional>

#include "../common/random_graphs.hpp"
#include "captured_sink.hpp"
#include "model.hpp"

using namespace null_model;
using namespace null_model::testing;

namespace {

using Params = RichClubDestroying::Params;

eg::Connectome with_rich_club(uint64_t seed) {
  eg::Random random(seed, "graphs");
  auto c = random_graph(48, 0.15, false, 0.3, random);
  for (size_t i = 0; i < 12; ++i)
    for (size_t j = 0; j < 48; ++j)
      if (i != j && (j < 12 || random.uniform() < 0.15)) c.weight(i, j) = c.weight(j, i) = 2;
  return c;
}

}  // namespace

TEST_CASE("rich_club_destroying: 1000 random graphs keep degrees and weights and lose edges among the hubs") {
  const auto params = [](const eg::Connectome& real, uint64_t trial) {
    Params p;
    p.max_attempts_per_edge = 500;
    p.weight_carried_by = trial % 4 < 2 ? Carrier::source : Carrier::target;
    auto degree = total_degrees(real);
    std::ranges::sort(degree, std::greater{});
    p.k = static_cast<int64_t>(degree[std::min<size_t>(degree.size() - 1, 2 + degree.size() / 4)]);
    return p;
  };
  const auto tally = for_1000_graphs(
      [&](const eg::Connectome& real, uint64_t trial) {
        try {
          return surrogate_of<RichClubDestroying>(real, params(real, trial), trial);
        } catch (const std::invalid_argument&) {  // no k makes a club of graphs so small or so regular
          throw std::runtime_error("leaves too little room");
        }
      },
      [&](const eg::Connectome& real, const eg::Connectome& null, uint64_t trial) {
        CAPTURE(trial);
        CHECK(keeps_degrees_and_weights(real, null));
        const auto degree = total_degrees(real);
        const auto k = static_cast<size_t>(params(real, trial).k);
        CHECK(rich_club_coefficient(null, degree, k) < rich_club_coefficient(real, degree, k));
      });
  MESSAGE(tally.made, " made, ", tally.rewired, " of them rewired, ", tally.refused, " refused");
  CHECK(tally.made > 150);
}

TEST_CASE("rich_club_destroying: the club falls below chance, the more so the larger the bias") {
  const auto real = with_rich_club(1);
  CapturedSink weak, strong;
  Params p;
  p.bias = 0.1;
  surrogate_of<RichClubDestroying>(real, p, 1, weak);
  p.bias = 5;
  surrogate_of<RichClubDestroying>(real, p, 1, strong);
  CHECK(strong.value("rich_club_coefficient_null") < weak.value("rich_club_coefficient_null"));
  eg::Random swaps(1, "swaps");
  const RichClub club(real, 0, GraphKind::automatic);
  CHECK(strong.value("rich_club_coefficient_null") < club.coefficient(rewire(real, {}, swaps).null));
  CHECK(strong.value("rich_club_coefficient_real") == club.coefficient(real));
  CHECK(strong.value("rich_club_k") == static_cast<double>(club.k));
  CHECK(strong.warnings.empty());
}

TEST_CASE("rich_club_destroying: graphs are as frequent as exp(-bias edges within the club)") {
  // In-degree and out-degree 1 on four regions: derangements. Regions 0 and 1 are called hubs.
  auto real = empty_graph(4);
  for (size_t i = 0; i < 4; ++i) real.weight((i + 1) % 4, i) = 1;
  RichClub club(real, 2, {3, 3, 2, 2});
  std::vector<double> seen(3, 0.0), expected(3, 0.0);
  for (uint64_t seed = 0; seed < 6000; ++seed) {
    SwapGraph graph(real, true, Carrier::source, SelfLoops::freeze, AgainstClub{club, 0.7});
    eg::Random random(seed, "attempts");
    for (uint64_t k = 0; k < 200 + seed % 2; ++k) graph.attempt(random);
    auto null = real;
    null.weights = graph.weights(real);
    seen[static_cast<size_t>(null.weight(0, 1) + null.weight(1, 0))] += 1;
  }
  // Of the nine derangements four have no edge between 0 and 1, four one and one both.
  const double total = 4 + 4 * std::exp(-0.7) + std::exp(-1.4);
  expected = {6000 * 4 / total, 6000 * 4 * std::exp(-0.7) / total, 6000 * std::exp(-1.4) / total};
  double chi_squared = 0;
  for (size_t e = 0; e < 3; ++e) chi_squared += (seen[e] - expected[e]) * (seen[e] - expected[e]) / expected[e];
  CHECK_MESSAGE(chi_squared < 13.8, chi_squared);  // 2 degrees of freedom: exceeded once in 1000
}

TEST_CASE("rich_club_destroying: clubs that cannot be loosened are refused, chance ones warned about") {
  auto real = empty_graph(8);  // two hubs without an edge between them
  for (size_t i = 2; i < 8; ++i) real.weight(i, 0) = real.weight(1, i) = real.weight(i == 7 ? 2 : i + 1, i) = 1;
  Params p;
  p.k = 5;
  CHECK_THROWS_WITH(
      surrogate_of<RichClubDestroying>(real, p, 1),
      "the graph with 18 edges leaves too little room to loosen its rich club: 2 regions of total degree > "
      "5 are joined as densely as before; change k or raise bias");
  eg::Random random(9, "graphs");
  CapturedSink kept;
  surrogate_of<RichClubDestroying>(random_graph(40, 0.3, false, 0, random), {}, 1, kept);
  REQUIRE(!kept.warnings.empty());
  CHECK(kept.warnings[0].find(
            "no regions of high degree are joined more densely than in degree-preserving surrogates") == 0);
}
