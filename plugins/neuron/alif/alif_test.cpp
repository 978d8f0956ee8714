// Tests of core.alif against fixed points of its rate and against core.lif.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "../lif/model.hpp"
#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::Alif;
using encephagen::testing::UnitHarness;

namespace {

// Times between spikes at a constant drive of 30 mV.
std::vector<double> intervals(double beta, double b, uint32_t element, size_t n_spikes) {
  UnitHarness h(eg::neuron<Alif>, 1, 0.01, element);
  h.set("drive_mv", 30);
  h.set("initial_v_high_mv", 0);
  h.set("beta_mv", beta);
  h.set("tau_a_ms", 150);
  h.set("b_mv", b);
  h.set("tau_w_ms", 500);
  h.init();
  std::vector<double> out;
  for (size_t last = 0; out.size() < n_spikes;)
    if (!h.step().empty()) out.push_back(static_cast<double>(h.n_steps() - last) * 0.01), last = h.n_steps();
  return out;
}

// Root of an increasing function between 0 and 500.
template <class F>
double root(F f) {
  double low = 1e-6, high = 500;
  for (int k = 0; k < 100; ++k) (f((low + high) / 2) < 0 ? low : high) = (low + high) / 2;
  return low;
}

}  // namespace

TEST_CASE("alif: intervals lengthen to the fixed point of f = f_LIF(mu - b tau_w f)") {
  for (const uint32_t element : {EG_F64, EG_F32}) {
    const auto t = intervals(0, 0.3, element, 200);
    for (size_t k = 1; k < 30; ++k) CHECK(t[k] >= t[k - 1] - 0.011);  // the grid
    CHECK(t[100] > 1.4 * t[0]);
    // w falls by b every interval from its mean b tau_w f: slow against the interval, so that the mean decides.
    const double period = root([](double T) {
      const double mu = 30 - 0.3 * 500 / T;
      return mu <= 20 ? -1 : T - (2 + 20 * std::log(mu / (mu - 20)));
    });
    CHECK_CLOSE(t.back(), period, 5e-3, 0);
  }
}

TEST_CASE("alif: with an adaptive threshold intervals lengthen to where the threshold repeats itself") {
  const auto t = intervals(0.5, 0, EG_F64, 200);
  for (size_t k = 1; k < 40; ++k) CHECK(t[k] >= t[k - 1] - 0.011);
  // a just before a spike: beta (r + r^2 + ...) with r = e^(-T / tau_a); the potential reaches 20 + a after T - t_ref.
  const double period = root([](double T) {
    const double r = std::exp(-T / 150), a = 0.5 * r / (1 - r);
    return a >= 10 ? -1 : T - (2 + 20 * std::log(30 / (10 - a)));
  });
  CHECK_CLOSE(t.back(), period, 0, 0.02);
  CHECK(t.back() > 1.2 * t[0]);
}

TEST_CASE("alif: a spike adds beta to the threshold and b to the current, and both decay") {
  UnitHarness h(eg::neuron<Alif>, 2, 0.1);
  h.set("beta_mv", std::vector<double>{2, 5});
  h.set("b_mv", std::vector<double>{3, 0});
  h.init();
  h.state("v_mv") = {25, 19};
  CHECK(h.step() == std::vector<uint32_t>{0});
  CHECK(h.state("a_mv") == std::vector<double>{2, 0});
  CHECK(h.state("w_mv") == std::vector<double>{3, 0});
  while (h.n_steps() < 101) h.step();
  CHECK_CLOSE(h.state("a_mv")[0], 2 * std::exp(-10.0 / 200), 1e-13, 0);
  CHECK_CLOSE(h.state("w_mv")[0], 3 * std::exp(-10.0 / 100), 1e-13, 0);
  // Between threshold and threshold + a nothing happens.
  h.set("beta_mv", 1);
  h.state("a_mv") = {4, 4};
  h.state("w_mv") = {0, 0};
  h.state("v_mv") = {23, 24.2};
  CHECK(h.step() == std::vector<uint32_t>{1});
}

TEST_CASE("alif: without adaptation it is core.lif") {
  const size_t n = 70;
  UnitHarness alif(eg::neuron<Alif>, n, 0.1), lif(eg::neuron<core::Lif>, n, 0.1);
  alif.set("beta_mv", 0);
  size_t n_spikes = 0;
  for (auto* h : {&alif, &lif}) h->set("drive_mv", 18), h->choose("weight_kind", "psp_area"), h->init();
  for (size_t step = 0; step < 1500; ++step) {
    eg::Random random(5, "alif", step);
    for (size_t i = 0; i < n; ++i) {
      alif.input("exc_mv")[i] = random.uniform() < 0.1 ? 0.5 : 0;
      alif.input("inh_mv")[i] = random.uniform() < 0.05 ? -0.4 : 0;
    }
    lif.input("exc_mv") = alif.input("exc_mv");
    lif.input("inh_mv") = alif.input("inh_mv");
    const auto fired = alif.step();
    n_spikes += fired.size();
    REQUIRE(fired == lif.step());
  }
  CHECK(n_spikes > 200);
  CHECK(alif.state("v_mv") == lif.state("v_mv"));
}

TEST_CASE("alif: reset by subtraction takes the threshold from the potential, which rests even above it") {
  UnitHarness h(eg::neuron<Alif>, 1, 0.1);
  h.choose("reset", "by_subtraction");
  h.set("beta_mv", 0);
  h.set("tau_m_ms", 10000);
  h.set("t_ref_ms", 1);
  h.init();
  h.state("v_mv")[0] = 45;
  CHECK(h.step().size() == 1);
  CHECK_CLOSE(h.state("v_mv")[0], 25, 1e-4, 0);
  for (int k = 0; k < 10; ++k) CHECK(h.step().empty());
  CHECK(h.step().size() == 1);
  CHECK_CLOSE(h.state("v_mv")[0], 5, 1e-3, 0);
}
