// vendor.name against what is known of it.
#include <encephagen/sdk/testing.hpp>

#include "model.hpp"

using eg::testing::CapturedSink;
using eg::testing::error_of;
using eg::testing::FakeRecording;
using eg::testing::Test;

namespace {

// Two regions of one unit each: the first fires a burst of three and two single spikes, the second every 100 ms.
FakeRecording example() {
  FakeRecording rec;
  rec.labels = {"bursting", "regular"}, rec.groups = {"a", "b"};
  rec.to_ms = 1000;
  rec.spike_unit_region = {0, 1};
  for (const double t_ms : {50.0, 100.0, 105.0, 112.0, 150.0, 200.0, 250.0, 500.0}) {
    const bool is_first = t_ms != 50 && t_ms != 150 && t_ms != 250;
    rec.spike_time_ms.push_back(t_ms);
    rec.spike_unit.push_back(is_first ? 0 : 1);
  }
  return rec;
}

CapturedSink* analyze(FakeRecording& rec, CapturedSink& got) {
  auto sink = got.sink();
  vendor::PluginName({}).analyze(rec.recording(), sink);
  return &got;
}

}  // namespace

int main() {
  return eg::testing::run({{"three spikes at short intervals are a burst, others are not",
                            [](Test& t) {
                              auto rec = example();
                              CapturedSink got;
                              analyze(rec, got);
                              t.close(got.value("burst_spikes_share", "region:bursting"), 3.0 / 5, 1e-12);
                              t.close(got.value("burst_spikes_share", "region:regular"), 0, 0);
                              t.close(got.value("burst_spikes_share"), 3.0 / 8, 1e-12);
                              t.close(got.value("burst_spikes_share", "a"), 3.0 / 5, 1e-12);
                            }},
                           {"bursts are counted per second and unit",
                            [](Test& t) {
                              auto rec = example();
                              CapturedSink got;
                              analyze(rec, got);
                              t.close(got.value("burst_rate_hz", "region:bursting"), 1, 1e-12);
                              t.close(got.value("burst_rate_hz"), 0.5, 1e-12);
                            }},
                           {"without spikes a share cannot be determined",
                            [](Test& t) {
                              auto rec = example();
                              rec.spike_time_ms.clear(), rec.spike_unit.clear();
                              CapturedSink got;
                              analyze(rec, got);
                              t.check(std::isnan(got.value("burst_spikes_share")), "it is a number");
                              t.close(got.value("burst_rate_hz"), 0, 0);
                            }},
                           {"a recording without spikes is refused with a remedy", [](Test& t) {
                              FakeRecording rec;
                              rec.labels = {"R"};
                              CapturedSink got;
                              t.equal(error_of([&] { analyze(rec, got); }),
                                      "it counts spikes: give it a recording with spikes = true");
                            }}});
}
