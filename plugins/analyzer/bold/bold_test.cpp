// core.bold against exact steady states, a plain integration with tiny steps, and the shape of the response.
#include <doctest/doctest.h>

#include <numbers>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace analysis;

namespace {

constexpr double kappa = 1 / 0.65, feedback = 1 / 0.41;

void analyze(FakeRecording& made, const Bold::Params& p, CapturedSink& kept) {
  auto sink = kept.sink();
  Bold(p).analyze(made.recording(), sink);
}

Bold::Params every_step() {
  Bold::Params p;
  p.tr_ms = 10, p.burn_in_ms = 0;
  return p;
}

// The equations as they are printed, in Euler steps of 0.05 ms; y every 10 ms.
std::vector<double> euler(const std::vector<double>& z_of_10_ms, double k1, double k2, double k3) {
  double s = 0, f = 1, v = 1, q = 1;
  std::vector<double> out;
  const double h = 5e-5;
  for (const double z : z_of_10_ms) {
    for (int k = 0; k < 200; ++k) {
      const double ds = z - s / 0.65 - (f - 1) / 0.41, df = s, dv = (f - std::pow(v, 1 / 0.32)) / 0.98,
                   dq = (f * (1 - std::pow(1 - 0.34, 1 / f)) / 0.34 - std::pow(v, 1 / 0.32) * q / v) / 0.98;
      s += h * ds, f += h * df, v += h * dv, q += h * dq;
    }
    out.push_back(0.02 * (k1 * (1 - q) + k2 * (1 - q / v) + k3 * (1 - v)));
  }
  return out;
}

std::vector<double> boxcar(double height, size_t on, size_t total) {
  std::vector<double> z(total, 0.0);
  std::fill_n(z.begin(), on, height);
  return z;
}

}  // namespace

TEST_CASE("bold: rest is a fixed point to the last bit") {
  const Hemodynamics model(friston_2003, kappa, feedback);
  Hemodynamics::State x;
  for (int k = 0; k < 1000; ++k) model.step(x, 0, 0.01);
  CHECK(x.s == 0);
  CHECK(x.f == 1);
  CHECK(x.v == 1);
  CHECK(x.q == 1);
  CHECK(model.bold(x) == 0);
}

TEST_CASE("bold: constant activity leads to the steady state that the equations have") {
  for (const auto& k : {friston_2003, heinzle_2016_3t})
    for (const double z : {-0.5, 0.2, 1.0, 3.0}) {
      const Hemodynamics model(k, kappa, feedback);
      Hemodynamics::State x;
      for (int t = 0; t < 10000; ++t) model.step(x, z, 0.01);
      const double f = 1 + z / feedback, v = std::pow(f, 0.32);
      const double q = v * (1 - std::pow(0.66, 1 / f)) / 0.34;
      CHECK_CLOSE(x.f, f, 1e-9, 0);
      CHECK_CLOSE(x.v, v, 1e-9, 0);
      CHECK_CLOSE(x.q, q, 1e-9, 0);
      CHECK_CLOSE(model.bold(x), 0.02 * (k.k1 * (1 - q) + k.k2 * (1 - q / v) + k.k3 * (1 - v)), 1e-8, 0);
    }
  CHECK_CLOSE(friston_2003.k1, 2.38, 1e-12, 0);
  CHECK_CLOSE(friston_2003.k3, 0.48, 1e-12, 0);
  CHECK_CLOSE(heinzle_2016_3t.k1, 4.3 * 28.265 * 3 * 0.34 * 0.03, 1e-3, 0);
  CHECK_CLOSE(heinzle_2016_3t.k2, 0.47 * 110 * 0.34 * 0.03, 1e-3, 0);
}

TEST_CASE("bold: halving the step divides the error by 16") {
  const Hemodynamics model(friston_2003, kappa, feedback);
  const auto after_4_s = [&](int steps) {
    Hemodynamics::State x;
    for (int k = 0; k < steps; ++k) model.step(x, 0.8, 4.0 / steps);
    return model.bold(x);
  };
  const double exact = after_4_s(4000), ratio = (after_4_s(128) - exact) / (after_4_s(256) - exact);
  CHECK_CLOSE(ratio, 16.0, 0.15, 0);
}

TEST_CASE("bold: the response to changing activity equals a plain integration with steps of 0.05 ms") {
  std::vector<double> z;
  for (int k = 0; k < 3000; ++k) z.push_back(0.5 + 0.4 * std::sin(k / 70.0) + (k % 900 < 100 ? 0.8 : 0));
  auto made = FakeRecording::of_regions({z}, 10);
  auto p = every_step();
  CapturedSink friston, heinzle;
  analyze(made, p, friston);
  p.constants = BoldModel::heinzle2016_3t;
  analyze(made, p, heinzle);
  const auto slow = euler(z, 2.38, 2, 0.48), slow_3t = euler(z, 3.72, 0.527, 0.53);
  double worst = 0, worst_3t = 0;
  for (size_t k = 0; k < z.size(); ++k) {
    worst = std::max(worst, std::abs(friston.arrays.at("bold").numbers[k] - slow[k]));
    worst_3t = std::max(worst_3t, std::abs(heinzle.arrays.at("bold").numbers[k] - slow_3t[k]));
  }
  CHECK(worst < 2e-6);  // Euler's error; the signal is of order 0.02
  CHECK(worst_3t < 2e-6);
}

