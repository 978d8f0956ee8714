// Tests of core.proprioception: rates of pairs of groups.
#include <doctest/doctest.h>

#include "../common/test_seen.hpp"
#include "model.hpp"

using core::Proprioception;
using namespace core::testing;

TEST_CASE("proprioception: one group of a joint fires for flexion, the other for extension") {
  UnitHarness h(eg::encoder<Proprioception>, 8, 0.1);
  h.set("rest_hz", 50), h.set("angle_hz_per_rad", 40), h.set("velocity_hz", 10), h.set("velocity_exponent", 0.5);
  h.set_list("neutral_rad", {0, 0.5});
  check_close(rates(h, 8, {0.5, 0.25, 4, -9}), {90, 90, 10, 10, 10, 10, 90, 90});
  check_close(rates(h, 8, {0, 0.5, 0, 0}), std::vector<double>(8, 50.0));
  check_close(rates(h, 8, {5, -5, 0, 0}), {200, 200, 0, 0, 0, 0, 200, 200});
}

TEST_CASE("proprioception: spikes come at these rates and weigh what is asked") {
  UnitHarness h(eg::encoder<Proprioception>, 4, 0.5);
  h.set("weight_mv", 0.75);
  check_spikes(h, 4, {0.2, 1.5}, 0.75, 0.5);
}

TEST_CASE("proprioception: angles without velocities are refused") {
  UnitHarness h(eg::encoder<Proprioception>, 8, 0.1);
  CHECK(words_of([&] {
          rates(h, 8, {1, 2, 3});
        }) ==
        "3 observations are no angles and as many velocities: observe the angles of joints, then the velocities of the "
        "same joints");
  UnitHarness blind(eg::encoder<Proprioception>, 8, 0.1);
  CHECK(words_of([&] { rates(blind, 8, {}); }) ==
        "it encodes what is seen of a body: give it body = \"NAME\" and observe");
}
