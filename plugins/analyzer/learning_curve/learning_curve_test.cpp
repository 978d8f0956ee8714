// core.learning_curve on curves written out.
#include <doctest/doctest.h>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace analysis;

namespace {

// What the analyzer says of one region with units whose values at the ends of episodes are given.
struct Result : CapturedSink {
  explicit Result(std::vector<std::vector<double>> unit_signal, const LearningCurve::Params& p = {}) {
    FakeRecording made;
    made.labels = {"A"};
    made.interval_ms = 1000;
    made.unit_region.assign(unit_signal.size(), 0);
    made.to_ms = 1000 * static_cast<double>(unit_signal[0].size());
    made.unit_signal = std::move(unit_signal);
    auto to = sink();
    LearningCurve(p).analyze(made.recording(), to);
  }
};

}  // namespace

TEST_CASE("learning_curve: a falling loss") {
  LearningCurve::Params p;
  p.last_rows = 2, p.threshold = 3;
  const Result kept({{8, 6, 3, 2, 4}}, p);
  CHECK(kept.value("learning_first") == 8);
  CHECK(kept.value("learning_last") == 4);
  CHECK(kept.value("learning_last_mean") == 3);
  CHECK(kept.value("learning_best") == 2);
  CHECK(kept.value("learning_change") == -5);
  CHECK(kept.value("learning_episodes") == 5);
  CHECK(kept.value("learning_episodes_to_threshold") == 3);
  CHECK(kept.value("learning_value", "episode 2") == 6);
  CHECK(kept.arrays.at("learning_curve").numbers == std::vector<double>{8, 6, 3, 2, 4});
}

TEST_CASE("learning_curve: windows of episodes, upwards, that never reach the threshold") {
  LearningCurve::Params p;
  p.better = LearningCurve::Better::higher;
  p.window_rows = 2, p.threshold = 0.9, p.scale = 0.1;
  const Result kept({{1, 9, 5, 8, 2}}, p);
  CHECK_CLOSE(kept.value("learning_best"), 0.7, 1e-14, 0);
  CHECK(std::isnan(kept.value("learning_episodes_to_threshold")));
  const auto& running = kept.arrays.at("learning_running_mean").numbers;
  CHECK(std::isnan(running[0]));
  CHECK_CLOSE(running[1], 0.5, 1e-14, 0);
  p.threshold = 0.65;
  CHECK(Result({{1, 9, 5, 8, 2}}, p).value("learning_episodes_to_threshold") == 3);
}

TEST_CASE("learning_curve: the mean, the sum or the first of several units") {
  LearningCurve::Params p;
  CHECK(Result({{1, 2}, {5, 8}}, p).value("learning_last") == 5);
  p.units = LearningCurve::Units::sum;
  CHECK(Result({{1, 2}, {5, 8}}, p).value("learning_last") == 10);
  p.units = LearningCurve::Units::first;
  CHECK(Result({{1, 2}, {5, 8}}, p).value("learning_last") == 2);
}

TEST_CASE("learning_curve: many episodes are not listed one by one; windows longer than the run are the run") {
  LearningCurve::Params p;
  p.window_rows = 100;
  const Result kept({std::vector<double>(21, 4.0)}, p);
  CHECK(!kept.has("learning_value", "episode 1"));
  CHECK(kept.value("learning_best") == 4);
  CHECK(kept.value("learning_last_mean") == 4);
}
