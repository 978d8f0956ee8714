// core.fano_factor on counts written out, and on processes whose Fano factor is known.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace analysis;

namespace {

void analyze(FakeRecording& made, const FanoFactor::Params& p, CapturedSink& kept) {
  auto sink = kept.sink();
  FanoFactor(p).analyze(made.recording(), sink);
}

// One train whose intervals are sums of `order` exponential ones.
std::vector<double> gamma_train(int order, double rate_hz, double to_ms, eg::Random& random) {
  std::vector<double> out;
  for (double t = 0;;) {
    for (int k = 0; k < order; ++k) t -= 1000 / (rate_hz * order) * std::log(random.uniform());
    if (t > to_ms) return out;
    out.push_back(t);
  }
}

}  // namespace

TEST_CASE("fano_factor: counts done by hand, with spikes at the edge of a window in the one they end") {
  // Windows (500, 600], (600, 700], (700, 800]: counts 3, 0, 1; the rest of the recording is no whole window.
  const std::vector<double> train{510, 590, 600, 701, 801};
  const double mean_count = 4.0 / 3;
  const double variance =
      ((3 - mean_count) * (3 - mean_count) + mean_count * mean_count + (1 - mean_count) * (1 - mean_count)) / 2;
  CHECK_CLOSE(fano_factor(train, 500, 100, 3), variance / mean_count, 1e-13, 0);
  CHECK_CLOSE(fano_factor(std::vector<double>{550}, 500, 100, 3), 1.0, 1e-13, 0);
  CHECK(std::isnan(fano_factor(std::vector<double>{}, 500, 100, 3)));
  CHECK(std::isnan(fano_factor(train, 500, 100, 1)));
}

TEST_CASE("fano_factor: Poisson spikes have 1 on average however few the windows") {
  eg::Random random(1, "poisson");
  double sum = 0;
  for (int k = 0; k < 4000; ++k) sum += fano_factor(gamma_train(1, 40, 500, random), 0, 100, 5);
  CHECK_CLOSE(sum / 4000, 1.0, 0.03, 0);  // SD sqrt(2 / 4 / 4000) = 1.1 %; dividing by n would give 0.8
}

TEST_CASE("fano_factor: gamma processes have CV^2, slow changes of the rate add mean x CV^2 of the rate") {
  eg::Random random(2, "trains");
  const auto gamma = gamma_train(4, 50, 2e6, random);
  CHECK_CLOSE(fano_factor(gamma, 0, 1000, 2000), 0.25, 0.1, 0);
  // Alternating every 2 s between 30 and 10 Hz: counts in 1 s have mean 20, variance 20 + 10^2.
  auto drifting = gamma_train(1, 30, 2e6, random);
  std::erase_if(drifting, [&](double t) { return std::fmod(t, 4000) > 2000 && random.uniform() > 1.0 / 3; });
  CHECK_CLOSE(fano_factor(drifting, 0, 1000, 2000), 6.0, 0.05, 0);
  CHECK_CLOSE(fano_factor(drifting, 0, 100, 20000), 1.5, 0.05, 0);
}

TEST_CASE("fano_factor: metrics are of the units of regions, groups and the whole, one set for each window") {
  FakeRecording made;
  made.labels = {"A", "B"};
  made.groups = {"g", "g"};
  made.spike_unit_region = {0, 0, 0, 1};
  made.to_ms = 2000;
  // Unit 0: one spike per 100 ms; unit 1: two in every second; unit 2: silent; unit 3: four in the first second.
  for (int k = 0; k < 20; ++k) {
    made.spike_time_ms.push_back(100 * k + 50), made.spike_unit.push_back(0);
    if (k % 2 == 0)
      for (int i = 0; i < 2; ++i) made.spike_time_ms.push_back(100 * k + 60 + i), made.spike_unit.push_back(1);
    if (k < 4) made.spike_time_ms.push_back(100 * k + 70), made.spike_unit.push_back(3);
  }
  CapturedSink kept, few;
  analyze(made, {}, kept);
  const double pairs = 20 * 1.0 / 19;  // counts 2, 0, 2, 0, ...: deviations 1
  CHECK_CLOSE(kept.value("fano_factor_100ms_mean", "region:A"), pairs / 2, 1e-12, 0);
  CHECK_CLOSE(kept.value("fano_factor_100ms_median", "g"), (4 - 16.0 / 20) / 19 / 0.2, 1e-12, 0);
  CHECK(kept.value("fano_factor_100ms_units", "region:A") == 2);
  CHECK(kept.value("fano_factor_100ms_units") == 3);
  CHECK_CLOSE(kept.value("fano_factor_1000ms_mean", "region:B"), 4.0, 1e-12, 0);  // counts 4, 0: variance 8
  CHECK(kept.value("fano_factor_1000ms_mean", "region:A") == 0);
  const auto& all = kept.arrays.at("fano_factor");
  CHECK(all.shape == std::vector<uint64_t>{2, 4});
  CHECK(std::isnan(all.numbers[2]));
  CHECK_CLOSE(all.numbers[4 + 3], 4.0, 1e-12, 0);
  REQUIRE(kept.warnings.size() == 1);
  CHECK(kept.warnings[0] == "fano_factor_1000ms rests on 2 windows: record for longer or choose shorter windows");
  const double windows[] = {12.5, 400};
  FanoFactor::Params p;
  p.windows_ms = windows;
  p.min_spikes = 5;
  analyze(made, p, few);
  CHECK(few.value("fano_factor_400ms_units") == 2);
  CHECK(few.has("fano_factor_12_5ms_mean"));
}

TEST_CASE("fano_factor: a window given twice is refused") {
  const double windows[] = {100, 50, 100};
  FanoFactor::Params p;
  p.windows_ms = windows;
  CHECK_THROWS_WITH(FanoFactor{p}, "windows_ms holds a length twice: 100ms");
}
