// core.rich_club and the choice of its hubs: what is kept, what is refused, and that the checks can fail.
#include <doctest/doctest.h>

#include <functional>

#include "../common/random_graphs.hpp"
#include "model.hpp"

using namespace null_model;
using namespace null_model::testing;

namespace {

using Params = RichClubPreserving::Params;

eg::Connectome make(const eg::Connectome& real, const Params& p, uint64_t seed) {
  return surrogate_of<RichClubPreserving>(real, p, seed);
}

// Twelve hubs of 48 regions, all joined to one another, the rest at random.
eg::Connectome with_rich_club(uint64_t seed, bool is_symmetric = false) {
  eg::Random random(seed, "graphs");
  auto c = random_graph(48, 0.15, is_symmetric, 0.3, random);
  for (size_t i = 0; i < 12; ++i)
    for (size_t j = 0; j < 48; ++j)
      if (i != j && (j < 12 || random.uniform() < 0.15)) c.weight(i, j) = c.weight(j, i) = 2;
  return c;
}

}  // namespace

TEST_CASE("rich_club: 1000 random graphs keep degrees, weights and the edges between bins of degree") {
  const auto params = [](uint64_t trial) {
    Params p;
    p.weight_carried_by = trial % 4 < 2 ? Carrier::source : Carrier::target;
    p.max_attempts_per_edge = 500;
    p.degree_bins = 2 + static_cast<int64_t>(trial % 11);
    return p;
  };
  const auto tally = for_1000_graphs(
      [&](const eg::Connectome& real, uint64_t trial) { return make(real, params(trial), trial); },
      [&](const eg::Connectome& real, const eg::Connectome& null, uint64_t trial) {
        CAPTURE(trial);
        CHECK(keeps_degrees_and_weights(real, null));
        // The rich-club coefficient is that of the real graph at every bin's end.
        const auto degree = total_degrees(real);
        const auto bin = degree_bins(degree, static_cast<size_t>(params(trial).degree_bins));
        for (size_t i = 0; i < real.size(); ++i) {
          size_t k = degree[i];
          for (size_t j = 0; j < real.size(); ++j)
            if (bin[j] == bin[i]) k = std::max(k, degree[j]);
          const double before = rich_club_coefficient(real, degree, k), after = rich_club_coefficient(null, degree, k);
          CHECK((before == after || (std::isnan(before) && std::isnan(after))));
        }
      });
  MESSAGE(tally.made, " made, ", tally.rewired, " of them rewired, ", tally.refused, " refused");
  CHECK(tally.made > 500);
  CHECK(tally.rewired > 400);
}

TEST_CASE("rich_club: 1000 random graphs keep every edge among the hubs") {
  const auto params = [](const eg::Connectome& real, uint64_t trial) {
    Params p;
    p.mode = RichClubMode::core_frozen;
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
          return make(real, params(real, trial), trial);
        } catch (const std::invalid_argument& e) {  // no k makes a club of graphs so small or so regular
          CHECK(std::string(e.what()).find("a rich club needs two of them and one outside") != std::string::npos);
          throw std::runtime_error("leaves too little room");
        }
      },
      [&](const eg::Connectome& real, const eg::Connectome& null, uint64_t trial) {
        CAPTURE(trial);
        CHECK(keeps_degrees_and_weights(real, null));
        const auto degree = total_degrees(real);
        const auto is_hub = [&](size_t i) { return static_cast<int64_t>(degree[i]) > params(real, trial).k; };
        for (size_t i = 0; i < real.size(); ++i)
          for (size_t j = 0; j < real.size(); ++j)
            if (is_hub(i) && is_hub(j)) CHECK(null.weight(i, j) == real.weight(i, j));
      });
  MESSAGE(tally.made, " made, ", tally.rewired, " of them rewired, ", tally.refused, " refused");
  CHECK(tally.made > 350);
  CHECK(tally.rewired > 300);
}

TEST_CASE("rich_club: a club that was put there is found, and none where edges are random") {
  for (const bool is_symmetric : {false, true}) {
    const auto real = with_rich_club(1, is_symmetric);
    const RichClub club(real, 0, GraphKind::automatic);
    CHECK(club.is_significant);
    CHECK(club.size() >= 3);
    CHECK(club.size() <= 14);
    for (size_t i = 16; i < 48; ++i) CHECK_FALSE(club.has(i));
    CHECK(club.coefficient(real) > 0.9);
  }
  int found = 0;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    eg::Random random(seed, "graphs");
    found += RichClub(random_graph(40, 0.3, false, 0, random), 0, GraphKind::automatic).is_significant;
  }
  CHECK(found <= 6);  // two expected at a false discovery rate of 0.05; more with probability 0.01
}

TEST_CASE("rich_club: equal degrees share a bin, and there are no more bins than asked for") {
  CHECK(degree_bins({1, 1, 1, 1, 9}, 4) == std::vector<uint8_t>{0, 0, 0, 0, 0});
  CHECK(degree_bins({1, 1, 5, 9}, 2) == std::vector<uint8_t>{0, 0, 1, 1});
  const auto bins = degree_bins({4, 8, 1, 6, 2, 7, 3, 5}, 4);
  CHECK(bins == std::vector<uint8_t>{1, 3, 0, 2, 0, 3, 1, 2});
}

TEST_CASE("rich_club: the checks reject swaps that keep degrees only") {
  const auto real = with_rich_club(2);
  const auto bin = degree_bins(total_degrees(real), 6);
  CHECK_NOTHROW(check_joint_degrees(real, make(real, {}, 1), bin));
  eg::Random swaps(1, "swaps");
  const auto careless = rewire(real, {}, swaps).null;
  CHECK_NOTHROW(check_invariants(real, careless, {}));
  CHECK_THROWS_WITH(check_joint_degrees(real, careless, bin),
                    "the surrogate breaks its promise: the numbers of edges between bins of degree differ");

  EdgeClasses core(real.size());
  for (size_t i = 0; i < 12; ++i)
    for (size_t j = 0; j < 12; ++j) core.at(i, j) = EdgeClasses::frozen;
  CHECK_THROWS_WITH(check_classes(real, careless, core, "core, feeder or local"),
                    doctest::Contains("the surrogate breaks its promise: the core, feeder or local edges"));
  auto reversed = real;  // counts right, two weights of the core exchanged
  reversed.weight(0, 1) = 5, reversed.weight(1, 2) = 6;
  CHECK_THROWS_WITH(check_classes(reversed, exchanged(reversed, 0, 1, 1, 2), core, "core, feeder or local"),
                    "the surrogate breaks its promise: the frozen weight from region 'R1' to 'R0' differs");
}

TEST_CASE("rich_club: clubs that are none are refused") {
  Params p;
  p.mode = RichClubMode::core_frozen;
  auto real = empty_graph(5);
  for (size_t i = 0; i < 5; ++i) real.weight((i + 1) % 5, i) = 1;
  CHECK_THROWS_WITH(make(real, p, 1),
                    doctest::Contains("leaves too little room for a rich club: no two regions have more edges than "
                                      "another"));
  p.k = 7;
  CHECK_THROWS_WITH(make(real, p, 1),
                    "k = 7: 0 of 5 regions have a larger total degree, and a rich club needs two of them and one "
                    "outside; degrees are 2 to 2");
  p.k = 0;
  eg::Random random(9, "graphs");
  CHECK_THROWS_WITH(make(random_graph(40, 0.3, false, 0, random), p, 1), doctest::Contains("has no rich club"));
}
