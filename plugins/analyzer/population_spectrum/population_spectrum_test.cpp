// core.population_spectrum on populations whose spectra are known.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>
#include <numbers>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace analysis;

namespace {

void analyze(FakeRecording& made, const PopulationSpectrum::Params& p, CapturedSink& kept) {
  auto sink = kept.sink();
  PopulationSpectrum(p).analyze(made.recording(), sink);
}

// `n_units` Poisson units with the rate rate_hz * modulation(t_ms), modulation at most 3.
template <class F>
FakeRecording poisson(int64_t n_units, double rate_hz, double duration_ms, uint64_t seed, F&& modulation) {
  FakeRecording made;
  made.labels = {"A"};
  made.spike_unit_region.assign(static_cast<size_t>(n_units), 0);
  made.to_ms = duration_ms;
  eg::Random random(seed, "spikes");
  for (double t = 0;
       (t -= 1000 / (3 * rate_hz * static_cast<double>(n_units)) * std::log(random.uniform())) < duration_ms;)
    if (random.uniform() * 3 < modulation(t)) {
      made.spike_time_ms.push_back(t);
      made.spike_unit.push_back(static_cast<int64_t>(random.below(static_cast<uint64_t>(n_units))));
    }
  return made;
}

double wave(double t_ms, double hz) { return std::sin(2 * std::numbers::pi * hz * t_ms / 1000); }

// Ornstein-Uhlenbeck process of 20 ms, variance 1, in steps of 1 ms.
std::vector<double> red_noise(size_t n, uint64_t seed) {
  eg::Random random(seed, "red");
  std::vector<double> z(n, random.normal());
  const double decay = std::exp(-1 / 20.0);
  for (size_t k = 1; k < n; ++k) z[k] = decay * z[k - 1] + std::sqrt(1 - decay * decay) * random.normal();
  return z;
}

}  // namespace

TEST_CASE("population_spectrum: independent Poisson units have a flat spectrum of twice the rate over their number") {
  auto made = poisson(100, 8, 100000, 1, [](double) { return 1.0; });
  CapturedSink kept;
  analyze(made, {}, kept);
  const auto& psd = kept.arrays.at("population_psd");
  REQUIRE(psd.shape == std::vector<uint64_t>{2, 501});
  CHECK(kept.arrays.at("population").texts == std::vector<std::string>{"region:A", ""});
  CHECK_CLOSE(mean(std::span(psd.numbers).subspan(1, 499)), 2 * 8.0 / 100, 0.02, 0);
  CHECK_CLOSE(mean(std::span(psd.numbers).subspan(1, 50)), 2 * 8.0 / 100, 0.05, 0);
  CHECK(std::abs(kept.value("population_exponent")) < 0.03);
  CHECK_CLOSE(kept.arrays.at("frequency_hz").numbers[500], 500.0, 1e-12, 0);
}

TEST_CASE("population_spectrum: a rhythm is found at its frequency and with its power") {
  auto made = poisson(100, 10, 60000, 2, [](double t) { return 1 + 0.3 * wave(t, 30); });
  CapturedSink kept;
  analyze(made, {}, kept);
  CHECK(kept.value("population_peak_hz") == 30);
  CHECK(kept.unit("population_peak_hz") == "Hz");
  CHECK(kept.value("population_peak_sd") > 10);
  const auto& psd = kept.arrays.at("population_psd").numbers;
  // The power of 3 Hz sin is 9 / 2; the Hann window spreads it over 29 .. 31 Hz, where noise adds 3 x 0.2.
  CHECK_CLOSE(psd[29] + psd[30] + psd[31] - 0.6, 4.5, 0.08, 0);
}

TEST_CASE("population_spectrum: slow noise is no peak, a rhythm on top of it is, although its power is smaller") {
  const auto z = red_noise(60000, 3);
  const auto noise = [&](double t) { return 1 + 0.3 * z[static_cast<size_t>(t)]; };
  auto red = poisson(200, 10, 60000, 4, noise);
  auto both = poisson(200, 10, 60000, 4, [&](double t) { return noise(t) + 0.08 * wave(t, 60); });
  CapturedSink of_red, of_both;
  analyze(red, {}, of_red);
  analyze(both, {}, of_both);
  CHECK(std::isnan(of_red.value("population_peak_hz")));
  CHECK(of_red.value("population_exponent") > 0.04);  // most of the band is the floor of independent spikes
  CHECK(of_both.value("population_peak_hz") == 60);
  const auto& psd = of_both.arrays.at("population_psd").numbers;
  CHECK(psd[2] > psd[60]);
}

