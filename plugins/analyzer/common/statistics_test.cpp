// Shared numerics of the analyzers against numpy and scipy, and against sums written out.
#include "statistics.hpp"

#include <doctest/doctest.h>

#include <encephagen/sdk/random.hpp>
#include <numbers>

#include "autocorrelation.hpp"
#include "fake_recording.hpp"
#include "region_series.hpp"
#include "support.hpp"

using namespace analysis;

namespace {

// x = numpy.sin(.3*t) + .5*numpy.cos(1.1*t + .2) + (t*7919 % 101)/101 for t = arange(n)
std::vector<double> series(size_t n) {
  std::vector<double> x;
  for (size_t k = 0; k < n; ++k) {
    const auto t = static_cast<double>(k);
    x.push_back(std::sin(0.3 * t) + 0.5 * std::cos(1.1 * t + 0.2) + static_cast<double>(k * 7919 % 101) / 101);
  }
  return x;
}

}  // namespace

TEST_CASE("statistics: ranks, correlations and variance agree with scipy 1.10 and numpy 1.24") {
  const std::vector<double> u{3, 1, 4, 1, 5, 9, 2, 6}, v{2, 7, 1, 8, 2, 8, 1, 8};
  CHECK(ranks(v) == std::vector<double>{3.5, 5, 1.5, 7, 3.5, 7, 1.5, 7});  // scipy.stats.rankdata
  CHECK_CLOSE(spearman(u, v), 0.19885368120992467, 1e-14, 0);              // scipy.stats.spearmanr
  CHECK_CLOSE(pearson(u, v), 0.2096553190730122, 1e-14, 0);                // scipy.stats.pearsonr
  CHECK_CLOSE(variance(u), 6.609375, 1e-15, 0);                            // numpy.var
}

TEST_CASE("statistics: degenerate input gives NaN, not a number that looks like a result") {
  const std::vector<double> flat{2, 2, 2}, rising{1, 2, 3}, one{5};
  CHECK(std::isnan(pearson(flat, rising)));
  CHECK(std::isnan(mean(std::vector<double>{})));
  CHECK(std::isnan(coefficient_of_variation(one)));
  CHECK_CLOSE(coefficient_of_variation(std::vector<double>{1, undetermined, 3}), 0.5, 1e-11, 0);
  CHECK(coefficient_of_variation(std::vector<double>{0, 0}) == 0);
}

TEST_CASE("fourier: every length transforms exactly, smooth or prime") {
  Fourier fourier;
  for (const size_t n : {1u, 2u, 3u, 8u, 30u, 97u, 101u, 122u, 1009u}) {
    const auto x = series(n);
    const auto fast = fourier.half_spectrum(x);
    REQUIRE(fast.size() == n / 2 + 1);
    double worst = 0;
    for (size_t k = 0; k < fast.size(); ++k) {
      std::complex<double> sum = 0;
      for (size_t t = 0; t < n; ++t)
        sum += x[t] * std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k * t % n) / static_cast<double>(n));
      worst = std::max(worst, std::abs(sum - fast[k]));
    }
    CHECK_MESSAGE(worst < 1e-11 * static_cast<double>(n), "length ", n, ": ", worst);
  }
  const auto x = fourier.half_spectrum(series(97));  // numpy.fft.rfft
  CHECK_CLOSE(x[5].real(), -33.98071376788683, 1e-12, 0);
  CHECK_CLOSE(x[48].imag(), 0.8586656224462126, 1e-11, 0);
}

TEST_CASE("fourier: smooth lengths have the factors 2, 3 and 5 only") {
  CHECK(smooth_length(0) == 1);
  CHECK(smooth_length(7) == 8);
  CHECK(smooth_length(1001) == 1024);
  CHECK(smooth_length(32771) == 32805);  // 3^8 * 5
}

