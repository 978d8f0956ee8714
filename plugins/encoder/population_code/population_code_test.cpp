// Tests of core.population_code: rates, groups and spikes.
#include <doctest/doctest.h>

#include "../common/test_seen.hpp"
#include "model.hpp"

using core::PopulationCode;
using namespace core::testing;

TEST_CASE("population_code: opposed groups fire for values on their side of the middle") {
  UnitHarness h(eg::encoder<PopulationCode>, 8, 0.1);
  h.set("min_hz", 5), h.set("max_hz", 105);
  h.set_list("low", {-1, 0}), h.set_list("high", {1, 10});
  CHECK(rates(h, 8, {0.5, 2.5}) == std::vector<double>{55, 55, 5, 5, 5, 5, 55, 55});
  CHECK(rates(h, 8, {-9, 5}) == std::vector<double>{5, 5, 105, 105, 5, 5, 5, 5});
}

TEST_CASE("population_code: rising rates say where between the bounds the value lies") {
  UnitHarness h(eg::encoder<PopulationCode>, 5, 0.1);
  h.choose("code", "rising");
  h.set("min_hz", 10), h.set("max_hz", 50);
  h.set_list("low", {0}), h.set_list("high", {4});
  CHECK(rates(h, 5, {1, 9}) == std::vector<double>{20, 20, 20, 50, 50});
  h.observe({2, -1});
  h.step(2);
  CHECK(h.state("rate_hz") == std::vector<double>{30, 30, 30, 10, 10});
}

TEST_CASE("population_code: spikes come at these rates and weigh what is asked") {
  UnitHarness h(eg::encoder<PopulationCode>, 4, 0.5);
  h.set("max_hz", 200), h.set("min_hz", 10), h.set("weight_mv", -1.5);
  check_spikes(h, 4, {0.3, -0.8}, -1.5, 0.5);
}

TEST_CASE("population_code: refuses bounds and rates that cannot be meant") {
  UnitHarness bounds(eg::encoder<PopulationCode>, 4, 0.1);
  bounds.set_list("low", {1}), bounds.set_list("high", {1});
  CHECK(words_of([&] { rates(bounds, 4, {0}); }) == "low is not below high for observation 0");
  UnitHarness few(eg::encoder<PopulationCode>, 3, 0.1);
  CHECK(words_of([&] {
          rates(few, 3, {0, 1});
        }) == "there are 4 groups of units, but the encoder feeds 3 units: some would be seen by nobody");
  UnitHarness fast(eg::encoder<PopulationCode>, 2, 1.0);
  fast.set("max_hz", 1001);
  CHECK(words_of([&] { rates(fast, 2, {0}); }) ==
        "max_hz = 1001.000000 is more than one spike per step of 1.000000 ms: lower it or make dt_ms smaller");
  UnitHarness order(eg::encoder<PopulationCode>, 2, 1.0);
  order.set("min_hz", 101);
  CHECK(words_of([&] { rates(order, 2, {0}); }) == "max_hz is below min_hz");
}
