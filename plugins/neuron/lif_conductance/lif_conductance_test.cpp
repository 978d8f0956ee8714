// Tests of core.lif_conductance against Runge-Kutta and closed forms.
#include <doctest/doctest.h>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::LifConductance;
using encephagen::testing::UnitHarness;

namespace {

// The potential in the benchmark's neuron at t_ms: 30 nS of excitation arrive at 0, 67 nS of inhibition at 10 ms.
double reference(double t_ms) {
  double v = 0;
  for (const double from : {0.0, 10.0}) {
    const double to = from < 10 ? std::min(t_ms, 10.0) : std::max(t_ms, 10.0);
    const auto slope = [&](double t, double u) {
      const double ge = 3 * std::exp(-t / 5), gi = from < 10 ? 0 : 6.7 * std::exp(-(t - 10) / 10);
      return (-u + 2 + ge * (60 - u) + gi * (-20 - u)) / 20;
    };
    const int n = 10000;
    const double h = (to - from) / n;
    for (int k = 0; k < n; ++k) {
      const double t = from + k * h;
      const double a = slope(t, v), b = slope(t + h / 2, v + h / 2 * a), c = slope(t + h / 2, v + h / 2 * b);
      v += h / 6 * (a + 2 * b + 2 * c + slope(t + h, v + h * c));
    }
  }
  return v;
}

double simulated(double t_ms, double h_ms, uint32_t element) {
  UnitHarness h(eg::neuron<LifConductance>, 1, h_ms, element);
  h.set("threshold_mv", 1000);
  h.set("drive_mv", 2);
  h.set("initial_v_high_mv", 0);
  h.init();
  h.state("g_exc_ns")[0] = 30;
  const auto steps = static_cast<size_t>(std::round(t_ms / h_ms)), at_10 = static_cast<size_t>(std::round(10 / h_ms));
  while (h.n_steps() < steps) {
    if (h.n_steps() + 1 == at_10) h.input("inh_ns")[0] = -67;
    h.step();
  }
  return h.state("v_mv")[0];
}

}  // namespace

TEST_CASE("lif_conductance: the potential is that of Runge-Kutta, with an error of second order") {
  for (const double t : {4.0, 10.0, 16.0, 30.0}) {
    CAPTURE(t);
    const double exact = reference(t);
    const double coarse = simulated(t, 0.2, EG_F64) - exact, fine = simulated(t, 0.1, EG_F64) - exact;
    CHECK_CLOSE(fine, 0, 0, 2e-3);
    CHECK_CLOSE(coarse / fine, 4, 0.05, 0);
    CHECK_CLOSE(simulated(t, 0.1, EG_F32), simulated(t, 0.1, EG_F64), 1e-5, 1e-5);
  }
}

TEST_CASE("lif_conductance: constant drive above threshold fires at the analytic rate") {
  UnitHarness h(eg::neuron<LifConductance>, 1, 0.1);
  h.set("drive_mv", 15);
  h.init();
  std::vector<size_t> steps;
  while (steps.size() < 5)
    if (!h.step().empty()) steps.push_back(h.n_steps());
  CHECK(steps[4] - steps[3] == static_cast<size_t>(std::ceil((5 + 20 * std::log(15.0 / 5)) / 0.1)));
}

TEST_CASE("lif_conductance: strong conductances pull the potential to their reversal and no further") {
  for (const uint32_t element : {EG_F64, EG_F32})
    for (const bool is_uniform : {true, false}) {
      UnitHarness h(eg::neuron<LifConductance>, 2, 1.0, element);
      h.set("threshold_mv", 1000);
      if (!is_uniform) h.set("tau_m_ms", std::vector<double>{20, 10});
      h.init();
      h.state("g_exc_ns") = {1e6, 0};
      h.state("g_inh_ns") = {0, 1e6};
      h.step();
      CHECK_CLOSE(h.state("v_mv")[0], 60, 1e-3, 0);
      CHECK_CLOSE(h.state("v_mv")[1], -20, 1e-3, 0);
    }
}

TEST_CASE("lif_conductance: the potential rests for exactly t_ref while the conductances decay") {
  UnitHarness h(eg::neuron<LifConductance>, 1, 0.1);
  h.init();
  h.state("v_mv")[0] = 25;
  CHECK(h.step() == std::vector<uint32_t>{0});
  h.input("exc_ns")[0] = 400;
  for (int k = 1; k <= 50; ++k) {
    CHECK(h.step().empty());
    CHECK(h.state("v_mv")[0] == 0);
    CHECK_CLOSE(h.state("g_exc_ns")[0], 400 * std::exp(-0.1 * (k - 1) / 5), 1e-13, 0);
  }
  h.step();
  CHECK(h.state("v_mv")[0] > 0);
}
