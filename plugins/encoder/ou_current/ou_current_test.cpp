// Tests of core.ou_current against the stationary process.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::OuCurrent;
using encephagen::testing::UnitHarness;

TEST_CASE("ou_current: starts and stays in the stationary distribution, for any step") {
  for (const auto& [dt, element] : {std::pair{0.1, EG_F64}, std::pair{2.5, EG_F64}, std::pair{0.1, EG_F32}}) {
    const size_t n = 4000;
    UnitHarness h(eg::encoder<OuCurrent>, n, dt, element);
    std::vector<double> mean(n, -3);
    for (size_t i = 0; i < n; i += 2) mean[i] = 10;
    h.set("mean_mv", mean);
    h.set("sd_mv", 2);
    eg::Random start(1, "start");
    for (double& z : h.random("initial_current")) z = start.normal();
    h.init();
    std::vector<double> first(n);
    double variance_at_start = 0, sum = 0, squares = 0, lagged = 0;
    for (size_t i = 0; i < n; ++i) {
      first[i] = h.state("current_mv")[i] - mean[i];
      variance_at_start += first[i] * first[i] / static_cast<double>(n);
    }
    const auto steps = static_cast<size_t>(std::round(5 / dt));  // one correlation time
    for (size_t step = 0; step < steps; ++step) {
      eg::Random random(3, "noise", step);
      for (double& z : h.random("noise")) z = random.normal();
      h.step();
    }
    for (size_t i = 0; i < n; ++i) {
      const double x = h.state("current_mv")[i] - mean[i];
      sum += x / static_cast<double>(n), squares += x * x / static_cast<double>(n);
      lagged += x * first[i] / static_cast<double>(n);
    }
    // Five standard errors of a mean, variances and a covariance of n normal numbers.
    const double root = std::sqrt(static_cast<double>(n));
    CHECK_CLOSE(sum, 0, 0, 5 * 2 / root);
    CHECK_CLOSE(variance_at_start, 4, 0, 5 * 4 * std::sqrt(2.0) / root);
    CHECK_CLOSE(squares, 4, 0, 5 * 4 * std::sqrt(2.0) / root);
    CHECK_CLOSE(lagged, 4 * std::exp(-1), 0, 5 * 4 * 1.1 / root);
  }
}
