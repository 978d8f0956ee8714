// core.timescale on processes whose time constants are known: Ornstein-Uhlenbeck, its oscillating form, cosines,
// Poisson spikes with a fluctuating rate.
#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>

#include "../common/fake_recording.hpp"
#include "captured_sink.hpp"
#include "model.hpp"
#include "support.hpp"

using namespace analysis;

namespace {

// Real part of an oscillating Ornstein-Uhlenbeck process, exact in time: variance 1, autocorrelation
// exp(-t / tau) cos(2 pi f t). f = 0 is the ordinary process.
std::vector<double> ornstein_uhlenbeck(double tau_ms, double frequency_hz, double dt_ms, size_t n, uint64_t seed) {
  eg::Random random(seed, "ornstein_uhlenbeck");
  const double decay = std::exp(-dt_ms / tau_ms), kick = std::sqrt(1 - decay * decay);
  const auto turn = std::polar(decay, 2 * std::numbers::pi * frequency_hz * dt_ms / 1000);
  std::complex<double> z(random.normal(), random.normal());
  std::vector<double> x;
  for (size_t k = 0; k < n; ++k) {
    x.push_back(z.real());
    z = z * turn + kick * std::complex<double>(random.normal(), random.normal());
  }
  return x;
}

// `n_units` Poisson neurons per region at 50 Hz (1 + 0.3 z), z an Ornstein-Uhlenbeck process per region.
FakeRecording fluctuating_poisson(const std::vector<double>& tau_ms, int64_t n_units, double duration_ms) {
  FakeRecording made;
  made.to_ms = duration_ms;
  eg::Random random(11, "spikes");
  for (size_t r = 0; r < tau_ms.size(); ++r) {
    made.labels.push_back("R" + std::to_string(r));
    const auto first = static_cast<int64_t>(made.spike_unit_region.size());
    for (int64_t u = 0; u < n_units; ++u) made.spike_unit_region.push_back(static_cast<int64_t>(r));
    const auto z = ornstein_uhlenbeck(tau_ms[r], 0, 1, static_cast<size_t>(duration_ms), 100 + r);
    const double highest_hz = 150.0 * static_cast<double>(n_units);
    for (double t = 0; (t -= 1000 / highest_hz * std::log(random.uniform())) < duration_ms;) {
      if (random.uniform() * 3 >= 1 + 0.3 * z[static_cast<size_t>(t)]) continue;  // thinning, Lewis and Shedler 1979
      made.spike_time_ms.push_back(t);
      made.spike_unit.push_back(first + static_cast<int64_t>(random.below(static_cast<uint64_t>(n_units))));
    }
  }
  return made;
}

void analyze(FakeRecording& made, const Timescale::Params& p, CapturedSink& kept) {
  auto sink = kept.sink();
  Timescale(p).analyze(made.recording(), sink);
}

}  // namespace

TEST_CASE("timescale: fits recover the constants of exact curves") {
  Fourier fourier;
  for (const double tau : {3.0, 40.0, 400.0})
    for (const double f : {0.0, 4.0, 37.0}) {
      std::vector<double> r;
      for (int k = 0; k <= 500; ++k)
        r.push_back(0.6 * std::exp(-k / tau) * std::cos(2 * std::numbers::pi * f * k / 1000) + 0.03);
      const auto fit = DecayFitter(r, 1, 1.0, 500).damped_oscillation(fourier);
      CHECK_CLOSE(fit.tau_ms, tau, 1e-4, 0);
      if (f > 0) CHECK_CLOSE(fit.frequency_hz, f, 1e-4, 0);
      CHECK_CLOSE(fit.amplitude, 0.6, 1e-4, 0);
      CHECK_CLOSE(fit.offset, 0.03, 0, 1e-4);
      if (f > 0) continue;
      const auto plain = DecayFitter(r, 3, 1.0, 500).exponential();
      CHECK_CLOSE(plain.tau_ms, tau, 1e-6, 0);
      CHECK_CLOSE(plain.amplitude, 0.6, 1e-6, 0);
      CHECK_CLOSE(plain.offset, 0.05, 0, 1e-6);  // A [exp(-t / tau) + B]
      CHECK_CLOSE(plain.r2, 1.0, 0, 1e-9);
    }
}

