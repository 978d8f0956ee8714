// core.functional_connectivity on signals whose correlations are known exactly.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>
#include <numbers>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using analysis::FunctionalConnectivity;

TEST_CASE("functional_connectivity: sines correlate with the cosine of their phase difference") {
  const std::vector<double> phase{0, std::numbers::pi / 3, std::numbers::pi, std::numbers::pi / 2};
  std::vector<std::vector<double>> series;
  for (const double p : phase) {
    series.emplace_back();
    for (int t = 0; t < 1000; ++t) series.back().push_back(std::sin(2 * std::numbers::pi * t / 40 + p));
  }
  auto made = FakeRecording::of_regions(series, 1, {"g", "g", "h", "h"});
  CapturedSink kept;
  auto sink = kept.sink();
  FunctionalConnectivity(FunctionalConnectivity::Params{}).analyze(made.recording(), sink);
  const auto& fc = kept.arrays.at("fc");
  REQUIRE(fc.shape == std::vector<uint64_t>{4, 4});
  double sum = 0;
  for (size_t i = 0; i < 4; ++i)
    for (size_t j = 0; j < 4; ++j) {
      CHECK_CLOSE(fc.numbers[i * 4 + j], std::cos(phase[i] - phase[j]), 0, 1e-12);
      if (i < j) sum += std::cos(phase[i] - phase[j]);
    }
  CHECK_CLOSE(kept.value("fc_mean"), sum / 6, 0, 1e-12);
  CHECK_CLOSE(kept.value("fc_mean", "g"), 0.5, 0, 1e-12);
  CHECK_CLOSE(kept.value("fc_mean", "h"), 0.0, 0, 1e-12);
  // 0 with pi, 0 with pi/2, pi/3 with pi, pi/3 with pi/2
  CHECK_CLOSE(kept.value("fc_mean", "g~h"), (-1 + 0 - 0.5 + std::cos(std::numbers::pi / 6)) / 4, 0, 1e-12);
  CHECK(kept.warnings.empty());
  CHECK(kept.value("low_variance_fraction") == 0);
}

TEST_CASE("functional_connectivity: flat regions are named and constant ones stay out of the means") {
  std::vector<std::vector<double>> series(4);
  for (int t = 0; t < 100; ++t) {
    series[0].push_back(t % 2);
    series[1].push_back(t % 2 * 3 + 1);
    series[2].push_back(0.99 + 0.001 * (t % 3));
    series[3].push_back(1.0 / 3);
  }
  auto made = FakeRecording::of_regions(series, 1, {"g", "g", "h", "k"});
  CapturedSink kept;
  auto sink = kept.sink();
  FunctionalConnectivity(FunctionalConnectivity::Params{}).analyze(made.recording(), sink);
  CHECK(kept.value("fc_mean", "g") == doctest::Approx(1.0).epsilon(1e-12));
  CHECK(std::isnan(kept.arrays.at("fc").numbers[3]));
  CHECK(std::isnan(kept.arrays.at("fc").numbers[15]));
  CHECK(std::isnan(kept.value("fc_mean", "g~k")));
  CHECK(std::isnan(kept.value("fc_mean", "h")));  // one region: no pair
  CHECK(std::isfinite(kept.value("fc_mean")));
  CHECK(kept.value("low_variance_fraction") == 0.5);
  REQUIRE(kept.warnings.size() == 1);
  CHECK(kept.warnings[0] == "functional connectivity means little for 2 regions with a variance below 0.001: R2, R3");
}

TEST_CASE("functional_connectivity: averaging over bins removes fast opposite noise") {
  std::vector<std::vector<double>> series(2);
  for (int t = 0; t < 400; ++t) {
    const double slow = std::sin(2 * std::numbers::pi * (t / 2) / 100), fast = t % 2 ? 5 : -5;
    series[0].push_back(slow + fast);
    series[1].push_back(slow - fast);
  }
  auto made = FakeRecording::of_regions(series, 0.5);
  FunctionalConnectivity::Params p;
  CapturedSink raw, binned;
  auto raw_sink = raw.sink(), binned_sink = binned.sink();
  FunctionalConnectivity(p).analyze(made.recording(), raw_sink);
  p.bin_ms = 1;
  FunctionalConnectivity(p).analyze(made.recording(), binned_sink);
  CHECK_CLOSE(raw.value("fc_mean"), (0.5 - 25) / (0.5 + 25), 0, 1e-12);
  CHECK_CLOSE(binned.value("fc_mean"), 1.0, 0, 1e-12);
}

