// Tests of core.alif_delta against its equations written out.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::AlifDelta;
using encephagen::testing::UnitHarness;

namespace {

struct Reference {
  double tau_m, v_th, beta, drive;
  double v = 0, a = 0, z = 0, psi = 0;
  int refractory = 0;
  void step(double arriving, bool scales, int t_ref) {
    const double alpha = std::exp(-1 / tau_m), rho = std::exp(-1 / 30.0);
    v = alpha * v + (scales ? 1 - alpha : 1) * arriving + (1 - alpha) * drive - z * v_th;
    a = rho * a + z;
    const double level = v_th + beta * a;
    psi = refractory > 0 ? 0 : 0.4 / v_th * std::max(0.0, 1 - std::abs(v - level) / v_th);
    z = refractory == 0 && v >= level;
    refractory = z == 1 ? t_ref : std::max(0, refractory - 1);
  }
};

}  // namespace

TEST_CASE("alif_delta: every state follows the published equations, with and without adaptation and rest") {
  for (const uint32_t element : {EG_F64, EG_F32})
    for (const bool scales : {false, true})
      for (const int t_ref : {0, 4}) {
        std::vector<Reference> units{{20, 0.6, 0, 0}, {20, 0.6, 0.17, 0}, {10, 1.1, 0.3, 0.5}, {35, 0.6, 0, -0.2}};
        for (int k = 0; k < 20; ++k) units.push_back(units[static_cast<size_t>(k) % 4]);  // whole packs and a rest
        UnitHarness h(eg::neuron<AlifDelta>, units.size(), 1.0, element);
        std::vector<double> tau, threshold, beta, drive;
        for (const auto& u : units)
          tau.push_back(u.tau_m), threshold.push_back(u.v_th), beta.push_back(u.beta), drive.push_back(u.drive);
        h.set("tau_m_ms", tau);
        h.set("threshold_mv", threshold);
        h.set("beta_mv", beta);
        h.set("drive_mv", drive);
        h.set("tau_a_ms", 30);
        h.set("gamma", 0.4);
        h.set("t_ref_ms", t_ref);
        h.choose("input_scale", scales ? "one_minus_leak" : "one");
        h.init();
        eg::Random random(5, "alif_delta", element);
        const double rel = element == EG_F64 ? 1e-12 : 2e-4;
        size_t fired = 0, rested = 0;
        for (int t = 0; t < 60; ++t) {
          std::vector<uint32_t> expected;
          std::vector<double> signal;
          for (uint32_t i = 0; i < units.size(); ++i) {
            const double in = random.uniform(-0.3, 0.6) * (scales ? 15 : 1);
            h.input("spikes_mv")[i] = in;
            h.input("learning_signal")[i] = in + t;
            signal.push_back(in + t);
            rested += units[i].refractory > 0;
            units[i].step(in, scales, t_ref);
            if (units[i].z == 1) expected.push_back(i);
          }
          CHECK(h.step(t % 2 ? 5 : 0) == expected);
          fired += expected.size();
          for (size_t i = 0; i < units.size(); ++i) {
            CHECK_CLOSE(h.state("v_mv")[i], units[i].v, rel, rel);
            CHECK_CLOSE(h.state("a")[i], units[i].a, rel, rel);
            CHECK_CLOSE(h.state("pseudo_derivative")[i], units[i].psi, rel, rel);
            CHECK_CLOSE(h.state("learning_signal")[i], signal[i], rel, 0);
            CHECK(h.state("spiked")[i] == units[i].z);
          }
        }
        CHECK(fired > 50);
        CHECK((rested > 50) == (t_ref > 0));
      }
}

TEST_CASE("alif_delta: a suprathreshold drive fires every t_ref + 1 steps at most") {
  UnitHarness h(eg::neuron<AlifDelta>, 1, 1.0);
  h.set("drive_mv", 900);
  h.init();
  std::vector<size_t> steps;
  while (steps.size() < 4)
    if (!h.step().empty()) steps.push_back(h.n_steps());
  for (size_t k = 1; k < steps.size(); ++k) CHECK(steps[k] - steps[k - 1] == 5);
}

TEST_CASE("alif_delta: constants for rules of plasticity are those of the equations") {
  UnitHarness h(eg::neuron<AlifDelta>, 2, 0.5);
  h.set("tau_m_ms", std::vector<double>{20, 10});
  h.set("beta_mv", std::vector<double>{0, 0.2});
  h.set("tau_a_ms", 100);
  h.choose("input_scale", "one_minus_leak");
  h.init();
  h.step();
  CHECK_CLOSE(h.state("leak")[1], std::exp(-0.05), 1e-14, 0);
  CHECK_CLOSE(h.state("input_gain")[0], 1 - std::exp(-0.025), 1e-13, 0);
  CHECK_CLOSE(h.state("a_decay")[1], std::exp(-0.005), 1e-14, 0);
  CHECK(h.state("beta") == std::vector<double>{0, 0.2});
}

TEST_CASE("alif_delta: refuses a refractory period between steps") {
  UnitHarness h(eg::neuron<AlifDelta>, 1, 1.0);
  h.set("t_ref_ms", 2.5);
  CHECK_THROWS_WITH(h.init(), "t_ref_ms = 2.5 is not a whole number of steps of 1 ms: change it or dt_ms");
}