TEST_CASE("timescale: curves that rise, or decay too slowly, are refused") {
  std::vector<double> rising, slow;
  for (int k = 0; k <= 100; ++k) rising.push_back(1 - std::exp(-k / 20.0)), slow.push_back(std::exp(-k / 80.0));
  CHECK(std::isnan(DecayFitter(rising, 1, 1.0, 500).exponential().tau_ms));
  CHECK(std::isnan(DecayFitter(slow, 1, 1.0, 79).exponential().tau_ms));
  CHECK_CLOSE(DecayFitter(slow, 1, 1.0, 81).exponential().tau_ms, 80.0, 1e-6, 0);
}

TEST_CASE("timescale: every method recovers an Ornstein-Uhlenbeck process within 6 %") {
  // 10,000 time constants: a fit then errs by about sqrt(2 / 10,000) = 1.4 % times a factor of a few.
  std::vector<std::vector<double>> series;
  for (uint64_t s = 0; s < 4; ++s) series.push_back(ornstein_uhlenbeck(20, 0, 1, 200000, s));
  auto made = FakeRecording::of_regions(series, 1, {"g", "g", "g", "g"});
  for (const auto method :
       {TimescaleMethod::first_crossing, TimescaleMethod::exponential_fit, TimescaleMethod::damped_oscillation}) {
    Timescale::Params p;
    p.method = method;
    p.max_lag_ms = 200;
    CapturedSink kept;
    analyze(made, p, kept);
    for (const char* region : {"region:R0", "region:R1", "region:R2", "region:R3"})
      CHECK_CLOSE(kept.value("timescale_ms", region), 20.0, 0.06,
                  method == TimescaleMethod::first_crossing ? 1.0 : 0.0);
    CHECK(kept.value("fit_failed_fraction", "g") == 0);
    CHECK(kept.value("timescale_cv") < 0.06);
    CHECK(kept.warnings.empty());
  }
}

TEST_CASE("timescale: the envelope of a noisy oscillation is found, where the first crossing sees a quarter period") {
  auto made = FakeRecording::of_regions({ornstein_uhlenbeck(50, 12, 1, 500000, 5)}, 1);
  Timescale::Params p;
  p.method = TimescaleMethod::damped_oscillation;
  CapturedSink fit, crossing;
  analyze(made, p, fit);
  CHECK_CLOSE(fit.value("timescale_ms"), 50.0, 0.08, 0);
  CHECK_CLOSE(fit.value("oscillation_hz"), 12.0, 0.02, 0);
  CHECK(fit.value("fit_r2") > 0.98);
  p.method = TimescaleMethod::first_crossing;
  analyze(made, p, crossing);
  CHECK(crossing.value("timescale_ms") < 1000.0 / 12 / 4);
}

TEST_CASE("timescale: the first crossing of a cosine lies where it passes 1/e") {
  std::vector<double> x;
  for (int k = 0; k < 24000; ++k) x.push_back(3 + std::cos(2 * std::numbers::pi * k / 240));
  auto made = FakeRecording::of_regions({x}, 0.1);
  Timescale::Params p;
  p.method = TimescaleMethod::first_crossing;
  CapturedSink kept;
  analyze(made, p, kept);
  CHECK_CLOSE(kept.value("timescale_ms"), 4.6, 0, 1e-9);  // acos(1/e) / 2 pi of 24 ms is 4.56 ms
}

TEST_CASE("timescale: a saturated constant has no time constant") {
  auto made = FakeRecording::of_regions({std::vector<double>(3000, 0.991)}, 1);
  Timescale::Params p;
  CapturedSink fit, crossing;
  analyze(made, p, fit);
  CHECK(std::isnan(fit.value("timescale_ms", "region:R0")));
  CHECK(std::isnan(fit.value("timescale_ms")));
  CHECK(fit.value("fit_failed_fraction") == 1);
  p.method = TimescaleMethod::first_crossing;
  analyze(made, p, crossing);
  CHECK(crossing.value("timescale_ms") == 0);
  CHECK(crossing.value("fit_failed_fraction") == 1);
}

