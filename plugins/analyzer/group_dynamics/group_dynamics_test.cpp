// core.group_dynamics on series whose lags and frequencies are known.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>
#include <numbers>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using analysis::GroupDynamics;

namespace {

// Noise in group a; the same later in b, by 7 ms; and noise of its own in c, two regions each.
std::vector<std::vector<double>> delayed_noise(int lag) {
  eg::Random random(3, "noise");
  std::vector<double> noise, other;
  for (int t = 0; t < 2100; ++t) noise.push_back(random.normal()), other.push_back(random.normal());
  std::vector<std::vector<double>> series(6);
  for (int t = 50; t < 2050; ++t)
    for (size_t r = 0; r < 2; ++r) {
      const double sign = r == 0 ? 1 : 0.5;
      series[r].push_back(sign * noise[static_cast<size_t>(t)] + 3);
      series[2 + r].push_back(sign * noise[static_cast<size_t>(t - lag)] - 2);
      series[4 + r].push_back(sign * other[static_cast<size_t>(t)]);
    }
  return series;
}

}  // namespace

TEST_CASE("group_dynamics: a group that follows has a positive lag, one that leads a negative one") {
  for (const int lag : {7, -11, 0}) {
    auto made = FakeRecording::of_regions(delayed_noise(lag), 1, {"a", "a", "b", "b", "c", "c"});
    CapturedSink kept;
    auto sink = kept.sink();
    GroupDynamics(GroupDynamics::Params{}).analyze(made.recording(), sink);
    CHECK(kept.value("lag_ms", "a~b") == lag);
    CHECK(kept.value("lag_correlation", "a~b") > 0.98);
    CHECK(kept.value("lag_correlation", "a~c") < 0.15);
    CHECK(std::abs(kept.value("lag_ms", "a~c")) <= 50);
  }
}

TEST_CASE("group_dynamics: the correlation is the sum of products, told once more without transforms") {
  const auto series = delayed_noise(7);
  auto made = FakeRecording::of_regions({series[0], series[2]}, 0.5, {"a", "b"});
  CapturedSink kept;
  auto sink = kept.sink();
  GroupDynamics::Params p;
  p.max_lag_ms = 10;
  GroupDynamics(p).analyze(made.recording(), sink);
  const auto x = analysis::deviations(series[0]), y = analysis::deviations(series[2]);
  double best = -1, at = 0;
  for (int k = -20; k <= 20; ++k) {
    double sum = 0;
    for (int t = 0; t < 2000; ++t)
      if (t + k >= 0 && t + k < 2000) sum += x[static_cast<size_t>(t)] * y[static_cast<size_t>(t + k)];
    if (sum > best) best = sum, at = k;
  }
  CHECK(kept.value("lag_ms", "a~b") == at * 0.5);
  CHECK_CLOSE(kept.value("lag_correlation", "a~b"), best / std::sqrt(analysis::dot(x, x) * analysis::dot(y, y)), 1e-9,
              0);
}

TEST_CASE("group_dynamics: the frequency of the mean of a group") {
  std::vector<std::vector<double>> series(3);
  for (int t = 0; t < 4000; ++t) {
    const double phase = 2 * std::numbers::pi * t / 1000.0;
    series[0].push_back(std::sin(40 * phase) + 3 * std::sin(10 * phase));
    series[1].push_back(std::sin(40 * phase) - 3 * std::sin(10 * phase));  // 10 Hz cancels in the mean
    series[2].push_back(0.5);
  }
  auto made = FakeRecording::of_regions(series, 1, {"a", "a", "flat"});
  CapturedSink kept;
  auto sink = kept.sink();
  GroupDynamics(GroupDynamics::Params{}).analyze(made.recording(), sink);
  CHECK(kept.value("group_peak_frequency_hz", "a") == 40);
  CHECK(std::isnan(kept.value("group_peak_frequency_hz", "flat")));
  CHECK(std::isnan(kept.value("lag_ms", "a~flat")));
  CHECK(kept.unit("lag_ms", "a~flat") == "ms");
}

TEST_CASE("group_dynamics: lags that the recording cannot hold are refused") {
  auto made = FakeRecording::of_regions(delayed_noise(1), 1, {"a", "a", "b", "b", "c", "c"});
  CapturedSink kept;
  auto sink = kept.sink();
  GroupDynamics::Params p;
  p.max_lag_ms = 5000;
  CHECK_THROWS_WITH(GroupDynamics(p).analyze(made.recording(), sink),
                    "max_lag_ms = 5000.000000 needs at least one sample interval and less than the recording: 1.000000 "
                    "and 2000.000000 ms");
}
