// core.body_signals on trials written out.
#include <doctest/doctest.h>

#include "../common/fake_body.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace analysis;

namespace {

struct Result : CapturedSink {
  explicit Result(FakeBody body, const BodySignals::Params& p = {}) {
    auto to = sink();
    BodySignals(p).analyze(body.recording(), to);
  }
};

// Three actions of two joints, then one; the heights at the beginnings would be seen in every figure.
FakeBody two_trials() {
  FakeBody body;
  body.observations = {"height"}, body.actions = {"hip", "knee"};
  body.low = {-1, -1}, body.high = {1, 1};
  body.trials = {{{{{99}, {}, {}, {}}, {{1}, {1, -1}, {}, {}}, {{2}, {0, -1}, {}, {}}, {{3}, {-1, -1}, {}, {}}}},
                 {{{{-99}, {}, {}, {}}, {{6}, {1, 0.5}, {}, {}}}}};
  return body;
}

}  // namespace

TEST_CASE("body_signals: trials count alike in means, actions in variation and range") {
  const Result seen(two_trials());
  CHECK(seen.value("body_mean", "observation:height") == (2 + 6) / 2.0);
  CHECK_CLOSE(seen.value("body_sd", "observation:height"), std::sqrt((4 + 1 + 0 + 9) / 4.0), 1e-14, 0);
  CHECK(seen.value("body_min", "observation:height") == 1);
  CHECK(seen.value("body_max", "observation:height") == 6);
  CHECK(seen.value("body_mean", "action:hip") == 0.5);
  CHECK_CLOSE(seen.value("body_magnitude", "action:hip"), (2 / 3.0 + 1) / 2, 1e-14, 0);
  CHECK_CLOSE(seen.value("body_sd", "action:hip"), std::sqrt(3 / 4.0 - 1 / 16.0), 1e-14, 0);
  CHECK(seen.value("body_mean", "action:knee") == -0.25);
  CHECK(seen.value("body_max", "action:knee") == 0.5);
}

TEST_CASE("body_signals: all actions together differ by joint as well as in time") {
  const Result seen(two_trials());
  CHECK_CLOSE(seen.value("body_mean", "actions"), (-3 / 6.0 + 1.5 / 2) / 2, 1e-14, 0);
  CHECK_CLOSE(seen.value("body_magnitude", "actions"), (5 / 6.0 + 1.5 / 2) / 2, 1e-14, 0);
  // 1 -1 0 -1 -1 -1 1 0.5: a sum of -1.5, of squares 6.25.
  CHECK_CLOSE(seen.value("body_sd", "actions"), std::sqrt(6.25 / 8 - 1.5 * 1.5 / 64), 1e-14, 0);
  CHECK(seen.value("body_min", "actions") == -1);
  CHECK(seen.value("body_max", "actions") == 1);
}

TEST_CASE("body_signals: only the last trials, where they are asked for") {
  BodySignals::Params p;
  p.last_trials = 1;
  const Result seen(two_trials(), p);
  CHECK(seen.value("body_mean", "observation:height") == 6);
  CHECK(seen.value("body_sd", "action:hip") == 0);
  CHECK_CLOSE(seen.value("body_sd", "actions"), 0.25, 1e-14, 0);
  p.last_trials = 5;
  CHECK(Result(two_trials(), p).value("body_mean", "observation:height") == 4);
}

TEST_CASE("body_signals: a trial without actions is left out, and none at all gives numbers that are not determined") {
  FakeBody body = two_trials();
  body.trials.push_back({{{{50}, {}, {}, {}}}});
  CHECK(Result(body).value("body_mean", "observation:height") == 4);
  BodySignals::Params p;
  p.last_trials = 1;
  const Result none(body, p);
  for (const char* name : {"body_mean", "body_magnitude", "body_sd", "body_min", "body_max"}) {
    CHECK(std::isnan(none.value(name, "actions")));
    CHECK(std::isnan(none.value(name, "observation:height")));
  }
}