TEST_CASE("population_spectrum: broad peaks with harmonics do not hide themselves") {
  // Bursts of 4 ms every 20 to 30 ms: 40 Hz with a width of several Hz, and 80 Hz.
  eg::Random random(5, "bursts");
  std::vector<bool> on(60001, false);
  for (double t = 0; (t += random.uniform(22, 28)) < 59900;)
    for (size_t k = 0; k < 4; ++k) on[static_cast<size_t>(t) + k] = true;
  auto made = poisson(100, 10, 60000, 6, [&](double t) { return on[static_cast<size_t>(t)] ? 3 : 0.5; });
  PopulationSpectrum::Params p;
  p.max_frequency_hz = 60;
  CapturedSink kept;
  analyze(made, p, kept);
  CHECK_CLOSE(kept.value("population_peak_hz"), 40.0, 0, 2.0);
  // Leaving out the flanks makes the SD that of the noise beside them.
  const auto f = std::span<const double>(kept.arrays.at("frequency_hz").numbers).subspan(1, 60);
  const auto psd = std::span<const double>(kept.arrays.at("population_psd").numbers).subspan(1, 60);
  const auto top = static_cast<size_t>(std::lround(kept.value("population_peak_hz"))) - 1;
  CHECK(kept.value("population_peak_sd") > 1.5 * peak_above_power_law(f, psd, top).height_sd);
}

TEST_CASE("population_spectrum: groups and the whole are sums of the spikes of their units") {
  // Two regions in antiphase cancel in their group; region C keeps the rhythm of the whole at a third.
  auto made = poisson(30, 20, 60000, 7, [](double) { return 1.0; });
  made.labels = {"A", "B", "C", "empty"};
  made.groups = {"g", "g", "h", "h"};
  for (size_t u = 0; u < 30; ++u) made.spike_unit_region[u] = static_cast<int64_t>(u / 10);
  eg::Random random(8, "thin");
  std::vector<double> time;
  std::vector<int64_t> unit;
  for (size_t s = 0; s < made.spike_unit.size(); ++s) {
    const double sign = made.spike_unit[s] / 10 == 1 ? -1 : 1;
    if (random.uniform() * 1.5 < 1 + 0.4 * sign * wave(made.spike_time_ms[s], 25))
      time.push_back(made.spike_time_ms[s]), unit.push_back(made.spike_unit[s]);
  }
  made.spike_time_ms = time, made.spike_unit = unit;
  CapturedSink kept;
  analyze(made, {}, kept);
  for (const char* name : {"region:A", "region:B", "region:C", "h", ""})
    CHECK(kept.value("population_peak_hz", name) == 25);
  CHECK(!(kept.value("population_peak_hz", "g") == 25));
  CHECK(std::isnan(kept.value("population_peak_hz", "region:empty")));
  CHECK(std::isnan(kept.value("population_peak_sd", "region:empty")));
  const auto& psd = kept.arrays.at("population_psd");
  CHECK(psd.shape == std::vector<uint64_t>{7, 501});
  CHECK(kept.arrays.at("population").texts[4] == "g");
  CHECK(std::isnan(psd.numbers[3 * 501 + 25]));
  // A rate of 13.3 Hz: floors of 2 x 13.3 / N, and two thirds of (0.4 x 13.3)^2 / 2 in the bin of the rhythm, which is
  // gone in g and left over once in three times, so a ninth of its power, in the whole.
  const double floor = 2 * 13.33, power = 0.16 * 13.33 * 13.33 / 3;
  CHECK_CLOSE(psd.numbers[25], floor / 10 + power, 0.15, 0);
  CHECK_CLOSE(psd.numbers[4 * 501 + 25], floor / 20, 0.25, 0);
  CHECK_CLOSE(psd.numbers[6 * 501 + 25], floor / 30 + power / 9, 0.2, 0);
}

TEST_CASE("population_spectrum: short recordings are warned about or refused, silence has no peak") {
  auto made = poisson(20, 10, 3000, 9, [](double) { return 1.0; });
  CapturedSink kept, quiet, none;
  analyze(made, {}, kept);
  REQUIRE(kept.warnings.size() == 1);
  CHECK(kept.warnings[0] == "the spectra average fewer than 9 segments: their peaks are uncertain, record for longer");
  PopulationSpectrum::Params p;
  p.segment_ms = 4000;
  CHECK_THROWS_WITH(analyze(made, p, none),
                    "the recording is shorter than segment_ms = 4000.000000: record for longer");
  made.spike_time_ms.clear(), made.spike_unit.clear();
  analyze(made, {}, quiet);
  CHECK(std::isnan(quiet.value("population_peak_hz")));
  CHECK(quiet.arrays.at("population_psd").numbers[7] == 0);
}

TEST_CASE("population_spectrum: at 4 SD noise, white or slow, has a peak in few of a hundred recordings") {
  double alarms = 0;
  PopulationSpectrum::Params p;
  p.prominence_sd = 4;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const auto z = red_noise(20000, 100 + seed);
    auto white = poisson(20, 10, 20000, 200 + seed, [](double) { return 1.0; });
    auto slow = poisson(20, 10, 20000, 300 + seed, [&](double t) { return 1 + 0.4 * z[static_cast<size_t>(t)]; });
    for (auto* made : {&white, &slow}) {
      CapturedSink kept;
      analyze(*made, p, kept);
      alarms += std::isfinite(kept.value("population_peak_hz"));
    }
  }
  CHECK(alarms <= 5);
}
