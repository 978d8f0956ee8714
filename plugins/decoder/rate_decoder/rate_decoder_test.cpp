// Tests of core.rate_decoder: rates in Hz and what is made of them.
#include <doctest/doctest.h>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::RateDecoder;
using encephagen::testing::UnitHarness;

TEST_CASE("rate_decoder: a constant rate of a group is met in Hz, whatever the step") {
  for (const double dt_ms : {0.1, 1.0, 5.0}) {
    UnitHarness h(eg::decoder<RateDecoder>, 2, dt_ms);
    h.set("tau_ms", 20), h.set("group_size", std::vector<double>{50, 10});
    h.init();
    for (int k = 0; k < 4000; ++k) {
      h.input("spikes") = {50 * 30 * dt_ms * 1e-3, 10 * 80 * dt_ms * 1e-3};  // 30 Hz and 80 Hz
      h.step();
    }
    CHECK_CLOSE(h.state("rate_hz")[0], 30, 1e-8, 0);
    CHECK_CLOSE(h.state("rate_hz")[1], 80, 1e-8, 0);
    h.step();
    CHECK_CLOSE(h.state("rate_hz")[0], 30 * std::exp(-dt_ms / 20), 1e-8, 0);
  }
}

TEST_CASE("rate_decoder: actions are linear in rates, with the noise that is declared") {
  UnitHarness h(eg::decoder<RateDecoder>, 2, 1.0);
  h.set("tau_ms", 10), h.set("gain", std::vector<double>{0.5, -2}), h.set("offset", std::vector<double>{0, 3});
  h.set("noise_sd", 0.25);
  h.init();
  h.ask(2);
  h.random("noise") = {2, -4};
  h.step();
  CHECK(h.action() == std::vector<double>{0.5, 2});
  h.input("spikes") = {1, 2};
  h.step();
  const double one_spike_hz = 1e3 * (1 - std::exp(-0.1));
  CHECK_CLOSE(h.action()[0], 0.5 + 0.5 * one_spike_hz, 1e-13, 0);
  CHECK_CLOSE(h.action()[1], 2 - 2 * 2 * one_spike_hz, 1e-13, 0);
}

TEST_CASE("rate_decoder: a choice is the unit that says most, the first of equals, and noise may change it") {
  UnitHarness h(eg::decoder<RateDecoder>, 3, 1.0);
  h.choose("output", "choice");
  h.set("noise_sd", 1), h.set("gain", 0.01);
  h.init();
  h.ask(1);
  h.step();
  CHECK(h.action() == std::vector<double>{0});
  h.input("spikes") = {0, 1, 0.5};
  h.step();
  CHECK(h.action() == std::vector<double>{1});
  h.random("noise") = {0, 0, 5};
  h.step();
  CHECK(h.action() == std::vector<double>{2});
}

TEST_CASE("rate_decoder: actions that the units do not give are refused") {
  const auto words = [](const char* output, size_t n_actions) {
    UnitHarness h(eg::decoder<RateDecoder>, 3, 1.0);
    h.choose("output", output);
    h.init();
    h.ask(n_actions);
    try {
      h.step();
    } catch (const std::runtime_error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(words("each", 3) == "");
  CHECK(words("each", 4) == "4 actions are asked of 3 units: each unit gives one, so set n to the number of actions");
  CHECK(words("choice", 2) == "2 actions are asked, but a choice is one: give each action a population of its own");
}