TEST_CASE("autocorrelation: the Fourier form equals the direct sum and numpy.correlate") {
  Fourier fourier;
  const auto x = series(500), d = deviations(x);
  const auto r = autocovariance_sums(fourier, x, 500);
  for (size_t k = 0; k < 500; ++k) {
    double sum = 0;
    for (size_t t = 0; t + k < 500; ++t) sum += d[t] * d[t + k];
    REQUIRE(std::abs(sum - r[k]) < 1e-10);
  }
  CHECK_CLOSE(r[0], 356.08603755171714, 1e-12, 0);
  CHECK_CLOSE(r[7], -108.90048434199961, 1e-12, 0);
  CHECK_CLOSE(r[499], 0.008846489580369987, 1e-9, 0);
  CHECK(autocorrelation(fourier, std::vector<double>(10, 3.0), 5).empty());
}

TEST_CASE("autocorrelation: from the bins of spikes it equals that of the counts, also where the ends are full") {
  Fourier fourier;
  eg::Random random(3, "bins");
  for (const size_t n_lags : {1u, 7u, 60u, 80u}) {
    std::vector<size_t> bins{0, 0, 0, 1, 59, 59};
    for (int k = 0; k < 30; ++k) bins.push_back(random.below(60));
    std::ranges::sort(bins);
    std::vector<double> counts(60, 0.0);
    for (const size_t b : bins) counts[b] += 1;
    const auto sparse = autocovariance_sums(bins, 60, n_lags), dense = autocovariance_sums(fourier, counts, n_lags);
    REQUIRE(sparse.size() == dense.size());
    for (size_t k = 0; k < sparse.size(); ++k) CHECK_CLOSE(sparse[k], dense[k], 1e-11, 1e-11);
  }
}

TEST_CASE("statistics: quantiles agree with numpy.quantile") {
  const std::vector<double> x{1, 2, 4, 8};
  CHECK(quantile(x, 0) == 1);
  CHECK(quantile(x, 0.5) == 3);
  CHECK_CLOSE(quantile(x, 0.9), 6.8, 1e-14, 0);
  CHECK(quantile(x, 1) == 8);
  CHECK(std::isnan(quantile(std::vector<double>{}, 0.5)));
}

TEST_CASE("region series: bins average the signal, and spikes at the edge of a bin belong to the bin they end") {
  auto made = FakeRecording::of_regions({{1, 3, 5, 7, 100}}, 0.1);
  const auto s = signal_series(made.recording(), 0.2);
  CHECK(s.values[0] == std::vector<double>{2, 6});
  CHECK_CLOSE(s.time_ms(1), 0.4, 1e-12, 0);
  CHECK_THROWS_WITH(signal_series(made.recording(), 0.25),
                    "bin_ms = 0.250000 is not a multiple of the sample interval 0.100000 ms: change bin_ms or the "
                    "recording interval");

  FakeRecording spiking;
  spiking.labels = {"A", "B"};
  spiking.spike_unit_region = {0, 0, 1};
  spiking.from_ms = 1000, spiking.to_ms = 1003;
  spiking.spike_time_ms = {1000.1, 1001.0, 1001.1, 1003.0};
  spiking.spike_unit = {0, 1, 2, 0};
  const auto rates = spike_series(spiking.recording(), 1.0);
  CHECK(rates.values[0] == std::vector<double>{1000, 0, 500});  // two units: one spike in 1 ms is 500 Hz
  CHECK(rates.values[1] == std::vector<double>{0, 1000, 0});
}

TEST_CASE("region series: what is missing is named") {
  FakeRecording nothing;
  nothing.labels = {"A"};
  CHECK_THROWS_WITH(region_series(nothing.recording(), {}),
                    "the recording holds neither a signal nor spikes: add a [[record]] table");
  CHECK_THROWS_WITH(region_series(nothing.recording(), {Source::spikes, 0, 5}),
                    "the recording holds no spikes: record the spikes of a population");
  auto diverged = FakeRecording::of_regions({{1, 2, undetermined}}, 1);
  CHECK_THROWS_WITH(region_series(diverged.recording(), {}),
                    "the signal of region 'R0' is not finite at t = 3.000000 ms: the simulation diverged");
}
