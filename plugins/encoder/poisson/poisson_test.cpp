// Tests of core.poisson: exact counts, moments, independence, and the published scaling of the rate.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::Poisson;
using encephagen::testing::UnitHarness;

namespace {

void fill(UnitHarness& h, uint64_t step) {
  eg::Random random(42, "poisson test", step);
  for (double& u : h.random("count")) u = random.uniform();
}

std::string error_of(UnitHarness& h) {
  try {
    h.init();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("poisson: a uniform number becomes the count whose probability interval holds it") {
  // Bounds from the closed form P(N = k) = e^-m m^k / k!.
  for (const double m : {0.0175, 0.175, 1.0, 4.5, 60.0}) {
    CAPTURE(m);
    std::vector<double> below{0};
    double sum = 0;
    for (int k = 0; k < 40; ++k) sum += std::exp(-m + k * std::log(m) - std::lgamma(k + 1.0)), below.push_back(sum);
    UnitHarness h(eg::encoder<Poisson>, 80, 0.1);
    h.set("rate_hz", m * 1e4);
    h.set("weight_mv", 3);
    h.init();
    CHECK(h.state("psc_mv") == std::vector<double>(80, 0.0));
    auto& u = h.random("count");
    for (size_t k = 0; k < 40; ++k) {  // just inside both ends of the interval of k
      const double width = below[k + 1] - below[k];
      u[2 * k] = below[k] + 1e-3 * width;
      u[2 * k + 1] = below[k + 1] - 1e-3 * width;
    }
    h.step();
    for (size_t k = 0; k < 40; ++k) {
      if (below[k + 1] - below[k] < 1e-10) continue;  // the test's own rounding
      CHECK(h.state("psc_mv")[2 * k] == 3.0 * static_cast<double>(k));
      CHECK(h.state("psc_mv")[2 * k + 1] == 3.0 * static_cast<double>(k));
    }
  }
}

TEST_CASE("poisson: the extreme uniform numbers give finite counts") {
  for (const double m : {1e-6, 0.05, 0.175, 0.3, 1.0, 2.5, 7.0, 20.0, 33.0, 100.0}) {
    CAPTURE(m);
    for (const bool is_uniform : {true, false}) {
      UnitHarness h(eg::encoder<Poisson>, 4, 0.1);
      std::vector<double> rate(4, m * 1e4);
      if (!is_uniform) rate[3] = 0;
      h.set("rate_hz", rate);
      h.set("weight_mv", 1);
      h.init();
      h.random("count") = {0x1p-54, 1 - 0x1p-53, 1, 1 - 0x1p-53};  // 1 in case a generator rounds up to it
      h.step();
      CHECK(h.state("psc_mv")[0] <= m);
      for (const size_t i : {1u, 2u}) {
        CHECK(h.state("psc_mv")[i] >= std::ceil(m));
        CHECK(h.state("psc_mv")[i] < m + 12 * std::sqrt(m) + 40);
      }
      if (!is_uniform) CHECK(h.state("psc_mv")[3] == 0);
    }
  }
}

TEST_CASE("poisson: mean and variance are those of the rate, units and steps are independent") {
  const size_t n = 400, n_steps = 5000;
  UnitHarness h(eg::encoder<Poisson>, n, 0.1);
  std::vector<double> rate(n);
  for (size_t i = 0; i < n; ++i) rate[i] = i < n / 2 ? 1750 : 40000;  // 0.175 and 4 spikes per step
  h.set("rate_hz", rate);
  h.set("weight_mv", 0.5);
  h.init();
  struct Moments {
    double n = 0, sum = 0, squares = 0, pairs = 0, lagged = 0;
  } moments[2];
  std::vector<double> before(n);
  for (size_t step = 0; step < n_steps; ++step) {
    fill(h, step);
    h.step();
    const auto& psc = h.state("psc_mv");
    for (size_t i = 0; i < n; ++i) {
      auto& m = moments[i < n / 2 ? 0 : 1];
      const double mean = rate[i] * 1e-4, x = psc[i] / 0.5 - mean;
      m.n += 1;
      m.sum += x;
      m.squares += x * x;
      if (i % (n / 2) > 0) m.pairs += x * (psc[i - 1] / 0.5 - mean);
      if (step > 0) m.lagged += x * before[i];
      before[i] = x;
    }
  }
  for (const auto& [m, mean] : {std::pair{moments[0], 0.175}, std::pair{moments[1], 4.0}}) {
    // Five standard errors: of the mean, of the variance (fourth moment m + 3 m^2), of correlations.
    const double root = std::sqrt(m.n);
    CHECK_CLOSE(m.sum / m.n, 0, 0, 5 * std::sqrt(mean) / root);
    CHECK_CLOSE(m.squares / m.n, mean, 0, 5 * std::sqrt(mean + 2 * mean * mean) / root);
    CHECK_CLOSE(m.pairs / m.n, 0, 0, 5 * mean / root);
    CHECK_CLOSE(m.lagged / m.n, 0, 0, 5 * mean / root);
  }
}

TEST_CASE("poisson: threshold_ratio is the published scaling") {
  // BASELINE: V_th ratio / (J tau_m) = 20 * 3.5 / (2 * 20) = 1.75 spikes per ms.
  UnitHarness by_ratio(eg::encoder<Poisson>, 500, 0.1), by_rate(eg::encoder<Poisson>, 500, 0.1);
  by_ratio.set("threshold_ratio", 3.5);
  by_rate.set("rate_hz", 1750);
  for (auto* h : {&by_ratio, &by_rate}) {
    h->init();
    fill(*h, 1);
    h->step();
  }
  CHECK(by_ratio.state("psc_mv") == by_rate.state("psc_mv"));
  CHECK_CLOSE(Poisson(Poisson::Params{.threshold_ratio = 3.5, .weight_mv = 4}).mean(0, 0.1), 0.0875, 1e-15, 0);
}

TEST_CASE("poisson: equal rates given singly or per unit, and any cut into blocks, give equal counts") {
  const size_t n = 101;
  UnitHarness single(eg::encoder<Poisson>, n, 0.1), each(eg::encoder<Poisson>, n, 0.1);
  std::vector<double> rate(n, 30000);
  single.set("rate_hz", 30000);
  rate[7] = 10;
  each.set("rate_hz", rate);
  single.init();
  each.init();
  for (size_t step = 0; step < 50; ++step) {
    fill(single, step);
    each.random("count") = single.random("count");
    single.step(step % 2 ? 0 : 8);
    each.step(step % 2 ? 0 : 13);
    for (size_t i = 0; i < n; ++i)
      if (i != 7) REQUIRE(single.state("psc_mv")[i] == each.state("psc_mv")[i]);
  }
}

TEST_CASE("poisson: refuses parameters that cannot be meant") {
  UnitHarness both(eg::encoder<Poisson>, 2, 0.1);
  both.set("rate_hz", std::vector<double>{0, 5});
  both.set("threshold_ratio", 2);
  CHECK(error_of(both) == "rate_hz and threshold_ratio are both given: give one of them");
  UnitHarness much(eg::encoder<Poisson>, 1, 1.0);
  much.set("rate_hz", 200000);
  CHECK(error_of(much) == "the rate means 200 spikes per step, more than 100: make dt_ms smaller or lower the rate");
  UnitHarness sign(eg::encoder<Poisson>, 1, 0.1);
  sign.set("threshold_ratio", 2);
  sign.set("weight_mv", -1);
  CHECK(error_of(sign) == "threshold_ratio needs a positive weight_mv: a negative one never reaches threshold");
  UnitHarness silent(eg::encoder<Poisson>, 2, 0.1);
  silent.set("rate_hz", std::vector<double>{0, 5});
  CHECK(error_of(silent) == "");
}