TEST_CASE("timescale: rate fluctuations of 10, 50 and 200 ms are recovered from Poisson spikes within 10 %") {
  auto made = fluctuating_poisson({10, 50, 200}, 20, 600000);
  Timescale::Params p;
  p.max_lag_ms = p.limit_ms = 1000;
  CapturedSink kept;
  analyze(made, p, kept);
  CHECK_CLOSE(kept.value("timescale_ms", "region:R0"), 10.0, 0.1, 0);
  CHECK_CLOSE(kept.value("timescale_ms", "region:R1"), 50.0, 0.1, 0);
  CHECK_CLOSE(kept.value("timescale_ms", "region:R2"), 200.0, 0.1, 0);
}

TEST_CASE("timescale: averaging the autocorrelations of single neurons recovers 10, 50 and 200 ms within 10 %") {
  auto made = fluctuating_poisson({10, 50, 200}, 20, 600000);
  Timescale::Params p;
  p.unit_average = UnitAverage::autocorrelation;
  p.max_lag_ms = p.limit_ms = 1000;
  CapturedSink kept, coarse;
  analyze(made, p, kept);
  CHECK_CLOSE(kept.value("timescale_ms", "region:R0"), 10.0, 0.1, 0);
  CHECK_CLOSE(kept.value("timescale_ms", "region:R1"), 50.0, 0.1, 0);
  CHECK_CLOSE(kept.value("timescale_ms", "region:R2"), 200.0, 0.1, 0);
  CHECK(kept.value("fit_failed_fraction") == 0);
  // The bins of Murray et al. 2014 see 200 ms but nothing of 10 ms.
  p.spike_bin_ms = 50;
  analyze(made, p, coarse);
  CHECK_CLOSE(coarse.value("timescale_ms", "region:R2"), 200.0, 0.1, 0);
  CHECK(!(coarse.value("timescale_ms", "region:R0") < 20));
}

TEST_CASE("timescale: from the spikes of units and from their counts come the same correlations") {
  auto made = fluctuating_poisson({30}, 3, 20000), counted = made;
  counted.spike_unit_region.clear();
  counted.unit_region = {0, 0, 0};
  counted.unit_signal.assign(3, std::vector<double>(4000, 0.0));
  counted.interval_ms = 5;
  for (size_t s = 0; s < made.spike_unit.size(); ++s)
    counted.unit_signal[static_cast<size_t>(made.spike_unit[s])]
                       [static_cast<size_t>(std::ceil(made.spike_time_ms[s] / 5)) - 1] += 1;
  Timescale::Params p;
  p.unit_average = UnitAverage::autocorrelation;
  CapturedSink of_spikes, of_counts;
  analyze(made, p, of_spikes);
  analyze(counted, p, of_counts);
  CHECK_CLOSE(of_spikes.value("timescale_ms"), of_counts.value("timescale_ms"), 1e-6, 0);
  CHECK_CLOSE(of_spikes.value("fit_r2"), of_counts.value("fit_r2"), 1e-6, 0);
  p.method = TimescaleMethod::first_crossing;  // all lags: by Fourier transform
  CapturedSink all_lags;
  analyze(made, p, all_lags);
  CHECK(all_lags.value("timescale_ms") == 5);
}

