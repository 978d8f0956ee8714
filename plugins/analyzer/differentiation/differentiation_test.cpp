// core.differentiation on series of known mean and SD.
#include <doctest/doctest.h>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using analysis::Differentiation;

TEST_CASE("differentiation: spreads of means and SDs over regions and over groups") {
  // Means 1, 3, 8, 4; SDs 1, 2, 4, 1.
  auto made = FakeRecording::of_regions({{0, 2}, {1, 5}, {4, 12}, {3, 5}}, 1, {"g", "g", "h", "h"});
  CapturedSink kept;
  auto sink = kept.sink();
  Differentiation(Differentiation::Params{}).analyze(made.recording(), sink);
  CHECK_CLOSE(kept.value("mean_cv"), std::sqrt(6.5) / 4, 1e-11, 0);
  CHECK_CLOSE(kept.value("sd_cv"), std::sqrt(1.5) / 2, 1e-11, 0);
  CHECK_CLOSE(kept.value("group_mean_cv"), 2.0 / 4, 1e-11, 0);  // groups 2, 6
  CHECK_CLOSE(kept.value("group_sd_cv"), 0.5 / 2, 1e-11, 0);    // groups 1.5, 2.5
}

TEST_CASE("differentiation: identical regions have no spread, and without groups there is none between them") {
  auto made = FakeRecording::of_regions({{0, 2}, {0, 2}}, 1);
  CapturedSink kept;
  auto sink = kept.sink();
  Differentiation(Differentiation::Params{}).analyze(made.recording(), sink);
  CHECK(kept.value("mean_cv") == 0);
  CHECK(std::isnan(kept.value("group_mean_cv")));
}
