// core.saturation_prediction: the formula, groups, and what never saturates.
#include <doctest/doctest.h>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using analysis::SaturationPrediction;

namespace {

// In-strengths without the diagonal: 4, 2, 0, 8.
FakeRecording four_regions() {
  auto made = FakeRecording::of_regions({{0, 1}, {0, 1}, {0, 1}, {0, 1}}, 1, {"fast", "fast", "never", "never"});
  made.weights = {5, 4, 0, 0,  //
                  1, 0, 1, 0,  //
                  0, 0, 2, 0,  //
                  4, 0, 4, 0};
  return made;
}

void analyze(SaturationPrediction::Params params, CapturedSink& kept) {
  auto made = four_regions();
  auto sink = kept.sink();
  SaturationPrediction(params).analyze(made.recording(), sink);
}

}  // namespace

TEST_CASE("saturation_prediction: coupling times in-strength times activity makes up the critical drive") {
  CapturedSink kept;
  analyze({}, kept);
  const char* const name = "predicted_saturation_coupling";
  CHECK_CLOSE(kept.value(name, "region:R0"), 0.75 / (0.97 * 4), 1e-15, 0);
  CHECK_CLOSE(kept.value(name, "region:R1"), 0.75 / (0.97 * 2), 1e-15, 0);
  CHECK_CLOSE(kept.value(name, "region:R3"), 0.75 / (0.97 * 8), 1e-15, 0);
  CHECK(kept.value(name, "fast") == kept.value(name, "region:R1"));  // the last of its regions
  CHECK(kept.arrays.at(name).numbers[0] == kept.value(name, "region:R0"));
}

TEST_CASE("saturation_prediction: a region without input never saturates, nor does its group as a whole") {
  CapturedSink kept, looped;
  analyze({}, kept);
  const char* const name = "predicted_saturation_coupling";
  CHECK(std::isnan(kept.value(name, "region:R2")));
  CHECK(std::isnan(kept.value(name, "never")));
  CHECK(std::isnan(kept.value(name)));
  SaturationPrediction::Params params;
  params.include_self = true;
  analyze(params, looped);
  CHECK_CLOSE(looped.value(name, "region:R2"), 0.75 / (0.97 * 2), 1e-15, 0);
  CHECK(looped.value(name, "never") == looped.value(name, "region:R2"));
}

TEST_CASE("saturation_prediction: a constant drive leaves less for the coupling") {
  SaturationPrediction::Params params;
  params.drive = -0.5;
  params.critical_drive = 1.0;
  params.saturated_activity = 0.5;
  CapturedSink kept;
  analyze(params, kept);
  CHECK_CLOSE(kept.value("predicted_saturation_coupling", "region:R0"), 1.5 / (0.5 * 4), 1e-15, 0);
}

TEST_CASE("saturation_prediction: a node that is saturated anyway and a recording without weights are refused") {
  SaturationPrediction::Params params;
  params.drive = 0.75;
  CHECK_THROWS_WITH(SaturationPrediction{params},
                    "drive must be below critical_drive: else the node is saturated without coupling");
  auto made = FakeRecording::of_regions({{0, 1}}, 1);
  CapturedSink kept;
  auto sink = kept.sink();
  CHECK_THROWS_WITH(SaturationPrediction(SaturationPrediction::Params{}).analyze(made.recording(), sink),
                    "the recording comes without the weights of a connectome: saturation_prediction needs one");
}
