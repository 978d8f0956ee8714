// Tests of core.pd_policy against its equation and on a body it can be solved for.
#include <doctest/doctest.h>

#include <cmath>

#include "../common/test_controller.hpp"
#include "model.hpp"
#include "support.hpp"

using core::PdPolicy;
using core::testing::ControllerHarness;

TEST_CASE("pd_policy: an action pulls to the target and brakes") {
  ControllerHarness h(eg::controller<PdPolicy>, 2);
  h.set("kp", {10, 20}), h.set("kd", {2});
  h.set("position", {0, 2}), h.set("velocity", {1, -1});
  h.set("target", {1, 0.5});
  h.init();
  CHECK(h.act({0.25, 3, 2}) == std::vector<double>{10 * 0.75 - 6, 20 * -1.5});
  ControllerHarness idle(eg::controller<PdPolicy>, 2);
  idle.set("kp", {10});
  idle.init();
  CHECK(idle.act({1, 1}) == std::vector<double>{0, 0});
}

TEST_CASE("pd_policy: a mass on a spring of kp, braked by kd, swings as the equation of motion says") {
  ControllerHarness h(eg::controller<PdPolicy>, 1);
  h.set("kp", {4}), h.set("kd", {2}), h.set("position", {0}), h.set("velocity", {1}), h.set("target", {3});
  h.init();
  // x'' = 4 (3 - x) - 2 x', from rest at 0: x = 3 - 3 e^-t (cos wt + sin wt / w), w = sqrt(3).
  double x = 0, v = 0;
  const double dt = 1e-4;
  for (int k = 0; k < 20000; ++k) {
    v += dt * h.act({x, v})[0];
    x += dt * v;
  }
  const double w = std::sqrt(3.0);
  CHECK_CLOSE(x, 3 - 3 * std::exp(-2.0) * (std::cos(2 * w) + std::sin(2 * w) / w), 1e-3, 0);
}

TEST_CASE("pd_policy: observations that are not there, and parts of them, are refused") {
  ControllerHarness h(eg::controller<PdPolicy>, 1);
  h.set("velocity", {2});
  CHECK(h.refusal({1, 2}) == "velocity names observation 2, but there are 2, counted from 0");
  ControllerHarness half(eg::controller<PdPolicy>, 1);
  half.set("position", {0.5});
  CHECK(half.refusal({1, 2}) == "position holds 0.500000: observations are counted in whole numbers, from 0");
}
