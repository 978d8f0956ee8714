// core.synchrony on populations whose synchrony is known, and against bins kept in full.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>
#include <numbers>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace analysis;

namespace {

void analyze(FakeRecording& made, CapturedSink& kept, double bin_ms = 3) {
  auto sink = kept.sink();
  Synchrony({bin_ms}).analyze(made.recording(), sink);
}

// Four units in regions A, A, B, C (C without a group) that fire in steps of 1 ms with a common rhythm.
FakeRecording rhythmic_spikes() {
  FakeRecording made;
  made.labels = {"A", "B", "C"};
  made.groups = {"g", "g", ""};
  made.spike_unit_region = {0, 0, 1, 2};
  made.from_ms = 500, made.to_ms = 2501;  // 667 bins of 3 ms
  eg::Random random(1, "spikes");
  for (int t = 501; t <= 2501; ++t)
    for (int64_t u = 0; u < 4; ++u)
      if (random.uniform() < 0.1 + 0.1 * std::sin(t / 5.0))
        made.spike_time_ms.push_back(t), made.spike_unit.push_back(u);
  return made;
}

double variance_over_mean(const FakeRecording& made, const std::vector<bool>& is_in) {
  std::vector<double> counts(667, 0.0);
  for (size_t s = 0; s < made.spike_unit.size(); ++s)
    if (is_in[static_cast<size_t>(made.spike_unit[s])])
      counts[static_cast<size_t>(std::ceil((made.spike_time_ms[s] - 500) / 3)) - 1] += 1;
  return variance(counts) / mean(counts);
}

}  // namespace

TEST_CASE("synchrony: running sums equal the variance over the mean of bins kept in full") {
  auto made = rhythmic_spikes();
  CapturedSink kept;
  analyze(made, kept);
  CHECK_CLOSE(kept.value("synchrony", "region:A"), variance_over_mean(made, {true, true, false, false}), 1e-11, 0);
  CHECK_CLOSE(kept.value("synchrony", "region:B"), variance_over_mean(made, {false, false, true, false}), 1e-11, 0);
  CHECK_CLOSE(kept.value("synchrony", "g"), variance_over_mean(made, {true, true, true, false}), 1e-11, 0);
  CHECK_CLOSE(kept.value("synchrony"), variance_over_mean(made, {true, true, true, true}), 1e-11, 0);
  CHECK(kept.value("synchrony") > 1.3);  // the rhythm
  CHECK_FALSE(kept.has("golomb_chi2"));
}

TEST_CASE("synchrony: independent Poisson spikes give 1, N units that fire as one give N times that") {
  FakeRecording poisson, together;
  poisson.labels = together.labels = {"A"};
  poisson.spike_unit_region.assign(50, 0), together.spike_unit_region.assign(10, 0);
  poisson.to_ms = together.to_ms = 60000;
  eg::Random random(2, "poisson");
  for (double t = 0; (t -= 2.5 * std::log(random.uniform())) < 60000;) {  // 400 Hz together
    poisson.spike_time_ms.push_back(t);
    poisson.spike_unit.push_back(static_cast<int64_t>(random.below(50)));
    for (int64_t u = 0; u < 10; ++u) together.spike_time_ms.push_back(t), together.spike_unit.push_back(u);
  }
  CapturedSink one, ten;
  analyze(poisson, one);
  analyze(together, ten);
  CHECK_CLOSE(one.value("synchrony"), 1.0, 0.03, 0);  // SD sqrt(2 / 20,000 bins) = 1 %
  CHECK_CLOSE(ten.value("synchrony"), 10 * one.value("synchrony"), 1e-11, 0);
}

TEST_CASE("synchrony: chi^2 is 1 for identical signals, 1/N for independent ones, cos^2 for two shifted sines") {
  FakeRecording made;
  made.labels = {"same", "noise", "shifted", "flat", "single"};
  made.groups = {"", "", "", "", ""};
  made.unit_signal.resize(4 + 20 + 2 + 2 + 1);
  made.unit_region.assign(4, 0);
  made.unit_region.insert(made.unit_region.end(), 20, 1);
  for (const int64_t r : {2, 2, 3, 3, 4}) made.unit_region.push_back(r);
  eg::Random random(3, "signals");
  for (int t = 0; t < 10000; ++t) {
    const double common = random.normal(), phase = 2 * std::numbers::pi * t / 100;
    for (size_t u = 0; u < 4; ++u) made.unit_signal[u].push_back(common + static_cast<double>(u));
    for (size_t u = 4; u < 24; ++u) made.unit_signal[u].push_back(random.normal());
    made.unit_signal[24].push_back(std::sin(phase + 0.5)), made.unit_signal[25].push_back(std::sin(phase - 0.5));
    made.unit_signal[26].push_back(0.1), made.unit_signal[27].push_back(0.2);
    made.unit_signal[28].push_back(common);
  }
  made.to_ms = 10000;
  CapturedSink kept;
  analyze(made, kept);
  CHECK_CLOSE(kept.value("golomb_chi2", "region:same"), 1.0, 1e-9, 0);
  CHECK_CLOSE(kept.value("golomb_chi2", "region:noise"), 0.05, 0.05, 0);
  CHECK_CLOSE(kept.value("golomb_chi2", "region:shifted"), std::cos(0.5) * std::cos(0.5), 1e-9, 0);
  CHECK(std::isnan(kept.value("golomb_chi2", "region:flat")));
  CHECK(std::isnan(kept.value("golomb_chi2", "region:single")));
  CHECK(std::isfinite(kept.value("golomb_chi2")));
  CHECK_FALSE(kept.has("synchrony"));
}

TEST_CASE("synchrony: silence is undetermined, recordings shorter than two bins are refused") {
  FakeRecording made;
  made.labels = {"A"};
  made.spike_unit_region = {0};
  made.to_ms = 60;
  CapturedSink kept, none;
  analyze(made, kept);
  CHECK(std::isnan(kept.value("synchrony", "region:A")));
  CHECK_THROWS_WITH(analyze(made, none, 40),
                    "the recording is shorter than two bins of 40.000000 ms: record for longer or choose smaller bins");
}