TEST_CASE("functional_connectivity: spike counts of two regions that fire together correlate") {
  FakeRecording made;
  made.labels = {"A", "B", "C"};
  made.spike_unit_region = {0, 1, 2};
  made.to_ms = 40;
  made.spike_time_ms = {5, 5, 15, 25, 25, 35};
  made.spike_unit = {0, 1, 2, 0, 1, 2};
  CapturedSink kept;
  auto sink = kept.sink();
  FunctionalConnectivity(FunctionalConnectivity::Params{}).analyze(made.recording(), sink);
  const auto& fc = kept.arrays.at("fc").numbers;
  CHECK_CLOSE(fc[1], 1.0, 0, 1e-12);
  CHECK_CLOSE(fc[2], -1.0, 0, 1e-12);
}

TEST_CASE(
    "functional_connectivity: spikes, and rates of regions recorded as a signal, give the correlation of counts") {
  // Three regions of 30, 10 and 20 units copy the spikes of one Poisson process with probability 1/2, 1/2 and 0.
  FakeRecording spiking;
  spiking.labels = {"A", "B", "C"};
  spiking.groups = {"g", "g", "h"};
  for (int64_t u = 0; u < 60; ++u) spiking.spike_unit_region.push_back(u < 30 ? 0 : u < 40 ? 1 : 2);
  spiking.from_ms = 1000, spiking.to_ms = 41000;
  eg::Random random(4, "spikes");
  for (int t = 1001; t <= 41000; ++t) {
    const bool is_common = random.uniform() < 0.02;
    for (int64_t u = 0; u < 60; ++u)
      if (random.uniform() < 0.01 + (is_common && u < 40 ? 0.5 : 0))
        spiking.spike_time_ms.push_back(t), spiking.spike_unit.push_back(u);
  }
  // The same as rates in Hz, one unit per region, every 1 ms.
  const double units[] = {30, 10, 20};
  auto rates = FakeRecording::of_regions(std::vector<std::vector<double>>(3, std::vector<double>(40000, 0.0)), 1,
                                         {"g", "g", "h"});
  rates.from_ms = 1000, rates.to_ms = 41000;
  for (size_t s = 0; s < spiking.spike_unit.size(); ++s) {
    const auto r = static_cast<size_t>(spiking.spike_unit_region[static_cast<size_t>(spiking.spike_unit[s])]);
    rates.unit_signal[r][static_cast<size_t>(spiking.spike_time_ms[s]) - 1001] += 1000 / units[r];
  }
  FunctionalConnectivity::Params p;
  p.bin_ms = 10;  // as spike_bin_ms
  CapturedSink of_spikes, of_rates;
  auto spike_sink = of_spikes.sink(), rate_sink = of_rates.sink();
  FunctionalConnectivity(p).analyze(spiking.recording(), spike_sink);
  FunctionalConnectivity(p).analyze(rates.recording(), rate_sink);
  for (size_t k = 0; k < 9; ++k)
    CHECK_CLOSE(of_spikes.arrays.at("fc").numbers[k], of_rates.arrays.at("fc").numbers[k], 1e-12, 1e-12);
  // Per ms a unit has p (1 - p) of its own, and the common events (probability c = 0.02) add to N units N / 2 spikes
  // each: covariance N M c (1 - c) / 4, variance N^2 c (1 - c) / 4 + N [(1 - c) 0.01 x 0.99 + c 0.51 x 0.49].
  const auto variance = [](double n) { return n * n * 0.0049 + n * (0.98 * 0.0099 + 0.02 * 0.2499); };
  CHECK_CLOSE(of_spikes.value("fc_mean", "g"), 30 * 10 * 0.0049 / std::sqrt(variance(30) * variance(10)), 0.03, 0);
  CHECK_CLOSE(of_spikes.value("fc_mean", "g~h"), 0.0, 0, 0.04);  // SD 1 / sqrt(4,000 bins) = 0.016
  CHECK(of_rates.warnings.empty());
}
