// Tests of core.zero_policy.
#include <doctest/doctest.h>

#include "../common/test_controller.hpp"
#include "model.hpp"

using core::testing::ControllerHarness;

TEST_CASE("zero_policy: every action is 0, whatever is seen") {
  ControllerHarness h(eg::controller<core::ZeroPolicy>, 3);
  h.init();
  CHECK(h.act({5, -1}) == std::vector<double>{0, 0, 0});
  CHECK(h.act({}) == std::vector<double>{0, 0, 0});
}
