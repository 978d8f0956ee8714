// core.functional_connectivity on signals whose correlations are known exactly.
#include <doctest/doctest.h>

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
