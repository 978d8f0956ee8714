// Tests of core.lif_delta against closed forms and Brunel's mean field.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::LifDelta;
using encephagen::testing::UnitHarness;

namespace {

// A Poisson number by Knuth's product of uniforms.
int poisson(eg::Random& random, double mean) {
  const double limit = std::exp(-mean);
  int k = 0;
  for (double product = random.uniform(); product > limit; product *= random.uniform()) ++k;
  return k;
}

}  // namespace

TEST_CASE("lif_delta: a spike lifts the potential by its weight, which then decays") {
  for (const uint32_t element : {EG_F64, EG_F32}) {
    UnitHarness h(eg::neuron<LifDelta>, 2, 0.1, element);
    h.set("tau_m_ms", std::vector<double>{20, 7});
    h.set("initial_v_high_mv", 0);
    h.init();
    h.input("spikes_mv") = {3, -5};
    h.step();
    CHECK(h.state("v_mv") == std::vector<double>{3, -5});
    while (h.n_steps() < 101) h.step();
    const double rounding = element == EG_F64 ? 1e-13 : 1e-5;
    CHECK_CLOSE(h.state("v_mv")[0], 3 * std::exp(-10.0 / 20), rounding, 0);
    CHECK_CLOSE(h.state("v_mv")[1], -5 * std::exp(-10.0 / 7), rounding, 0);
  }
}

TEST_CASE("lif_delta: below threshold the potential does not depend on the step") {
  double v[2];
  for (const int fine : {0, 1}) {
    UnitHarness h(eg::neuron<LifDelta>, 1, fine ? 0.1 : 1.0);
    h.set("drive_mv", 4);
    h.set("initial_v_high_mv", 0);
    h.init();
    const size_t per_ms = fine ? 10 : 1;
    while (h.n_steps() < 10 * per_ms) {
      if (h.n_steps() + 1 == 4 * per_ms) h.input("spikes_mv")[0] = 5.5;
      h.step();
    }
    v[fine] = h.state("v_mv")[0];
  }
  CHECK_CLOSE(v[0], v[1], 0, 1e-12);
}

TEST_CASE("lif_delta: constant drive above threshold fires at the analytic rate") {
  for (const uint32_t element : {EG_F64, EG_F32})
    for (const double drive : {23.0, 30.0, 60.0}) {
      UnitHarness h(eg::neuron<LifDelta>, 1, 0.1, element);
      h.set("drive_mv", drive);
      h.init();
      std::vector<size_t> steps;
      while (steps.size() < 5)
        if (!h.step().empty()) steps.push_back(h.n_steps());
      const double period_ms = 2 + 20 * std::log((drive - 10) / (drive - 20));
      CHECK(steps[4] - steps[3] == static_cast<size_t>(std::ceil(period_ms / 0.1)));
    }
}

TEST_CASE("lif_delta: what arrives in the refractory period is lost") {
  UnitHarness h(eg::neuron<LifDelta>, 1, 0.1);
  h.init();
  h.input("spikes_mv")[0] = 25;
  CHECK(h.step() == std::vector<uint32_t>{0});
  for (int k = 1; k <= 20; ++k) {
    h.input("spikes_mv")[0] = 100;
    CHECK(h.step().empty());
    CHECK(h.state("v_mv")[0] == 10);
  }
  h.input("spikes_mv")[0] = 100;
  CHECK(h.step().size() == 1);
}

TEST_CASE("lif_delta: Poisson input gives the mean, the variance and the rate of the theory") {
  // J = 0.1 mV, 13 spikes per ms in, 4 of -0.2 mV: mu = 20 (1.3 - 0.8) = 10 mV, sigma^2 = 20 (0.13 + 0.16) = 5.8 mV^2.
  const size_t n = 500;
  UnitHarness free(eg::neuron<LifDelta>, n, 0.1), firing(eg::neuron<LifDelta>, n, 0.1);
  free.set("threshold_mv", 1000);
  firing.set("drive_mv", 8);  // mu = 18 mV
  for (auto* h : {&free, &firing}) {
    h->set("initial_v_low_mv", 10);
    h->set("initial_v_high_mv", 10);
    h->init();
  }
  double sum = 0, squares = 0, samples = 0, spikes = 0;
  for (size_t step = 0; step < 6000; ++step) {
    eg::Random random(7, "lif_delta", step);
    for (size_t i = 0; i < n; ++i) free.input("spikes_mv")[i] = 0.1 * poisson(random, 1.3) - 0.2 * poisson(random, 0.4);
    firing.input("spikes_mv") = free.input("spikes_mv");
    free.step();
    const auto fired = firing.step();
    if (step < 1000) continue;
    spikes += static_cast<double>(fired.size());
    if (step % 200 == 0)  // one time constant apart
      for (const double v : free.state("v_mv")) sum += v, squares += v * v, ++samples;
  }
  const double mean = sum / samples, variance = squares / samples - mean * mean;
  // On the grid a train of counts adds J^2 K nu h / (1 - e^(-2h/tau)) = sigma^2 / 2 (1 + h/tau), the mean likewise.
  CHECK_CLOSE(mean, 10 * (1 + 0.05 / 20), 0, 5 * std::sqrt(2.9 / samples));
  CHECK_CLOSE(variance, 2.9 * (1 + 0.1 / 20), 0.08, 0);
  // Siegert: 1/nu = t_ref + tau sqrt(pi) * integral of e^(u^2) (1 + erf u) from (10 - mu)/sigma to (20 - mu)/sigma.
  const double sigma = std::sqrt(5.8), low = -8 / sigma, high = 2 / sigma;
  double integral = 0;
  const int parts = 20000;
  for (int k = 0; k < parts; ++k) {
    const double u = low + (high - low) * (k + 0.5) / parts;
    integral += std::exp(u * u) * std::erfc(-u) * (high - low) / parts;
  }
  const double rate = 1e3 / (2 + 20 * std::sqrt(std::acos(-1.0)) * integral);
  // The grid misses crossings within a step, and jumps of 0.1 to 0.2 mV are no white noise: a few per cent.
  CHECK_CLOSE(spikes / static_cast<double>(n) / 0.5, rate, 0.06, 0);
}
