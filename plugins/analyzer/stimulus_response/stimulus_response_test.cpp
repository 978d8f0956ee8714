// core.stimulus_response on spikes at known times.
#include <doctest/doctest.h>

#include <map>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using analysis::StimulusResponse;

namespace {

// Regions A (two units), B (one) and C (none recorded), 1 s; a stimulus lasts as long as it came late: 100 and 300 ms.
FakeRecording two_stimuli() {
  FakeRecording made;
  made.labels = {"A", "B", "C"};
  made.groups = {"g", "g", "h"};
  made.spike_unit_region = {0, 0, 1};
  made.to_ms = 1000;
  made.stimulus_onset_ms = made.stimulus_duration_ms = {300, 100};
  const std::pair<double, int64_t> spikes[] = {
      {50, 0},                       // outside of both baselines of 40 ms
      {61, 0},  {100, 2},            // baseline of the first: A and B; the onset itself belongs to it
      {101, 0}, {150, 1}, {200, 1},  // first stimulus: A three times
      {201, 0}, {262, 2},            // neither, B in the second baseline
      {301, 2}, {600, 2}, {601, 2},  // second stimulus: B twice, the end included
  };
  for (const auto& [t, unit] : spikes) made.spike_time_ms.push_back(t), made.spike_unit.push_back(unit);
  return made;
}

StimulusResponse with(double baseline_ms, double after_ms = 0, double window_ms = 0) {
  StimulusResponse::Params p;
  p.baseline_ms = baseline_ms, p.after_ms = after_ms, p.window_ms = window_ms;
  return StimulusResponse(p);
}

}  // namespace

TEST_CASE("stimulus_response: rates during and before, averaged over the occurrences") {
  auto made = two_stimuli();
  CapturedSink kept;
  auto sink = kept.sink();
  with(40).analyze(made.recording(), sink);
  // A: 3 spikes of 2 units in 100 ms, none in 300 ms. B: none in 100 ms, 2 in 300 ms.
  CHECK_CLOSE(kept.value("stimulus_rate_hz", "region:A"), (15.0 + 0) / 2, 0, 1e-9);
  CHECK_CLOSE(kept.value("stimulus_rate_hz", "region:B"), (0 + 20.0 / 3) / 2, 0, 1e-9);
  CHECK_CLOSE(kept.value("baseline_rate_hz", "region:A"), (12.5 + 0) / 2, 0, 1e-9);
  CHECK_CLOSE(kept.value("baseline_rate_hz", "region:B"), (25.0 + 25.0) / 2, 0, 1e-9);
  CHECK_CLOSE(kept.value("response_hz", "region:A"), 1.25, 0, 1e-9);
  CHECK_CLOSE(kept.value("response_hz", "g"), (1.25 + 10.0 / 3 - 25) / 2, 0, 1e-9);
  CHECK_CLOSE(kept.value("response_hz"), (1.25 + 10.0 / 3 - 25) / 2, 0, 1e-9);
  CHECK(std::isnan(kept.value("response_hz", "region:C")));
  CHECK(kept.value("n_stimuli") == 2);
}

TEST_CASE("stimulus_response: a window of its own length and place") {
  auto made = two_stimuli();
  CapturedSink kept;
  auto sink = kept.sink();
  with(40, 50, 60).analyze(made.recording(), sink);                                   // (150, 210] and (350, 410]
  CHECK_CLOSE(kept.value("stimulus_rate_hz", "region:A"), 1000.0 / 60 / 2, 0, 1e-9);  // 200 and 201, not 150
  CHECK(kept.value("stimulus_rate_hz", "region:B") == 0);
}

TEST_CASE("stimulus_response: one pattern shown to two populations counts once, and other phases do not count") {
  auto made = two_stimuli();
  made.stimulus_onset_ms = made.stimulus_duration_ms = {100, 100, 300};
  made.to_ms = 250;
  CapturedSink kept;
  auto sink = kept.sink();
  with(40).analyze(made.recording(), sink);
  CHECK(kept.value("n_stimuli") == 1);
  CHECK_CLOSE(kept.value("stimulus_rate_hz", "region:A"), 15.0, 0, 1e-9);
}

TEST_CASE("stimulus_response: windows that are not recorded, and no stimulus, say so") {
  auto made = two_stimuli();
  CapturedSink kept;
  auto sink = kept.sink();
  CHECK_THROWS_WITH(
      with(101).analyze(made.recording(), sink),
      "the 101.000000 ms before the stimulus at 100.000000 ms are not recorded: shorten baseline_ms or show "
      "it later");
  CHECK_THROWS_WITH(with(40, 0, 701).analyze(made.recording(), sink),
                    "the recording ends before the window of the stimulus at 300.000000 ms does: shorten window_ms or "
                    "record for longer");
  CHECK_THROWS_WITH(
      with(40, 100).analyze(made.recording(), sink),
      "the window begins 100.000000 ms after the onset of a 100.000000 ms stimulus, when it is over: give "
      "window_ms or a shorter after_ms");
  made.stimulus_onset_ms = made.stimulus_duration_ms = {1000};
  CHECK_THROWS_WITH(with(40).analyze(made.recording(), sink),
                    "no stimulus begins while the recording runs: name a phase that shows one, or let it begin after "
                    "transient_ms");
  made.spike_unit_region = {};
  CHECK_THROWS_WITH(with(40).analyze(made.recording(), sink),
                    "the recording holds no spikes: record the spikes of a population");
}