TEST_CASE("bold: a step peaks after some four seconds, and its end is followed by an undershoot") {
  const auto peak_s = [](const CapturedSink& kept) {
    const auto& y = kept.arrays.at("bold").numbers;
    return 0.01 * static_cast<double>(std::ranges::max_element(y) - y.begin() + 1);
  };
  auto made = FakeRecording::of_regions({boxcar(0.1, 2000, 4000)}, 10);
  auto p = every_step();
  CapturedSink friston, heinzle, slow;
  analyze(made, p, friston);
  CHECK_CLOSE(peak_s(friston), 3.9, 0, 0.1);
  const auto& y = friston.arrays.at("bold").numbers;
  const auto lowest = std::min_element(y.begin() + 2000, y.end());
  CHECK(*lowest < -0.01 * *std::ranges::max_element(y));
  CHECK_CLOSE(static_cast<double>(lowest - y.begin()) * 0.01, 24.0, 0, 0.3);
  CHECK(std::abs(y.back()) < 1e-6);
  p.constants = BoldModel::heinzle2016_3t;
  analyze(made, p, heinzle);
  CHECK_CLOSE(peak_s(heinzle), 4.1, 0, 0.1);
  // kappa = 0.65 / s and gamma = 0.41 / s^2, as Friston 2003 prints them: slower, with a strong undershoot.
  p.signal_decay_ms = 1000 / 0.65, p.flow_feedback_ms = 1000 / 0.41;
  analyze(made, p, slow);
  CHECK_CLOSE(peak_s(slow), 7.1, 0, 0.1);
}

TEST_CASE("bold: volumes stand at the end of each TR after the burn-in, and regions without units are NaN") {
  std::vector<double> z;
  for (int k = 0; k < 20000; ++k) z.push_back(0.3 + 0.2 * std::sin(k / 900.0));
  auto made = FakeRecording::of_regions({z, z}, 1);
  made.labels = {"R0", "R1", "empty"};
  made.from_ms = 500, made.to_ms = 20500;
  Bold::Params p;
  p.burn_in_ms = 6000;
  CapturedSink volumes, all;
  analyze(made, p, volumes);
  p.tr_ms = 10, p.burn_in_ms = 0;
  analyze(made, p, all);
  const auto& few = volumes.arrays.at("bold");
  REQUIRE(few.shape == std::vector<uint64_t>{19, 3});  // 14 s / 0.72 s
  CHECK(volumes.value("bold_volumes") == 19);
  CHECK(volumes.arrays.at("bold_time_ms").numbers[0] == 500 + 6000 + 720);
  CHECK(volumes.arrays.at("bold_time_ms").numbers[18] == 500 + 6000 + 19 * 720);
  CHECK(few.numbers[0] == all.arrays.at("bold").numbers[3 * 671]);
  CHECK(few.numbers[3 * 18 + 1] == all.arrays.at("bold").numbers[3 * (600 + 19 * 72 - 1) + 1]);
  CHECK(std::isnan(few.numbers[2]));
}

TEST_CASE("bold: connectivity is that of the slow activity, whether it comes as a signal or as spikes") {
  // Two regions share a slow wave, the third has the opposite one; on top of each a fast one that vessels do not
  // follow.
  std::vector<std::vector<double>> series(3);
  FakeRecording spiking;
  spiking.labels = {"A", "B", "C"};
  spiking.groups = {"g", "g", "h"};
  spiking.spike_unit_region = {0, 1, 2};
  spiking.to_ms = 200000;
  std::vector<double> due(3, 0.0);
  for (int k = 0; k < 20000; ++k)
    for (size_t r = 0; r < 3; ++r) {
      const double slow = std::sin(2 * std::numbers::pi * k / 2000), fast = std::sin(k * 0.7 + static_cast<double>(r));
      series[r].push_back(0.5 + (r < 2 ? 0.2 : -0.2) * slow + 0.2 * fast);
      // Spikes at 100 Hz times that: 10 ms hold 1 x that.
      due[r] += series[r].back();
      if (due[r] >= 1)
        due[r] -= 1, spiking.spike_time_ms.push_back(10.0 * (k + 1)),
            spiking.spike_unit.push_back(static_cast<int64_t>(r));
    }
  auto made = FakeRecording::of_regions(series, 10, {"g", "g", "h"});
  Bold::Params p;
  CapturedSink signal, spikes;
  analyze(made, p, signal);
  p.scale = 0.01;
  analyze(spiking, p, spikes);
  for (const auto* kept : {&signal, &spikes}) {
    CHECK(kept->value("bold_fc_mean", "g") > 0.98);
    CHECK(kept->value("bold_fc_mean", "g~h") < -0.95);
    CHECK(kept->value("bold_volumes") == 194);
    CHECK(kept->warnings.empty());
    CHECK(kept->arrays.at("bold_fc").numbers[1] == kept->arrays.at("bold_fc").numbers[3]);
  }
  double worst = 0;
  for (size_t k = 0; k < 194 * 3; ++k)
    worst = std::max(worst, std::abs(signal.arrays.at("bold").numbers[k] - spikes.arrays.at("bold").numbers[k]));
  CHECK(worst < 5e-4);
}

