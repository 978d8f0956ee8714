// core.spectrum against scipy, and on signals whose spectra are known.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace analysis;

namespace {

// t = numpy.arange(500); x = sin(.3*t) + .5*cos(1.1*t + .2) + (t*7919 % 101)/101; scipy.signal.welch(x, fs=250,
// nperseg=...)
std::vector<double> reference_series() {
  std::vector<double> x;
  for (size_t k = 0; k < 500; ++k) {
    const auto t = static_cast<double>(k);
    x.push_back(std::sin(0.3 * t) + 0.5 * std::cos(1.1 * t + 0.2) + static_cast<double>(k * 7919 % 101) / 101);
  }
  return x;
}

void analyze(FakeRecording& made, const Spectrum::Params& p, CapturedSink& kept) {
  auto sink = kept.sink();
  Spectrum(p).analyze(made.recording(), sink);
}

}  // namespace

TEST_CASE("spectrum: densities equal scipy.signal.welch 1.10 for an even and for a prime segment length") {
  Fourier fourier;
  const auto x = reference_series();
  const auto even = welch(fourier, x, 250, 128);
  REQUIRE(even.size() == 65);
  CHECK_CLOSE(even[0], 9.264492261996822e-05, 1e-9, 0);
  CHECK_CLOSE(even[1], 6.502883651154164e-05, 1e-9, 0);
  CHECK_CLOSE(even[6], 0.16900279710888347, 1e-12, 0);
  CHECK_CLOSE(even[22], 0.03400527597655955, 1e-12, 0);
  CHECK_CLOSE(even[50], 2.6312365225171014e-05, 1e-9, 0);
  CHECK_CLOSE(even[64], 4.7207260161812995e-05, 1e-9, 0);
  CHECK_CLOSE(std::accumulate(even.begin(), even.end(), 0.0), 0.36410517002248055, 1e-12, 0);
  const auto prime = welch(fourier, x, 250, 101);
  REQUIRE(prime.size() == 51);
  CHECK_CLOSE(prime[0], 0.00014033826963026763, 1e-9, 0);
  CHECK_CLOSE(prime[22], 0.0015430325919649887, 1e-9, 0);
  CHECK_CLOSE(prime[50], 7.81241463070325e-05, 1e-9, 0);
  CHECK_CLOSE(std::accumulate(prime.begin(), prime.end(), 0.0), 0.2899018955040921, 1e-12, 0);
}

TEST_CASE("spectrum: peak, entropy and resolution agree with numpy on the same series") {
  auto made = FakeRecording::of_regions({reference_series()}, 4);
  Spectrum::Params p;
  p.segment_samples = 128;
  CapturedSink kept;
  analyze(made, p, kept);
  CHECK_CLOSE(kept.value("peak_frequency_hz", "region:R0"), 11.71875, 1e-12, 0);
  CHECK_CLOSE(kept.value("spectral_entropy"), 1.816171761164263, 1e-10, 0);
  CHECK_CLOSE(kept.value("frequency_resolution_hz"), 250.0 / 128, 1e-12, 0);
  CHECK(kept.arrays.at("psd").shape == std::vector<uint64_t>{1, 65});
  CHECK_CLOSE(kept.arrays.at("frequency_hz").numbers[64], 125.0, 1e-12, 0);
  CHECK_CLOSE(kept.arrays.at("psd").numbers[6], 0.16900279710888347, 1e-12, 0);
}

TEST_CASE("spectrum: the density integrates to the variance") {
  eg::Random random(3, "white");
  std::vector<double> x;
  for (int k = 0; k < 100000; ++k) x.push_back(2 * random.normal());
  Fourier fourier;
  const auto psd = welch(fourier, x, 1000, 500);
  CHECK_CLOSE(std::accumulate(psd.begin(), psd.end(), 0.0) * 2.0, 4.0, 0.02, 0);
}

TEST_CASE("spectrum: an oscillation stands out of noise, red noise does not, and their frequencies differ") {
  eg::Random random(4, "noise");
  std::vector<std::vector<double>> series(4);
  for (int k = 0; k < 20000; ++k) {
    const double noise = random.normal(), red = series[1].empty() ? 0.0 : series[1].back();
    series[0].push_back(std::sin(2 * std::numbers::pi * 40 * k / 1000.0) + noise);
    series[1].push_back(0.99 * red + random.normal());
    series[2].push_back(std::sin(2 * std::numbers::pi * 20 * k / 1000.0) + noise);
    series[3].push_back(0.5);
  }
  auto made = FakeRecording::of_regions(series, 1, {"g", "", "g", ""});
  Spectrum::Params p;
  p.min_frequency_hz = 1;
  CapturedSink kept;
  analyze(made, p, kept);
  CHECK(kept.value("peak_frequency_hz", "region:R0") == 40);
  CHECK(kept.value("peak_prominent", "region:R0") == 1);
  CHECK(kept.value("peak_prominent", "region:R1") == 0);
  CHECK(kept.value("peak_frequency_hz", "g") == 30);
  CHECK(kept.value("spectral_entropy", "region:R0") < std::log(500.0));
  CHECK(std::isnan(kept.value("peak_frequency_hz", "region:R3")));  // constant: no spectrum
  const double red_hz = kept.value("peak_frequency_hz", "region:R1");
  const std::vector<double> peaks{40, red_hz, 20};
  CHECK_CLOSE(kept.value("frequency_cv"), coefficient_of_variation(peaks), 1e-12, 0);
  p.max_frequency_hz = 30;
  CapturedSink low;
  analyze(made, p, low);
  CHECK(low.value("peak_frequency_hz", "region:R0") <= 30);
}

TEST_CASE("spectrum: a rhythm of the firing rate is found in spikes") {
  FakeRecording made;
  made.labels = {"A"};
  made.spike_unit_region = {0};
  made.to_ms = 20000;
  eg::Random random(5, "spikes");
  for (double t = 0; (t -= 2 * std::log(random.uniform())) < made.to_ms;)
    if (random.uniform() < 0.5 + 0.4 * std::sin(2 * std::numbers::pi * 30 * t / 1000)) {
      made.spike_time_ms.push_back(t);
      made.spike_unit.push_back(0);
    }
  CapturedSink kept;
  analyze(made, {}, kept);
  CHECK(kept.value("peak_frequency_hz") == 30);
  CHECK(kept.value("peak_prominent") == 1);
}

TEST_CASE("spectrum: records shorter than a segment are warned about, empty bands refused") {
  auto made = FakeRecording::of_regions({reference_series()}, 1);
  Spectrum::Params p;
  CapturedSink kept;
  analyze(made, p, kept);
  CHECK(kept.value("frequency_resolution_hz") == 2);
  REQUIRE(kept.warnings.size() == 1);
  CHECK(kept.warnings[0] ==
        "the recording is shorter than one segment: the spectrum has one segment of 500.000000 ms "
        "and is not averaged");
  p.min_frequency_hz = 499;
  CHECK_THROWS_WITH(analyze(made, p, kept),
                    "fewer than four frequencies lie between min_frequency_hz and max_frequency_hz: widen the band or "
                    "lengthen segment_ms");
}
