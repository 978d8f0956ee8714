// Tests of core.noise_current: what it does to the potential of an exactly integrated neuron.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::NoiseCurrent;
using encephagen::testing::UnitHarness;

TEST_CASE("noise_current: the potential has variance sigma^2 / 2 and forgets with tau_m, for any step") {
  for (const auto& [dt, element] : {std::pair{0.1, EG_F64}, std::pair{5.0, EG_F64}, std::pair{1.0, EG_F32}}) {
    const size_t n = 1000;
    UnitHarness h(eg::encoder<NoiseCurrent>, n, dt, element);
    std::vector<double> sigma(n, 2);
    for (size_t i = 0; i < n; i += 2) sigma[i] = 4;
    h.set("mean_mv", 7);
    h.set("sigma_mv", sigma);
    h.init();
    for (const double x : h.state("current_mv")) CHECK(x == 7);
    const double leak = std::exp(-dt / 20);
    std::vector<double> v(n, 7), before(n);
    double mean = 0, samples = 0, variance[2] = {}, lagged = 0;
    const auto steps_per_tau = static_cast<size_t>(20 / dt), n_steps = 25 * steps_per_tau;
    for (size_t step = 1; step <= n_steps; ++step) {
      eg::Random random(3, "noise", step);
      for (double& z : h.random("noise")) z = random.normal();
      h.step();
      for (size_t i = 0; i < n; ++i) v[i] = v[i] * leak + h.state("current_mv")[i] * (1 - leak);
      if (step % steps_per_tau != 0) continue;
      if (step > 5 * steps_per_tau)
        for (size_t i = 0; i < n; ++i) {
          mean += v[i] - 7, samples += 1;
          variance[i % 2] += (v[i] - 7) * (v[i] - 7);
          if (i % 2 == 1) lagged += (v[i] - 7) * (before[i] - 7);
        }
      before = v;
    }
    CHECK_CLOSE(mean / samples, 0, 0, 5 * std::sqrt(5.0 / samples * 2.2));  // 2.2: samples a time constant apart
    CHECK_CLOSE(variance[0] / samples * 2, 8, 0.07, 0);
    CHECK_CLOSE(variance[1] / samples * 2, 2, 0.07, 0);
    CHECK_CLOSE(lagged / samples * 2, 2 * std::exp(-1), 0, 0.12);
  }
}

TEST_CASE("noise_current: for small steps the current has standard deviation sigma sqrt(tau_m / h)") {
  const NoiseCurrent noise(NoiseCurrent::Params{.tau_m_ms = 10});
  CHECK_CLOSE(noise.sd_per_sigma(1e-3), std::sqrt(1e4), 1e-8, 0);
}
