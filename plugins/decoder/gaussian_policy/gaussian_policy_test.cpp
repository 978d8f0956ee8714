// Tests of core.gaussian_policy: what is drawn, and errors against finite differences of the policy.
#include <doctest/doctest.h>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::GaussianPolicy;
using encephagen::testing::UnitHarness;

TEST_CASE("gaussian_policy: actions are sums with noise, squashed and scaled where asked") {
  UnitHarness h(eg::decoder<GaussianPolicy>, 2, 1.0);
  h.set("tau_out_ms", 0), h.set("sigma", std::vector<double>{0.5, 2});
  h.set("gain", std::vector<double>{1, 10}), h.set("offset", std::vector<double>{0, 1});
  h.init();
  h.ask(2);
  h.input("spikes") = {0.3, -1}, h.random("noise") = {2, -0.25};
  h.step();
  CHECK_CLOSE(h.action()[0], 0.3 + 0.5 * 2, 1e-15, 0);
  CHECK_CLOSE(h.action()[1], 1 + 10 * (-1 - 2 * 0.25), 1e-15, 0);
  CHECK(h.state("command") == h.action());
  h.ask(0);
  h.step();
  CHECK_CLOSE(h.state("command")[0], 1.3, 1e-15, 0);
  UnitHarness squashed(eg::decoder<GaussianPolicy>, 1, 1.0);
  squashed.set("tau_out_ms", 0), squashed.set("squash", 1), squashed.set("gain", 20);
  squashed.init();
  squashed.ask(1);
  for (const double y : {-0.7, 0.0, 1.1, 800.0}) {
    squashed.input("spikes") = {y};
    squashed.step();
    CHECK_CLOSE(squashed.action()[0], 20 * std::tanh(y), 1e-14, 0);
  }
}

TEST_CASE("gaussian_policy: errors are minus the derivatives of the logarithm of the policy") {
  UnitHarness h(eg::decoder<GaussianPolicy>, 2, 1.0);
  h.set("tau_out_ms", 0), h.set("sigma", std::vector<double>{0.5, 2});
  h.init();
  h.ask(2);
  const std::vector<double> y{0.3, -1}, sigma{0.5, 2};
  h.input("spikes") = y, h.random("noise") = {1.2, -0.4};
  h.step();
  const auto log_p = [&](double mean, size_t k) {
    const double z = (h.action()[k] - mean) / sigma[k];
    return -z * z / 2;
  };
  for (size_t k = 0; k < 2; ++k) {
    const double slope = (log_p(y[k] + 1e-6, k) - log_p(y[k] - 1e-6, k)) / 2e-6;
    CHECK_CLOSE(h.state("error")[k], -slope, 1e-8, 0);
    CHECK(h.state("decides")[k] == 1);
  }
}

TEST_CASE("gaussian_policy: nothing is to be learnt without an action, when the trial is over, or without noise") {
  for (const int why : {0, 1, 2}) {
    UnitHarness h(eg::decoder<GaussianPolicy>, 1, 1.0);
    h.set("tau_out_ms", 0), h.set("sigma", why == 2 ? 0.0 : 1.0);
    h.init();
    h.ask(why == 0 ? 0 : 1);
    h.input("spikes") = {2}, h.random("noise") = {0.5}, h.input("is_over") = {why == 1 ? 1.0 : 0.0};
    h.step();
    CHECK(h.state("error")[0] == 0);
    CHECK(h.state("decides")[0] == (why == 2));
    if (why == 1) CHECK(h.action()[0] == 2.5);
    if (why == 2) CHECK(h.action()[0] == 2);
  }
}

TEST_CASE("gaussian_policy: more actions than units are refused") {
  UnitHarness h(eg::decoder<GaussianPolicy>, 1, 1.0);
  h.init();
  h.ask(2);
  std::string text;
  try {
    h.step();
  } catch (const std::runtime_error& e) {
    text = e.what();
  }
  CHECK(text == "2 actions are asked of 1 units: each unit gives one, so set n to the number of actions");
}
