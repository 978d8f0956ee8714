// Tests of core.constant_policy.
#include <doctest/doctest.h>

#include "../common/test_controller.hpp"
#include "model.hpp"

using core::testing::ControllerHarness;

TEST_CASE("constant_policy: each action has its number, or all have one") {
  ControllerHarness h(eg::controller<core::ConstantPolicy>, 2);
  h.init();
  CHECK(h.act({1}) == std::vector<double>{0, 0});
  h.set("values", {0.5, -3});
  h.init();
  CHECK(h.act({1}) == std::vector<double>{0.5, -3});
  CHECK(h.act({2}) == std::vector<double>{0.5, -3});
  h.set("values", {7});
  h.init();
  CHECK(h.act({}) == std::vector<double>{7, 7});
}

TEST_CASE("constant_policy: another number of values than actions is refused") {
  ControllerHarness h(eg::controller<core::ConstantPolicy>, 2);
  h.set("values", {1, 2, 3});
  CHECK(h.refusal({}) == "values has 3 numbers, but there are actions for 2: give one for all, or one for each");
}
