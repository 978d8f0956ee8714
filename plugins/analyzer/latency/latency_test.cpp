// core.latency on steps and ramps that cross the threshold at a known time.
#include <doctest/doctest.h>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using analysis::Direction;
using analysis::Latency;

namespace {

// 1 s sampled each ms, baseline alternating 0.9, 1.1 (mean 1, SD .1); stimulus at 400 ms. R0 steps up at 430 ms, R1
// ramps by 0.01 per ms from 400 ms, R2 steps down at 410 ms, R3 does nothing, R4 responds after the window.
FakeRecording five_regions() {
  std::vector<std::vector<double>> series(5);
  for (int t = 1; t <= 1000; ++t) {
    const double base = t % 2 ? 0.9 : 1.1;
    series[0].push_back(t >= 430 ? 5 : base);
    series[1].push_back(t > 400 ? 1 + 0.01 * (t - 400) : base);
    series[2].push_back(t >= 410 ? -5 : base);
    series[3].push_back(base);
    series[4].push_back(t >= 950 ? 5 : base);
  }
  auto made = FakeRecording::of_regions(series, 1, {"g", "g", "h", "h", "h"});
  made.stimulus_onset_ms = {700, 400};
  return made;
}

}  // namespace

TEST_CASE("latency: a step and a ramp are seen when they pass mean + 3 SD of the baseline") {
  auto made = five_regions();
  CapturedSink kept;
  auto sink = kept.sink();
  Latency(Latency::Params{}).analyze(made.recording(), sink);
  CHECK_CLOSE(kept.value("latency_ms", "region:R0"), 30.0, 0, 1e-9);
  CHECK_CLOSE(kept.value("latency_ms", "region:R1"), 31.0, 0, 1e-9);  // 1 + .01 t > 1.3
  CHECK(std::isnan(kept.value("latency_ms", "region:R2")));
  CHECK(std::isnan(kept.value("latency_ms", "region:R3")));
  CHECK(std::isnan(kept.value("latency_ms", "region:R4")));
  CHECK_CLOSE(kept.value("latency_ms", "g"), 30.5, 0, 1e-9);
  CHECK(kept.value("responding_fraction", "g") == 1);
  CHECK(kept.value("responding_fraction") == 0.4);
  CHECK(kept.warnings.empty());
}

TEST_CASE("latency: a fall counts when asked for") {
  auto made = five_regions();
  Latency::Params p;
  p.direction = Direction::both;
  CapturedSink both, down;
  auto both_sink = both.sink(), down_sink = down.sink();
  Latency(p).analyze(made.recording(), both_sink);
  CHECK_CLOSE(both.value("latency_ms", "region:R2"), 10.0, 0, 1e-9);
  CHECK_CLOSE(both.value("latency_ms", "region:R0"), 30.0, 0, 1e-9);
  p.direction = Direction::down;
  Latency(p).analyze(made.recording(), down_sink);
  CHECK_CLOSE(down.value("latency_ms", "region:R2"), 10.0, 0, 1e-9);
  CHECK(std::isnan(down.value("latency_ms", "region:R0")));
}

TEST_CASE("latency: a recording without stimulus, without baseline or cut short says so") {
  auto made = five_regions();
  made.stimulus_onset_ms = {};
  CapturedSink kept;
  auto sink = kept.sink();
  const Latency latency{Latency::Params{}};
  CHECK_THROWS_WITH(latency.analyze(made.recording(), sink),
                    "no stimulus begins while the recording runs: add a [[stimulus]] after transient_ms");
  made.stimulus_onset_ms = {100};
  CHECK_THROWS_WITH(latency.analyze(made.recording(), sink),
                    "the 200.000000 ms before the stimulus at 100.000000 ms are not recorded: shorten transient_ms or "
                    "baseline_ms");
  made.stimulus_onset_ms = {600};
  latency.analyze(made.recording(), sink);
  REQUIRE(kept.warnings.size() == 1);
  CHECK(kept.warnings[0].starts_with("the recording ends before the response window"));
}

TEST_CASE("latency: the whole baseline may be exactly what was recorded before the onset") {
  auto made = five_regions();
  made.stimulus_onset_ms = {200};
  CapturedSink kept;
  auto sink = kept.sink();
  Latency(Latency::Params{}).analyze(made.recording(), sink);
  CHECK_CLOSE(kept.value("latency_ms", "region:R0"), 230.0, 0, 1e-9);
}

TEST_CASE("latency: spikes are counted in bins named by their end") {
  FakeRecording made;
  made.labels = {"A"};
  made.spike_unit_region = {0};
  made.to_ms = 100;
  made.spike_time_ms = {56.4};
  made.spike_unit = {0};
  made.stimulus_onset_ms = {50};
  Latency::Params p;
  p.baseline_ms = 40, p.window_ms = 40;
  CapturedSink kept;
  auto sink = kept.sink();
  Latency(p).analyze(made.recording(), sink);
  CHECK_CLOSE(kept.value("latency_ms", "region:A"), 7.0, 0, 1e-9);
}
