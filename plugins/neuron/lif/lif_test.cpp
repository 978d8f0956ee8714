// Tests of core.lif against closed forms, NEST anchors and the published study's own output.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>
#include <fstream>
#include <sstream>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using core::Lif;
using encephagen::testing::UnitHarness;

namespace {

// Numbers of a comma-separated file, row by row; a first line that is no number is skipped.
std::vector<std::vector<double>> read_csv(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::vector<std::vector<double>> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || std::isalpha(static_cast<unsigned char>(line[0]))) continue;
    std::istringstream cells(line);
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(std::stod(cell));
  }
  return rows;
}

std::string error_of(UnitHarness& h) {
  try {
    h.init();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

// A deterministic input pattern that differs from unit to unit and step to step.
double pattern(size_t unit, size_t step, size_t salt) {
  return eg::Random(eg::mix_key(unit, "pattern", step * 7 + salt)).uniform();
}

}  // namespace

TEST_CASE("lif: NEST's direct current test fires at 4.8 ms and then every 6.8 ms") {
  // NEST test_iaf_psc_exp: E_L = -70, theta = -55 mV, C = 250 pF, tau_m = 10 ms, 1000 pA, t_ref = 2 ms, h = 0.1 ms.
  UnitHarness h(eg::neuron<Lif>, 1, 0.1);
  h.set("tau_m_ms", 10);
  h.set("threshold_mv", 15);
  h.set("drive_mv", 1000.0 * 10 / 250);
  h.init();
  std::vector<size_t> steps;  // spikes are stamped at the end of their step
  while (h.n_steps() < 10000)
    if (!h.step().empty()) steps.push_back(h.n_steps());
  REQUIRE(steps.size() == 147);
  for (size_t k = 0; k < steps.size(); ++k) CHECK(steps[k] == 48 + 68 * k);
}

TEST_CASE("lif: constant drive above threshold fires at the analytic rate") {
  // T = t_ref + tau_m ln((drive - reset) / (drive - threshold)), rounded up to the grid.
  for (const double drive : {20.5, 23.0, 30.0, 60.0}) {
    CAPTURE(drive);
    UnitHarness h(eg::neuron<Lif>, 1, 0.01);
    h.set("drive_mv", drive);
    h.set("reset_mv", 5);
    h.init();
    std::vector<size_t> steps;
    while (steps.size() < 5)
      if (!h.step().empty()) steps.push_back(h.n_steps());
    const double period_ms = 2 + 20 * std::log((drive - 5) / (drive - 20));
    CHECK(steps[4] - steps[3] == static_cast<size_t>(std::ceil(period_ms / 0.01)));
  }
  UnitHarness below(eg::neuron<Lif>, 1, 0.1);
  below.set("drive_mv", 19.999);
  below.init();
  while (below.n_steps() < 20000) CHECK(below.step().empty());
  CHECK_CLOSE(below.state("v_mv")[0], 19.999, 1e-12, 0);
}

TEST_CASE("lif: the drive port adds to the drive parameter") {
  UnitHarness h(eg::neuron<Lif>, 2, 0.1);
  h.set("drive_mv", std::vector<double>{7, 4});
  h.init();
  while (h.n_steps() < 500) {
    h.input("drive_mv") = {3, 6};
    h.step();
    CHECK(h.state("v_mv")[0] == h.state("v_mv")[1]);
    CHECK_CLOSE(h.state("v_mv")[0], 10 * -std::expm1(-0.1 * static_cast<double>(h.n_steps()) / 20), 1e-12, 0);
  }
}

TEST_CASE("lif: one spike evokes the closed-form potential, peak and area") {
  struct Case {
    double tau_m, tau_s;
  };
  for (const auto& c : {Case{20, 5}, Case{10, 0.5}, Case{10, 30}, Case{10, 10 * (1 + 3e-10)}, Case{10, 10}}) {
    CAPTURE(c.tau_m);
    CAPTURE(c.tau_s);
    const double m = c.tau_m, s = c.tau_s;
    const bool is_equal = std::abs(m - s) < 1e-6;
    const double t_peak = is_equal ? m : std::log(m / s) * m * s / (m - s);
    const double peak =
        is_equal ? std::exp(-1) : s / (m - s) * (std::pow(s / m, s / (m - s)) - std::pow(s / m, m / (m - s)));
    const double h_ms = t_peak / 100;  // the peak lies on the grid
    UnitHarness h(eg::neuron<Lif>, 1, h_ms);
    h.set("tau_m_ms", m);
    h.set("tau_exc_ms", s);
    h.set("tau_inh_ms", s);
    h.set("t_ref_ms", 0);
    h.init();
    h.input("exc_mv")[0] = 3;
    h.step();  // the current jumps at the end of this step
    CHECK(h.state("v_mv")[0] == 0);
    CHECK(h.state("i_exc_mv")[0] == 3);
    double highest = 0, area = 0;
    for (size_t k = 1; k < 6000; ++k) {
      h.step();
      const double t = h_ms * static_cast<double>(k);
      const double exact =
          is_equal ? 3 * t / m * std::exp(-t / m) : 3 * s / (m - s) * (std::exp(-t / m) - std::exp(-t / s));
      CHECK_CLOSE(h.state("v_mv")[0], exact, 1e-7, 1e-13);
      highest = std::max(highest, h.state("v_mv")[0]);
      area += h.state("v_mv")[0] * h_ms;
    }
    CHECK_CLOSE(highest, 3 * peak, is_equal ? 1e-8 : 1e-12, 0);
    CHECK_CLOSE(area, 3 * s, 1e-3, 0);
  }
}

TEST_CASE("lif: the gain of a step is accurate for any ratio of the time constants") {
  for (const double h : {0.01, 0.1, 1.0, 10.0})
    for (const double m : {0.01, 5.0, 20.0})
      for (const double s : {0.01, 0.5, 4.9, 5 + 1e-7, 5.0, 20 - 1e-5, 300.0}) {
        const long double p = h / static_cast<long double>(m), q = h / static_cast<long double>(s);
        const long double exact =
            p == q ? p * std::exp(-p) : p * std::exp(-std::min(p, q)) * std::expm1(-std::abs(p - q)) / -std::abs(p - q);
        CAPTURE(h);
        CAPTURE(m);
        CAPTURE(s);
        // p - q is a difference of rounded numbers: its error, not that of the formula, is the second tolerance.
        const double tolerance = 1e-14 + 3e-16 * static_cast<double>(std::max(p, q));
        CHECK_CLOSE(core::ExactStep<2>(h, m, {s, 1}).gain[0], static_cast<double>(exact), tolerance, 1e-300);
        CHECK_CLOSE(core::ExactStep<2>(h, m, {1, s}).gain[1], static_cast<double>(exact), tolerance, 1e-300);
      }
}

TEST_CASE("lif: a weight may be the peak or the area of the potential it evokes") {
  for (const uint32_t element : {EG_F64, EG_F32}) {
    const double rounding = element == EG_F64 ? 1e-12 : 1e-5;
    const std::vector<double> tau{20, 10, 5, 2};
    const double s = 5;
    for (const bool is_peak : {true, false}) {
      UnitHarness h(eg::neuron<Lif>, tau.size(), 0.01, element);
      h.choose("weight_kind", is_peak ? "psp_peak" : "psp_area");
      h.set("tau_m_ms", tau);
      h.set("threshold_mv", 1000);
      h.set("initial_v_high_mv", 0);
      h.init();
      std::ranges::fill(h.input("exc_mv"), 0.15);
      std::ranges::fill(h.input("inh_mv"), -0.3);
      h.step();
      for (size_t i = 0; i < tau.size(); ++i) {
        const double m = tau[i], t = m == s ? m : std::log(m / s) * m * s / (m - s);
        const double factor = is_peak ? std::exp(t / s) : m / s;
        CHECK_CLOSE(h.state("i_exc_mv")[i], 0.15 * factor, rounding, 0);
        CHECK_CLOSE(h.state("i_inh_mv")[i], -0.3 * factor, rounding, 0);
      }
    }
  }
  // Potjans and Diesmann 2014: 0.15 mV is 87.808 pA; seen as the highest potential.
  UnitHarness h(eg::neuron<Lif>, 1, 0.001);
  h.choose("weight_kind", "psp_peak");
  h.set("tau_m_ms", 10);
  h.set("tau_exc_ms", 0.5);
  h.init();
  h.input("exc_mv")[0] = 0.15;
  h.step();
  CHECK_CLOSE(h.state("i_exc_mv")[0], 87.808 * 10 / 250, 1e-5, 0);
  double highest = 0;
  while (h.n_steps() < 4000) h.step(), highest = std::max(highest, h.state("v_mv")[0]);
  CHECK_CLOSE(highest, 0.15, 1e-6, 0);
}

TEST_CASE("lif: 87.808 pA evoke 0.15 mV in the neuron of Potjans and Diesmann") {
  const double t_peak = std::log(10 / 0.5) * 10 * 0.5 / 9.5;
  UnitHarness h(eg::neuron<Lif>, 1, t_peak / 10);
  h.set("tau_m_ms", 10);
  h.set("tau_exc_ms", 0.5);
  h.set("t_ref_ms", 0);
  h.init();
  h.input("exc_mv")[0] = 87.808 * 10 / 250;
  for (int k = 0; k <= 10; ++k) h.step();
  CHECK_CLOSE(h.state("v_mv")[0], 0.15, 1e-5, 0);
  // And with the constants of the 2026 study: 0.1575 of the jump (BASELINE 1.5).
  CHECK_CLOSE(5.0 / 15 * (std::pow(0.25, 1.0 / 3) - std::pow(0.25, 4.0 / 3)), 0.1575, 0, 5e-5);
}

TEST_CASE("lif: below threshold the potential does not depend on the step") {
  double v[2], tau_per_unit[2];
  for (const int fine : {0, 1}) {
    for (const bool per_unit : {false, true}) {
      UnitHarness h(eg::neuron<Lif>, 2, fine ? 0.1 : 1.0);
      if (per_unit) h.set("tau_m_ms", std::vector<double>{20, 13});
      h.set("drive_mv", 4);
      h.init();
      const size_t per_ms = fine ? 10 : 1;
      while (h.n_steps() < 10 * per_ms) {  // spikes that arrive at 1, 4 and 7 ms
        const size_t next = h.n_steps() + 1;
        if (next == 1 * per_ms || next == 4 * per_ms) h.input("exc_mv")[0] = 5.5;
        if (next == 7 * per_ms) h.input("inh_mv")[0] = -8;
        h.step();
      }
      (per_unit ? tau_per_unit : v)[fine] = h.state("v_mv")[0];
    }
  }
  CHECK_CLOSE(v[0], v[1], 0, 1e-12);
  CHECK(v[0] > 1);
  // A heterogeneous population gives the same numbers as a uniform one.
  CHECK(tau_per_unit[0] == v[0]);
  CHECK(tau_per_unit[1] == v[1]);
}

TEST_CASE("lif: the potential rests for exactly t_ref while the currents decay") {
  UnitHarness h(eg::neuron<Lif>, 1, 0.1);
  h.set("reset_mv", -3);
  h.init();
  h.state("v_mv")[0] = 25;
  CHECK(h.step() == std::vector<uint32_t>{0});
  h.input("exc_mv")[0] = 400;
  for (int k = 1; k <= 20; ++k) {
    CHECK(h.step().empty());
    CHECK(h.state("v_mv")[0] == -3);
    CHECK_CLOSE(h.state("i_exc_mv")[0], 400 * std::exp(-0.1 * (k - 1) / 5), 1e-13, 0);
    CHECK(h.state("refractory_steps")[0] == 20 - k);
  }
  h.step();
  CHECK(h.state("v_mv")[0] > -3);
}

TEST_CASE("lif: at most one spike per refractory period, whatever the drive") {
  for (const auto& [scheme, steps_between] : {std::pair{"exact", 21}, std::pair{"as_published", 20}}) {
    UnitHarness h(eg::neuron<Lif>, 1, 0.1);
    h.choose("scheme", scheme);
    h.init();
    std::vector<size_t> steps;
    while (h.n_steps() < 200) {
      h.input("drive_mv")[0] = 1e6;
      if (!h.step().empty()) steps.push_back(h.n_steps());
    }
    REQUIRE(steps.size() > 3);
    for (size_t k = 1; k < steps.size(); ++k) CHECK(static_cast<int>(steps[k] - steps[k - 1]) == steps_between);
  }
}

TEST_CASE("lif: initial potentials are uniform or normal") {
  UnitHarness h(eg::neuron<Lif>, 3, 0.1);
  h.set("initial_v_low_mv", -5);
  h.set("initial_v_high_mv", 15);
  h.random("initial_v") = {0.0, 0.25, 0.5};
  h.init();
  CHECK(h.state("v_mv") == std::vector<double>{-5, 0, 5});
  UnitHarness normal(eg::neuron<Lif>, 3, 0.1);
  normal.choose("initial", "normal");
  normal.set("initial_v_mean_mv", -3.5);
  normal.set("initial_v_sd_mv", 5);
  normal.random("initial_v_normal") = {0.0, 2, -0.5};
  normal.init();
  CHECK(normal.state("v_mv") == std::vector<double>{-3.5, 6.5, -6});
}

TEST_CASE("lif: single precision fires like double precision for as long as rounding allows") {
  const size_t n = 77;
  UnitHarness exact(eg::neuron<Lif>, n, 0.1), single(eg::neuron<Lif>, n, 0.1, EG_F32);
  size_t n_spikes = 0, n_other = 0;
  for (auto* h : {&exact, &single}) {
    h->set("drive_mv", 16);
    for (size_t i = 0; i < n; ++i) h->random("initial_v")[i] = pattern(i, 0, 9);
    h->init();
  }
  for (size_t step = 0; step < 1000; ++step) {
    for (auto* h : {&exact, &single})
      for (size_t i = 0; i < n; ++i) h->input("exc_mv")[i] = pattern(i, step, 1) < 0.15 ? 2 : 0;
    const auto fired = exact.step();
    n_spikes += fired.size();
    n_other += fired != single.step();
  }
  CHECK(n_spikes > 300);
  CHECK(n_other < 10);
  // Currents hear nothing of spikes: they differ by rounding alone.
  for (size_t i = 0; i < n; ++i) CHECK_CLOSE(single.state("i_exc_mv")[i], exact.state("i_exc_mv")[i], 1e-5, 1e-6);
}

TEST_CASE("lif: refuses parameters that cannot be meant") {
  UnitHarness refractory(eg::neuron<Lif>, 1, 0.3);
  CHECK(error_of(refractory) == "t_ref_ms = 2 is not a whole number of steps of 0.3 ms: change it or dt_ms");
  UnitHarness threshold(eg::neuron<Lif>, 2, 0.1);
  threshold.set("threshold_mv", std::vector<double>{20, 0});
  CHECK(error_of(threshold) == "threshold_mv = 0 is not above reset_mv = 0: a unit would fire for ever");
  UnitHarness initial(eg::neuron<Lif>, 1, 0.1);
  initial.set("initial_v_low_mv", 21);
  CHECK(error_of(initial) == "initial_v_low_mv is above initial_v_high_mv: swap them");
}

TEST_CASE("lif: results do not depend on how units are cut into blocks") {
  const size_t n = 237;
  for (const char* scheme : {"exact", "as_published"})
    for (const auto& [element, is_uniform] :
         {std::pair{EG_F64, true}, {EG_F64, false}, {EG_F32, true}, {EG_F32, false}}) {
      UnitHarness whole(eg::neuron<Lif>, n, 0.1, element), cut(eg::neuron<Lif>, n, 0.1, element);
      for (auto* h : {&whole, &cut}) {
        h->choose("scheme", scheme);
        std::vector<double> tau(n);
        for (size_t i = 0; i < n; ++i)
          tau[i] = 10 + static_cast<double>(i), h->random("initial_v")[i] = pattern(i, 0, 9);
        if (!is_uniform) h->set("tau_m_ms", tau);
        h->set("drive_mv", 15);
        h->init();
      }
      size_t n_spikes = 0;
      for (size_t step = 0; step < 2000; ++step) {
        for (auto* h : {&whole, &cut})
          for (size_t i = 0; i < n; ++i) {
            h->input("exc_mv")[i] = pattern(i, step, 1) < 0.15 ? 2 : 0;
            h->input("inh_mv")[i] = pattern(i, step, 2) < 0.01 ? -10 : 0;
          }
        const auto& fired = whole.step();
        n_spikes += fired.size();
        REQUIRE(fired == cut.step(5));
      }
      CHECK(whole.states() == cut.states());
      CHECK(n_spikes > 100);
    }
}

TEST_CASE("lif: as_published reproduces the 2026 study spike for spike") {
  const auto folder = encephagen::testing::shared_dir() / "reference";
  if (!std::filesystem::exists(folder / "lif_fixture_spikes_static.csv")) {
    MESSAGE("skipped: no reference data in " << folder.string());
    return;
  }
  const size_t n = 200, n_steps = 5000;
  std::vector<std::vector<size_t>> targets(n);
  for (const char* list : {"lif_fixture_exc_edges.csv", "lif_fixture_inh_edges.csv"})
    for (const auto& edge : read_csv(folder / list))
      targets[static_cast<size_t>(edge[0])].push_back(static_cast<size_t>(edge[1]));
  std::ifstream counts_file(folder / "lif_fixture_bg_counts_5000x200.u8", std::ios::binary);
  const std::vector<char> counts((std::istreambuf_iterator<char>(counts_file)), {});
  REQUIRE(counts.size() == n * n_steps);
  const auto expected = read_csv(folder / "lif_fixture_spikes_static.csv");
  REQUIRE(expected.size() > 1000);

  UnitHarness h(eg::neuron<Lif>, n, 0.1);
  h.choose("scheme", "as_published");
  h.init();
  const auto v_init = read_csv(folder / "lif_fixture_v_init.csv");
  for (size_t i = 0; i < n; ++i) h.state("v_mv")[i] = v_init.at(i)[0];
  std::vector<uint32_t> fired;
  size_t seen = 0;
  for (size_t step = 0; step < n_steps; ++step) {
    for (size_t i = 0; i < n; ++i) h.input("exc_mv")[i] = 2.0 * static_cast<unsigned char>(counts[step * n + i]);
    for (const uint32_t source : fired)  // 160 excitatory units (J = 2 mV), then 40 inhibitory ones (g = 5)
      for (const size_t t : targets[source]) source < 160 ? h.input("exc_mv")[t] += 2 : h.input("inh_mv")[t] -= 10;
    fired = h.step();
    for (const uint32_t unit : fired) {
      REQUIRE(seen < expected.size());
      REQUIRE(expected[seen][0] == static_cast<double>(step));
      REQUIRE(expected[seen][1] == static_cast<double>(unit));
      ++seen;
    }
  }
  CHECK(seen == expected.size());
  const auto final_state = read_csv(folder / "lif_fixture_final_state_static.csv");
  REQUIRE(final_state.size() == n);
  for (size_t i = 0; i < n; ++i) {
    CHECK_CLOSE(h.state("v_mv")[i], final_state[i][0], 1e-12, 1e-11);
    CHECK_CLOSE(h.state("i_exc_mv")[i], final_state[i][1], 1e-12, 1e-11);
    CHECK_CLOSE(h.state("i_inh_mv")[i], final_state[i][2], 1e-12, 1e-11);
    CHECK_CLOSE(h.state("refractory_steps")[i] * 0.1, final_state[i][3], 0, 1e-11);
  }
}
