// Tests of core.linear_policy against sums written out.
#include <doctest/doctest.h>

#include <cmath>

#include "../common/test_controller.hpp"
#include "model.hpp"
#include "support.hpp"

using core::LinearPolicy;
using core::testing::ControllerHarness;

TEST_CASE("linear_policy: actions are weighted sums of what is seen, squashed where asked") {
  ControllerHarness h(eg::controller<LinearPolicy>, 2);
  h.set("weights", {1, 2, 3, -1, 0, 0.5});
  h.set("bias", {10, -10});
  h.init();
  CHECK(h.act({1, 10, 100}) == std::vector<double>{331, 39});
  h.choose("output", "tanh");
  h.init();
  const auto a = h.act({0.1, 0.2, -3.5});
  CHECK_CLOSE(a[0], std::tanh(10 + 0.1 + 0.4 - 10.5), 1e-14, 0);
  CHECK_CLOSE(a[1], std::tanh(-10 - 0.1 - 1.75), 1e-14, 0);
  CHECK(h.act({1e6, 0, 0}) == std::vector<double>{1, -1});
}

TEST_CASE("linear_policy: without weights actions are the bias, without both 0") {
  ControllerHarness h(eg::controller<LinearPolicy>, 3);
  h.init();
  CHECK(h.act({4, 5}) == std::vector<double>{0, 0, 0});
  h.set("bias", {2});
  h.init();
  CHECK(h.act({4, 5}) == std::vector<double>{2, 2, 2});
}

TEST_CASE("linear_policy: choices by threshold and by the greatest sum, the first of equals") {
  ControllerHarness push(eg::controller<LinearPolicy>, 1);
  push.choose("output", "threshold");
  push.set("weights", {1, 1});
  push.init();
  CHECK(push.act({1, -0.9}) == std::vector<double>{1});
  CHECK(push.act({1, -1}) == std::vector<double>{0});
  CHECK(push.act({1, -1.1}) == std::vector<double>{0});
  ControllerHarness go(eg::controller<LinearPolicy>, 2);
  go.choose("output", "argmax");
  go.set("choices", {3});
  go.set("weights", {1, 2, 3, -1, -2, -3});
  go.set("bias", {0, 0, 0, 0, 0, 0});
  go.init();
  CHECK(go.act({5}) == std::vector<double>{2, 0});
  CHECK(go.act({-5}) == std::vector<double>{0, 2});
  CHECK(go.act({0}) == std::vector<double>{0, 0});
}

TEST_CASE("linear_policy: weights and bias for other numbers of sums are refused") {
  ControllerHarness h(eg::controller<LinearPolicy>, 2);
  h.set("weights", {1, 2, 3});
  CHECK(h.refusal({1, 2}) == "weights has 3 numbers, but 2 sums of 2 observations need 4");
  ControllerHarness biased(eg::controller<LinearPolicy>, 2);
  biased.set("bias", {1, 2, 3});
  CHECK(biased.refusal({1}) == "bias has 3 numbers, but there are actions for 2: give one for all, or one for each");
}