TEST_CASE("timescale: surrogates have the rate, the variance and the time constant asked for") {
  eg::Random random(1, "surrogates");
  const auto counts = fluctuating_counts(20, 0.3, 2, 5, 400000, random);
  CHECK_CLOSE(mean(counts), 2.0, 0.01, 0);
  // Poisson variance, and that of the rate averaged over a bin: 2 (x - 1 + exp(-x)) / x^2 of (0.3 mean)^2, x = 5 / 20.
  const double x = 0.25, of_rate = 2 * (x - 1 + std::exp(-x)) / (x * x) * 0.36;
  CHECK_CLOSE(variance(counts), 2 + of_rate, 0.02, 0);
  Fourier fourier;
  const auto r = autocorrelation(fourier, counts, 5);
  const double lag_2 = 0.36 * std::pow(std::sinh(x / 2) / (x / 2), 2) * std::exp(-10 / 20.0);
  CHECK_CLOSE(r[2], lag_2 / (2 + of_rate), 0.06, 0);
  CHECK_CLOSE(rate_depth(r[2] * std::exp(10 / 20.0) * variance(counts) / 4, 20, 5), 0.3, 0.03, 0);
  CHECK(rate_depth(9, 20, 5) == 0.5);
  CHECK_CLOSE(rate_depth(0.04 * std::sinh(1.0) * std::sinh(1.0), 5, 10), 0.2, 1e-12, 0);
  const auto signal = fluctuating_signal(20, 0.6, 5, 400000, random);
  CHECK_CLOSE(variance(signal), 1.0, 0.02, 0);
  CHECK_CLOSE(autocorrelation(fourier, signal, 5)[4], 0.6 * std::exp(-1.0), 0.03, 0);
}

TEST_CASE("timescale: the bias check is small for long recordings, negative for short ones, and reports the spread") {
  Timescale::Params p;
  p.bias_check = true;
  p.max_lag_ms = 400;
  for (const auto average : {UnitAverage::signal, UnitAverage::autocorrelation}) {
    p.unit_average = average;
    auto longer = fluctuating_poisson({50}, 20, 400000);
    CapturedSink kept;
    analyze(longer, p, kept);
    CHECK(std::abs(kept.value("surrogate_bias", "region:R0")) < 0.05);
    CHECK_CLOSE(kept.value("surrogate_timescale_ms"), 50.0, 0.1, 0);
    CHECK(kept.value("surrogate_timescale_sd_ms") < 5);
    CHECK(kept.value("surrogate_failed_fraction") == 0);
  }
  p.n_surrogates = 100;
  auto brief = FakeRecording::of_regions({ornstein_uhlenbeck(100, 0, 1, 2000, 8)}, 1);
  CapturedSink kept, again;
  analyze(brief, p, kept);
  analyze(brief, p, again);
  CHECK(kept.value("surrogate_bias") < -0.1);
  CHECK(kept.value("surrogate_timescale_sd_ms") > 5);
  CHECK(kept.value("surrogate_bias") == again.value("surrogate_bias"));
  p.method = TimescaleMethod::first_crossing;
  CHECK_THROWS_WITH(Timescale{p}, "bias_check needs method = \"exponential_fit\"");
}

TEST_CASE("timescale: units that cancel in the mean still have their own autocorrelation") {
  auto x = ornstein_uhlenbeck(20, 0, 1, 100000, 1), minus = x;
  for (double& v : minus) v = -v;
  FakeRecording made;
  made.labels = {"A"};
  made.unit_region = {0, 0};
  made.unit_signal = {x, minus};
  made.to_ms = 100000;
  Timescale::Params p;
  p.max_lag_ms = 200;
  CapturedSink mean_first, correlation_first;
  analyze(made, p, mean_first);
  CHECK(mean_first.value("fit_failed_fraction") == 1);
  p.unit_average = UnitAverage::autocorrelation;
  analyze(made, p, correlation_first);
  CHECK_CLOSE(correlation_first.value("timescale_ms"), 20.0, 0.08, 0);
}

TEST_CASE("timescale: short records are refused or warned about") {
  auto made = FakeRecording::of_regions({ornstein_uhlenbeck(20, 0, 1, 900, 2)}, 1);
  Timescale::Params p;
  CapturedSink kept;
  CHECK_THROWS_WITH(analyze(made, p, kept),
                    "max_lag_ms = 500.000000 needs a recording twice as long, it has 900.000000 ms");
  p.max_lag_ms = 100;
  analyze(made, p, kept);
  REQUIRE(kept.warnings.size() == 1);
  CHECK(kept.warnings[0].starts_with("the recording is shorter than 200 of the longest time constants found"));
  p.max_lag_ms = 3;
  CHECK_THROWS_WITH(analyze(made, p, kept),
                    "max_lag_ms covers 3 lags, a fit needs at least 5: lengthen it or choose smaller bins");
}
