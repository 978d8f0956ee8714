// Tests of core.lif_nmda against core.lif and closed forms.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "../lif/model.hpp"
#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::LifNmda;
using encephagen::testing::UnitHarness;

TEST_CASE("lif_nmda: with nothing slow it is core.lif") {
  const size_t n = 50;
  UnitHarness nmda(eg::neuron<LifNmda>, n, 0.1), lif(eg::neuron<core::Lif>, n, 0.1);
  nmda.set("nmda_share", 0);
  size_t n_spikes = 0;
  for (auto* h : {&nmda, &lif}) h->set("drive_mv", 18), h->init();
  for (size_t step = 0; step < 1500; ++step) {
    eg::Random random(5, "nmda", step);
    for (size_t i = 0; i < n; ++i) {
      nmda.input("exc_mv")[i] = random.uniform() < 0.1 ? 2 : 0;
      nmda.input("inh_mv")[i] = random.uniform() < 0.05 ? -1.6 : 0;
    }
    lif.input("exc_mv") = nmda.input("exc_mv");
    lif.input("inh_mv") = nmda.input("inh_mv");
    const auto fired = nmda.step();
    n_spikes += fired.size();
    REQUIRE(fired == lif.step());
  }
  CHECK(n_spikes > 100);
  CHECK(nmda.state("v_mv") == lif.state("v_mv"));
}

TEST_CASE("lif_nmda: a spike evokes the closed-form potential and the same area for every share") {
  for (const uint32_t element : {EG_F64, EG_F32}) {
    const std::vector<double> share{0, 0.3, 1};
    UnitHarness h(eg::neuron<LifNmda>, 3, 0.1, element);
    h.set("nmda_share", share);
    h.set("initial_v_high_mv", 0);
    h.init();
    std::ranges::fill(h.input("exc_mv"), 3);
    h.step();
    std::vector<double> area(3, 0.0);
    const auto psp = [](double t, double m, double s) { return s / (m - s) * (std::exp(-t / m) - std::exp(-t / s)); };
    for (size_t k = 1; k < 15000; ++k) {
      h.step();
      const double t = 0.1 * static_cast<double>(k);
      for (size_t i = 0; i < 3; ++i) {
        const double v = h.state("v_mv")[i];
        area[i] += 0.1 * v;
        const double exact = 3 * ((1 - share[i]) * psp(t, 20, 5) + share[i] * 0.05 * psp(t, 20, 100));
        if (k % 50 == 0) CHECK_CLOSE(v, exact, 0, element == EG_F64 ? 1e-12 : 3e-6);
      }
    }
    for (const double a : area) CHECK_CLOSE(a, 3 * 5, 2e-3, 0);
  }
}

TEST_CASE("lif_nmda: below threshold the potential does not depend on the step") {
  double v[2];
  for (const int fine : {0, 1}) {
    UnitHarness h(eg::neuron<LifNmda>, 1, fine ? 0.1 : 1.0);
    h.set("initial_v_high_mv", 0);
    h.init();
    const size_t per_ms = fine ? 10 : 1;
    while (h.n_steps() < 10 * per_ms) {
      if (h.n_steps() + 1 == 3 * per_ms) h.input("exc_mv")[0] = 5.5;
      h.step();
    }
    v[fine] = h.state("v_mv")[0];
  }
  CHECK_CLOSE(v[0], v[1], 0, 1e-12);
}
