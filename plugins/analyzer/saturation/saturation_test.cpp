// core.saturation: tells a full region from an empty one and from an oscillating one.
#include <doctest/doctest.h>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using analysis::Saturation;

TEST_CASE("saturation: full, empty, oscillating and bursting regions are told apart") {
  std::vector<std::vector<double>> series(4);
  for (int t = 0; t < 100; ++t) {
    series[0].push_back(t % 2 ? 1.0 : 0.98);   // mean .99
    series[1].push_back(t % 2 ? 0.0 : 0.02);   // mean .01, variance 1e-4
    series[2].push_back(t % 2 ? 0.1 : 0.9);    // oscillates
    series[3].push_back(t % 100 ? 0.0 : 1.0);  // mean .01 but a variance of .0099
  }
  auto made = FakeRecording::of_regions(series, 0.1, {"g", "g", "h", ""});
  CapturedSink kept;
  auto sink = kept.sink();
  Saturation(Saturation::Params{}).analyze(made.recording(), sink);
  CHECK(kept.value("state", "region:R0") == 1);
  CHECK(kept.value("state", "region:R1") == -1);
  CHECK(kept.value("state", "region:R2") == 0);
  CHECK(kept.value("state", "region:R3") == 0);
  CHECK(kept.value("saturated_fraction") == 0.25);
  CHECK(kept.value("saturated_fraction", "g") == 0.5);
  CHECK(kept.value("silent_fraction") == 0.25);
  CHECK(kept.value("silent_fraction", "h") == 0);
  CHECK_CLOSE(kept.value("clipped_fraction", "region:R0"), 0.5, 1e-15, 0);
  CHECK_CLOSE(kept.value("clipped_fraction", "region:R3"), 1.0, 1e-15, 0);
  CHECK_CLOSE(kept.value("clipped_fraction"), 0.5, 1e-15, 0);
  REQUIRE(kept.warnings.size() == 2);
  CHECK(kept.warnings[0] == "1 region is saturated (mean above 0.95 is saturation, not silence): R0");
  CHECK(kept.warnings[1] == "1 region is silent (mean below 0.05 and variance below 0.001): R1");
}

TEST_CASE("saturation: active regions raise no warning, and a long list is cut") {
  auto active = FakeRecording::of_regions({{0.2, 0.8}}, 1);
  CapturedSink quiet;
  auto quiet_sink = quiet.sink();
  Saturation(Saturation::Params{}).analyze(active.recording(), quiet_sink);
  CHECK(quiet.warnings.empty());

  auto full = FakeRecording::of_regions(std::vector<std::vector<double>>(23, {0.99, 0.99}), 1);
  CapturedSink kept;
  auto sink = kept.sink();
  Saturation(Saturation::Params{}).analyze(full.recording(), sink);
  REQUIRE(kept.warnings.size() == 1);
  CHECK(kept.warnings[0].starts_with("23 regions are saturated"));
  CHECK(kept.warnings[0].ends_with("R18, R19 and 3 more"));
}

TEST_CASE("saturation: noise may carry samples beyond a bound, only those that equal it are clipped") {
  auto made = FakeRecording::of_regions({{0.99, 1.01, 1, 0.98}, {-0.01, 0.005, 0, 0.0}}, 1);
  CapturedSink kept;
  auto sink = kept.sink();
  Saturation(Saturation::Params{}).analyze(made.recording(), sink);
  CHECK(kept.value("state", "region:R0") == 1);
  CHECK(kept.value("state", "region:R1") == -1);  // a mean just below zero
  CHECK(kept.value("clipped_fraction", "region:R0") == 0.25);
  CHECK(kept.value("clipped_fraction", "region:R1") == 0.5);
}

TEST_CASE("saturation: a signal without the declared bounds is refused") {
  auto made = FakeRecording::of_regions({{-60, -50}}, 1);
  CapturedSink kept;
  auto sink = kept.sink();
  CHECK_THROWS_WITH(
      Saturation(Saturation::Params{}).analyze(made.recording(), sink),
      "the mean signal of region 'R0' is -55, outside [0, 1]: saturation needs a bounded activity; record one or set "
      "lower_bound and upper_bound");
  Saturation::Params inverted;
  inverted.lower_bound = 2;
  CHECK_THROWS_WITH(Saturation{inverted}, "lower_bound must be below upper_bound");
}