TEST_CASE("bold: samples finer and coarser than the step give the same response to the same activity") {
  std::vector<double> fine, coarse;
  for (int k = 0; k < 30000; ++k) fine.push_back(k / 40 % 25 < 10 ? 1.0 : 0.2);
  for (size_t k = 0; k < fine.size(); k += 40) coarse.push_back(fine[k]);
  auto made_fine = FakeRecording::of_regions({fine}, 1), made_coarse = FakeRecording::of_regions({coarse}, 40);
  Bold::Params p;
  p.burn_in_ms = 2000;
  CapturedSink a, b;
  analyze(made_fine, p, a);
  analyze(made_coarse, p, b);
  REQUIRE(a.arrays.at("bold").numbers.size() == b.arrays.at("bold").numbers.size());
  for (size_t k = 0; k < a.arrays.at("bold").numbers.size(); ++k)
    CHECK_CLOSE(a.arrays.at("bold").numbers[k], b.arrays.at("bold").numbers[k], 1e-12, 0);
}

TEST_CASE("bold: activity at the baseline leaves the vessels at rest, and what exceeds it is scaled") {
  auto at_rest = FakeRecording::of_regions({std::vector<double>(2000, 8.0)}, 10);
  auto above = FakeRecording::of_regions({std::vector<double>(2000, 12.0)}, 10);
  auto direct = FakeRecording::of_regions({std::vector<double>(2000, 0.2)}, 10);
  auto p = every_step();
  CapturedSink scaled, plain, rest;
  analyze(direct, p, plain);
  p.baseline = 8, p.scale = 0.05;
  analyze(at_rest, p, rest);
  analyze(above, p, scaled);
  CHECK(std::ranges::all_of(rest.arrays.at("bold").numbers, [](double y) { return y == 0; }));
  CHECK_CLOSE(scaled.arrays.at("bold").numbers.back(), plain.arrays.at("bold").numbers.back(), 1e-12, 0);
  CHECK(plain.arrays.at("bold").numbers.back() > 0.001);
}

TEST_CASE("hemodynamics: regions side by side give the bits that each gives alone, and a breakdown is kept") {
  const Hemodynamics model(friston_2003, kappa, feedback);
  constexpr size_t n_steps = 300, n_columns = 16;
  std::vector<double> values(n_steps * n_columns), highest(n_columns), lowest(n_columns);
  const auto drive = [](size_t k, size_t c) {
    return c == 5 ? -9.0 : std::sin(0.01 * static_cast<double>(k * (c + 1)));
  };
  for (size_t k = 0; k < n_steps; ++k)
    for (size_t c = 0; c < n_columns; ++c) values[k * n_columns + c] = drive(k, c);
  respond({&model, n_steps, n_columns, 2, 0.005, values.data(), highest.data(), lowest.data()});
  for (size_t c = 0; c < n_columns; ++c) {
    if (c == 5) continue;
    Hemodynamics::State x;
    double high = 1, low = 1;
    for (size_t k = 0; k < n_steps; ++k) {
      model.step(x, drive(k, c), 0.005), model.step(x, drive(k, c), 0.005);
      REQUIRE(values[k * n_columns + c] == model.bold(x));
      high = std::max(high, x.f), low = std::min({low, x.f, x.v, x.q});
    }
    CHECK(highest[c] == high);
    CHECK(lowest[c] == low);
  }
  CHECK(!(lowest[5] > 0));  // flow ran out
}

TEST_CASE("bold: short recordings, wrong volumes and impossible drives are named") {
  auto made = FakeRecording::of_regions({boxcar(1, 400, 400)}, 10);
  CapturedSink kept, none;
  analyze(made, {}, kept);
  REQUIRE(kept.warnings.size() == 1);
  CHECK(kept.warnings[0] == "the recording gives 0 volumes after burn_in_ms: record for longer");
  CHECK(std::isnan(kept.value("bold_fc_mean")));
  CHECK_FALSE(kept.arrays.contains("bold"));
  Bold::Params p;
  p.tr_ms = 725;
  CHECK_THROWS_WITH(analyze(made, p, none),
                    "tr_ms = 725.000000 is not a multiple of the step of 10.000000 ms: change tr_ms, step_ms or the "
                    "recording interval");
  p = every_step();
  p.scale = 8;
  CapturedSink strong;
  analyze(made, p, strong);
  REQUIRE(strong.warnings.size() == 1);
  CHECK(strong.warnings[0].starts_with("blood flow rises to 4."));
  p.scale = -8;
  CHECK_THROWS_AS(analyze(made, p, none), std::invalid_argument);
}
