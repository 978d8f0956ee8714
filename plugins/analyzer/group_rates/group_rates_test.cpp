// core.group_rates on numbers small enough to do by hand.
#include <doctest/doctest.h>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using analysis::GroupRates;

namespace {
void analyze(FakeRecording& made, CapturedSink& kept) {
  auto sink = kept.sink();
  GroupRates(GroupRates::Params{}).analyze(made.recording(), sink);
}
}  // namespace

TEST_CASE("group_rates: mean and SD run over samples and units of a region, groups are means of regions") {
  FakeRecording made;
  made.labels = {"A", "B", "C", "empty"};
  made.groups = {"g", "g", "", "h"};
  made.unit_region = {0, 0, 1, 2};
  made.unit_signal = {{1, 3}, {5, 7}, {10, 10}, {-1, 1}};
  made.to_ms = 2;
  CapturedSink kept;
  analyze(made, kept);
  CHECK(kept.value("mean", "region:A") == 4);
  CHECK_CLOSE(kept.value("sd", "region:A"), std::sqrt(5.0), 1e-15, 0);
  CHECK(kept.value("mean", "g") == 7);
  CHECK_CLOSE(kept.value("sd", "g"), std::sqrt(5.0) / 2, 1e-15, 0);
  CHECK_CLOSE(kept.value("mean"), 14.0 / 3, 1e-15, 0);
  CHECK(kept.value("min", "g") == 1);
  CHECK(kept.value("max", "g") == 10);
  CHECK(kept.value("min") == -1);
  CHECK(std::isnan(kept.value("mean", "region:empty")));
  CHECK(std::isnan(kept.value("max", "h")));
  CHECK_FALSE(kept.has("rate_hz"));
}

TEST_CASE("group_rates: firing rates are spikes per unit and second of the recorded interval") {
  FakeRecording made;
  made.labels = {"A", "B"};
  made.groups = {"g", "g"};
  made.spike_unit_region = {0, 0, 1};
  made.from_ms = 500, made.to_ms = 2500;
  made.spike_time_ms = {600, 700, 800, 900, 2500, 2500};
  made.spike_unit = {0, 0, 0, 1, 2, 2};
  CapturedSink kept;
  analyze(made, kept);
  CHECK_CLOSE(kept.value("rate_hz", "region:A"), 1.0, 1e-12, 0);  // 4 spikes, 2 units, 2 s
  CHECK_CLOSE(kept.value("rate_sd_hz", "region:A"), 0.5, 1e-12, 0);
  CHECK_CLOSE(kept.value("rate_hz", "region:B"), 1.0, 1e-12, 0);
  CHECK_CLOSE(kept.value("rate_hz", "g"), 1.0, 1e-12, 0);
  CHECK(kept.unit("rate_hz") == "Hz");
}

TEST_CASE("group_rates: the distribution over units is that of numpy.quantile, and units count equally in groups") {
  FakeRecording made;
  made.labels = {"A", "B", "empty"};
  made.groups = {"g", "g", "h"};
  made.spike_unit_region = {0, 0, 0, 1};
  made.to_ms = 2000;
  for (int k = 0; k < 12; ++k) {
    made.spike_time_ms.push_back(100.0 * (k + 1));
    made.spike_unit.push_back(k < 2 ? 0 : k < 6 ? 2 : 3);  // 1, 0, 2 and 3 Hz
  }
  CapturedSink kept;
  analyze(made, kept);
  CHECK(kept.arrays.at("rate_hz").numbers == std::vector<double>{1, 0, 2, 3});
  CHECK(kept.value("unit_rate_hz", "region:A") == 1);
  CHECK(kept.value("unit_rate_hz", "g") == 1.5);
  CHECK(kept.value("rate_hz", "g") == 2);                       // mean of 1 and 3
  CHECK_CLOSE(kept.value("unit_rate_q05_hz"), 0.15, 1e-14, 0);  // numpy.quantile([1, 0, 2, 3], .05)
  CHECK_CLOSE(kept.value("unit_rate_q25_hz"), 0.75, 1e-14, 0);
  CHECK_CLOSE(kept.value("unit_rate_median_hz"), 1.5, 1e-14, 0);
  CHECK_CLOSE(kept.value("unit_rate_q75_hz"), 2.25, 1e-14, 0);
  CHECK_CLOSE(kept.value("unit_rate_q95_hz"), 2.85, 1e-14, 0);
  CHECK_CLOSE(kept.value("silent_unit_fraction", "region:A"), 1.0 / 3, 1e-15, 0);
  CHECK(kept.value("silent_unit_fraction", "region:B") == 0);
  CHECK(kept.value("silent_unit_fraction") == 0.25);
  made.groups[1] = "";  // B has no group
  CapturedSink ungrouped;
  analyze(made, ungrouped);
  CHECK(ungrouped.value("unit_rate_hz", "g") == 1);
  CHECK(ungrouped.value("unit_rate_hz") == 1.5);
  CHECK(std::isnan(kept.value("silent_unit_fraction", "h")));
  CHECK(std::isnan(kept.value("unit_rate_median_hz", "region:empty")));
}

TEST_CASE("group_rates: a recording of nothing is refused") {
  FakeRecording made;
  made.labels = {"A"};
  CapturedSink kept;
  CHECK_THROWS_WITH(analyze(made, kept), "the recording holds neither a signal nor spikes: add a [[record]] table");
}
