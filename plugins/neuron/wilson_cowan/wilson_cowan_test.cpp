// core.wilson_cowan against known values of one unit, and its fast loop against the plain one.
#include <cmath>
#include <encephagen/sdk/random.hpp>

#include "model.hpp"
#include "support.hpp"
#include "unit_harness.hpp"

using encephagen::testing::UnitHarness;

namespace {

struct Course {
  double mean = 0, low = 1e9, high = -1e9, hz = 0;
};

// One unit without noise under constant drive, after a second of settling.
Course course(double drive, double h, const char* scheme, const char* bounds = "none") {
  UnitHarness unit(eg::neuron<wilson_cowan::WilsonCowan>, 1, h);
  unit.set("noise_sd", 0);
  unit.set("drive_e", drive);
  unit.choose("scheme", scheme);
  unit.choose("bounds", bounds);
  unit.init();
  unit.state("e")[0] = 0.1;
  unit.state("i")[0] = 0.05;
  const auto steps = static_cast<size_t>(std::lround(1000 / h));
  for (size_t k = 0; k < steps; ++k) unit.step();
  // Averaged over whole periods if there are any: from the first upward crossing of 1/2 to the last.
  Course c;
  double last = unit.state("e")[0], sum = 0, all = 0;
  size_t first = 0, latest = 0, crossings = 0;
  for (size_t k = 0; k < steps; ++k) {
    unit.step();
    const double e = unit.state("e")[0];
    if (last < 0.5 && e >= 0.5) {
      if (crossings++ == 0) first = k, sum = 0;
      latest = k;
      c.mean = sum / static_cast<double>(std::max<size_t>(1, k - first));
    }
    sum += e;
    all += e;
    c.low = std::min(c.low, e);
    c.high = std::max(c.high, e);
    last = e;
  }
  if (crossings < 2)
    c.mean = all / static_cast<double>(steps);
  else
    c.hz = 1000 * static_cast<double>(crossings - 1) / (static_cast<double>(latest - first) * h);
  return c;
}

}  // namespace

TEST_CASE("wilson-cowan: fixed points below and above the oscillating range") {
  // SCIENCE 2.1, single node, h = .01.
  CHECK_CLOSE(course(-0.5, 0.01, "euler_maruyama").mean, 0.023, 0, 1e-3);
  CHECK_CLOSE(course(-0.2, 0.01, "euler_maruyama").mean, 0.059, 0, 1e-3);
  CHECK_CLOSE(course(0.8, 0.01, "euler_maruyama").mean, 0.971, 0, 1e-3);
  CHECK_CLOSE(course(1.0, 0.01, "euler_maruyama").mean, 0.984, 0, 1e-3);
}

TEST_CASE("wilson-cowan: a limit cycle between, with the known mean, range and frequency") {
  // Worked out by a dozen lines of plain Python with the same equations, h = .01, over whole periods.
  const auto c = course(0, 0.01, "heun");
  CHECK_CLOSE(c.mean, 0.42146, 0, 2e-4);
  CHECK_CLOSE(c.low, 0.00775, 0, 2e-5);
  CHECK_CLOSE(c.high, 0.98604, 0, 2e-5);
  CHECK_CLOSE(c.hz, 50.91, 0, 0.05);
  CHECK_CLOSE(course(0, 0.01, "euler_maruyama").mean, 0.42175, 0, 2e-4);
  CHECK_CLOSE(course(0.5, 0.01, "heun").mean, 0.60712, 0, 2e-4);
  CHECK_CLOSE(course(0.5, 0.01, "heun").hz, 48.10, 0, 0.05);
  CHECK_CLOSE(course(0.7, 0.01, "heun").mean, 0.74083, 0, 2e-4);
  CHECK_CLOSE(course(0.7, 0.01, "heun").hz, 32.71, 0, 0.05);
}

TEST_CASE("wilson-cowan: Euler converges with first order, Heun with second") {
  // Deviation of e after 3 ms from a very fine solution, for h and h/2.
  const auto at_3_ms = [](double h, const char* scheme) {
    UnitHarness unit(eg::neuron<wilson_cowan::WilsonCowan>, 1, h);
    unit.set("noise_sd", 0);
    unit.choose("scheme", scheme);
    unit.init();
    unit.state("e")[0] = 0.3;
    unit.state("i")[0] = 0.1;
    for (long k = 0; k < std::lround(3 / h); ++k) unit.step();
    return unit.state("e")[0];
  };
  const double exact = at_3_ms(1e-4, "heun");
  const auto order = [&](const char* scheme) {
    return std::log2(std::abs(at_3_ms(0.02, scheme) - exact) / std::abs(at_3_ms(0.01, scheme) - exact));
  };
  CHECK_CLOSE(order("euler_maruyama"), 1, 0, 0.15);
  CHECK_CLOSE(order("heun"), 2, 0, 0.15);
}

