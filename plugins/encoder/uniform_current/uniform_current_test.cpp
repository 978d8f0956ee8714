// Tests of core.uniform_current: bounds and moments.
#include <doctest/doctest.h>

#include <algorithm>
#include <encephagen/sdk/random.hpp>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using encephagen::testing::UnitHarness;

TEST_CASE(
    "uniform_current: currents lie between the bounds of their unit, with the moments of a uniform distribution") {
  for (const auto element : {EG_F64, EG_F32}) {
    const size_t n = 101;
    UnitHarness h(eg::encoder<core::UniformCurrent>, n, 1, element);
    std::vector<double> high(n, 6.5);
    high[7] = 100;
    h.set("low_mv", -6.5);
    h.set("high_mv", high);
    h.init();
    CHECK(h.state("current_mv")[0] == 0);
    CHECK(h.state("current_mv")[7] == 46.75);
    double sum = 0, squares = 0, lowest = 0, highest = 0, highest_of_7 = 0;
    const int n_steps = 2000;
    for (int step = 0; step < n_steps; ++step) {
      eg::Random random(3, "uniform", static_cast<uint64_t>(step));
      for (double& r : h.random("uniform")) r = random.uniform();
      h.step();
      const auto& current = h.state("current_mv");
      CHECK_CLOSE(current[3], -6.5 + 13 * h.random("uniform")[3], 0, 1e-5);
      highest_of_7 = std::max(highest_of_7, current[7]);
      for (size_t i = 0; i < n; ++i) {
        if (i == 7) continue;
        sum += current[i], squares += current[i] * current[i];
        lowest = std::min(lowest, current[i]), highest = std::max(highest, current[i]);
      }
    }
    const double count = n_steps * static_cast<double>(n - 1);
    CHECK_CLOSE(sum / count, 0, 0, 5 * 13 / std::sqrt(12 * count));
    CHECK_CLOSE(std::sqrt(squares / count), 13 / std::sqrt(12.0), 0.01, 0);
    CHECK(lowest >= -6.5);
    CHECK(lowest < -6.49);
    CHECK(highest <= 6.5);
    CHECK(highest > 6.49);
    CHECK(highest_of_7 > 99);
  }
}
