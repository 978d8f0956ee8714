// Tests of core.random_policy: what is made of the numbers drawn, and how long it is kept.
#include <doctest/doctest.h>

#include "../common/test_controller.hpp"
#include "model.hpp"

using core::RandomPolicy;
using core::testing::ControllerHarness;

TEST_CASE("random_policy: actions lie between the bounds of each, where the drawn number says") {
  ControllerHarness h(eg::controller<RandomPolicy>, 2);
  h.init();
  h.random[0] = {0.25, 0.75};
  CHECK(h.act({}) == std::vector<double>{-0.5, 0.5});
  h.set("low", {0, -2}), h.set("high", {10, 2});
  h.init();
  CHECK(h.act({1, 2}) == std::vector<double>{2.5, 1});
}

TEST_CASE("random_policy: choices are whole numbers, each as likely") {
  ControllerHarness h(eg::controller<RandomPolicy>, 4);
  h.set("choices", {4});
  h.init();
  h.random[0] = {0.0001, 0.2499, 0.2501, 0.9999999999999999};
  CHECK(h.act({}) == std::vector<double>{0, 0, 1, 3});
}

TEST_CASE("random_policy: a draw is kept for as many actions as asked, and a new trial draws anew") {
  ControllerHarness h(eg::controller<RandomPolicy>, 1);
  h.set("hold", {3});
  h.init();
  std::vector<double> seen;
  for (int k = 0; k < 8; ++k) {
    h.random[0] = {0.1 * (k + 1)};
    seen.push_back(h.act({})[0]);
  }
  for (const int k : {1, 2}) CHECK(seen[static_cast<size_t>(k)] == seen[0]);
  for (const int k : {4, 5}) CHECK(seen[static_cast<size_t>(k)] == seen[3]);
  CHECK(seen[3] != seen[0]);
  CHECK(seen[6] != seen[3]);
  h.begin_anew();
  h.random[0] = {0.5};
  CHECK(h.act({})[0] == 0);
}

TEST_CASE("random_policy: bounds for another number of actions are refused") {
  ControllerHarness h(eg::controller<RandomPolicy>, 3);
  h.set("low", {0, 1});
  CHECK(h.refusal({}) == "low has 2 numbers, but there are actions for 3: give one for all, or one for each");
}
