// For tests of encoders of a body.
#pragma once
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>
#include <numeric>
#include <stdexcept>
#include <string>

#include "support.hpp"
#include "unit_harness.hpp"

namespace core::testing {

using encephagen::testing::UnitHarness;

// As the kernel counts the units that an encoder feeds.
inline void number(UnitHarness& h, size_t n) {
  std::vector<double> unit(n);
  std::iota(unit.begin(), unit.end(), 0.0);
  h.set("unit", unit);
  h.set("n_units", static_cast<double>(n));
}

// What a call says when it fails; empty if it does not.
template <class F>
std::string words_of(F&& call) {
  try {
    call();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

// The rates of n units that see this.
inline std::vector<double> rates(UnitHarness& h, size_t n, const std::vector<double>& observation) {
  number(h, n);
  h.init();
  h.observe(observation);
  h.step();
  return h.state("rate_hz");
}

inline void check_close(const std::vector<double>& is, const std::vector<double>& should_be) {
  REQUIRE(is.size() == should_be.size());
  for (size_t k = 0; k < is.size(); ++k) CHECK_CLOSE(is[k], should_be[k], 1e-12, 1e-12);
}

// Units spike with rate times dt where the drawn number is below it, and each spike weighs as asked.
inline void check_spikes(UnitHarness& h, size_t n, const std::vector<double>& observation, double weight,
                         double dt_ms) {
  const auto rate = rates(h, n, observation);
  eg::Random random(1, "spikes");
  std::vector<double> count(n, 0.0);
  const int n_steps = 20000;
  for (int k = 0; k < n_steps; ++k) {
    for (double& u : h.random("chance")) u = random.uniform();
    h.step(3);
    for (size_t i = 0; i < n; ++i) {
      const double psc = h.state("psc")[i];
      CHECK((psc == 0 || psc == weight));
      count[i] += psc != 0;
    }
  }
  for (size_t i = 0; i < n; ++i) {
    const double expected = rate[i] * dt_ms * 1e-3 * n_steps;
    CHECK_CLOSE(count[i], expected, 0, 4.5 * std::sqrt(expected) + 1e-9);
  }
}

}  // namespace core::testing
