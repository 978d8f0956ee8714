// Tests of core.izhikevich against the published program and its firing patterns.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::Izhikevich;
using encephagen::testing::UnitHarness;

namespace {

// Spike times at a current that is switched on at 0.
std::vector<double> spikes(double a, double b, double c, double d, double current, double t_ms, double dt,
                           uint32_t element = EG_F64) {
  UnitHarness h(eg::neuron<Izhikevich>, 1, dt, element);
  h.set("a_per_ms", a);
  h.set("b_per_ms", b);
  h.set("c_mv", c);
  h.set("d_mv_per_ms", d);
  h.set("drive_mv_per_ms", current);
  h.init();
  std::vector<double> out;
  while (static_cast<double>(h.n_steps()) * dt < t_ms)
    if (!h.step().empty()) out.push_back(static_cast<double>(h.n_steps()) * dt);
  return out;
}

}  // namespace

TEST_CASE("izhikevich: follows the published program value for value") {
  // daspnet: 800 regular and 200 fast spiking neurons; here without synapses, with its thalamic input.
  const size_t n = 100;
  UnitHarness h(eg::neuron<Izhikevich>, n, 1.0);
  std::vector<double> a(n, 0.02), d(n, 8), v(n, -65), u(n, 0.2 * -65);
  for (size_t i = 80; i < n; ++i) a[i] = 0.1, d[i] = 2;
  h.set("a_per_ms", a);
  h.set("d_mv_per_ms", d);
  h.init();
  size_t n_fired = 0;
  for (size_t ms = 0; ms < 2000; ++ms) {
    eg::Random random(1, "daspnet", ms);
    auto& input = h.input("spikes_mv");
    for (size_t i = 0; i < n; ++i) input[i] = 13 * (random.uniform() - 0.5) + (random.uniform() < 0.02 ? 20 : 0);
    std::vector<uint32_t> expected;
    for (size_t i = 0; i < n; ++i) {
      if (v[i] >= 30) v[i] = -65, u[i] += d[i];  // the program's spikes of the step before
      v[i] += 0.5 * ((0.04 * v[i] + 5) * v[i] + 140 - u[i] + input[i]);
      v[i] += 0.5 * ((0.04 * v[i] + 5) * v[i] + 140 - u[i] + input[i]);
      u[i] += a[i] * (0.2 * v[i] - u[i]);
      if (v[i] >= 30) expected.push_back(static_cast<uint32_t>(i));
    }
    REQUIRE(h.step() == expected);
    n_fired += expected.size();
    for (size_t i = 0; i < n; ++i)
      if (v[i] < 30) {
        REQUIRE(h.state("v_mv")[i] == v[i]);
        REQUIRE(h.state("u_mv_per_ms")[i] == u[i]);
      }
  }
  CHECK(n_fired > 200);
}

TEST_CASE("izhikevich: fires in the published patterns") {
  for (const uint32_t element : {EG_F64, EG_F32})
    for (const double dt : {1.0, 0.1}) {
      CAPTURE(dt);
      const auto interval = [](const std::vector<double>& t, size_t k) { return t[k + 1] - t[k]; };
      // Regular spiking adapts to a long interval.
      const auto regular = spikes(0.02, 0.2, -65, 8, 10, 1000, dt, element);
      REQUIRE(regular.size() > 10);
      CHECK(interval(regular, regular.size() - 2) > 1.5 * interval(regular, 0));
      // Fast spiking is faster and does not adapt.
      const auto fast = spikes(0.1, 0.2, -65, 2, 10, 1000, dt, element);
      CHECK(fast.size() > 2 * regular.size());
      if (dt < 1) CHECK_CLOSE(interval(fast, fast.size() - 2), interval(fast, 3), 0.2, 0);
      // Intrinsic bursting: a burst at first, single spikes later.
      const auto bursting = spikes(0.02, 0.2, -55, 4, 10, 1000, dt, element);
      CHECK(interval(bursting, 0) < 10);
      CHECK(interval(bursting, bursting.size() - 2) > 20);
      // Chattering: short and long intervals for ever.
      const auto chattering = spikes(0.02, 0.2, -50, 2, 10, 1000, dt, element);
      size_t n_short = 0, n_long = 0;
      for (size_t k = chattering.size() / 2; k + 1 < chattering.size(); ++k)
        ++(interval(chattering, k) < 10 ? n_short : n_long);
      CHECK(n_short > 5);
      CHECK(n_long > 3);
    }
}

TEST_CASE("izhikevich: with small steps both schemes approach the same rate") {
  UnitHarness euler(eg::neuron<Izhikevich>, 1, 0.01);
  euler.choose("scheme", "euler");
  euler.set("drive_mv_per_ms", 10);
  euler.init();
  size_t n = 0;
  while (euler.n_steps() < 200000) n += euler.step().size();
  const auto half = spikes(0.02, 0.2, -65, 8, 10, 2000, 0.01);
  CHECK_CLOSE(static_cast<double>(n), static_cast<double>(half.size()), 0, 1);
}
