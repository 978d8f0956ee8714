// core.variance on series of known variance.
#include <doctest/doctest.h>

#include <numbers>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using analysis::Variance;

TEST_CASE("variance: a sine of amplitude a over whole periods has a^2 / 2, and the two spreads differ") {
  std::vector<std::vector<double>> series;
  const std::vector<double> amplitude{1, 2, 3, 0};
  for (const double a : amplitude) {
    series.emplace_back();
    for (int t = 0; t < 1000; ++t) series.back().push_back(7 + a * std::sin(2 * std::numbers::pi * t / 50));
  }
  auto made = FakeRecording::of_regions(series, 0.5, {"g", "g", "h", "h"});
  CapturedSink kept;
  auto sink = kept.sink();
  Variance(Variance::Params{}).analyze(made.recording(), sink);
  CHECK_CLOSE(kept.value("variance", "region:R1"), 2.0, 1e-12, 0);
  CHECK_CLOSE(kept.value("variance", "g"), 1.25, 1e-12, 0);
  CHECK_CLOSE(kept.value("variance", "h"), 2.25, 1e-12, 0);
  CHECK_CLOSE(kept.value("variance"), 1.75, 1e-12, 0);
  // Regions .5, 2, 4.5, 0: mean 1.75, population variance 3.0625. Groups 1.25, 2.25: mean 1.75, SD .5.
  CHECK_CLOSE(kept.value("variance_range"), 4.5, 1e-12, 0);
  CHECK_CLOSE(kept.value("variance_min"), 0, 0, 1e-20);
  CHECK_CLOSE(kept.value("variance_cv"), std::sqrt(3.0625) / 1.75, 1e-11, 0);
  CHECK_CLOSE(kept.value("group_variance_cv"), 0.5 / 1.75, 1e-11, 0);
}

TEST_CASE("variance: spikes are taken as rates in bins, in Hz^2") {
  FakeRecording made;
  made.labels = {"A"};
  made.spike_unit_region = {0};
  made.to_ms = 40;
  made.spike_time_ms = {5, 15, 17};
  made.spike_unit = {0, 0, 0};
  Variance::Params p;
  p.spike_bin_ms = 10;
  CapturedSink kept;
  auto sink = kept.sink();
  Variance(p).analyze(made.recording(), sink);
  CHECK_CLOSE(kept.value("variance_hz2", "region:A"), 6875.0, 1e-12, 0);  // rates 100, 200, 0, 0
  CHECK(kept.unit("variance_hz2") == "Hz^2");
  CHECK(std::isnan(kept.value("variance_cv")));  // one region has no spread
}
