// Tests of core.vestibular: rates of pairs of groups.
#include <doctest/doctest.h>

#include "../common/test_seen.hpp"
#include "model.hpp"

using core::Vestibular;
using namespace core::testing;

TEST_CASE("vestibular: pairs of groups tell tilt, turning and height to either side") {
  UnitHarness h(eg::encoder<Vestibular>, 6, 0.1);
  h.set("rest_hz", 60), h.set("tilt_hz", 80), h.set("turn_hz_per_rad_per_s", 5), h.set("height_hz_per_m", 100);
  h.set("height_m", 0.65);
  check_close(rates(h, 6, {0.3, -2, 0.75}), {60 + 80 * std::sin(0.3), 60 - 80 * std::sin(0.3), 50, 70, 70, 50});
  check_close(rates(h, 6, {0, 0, 0.65}), std::vector<double>(6, 60.0));
  check_close(rates(h, 6, {0, 100, -9}), {60, 60, 200, 0, 0, 200});
}

TEST_CASE("vestibular: the numbers of tilts and turns say what is what") {
  UnitHarness h(eg::encoder<Vestibular>, 4, 0.1);
  h.set("n_tilts", 2), h.set("n_turns", 0), h.set("rest_hz", 100), h.set("tilt_hz", 50);
  check_close(rates(h, 4, {0.5, -0.5}),
              {100 + 50 * std::sin(0.5), 100 - 50 * std::sin(0.5), 100 - 50 * std::sin(0.5), 100 + 50 * std::sin(0.5)});
  UnitHarness few(eg::encoder<Vestibular>, 4, 0.1);
  CHECK(words_of([&] { rates(few, 4, {0.5}); }) == "n_tilts and n_turns are 2 together, but there are 1 observations");
}

TEST_CASE("vestibular: spikes come at these rates and weigh what is asked") {
  UnitHarness h(eg::encoder<Vestibular>, 4, 0.5);
  h.set("weight_mv", -2);
  check_spikes(h, 4, {0.2, 1.5}, -2, 0.5);
}
