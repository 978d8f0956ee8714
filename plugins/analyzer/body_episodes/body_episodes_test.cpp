// core.body_episodes on trials written out.
#include <doctest/doctest.h>

#include "../common/fake_body.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace analysis;
using eg::BodyRecording;

namespace {

// A trial of so many actions, each of which earns 1 for r and `more` for s.
FakeBody::Trial trial(size_t steps, double more, int64_t end, const char* reason) {
  FakeBody::Trial out{{}, end, reason};
  for (size_t k = 0; k <= steps; ++k) out.rows.push_back({{0}, {0}, {}, {1, more}});
  return out;
}

struct Result : CapturedSink {
  explicit Result(FakeBody body, const BodyEpisodes::Params& p = {}) {
    body.rewards = {"r", "s"};
    auto to = sink();
    BodyEpisodes(p).analyze(body.recording(), to);
  }
};

FakeBody five() {
  FakeBody body;
  body.trials = {trial(2, 0, BodyRecording::kTerminated, "fell"), trial(4, 0.5, BodyRecording::kTerminated, "fell"),
                 trial(10, -1, BodyRecording::kTruncated, "time is up"), trial(8, 1, BodyRecording::kDiverged, "nan"),
                 trial(6, 0, BodyRecording::kCutOff, "")};
  return body;
}

}  // namespace

TEST_CASE("body_episodes: returns by term, steps, survival and ends") {
  BodyEpisodes::Params p;
  p.max_ms = 200;  // ten actions of 20 ms
  const Result seen(five(), p);
  CHECK(seen.value("body_trials") == 4);
  CHECK(seen.value("body_trials_left_out") == 1);
  // Returns 2, 6, 0, 16.
  CHECK(seen.value("body_return") == 6);
  CHECK(seen.value("body_return_median") == 4);
  CHECK_CLOSE(seen.value("body_return_sd"), std::sqrt((16 + 0 + 36 + 100) / 4.0), 1e-14, 0);
  CHECK(seen.value("body_return", "term:r") == 6);
  CHECK(seen.value("body_return", "term:s") == 0);
  CHECK(seen.value("body_steps") == 6);
  CHECK_CLOSE(seen.value("body_survival"), 0.6, 1e-14, 0);
  CHECK(seen.value("body_ended", "terminated") == 0.5);
  CHECK(seen.value("body_ended", "truncated") == 0.25);
  CHECK(seen.value("body_ended", "diverged") == 0.25);
  CHECK(seen.value("body_ended", "cut_off") == 0);
  CHECK(seen.value("body_ended", "reason:fell") == 0.5);
  CHECK(seen.value("body_ended", "reason:time is up") == 0.25);
  CHECK(seen.arrays.at("trial_return").numbers == std::vector<double>{2, 6, 0, 16});
}

TEST_CASE("body_episodes: trials that were cut off count where they lasted as long as can be, or nobody knows") {
  const Result unknown(five());
  CHECK(unknown.value("body_trials") == 5);
  CHECK(unknown.value("body_steps") == 6);
  CHECK(unknown.value("body_ended", "cut_off") == 0.2);
  CHECK(std::isnan(unknown.value("body_survival")));
  BodyEpisodes::Params p;
  p.max_steps = 6;
  const Result known(five(), p);
  CHECK(known.value("body_trials") == 5);
  CHECK_CLOSE(known.value("body_survival"), (2 / 6.0 + 4 / 6.0 + 3) / 5, 1e-14, 0);
}

TEST_CASE("body_episodes: first, last, windows and when the threshold was reached") {
  FakeBody body;
  for (const size_t steps : {1, 3, 5, 7, 9, 4, 8})
    body.trials.push_back(trial(steps, 1, BodyRecording::kTerminated, ""));
  BodyEpisodes::Params p;
  p.last_trials = 3, p.window_trials = 2, p.threshold = 7;
  p.measure = BodyEpisodes::Measure::steps;
  const Result seen(body, p);
  CHECK(seen.value("body_steps", "first") == 3);
  CHECK(seen.value("body_steps", "last") == 7);
  CHECK(seen.value("body_return", "last") == 14);
  CHECK(seen.value("body_return_change") == 14 - 6);
  CHECK(seen.value("body_steps", "trials 1-2") == 2);
  CHECK(seen.value("body_steps", "trials 5-6") == 6.5);
  CHECK(!seen.has("body_steps", "trials 7-8"));
  CHECK(seen.arrays.at("window_steps").numbers == std::vector<double>{2, 6, 6.5});
  CHECK(seen.value("body_best_window") == 8);
  CHECK(seen.value("body_trials_to_threshold") == 5);
  CHECK(seen.value("body_solved") == 1);  // the last three have a mean of 7
  p.threshold = 7.1;
  CHECK(Result(body, p).value("body_solved") == 0);
  p.threshold = 7;
  p.measure = BodyEpisodes::Measure::reward_sum;
  CHECK(Result(body, p).value("body_trials_to_threshold") == 3);
  p.threshold = 17;
  CHECK(std::isnan(Result(body, p).value("body_trials_to_threshold")));
}

TEST_CASE("body_episodes: no trial gives numbers that are not determined, and two lengths are refused") {
  const Result seen(FakeBody{});
  CHECK(seen.value("body_trials") == 0);
  for (const char* name : {"body_return", "body_steps", "body_survival", "body_return_change", "body_best_window"})
    CHECK(std::isnan(seen.value(name)));
  BodyEpisodes::Params p;
  p.max_ms = 10, p.max_steps = 10;
  CHECK_THROWS_WITH(Result(five(), p), "give max_ms or max_steps, not both");
}
