// Tests of core.softmax_policy: what is drawn, and errors against finite differences of the policy.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::SoftmaxPolicy;
using encephagen::testing::UnitHarness;

namespace {

// One step of a decoder without memory, so that y is what arrives.
UnitHarness decided(const std::vector<double>& y, double uniform, double temperature = 1, double bonus = 0) {
  UnitHarness h(eg::decoder<SoftmaxPolicy>, y.size(), 1.0);
  h.set("tau_out_ms", 0);
  h.set("temperature", temperature), h.set("entropy_bonus", bonus);
  h.init();
  h.input("spikes") = y;
  h.random("uniform") = std::vector<double>(y.size(), uniform);
  h.ask(1);
  h.step();
  return h;
}

std::vector<double> softmax(const std::vector<double>& y, double temperature) {
  double sum = 0;
  std::vector<double> out;
  for (const double x : y) out.push_back(std::exp(x / temperature)), sum += out.back();
  for (double& q : out) q /= sum;
  return out;
}

}  // namespace

TEST_CASE("softmax_policy: the drawn number says which choice it is, and probabilities how often") {
  const std::vector<double> y{0.3, -1, 1.2};
  const auto p = softmax(y, 0.7);
  CHECK(decided(y, p[0] - 1e-9, 0.7).action() == std::vector<double>{0});
  CHECK(decided(y, p[0] + 1e-9, 0.7).action() == std::vector<double>{1});
  CHECK(decided(y, p[0] + p[1] - 1e-9, 0.7).action() == std::vector<double>{1});
  CHECK(decided(y, p[0] + p[1] + 1e-9, 0.7).action() == std::vector<double>{2});
  CHECK(decided(y, 1 - 1e-16, 0.7).action() == std::vector<double>{2});
  auto h = decided(y, 0.5, 0.7);
  for (size_t k = 0; k < 3; ++k) CHECK_CLOSE(h.state("probability")[k], p[k], 1e-14, 0);
  // A choice that cannot be is never drawn, whatever rounding does.
  CHECK(decided({0, -1e5}, 1 - 1e-16).action() == std::vector<double>{0});
}

TEST_CASE("softmax_policy: errors are minus the derivatives of log p of the choice and of the entropy") {
  const std::vector<double> y{0.3, -1, 1.2, 0.1};
  const double temperature = 1.7, bonus = 0.4;
  for (const double u : {0.01, 0.4, 0.99}) {
    auto h = decided(y, u, temperature, bonus);
    const auto c = static_cast<size_t>(h.action()[0]);
    CHECK(h.state("choice") == std::vector<double>(4, h.action()[0]));
    const auto entropy = [&](const std::vector<double>& at) {
      double sum = 0;
      for (const double q : softmax(at, temperature)) sum -= q * std::log(q);
      return sum;
    };
    CHECK_CLOSE(h.state("entropy")[0], entropy(y), 1e-13, 0);
    for (size_t k = 0; k < 4; ++k) {
      auto up = y, down = y;
      up[k] += 1e-5, down[k] -= 1e-5;
      const double log_p = (std::log(softmax(up, temperature)[c]) - std::log(softmax(down, temperature)[c])) / 2e-5;
      CHECK_CLOSE(h.state("error")[k], -log_p, 1e-8, 0);
      CHECK_CLOSE(h.state("bonus_error")[k], -bonus * (entropy(up) - entropy(down)) / 2e-5, 1e-7, 0);
    }
    CHECK(h.state("decides") == std::vector<double>(4, 1.0));
  }
}

TEST_CASE("softmax_policy: nothing is drawn and nothing is to be learnt in steps without an action") {
  UnitHarness h(eg::decoder<SoftmaxPolicy>, 2, 0.5);
  h.set("tau_out_ms", 10), h.set("entropy_bonus", 1);
  h.init();
  CHECK(h.state("probability") == std::vector<double>{0.5, 0.5});
  for (int k = 1; k <= 20; ++k) {
    h.input("spikes") = {3, 0};
    h.step();
    CHECK_CLOSE(h.state("y")[0], 3 * (1 - std::exp(-0.05 * k)), 1e-13, 0);
    CHECK(h.state("choice") == std::vector<double>{-1, -1});
    for (const char* zero : {"error", "bonus_error", "decides"}) CHECK(h.state(zero) == std::vector<double>{0, 0});
  }
  h.ask(1);
  h.random("uniform") = {0.2, 0.9};  // the first unit's number is that of all
  h.step();
  CHECK(h.action() == std::vector<double>{0});
  CHECK(h.state("error")[0] < 0);
  h.ask(0);
  h.step();
  CHECK(h.state("error") == std::vector<double>{0, 0});
  CHECK(h.state("choice") == std::vector<double>{0, 0});
}

TEST_CASE("softmax_policy: an action asked for while the trial is over, or greedily, teaches nothing") {
  for (const bool is_greedy : {false, true}) {
    UnitHarness h(eg::decoder<SoftmaxPolicy>, 3, 1.0);
    h.set("tau_out_ms", 0), h.set("greedy", is_greedy), h.set("entropy_bonus", 1);
    h.init();
    h.input("spikes") = {0, 2, 2};
    h.input("is_over") = std::vector<double>(3, is_greedy ? 0.0 : 1.0);
    h.random("uniform") = std::vector<double>(3, 0.0001);
    h.ask(1);
    h.step();
    CHECK(h.action() == std::vector<double>{is_greedy ? 1.0 : 0.0});
    CHECK(h.state("error") == std::vector<double>(3, 0.0));
    CHECK(h.state("bonus_error") == std::vector<double>(3, 0.0));
    CHECK(h.state("decides") == std::vector<double>(3, is_greedy ? 1.0 : 0.0));
    CHECK(h.state("is_over") == std::vector<double>(3, is_greedy ? 0.0 : 1.0));
  }
}

TEST_CASE("softmax_policy: two actions are refused") {
  UnitHarness h(eg::decoder<SoftmaxPolicy>, 3, 1.0);
  h.init();
  h.ask(2);
  std::string text;
  try {
    h.step();
  } catch (const std::runtime_error& e) {
    text = e.what();
  }
  CHECK(text == "2 actions are asked of 3 units: they give one together, the number of a unit");
}
