// Tests of core.dc_current.
#include <doctest/doctest.h>

#include "model.hpp"
#include "unit_harness.hpp"

using core::DcCurrent;
using encephagen::testing::UnitHarness;

TEST_CASE("dc_current: is on from its onset for its duration, step by step") {
  for (const uint32_t element : {EG_F64, EG_F32})
    for (const double dt : {0.1, 0.3}) {
      UnitHarness h(eg::encoder<DcCurrent>, 21, dt, element);
      std::vector<double> amplitude(21, 2);
      amplitude[20] = -3;
      h.set("amplitude_mv", amplitude);
      h.set("onset_ms", 6 * dt);  // no binary number, as 10 dt is not
      h.set("duration_ms", 10 * dt);
      h.init();
      for (int k = 0; k < 30; ++k) {
        h.step(8);
        const bool on = k >= 6 && k < 16;
        CHECK(h.state("current_mv")[0] == (on ? 2 : 0));
        CHECK(h.state("current_mv")[20] == (on ? -3 : 0));
      }
    }
}