TEST_CASE("wilson-cowan: noise has the stated intensity") {
  // Without weights and sigmoid slope e relaxes to 1/2: an Ornstein-Uhlenbeck process with variance sd^2 tau / 2.
  const size_t n = 4096;
  UnitHarness unit(eg::neuron<wilson_cowan::WilsonCowan>, n, 0.05);
  for (const char* w : {"w_ee", "w_ei", "w_ie", "w_ii"}) unit.set(w, 0);
  unit.set("slope_e", 0);
  unit.set("slope_i", 0);
  unit.set("noise_sd", 0.1);
  unit.set("tau_e_ms", 2);
  unit.choose("scheme", "heun");
  unit.init();
  eg::Random random(7, "noise");
  for (int k = 0; k < 400; ++k) {
    for (double& x : unit.random("noise_e")) x = random.normal();
    for (double& x : unit.random("noise_i")) x = random.normal();
    unit.step();
  }
  double mean = 0, square = 0;
  for (const double e : unit.state("e")) mean += e / static_cast<double>(n), square += e * e / static_cast<double>(n);
  CHECK_CLOSE(mean, 0.5, 0, 4 * 0.1 / std::sqrt(static_cast<double>(n)));
  CHECK_CLOSE(square - mean * mean, 0.01, 0.09, 0);  // four standard errors of a variance from 4096 values
}

TEST_CASE("wilson-cowan: the classical form subtracts S(0) and has a refractory factor") {
  UnitHarness unit(eg::neuron<wilson_cowan::WilsonCowan>, 1, 0.1);
  unit.set("noise_sd", 0);
  unit.set("refractory_e", 1);
  unit.choose("sigmoid", "offset");
  unit.choose("scheme", "euler_maruyama");
  unit.init();
  unit.state("e")[0] = 0.2;
  unit.state("i")[0] = 0.1;
  unit.step();
  const auto s = [](double x, double slope, double threshold) {
    return 1 / (1 + std::exp(-slope * (x - threshold))) - 1 / (1 + std::exp(slope * threshold));
  };
  CHECK_CLOSE(unit.state("e")[0], 0.2 + 0.1 * (-0.2 + (1 - 0.2) * s(16 * 0.2 - 12 * 0.1, 1.5, 2)), 1e-14, 0);
  CHECK_CLOSE(unit.state("i")[0], 0.1 + 0.05 * (-0.1 + s(15 * 0.2 - 3 * 0.1, 1, 3.7)), 1e-14, 0);
  // At rest without input the classical form stays exactly at rest.
  unit.state("e")[0] = 0;
  unit.state("i")[0] = 0;
  unit.step();
  CHECK(unit.state("e")[0] == 0);
}

TEST_CASE("wilson-cowan: packs, leftovers, uniform and per-unit parameters give the bits of the plain loop") {
  for (const size_t n : {1u, 7u, 8u, 9u, 96u, 101u})
    for (const bool heun : {false, true}) {
      eg::Random random(n, "columns");
      std::vector<std::vector<double>> columns(7 + wilson_cowan::kPerUnit, std::vector<double>(n));
      for (auto& c : columns)
        for (double& x : c) x = random.uniform(0.1, 1.5);
      const auto view = [&](std::vector<std::vector<double>>& v, bool uniform) {
        wilson_cowan::Columns c{n,           v[0].data(), v[1].data(), v[2].data(), v[3].data(),
                                v[4].data(), v[5].data(), v[6].data(), {},          uniform};
        for (size_t k = 0; k < wilson_cowan::kPerUnit; ++k) c.param[k] = v[7 + k].data();
        return c;
      };
      const wilson_cowan::Constants constants{0.1, 1.5, 1.0, 0.2, 0.3, 0.1, true, heun, true};
      auto a = columns, b = columns;
      wilson_cowan::advance(view(a, false), constants);
      wilson_cowan::advance_reference(view(b, false), constants);
      CHECK(a == b);
      for (size_t k = 0; k < wilson_cowan::kPerUnit; ++k)
        std::fill(columns[7 + k].begin(), columns[7 + k].end(), columns[7 + k][0]);
      auto c = columns, d = columns;
      wilson_cowan::advance(view(c, true), constants);
      wilson_cowan::advance(view(d, false), constants);
      CHECK(c == d);
      CHECK(c[0] != columns[0]);
    }
}
