// Tests of core.adex against Runge-Kutta in small steps, its rheobase and its firing patterns.
#include <doctest/doctest.h>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::AdEx;
using encephagen::testing::UnitHarness;

namespace {

struct Cell {
  double drive = 35, reset = 0, a = 4.0 / 30, b = 80.5 / 30, tau_w = 144, exc = 0;
};

std::vector<double> simulated(const Cell& c, double t_ms, double dt, uint32_t element = EG_F64) {
  UnitHarness h(eg::neuron<AdEx>, 1, dt, element);
  h.set("drive_mv", c.drive);
  h.set("reset_mv", c.reset);
  h.set("a_per_leak", c.a);
  h.set("b_mv", c.b);
  h.set("tau_w_ms", c.tau_w);
  h.set("initial_v_high_mv", 0);
  h.init();
  h.state("i_exc_mv")[0] = c.exc;
  std::vector<double> out;
  while (static_cast<double>(h.n_steps()) * dt < t_ms - dt / 2)
    if (!h.step().empty()) out.push_back(static_cast<double>(h.n_steps()) * dt);
  return out;
}

// Written out anew, in steps of 1 us.
std::vector<double> reference(const Cell& c, double t_ms) {
  const double h = 1e-3;
  double v = 0, w = 0;
  std::vector<double> out;
  for (size_t k = 0; static_cast<double>(k) * h < t_ms; ++k) {
    const auto slope = [&](double t, double x, double y, double& dx, double& dy) {
      dx = (-x + 2 * std::exp((std::min(x, 40.0) - 20.2) / 2) - y + c.drive + c.exc * std::exp(-t / 5)) * 30 / 281;
      dy = (c.a * x - y) / c.tau_w;
    };
    const double t = static_cast<double>(k) * h;
    double dv[4], dw[4];
    slope(t, v, w, dv[0], dw[0]);
    slope(t + h / 2, v + h / 2 * dv[0], w + h / 2 * dw[0], dv[1], dw[1]);
    slope(t + h / 2, v + h / 2 * dv[1], w + h / 2 * dw[1], dv[2], dw[2]);
    slope(t + h, v + h * dv[2], w + h * dw[2], dv[3], dw[3]);
    v += h / 6 * (dv[0] + 2 * dv[1] + 2 * dv[2] + dv[3]);
    w += h / 6 * (dw[0] + 2 * dw[1] + 2 * dw[2] + dw[3]);
    if (v >= 40) v = c.reset, w += c.b, out.push_back(t + h);
  }
  return out;
}

}  // namespace

TEST_CASE("adex: spikes are those of Runge-Kutta in small steps") {
  for (const Cell& c : {Cell{}, Cell{.drive = 24, .exc = 60}, Cell{.drive = 50, .a = 1, .b = 0.5, .tau_w = 60}}) {
    CAPTURE(c.drive);
    const auto exact = reference(c, 300);
    REQUIRE(exact.size() > 2);
    for (const uint32_t element : {EG_F64, EG_F32})
      for (const double dt : {0.1, 0.02}) {
        const auto is = simulated(c, 300, dt, element);
        REQUIRE(is.size() >= exact.size() - 1);
        // Every spike is rounded up to the grid, and what follows is late by as much.
        for (size_t k = 0; k < std::min(is.size(), exact.size()); ++k)
          CHECK_CLOSE(is[k], exact[k], 0, dt * (2 + 1.5 * static_cast<double>(k)));
      }
  }
}

TEST_CASE("adex: it fires above the saddle-node and is silent below") {
  const double a = 0.02, rheobase = (1 + a) * (20.2 - 2 + 2 * std::log(1 + a));
  // The step of current evokes a spike or two before w has settled.
  const auto fires_on = [&](double drive) {
    const auto t = simulated({.drive = drive, .a = a}, 4000, 0.1);
    return !t.empty() && t.back() > 3000;
  };
  CHECK(!fires_on(rheobase - 0.02));
  CHECK(fires_on(rheobase + 0.05));
}

TEST_CASE("adex: adapts, and bursts with a reset above the threshold") {
  const auto t = simulated({}, 600, 0.1);
  REQUIRE(t.size() > 6);
  CHECK(t[5] - t[4] > 1.5 * (t[1] - t[0]));
  const auto burst = simulated({.drive = 30, .reset = 25.2}, 600, 0.1);
  REQUIRE(burst.size() > 10);
  double shortest = 1e9, longest = 0;
  for (size_t k = burst.size() / 2; k < burst.size(); ++k) {
    shortest = std::min(shortest, burst[k] - burst[k - 1]);
    longest = std::max(longest, burst[k] - burst[k - 1]);
  }
  CHECK(longest > 3 * shortest);
}

TEST_CASE("adex: stays finite whatever comes") {
  for (const uint32_t element : {EG_F64, EG_F32}) {
    UnitHarness h(eg::neuron<AdEx>, 3, 1.0, element);
    h.set("slope_mv", 0.05);
    h.set("t_ref_ms", 3);
    h.init();
    for (int k = 0; k < 200; ++k) {
      h.input("drive_mv") = {1e4, -1e4, k % 7 ? -300.0 : 1e4};
      h.step();
      for (const auto& column : h.states())
        for (const double x : column) REQUIRE(std::isfinite(x));
    }
  }
}

TEST_CASE("adex: the exponential of single precision is within two units in the last place") {
  for (int k = -870000; k <= 880000; k += 37) {
    const float x = static_cast<float>(k) * 1e-4f;
    const double exact = std::exp(static_cast<double>(x));
    CHECK_CLOSE(static_cast<double>(core::exponential<float, float>(x)), exact, 1.3e-7, 0);
  }
}
