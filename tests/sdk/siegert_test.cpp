// Siegert rates against NEST's number, other ways to write the integral, limits, and the calibration table.
#include <encephagen/sdk/siegert.hpp>

#include "support.hpp"

using namespace eg;

namespace {

// 1 + erf without cancellation, in long double.
long double one_plus_erf(long double u) { return std::erfc(-u); }

// Brute force: the integrand as it stands, midpoint rule with Richardson's step.
template <class F>
long double midpoint(long double from, long double to, int n, F&& f) {
  long double sum = 0;
  const long double h = (to - from) / n;
  for (int i = 0; i < n; ++i) sum += f(from + (i + 0.5L) * h);
  return sum * h;
}
template <class F>
long double brute(long double from, long double to, int n, F&& f) {
  return (4 * midpoint(from, to, 2 * n, f) - midpoint(from, to, n, f)) / 3;
}

double brute_rate_hz(const LifTheory& n, const NoisyInput& in) {
  const long double sigma = std::sqrt(static_cast<long double>(in.variance_mv2));
  const long double shift = 0.5L * 2.0652531L * std::sqrt(static_cast<long double>(n.tau_syn_ms) / n.tau_m_ms);
  const auto f = [](long double u) { return std::exp(u * u) * one_plus_erf(u); };
  const long double integral =
      brute((n.reset_mv - in.mean_mv) / sigma + shift, (n.threshold_mv - in.mean_mv) / sigma + shift, 5000, f);
  return static_cast<double>(1000 / (n.t_ref_ms + n.tau_m_ms * 1.77245385090551602730L * integral));
}

// The same rate with the error function integrated away: sqrt(pi) times Siegert's integral is that of
// e^(-w^2) (e^(2 w y_threshold) - e^(2 w y_reset)) / w over w > 0.
double rate_without_erf_hz(const LifTheory& n, const NoisyInput& in) {
  const long double sigma = std::sqrt(static_cast<long double>(in.variance_mv2));
  const long double top = (n.threshold_mv - in.mean_mv) / sigma, bottom = (n.reset_mv - in.mean_mv) / sigma;
  const auto f = [&](long double w) {
    return (std::exp(-w * w + 2 * top * w) - std::exp(-w * w + 2 * bottom * w)) / w;
  };
  const long double integral = brute(0, std::max(top, 0.0L) + 12, 8000, f);
  return static_cast<double>(1000 / (n.t_ref_ms + n.tau_m_ms * integral));
}

}  // namespace

TEST_CASE("siegert: erfcx agrees with the library's erfc, below, around and far above 0") {
  for (double x = -5; x <= 9; x += 0.0371) {
    const long double expected = std::exp(static_cast<long double>(x) * x) * std::erfc(static_cast<long double>(x));
    CHECK_CLOSE(erfcx(x), static_cast<double>(expected), 2e-15, 0);
  }
  // 1 / (x sqrt(pi)) (1 - 1/(2 x^2) + 3/(4 x^4) - ...).
  CHECK_CLOSE(erfcx(1e3), (1 - 0.5e-6 + 0.75e-12) / (1e3 * 1.7724538509055160273), 1e-15, 0);
  CHECK_CLOSE(erfcx(1e8), 1 / (1e8 * 1.7724538509055160273), 1e-15, 0);
}

TEST_CASE("siegert: NEST's value (its test of siegert_neuron)") {
  const LifTheory n{.tau_m_ms = 10, .threshold_mv = 15, .reset_mv = 0, .t_ref_ms = 2};
  CHECK_CLOSE(siegert_rate_hz(n, {15, 1.5}), 27.1095934379, 3e-12, 0);
}

TEST_CASE("siegert: rates equal brute-force integration from silence to saturation") {
  for (const double tau_syn : {0.0, 2.0, 5.0})
    for (const double mean : {-5.0, 8.0, 15.0, 19.9, 20.0, 25.0, 60.0})
      for (const double variance : {4.0, 25.0, 90.0}) {
        const LifTheory n{.tau_syn_ms = tau_syn};
        const double top = (20 - mean) / std::sqrt(variance);
        if (top > 8) continue;  // brute force would need finer steps
        CHECK_CLOSE(siegert_rate_hz(n, {mean, variance}), brute_rate_hz(n, {mean, variance}), tau_syn > 0 ? 1e-6 : 1e-9,
                    0);
        if (tau_syn == 0)
          CHECK_CLOSE(siegert_rate_hz(n, {mean, variance}), rate_without_erf_hz(n, {mean, variance}), 1e-8, 0);
      }
}

TEST_CASE("siegert: without noise the rate is that of a constant drive, and little noise comes close to it") {
  const LifTheory n;
  CHECK(siegert_rate_hz(n, {19, 0}) == 0);
  CHECK(siegert_rate_hz(n, {20, 0}) == 0);
  CHECK_CLOSE(siegert_rate_hz(n, {30, 0}), 1000 / (2 + 20 * std::log(2.0)), 1e-15, 0);
  CHECK_CLOSE(siegert_rate_hz(n, {30, 1e-8}), siegert_rate_hz(n, {30, 0}), 1e-8, 0);
  CHECK_CLOSE(siegert_rate_hz(n, {30, 1e-20}), siegert_rate_hz(n, {30, 0}), 1e-12, 0);
  CHECK(siegert_rate_hz(n, {10, 1e-3}) == 0);
  CHECK(siegert_rate_hz(n, {1e4, 1}) < 1000 / 2.0);
  for (const double none : {std::nan(""), double(INFINITY), -double(INFINITY)}) {
    CHECK(std::isnan(siegert_rate_hz(n, {none, 1})));
    CHECK(std::isnan(siegert_isi_cv(n, {none, 1})));
  }
}

TEST_CASE("siegert: the response equals differences of rates") {
  for (const double tau_syn : {0.0, 5.0})
    for (const double mean : {5.0, 15.0, 25.0})
      for (const double variance : {9.0, 60.0}) {
        const LifTheory n{.tau_syn_ms = tau_syn};
        const auto rate = [&](double m, double v) { return siegert_rate_hz(n, {m, v}); };
        const auto response = siegert_response(n, {mean, variance});
        const double h = 1e-3;
        CHECK_CLOSE(response.per_mean_hz_per_mv, (rate(mean + h, variance) - rate(mean - h, variance)) / (2 * h), 1e-6,
                    1e-9);
        CHECK_CLOSE(response.per_variance_hz_per_mv2, (rate(mean, variance + h) - rate(mean, variance - h)) / (2 * h),
                    1e-6, 1e-9);
      }
  const LifTheory n;
  const double h = 1e-4;
  CHECK_CLOSE(siegert_response(n, {30, 0}).per_mean_hz_per_mv,
              (siegert_rate_hz(n, {30 + h, 0}) - siegert_rate_hz(n, {30 - h, 0})) / (2 * h), 1e-7, 0);
  CHECK(siegert_response(n, {0, 1e-3}).per_mean_hz_per_mv == 0);
}

TEST_CASE("siegert: interval CV equals brute-force integration") {
  const auto brute_cv = [](const LifTheory& n, const NoisyInput& in) {
    const long double sigma = std::sqrt(static_cast<long double>(in.variance_mv2));
    const long double bottom = (n.reset_mv - in.mean_mv) / sigma, top = (n.threshold_mv - in.mean_mv) / sigma;
    const auto inner = [](long double y) {
      const long double e = one_plus_erf(y);
      return std::exp(y * y) * e * e;
    };
    const auto outer = [&](long double x) { return std::exp(x * x) * brute(x - 9, x, 600, inner); };
    const double rate_per_ms = siegert_rate_hz(n, in) * 1e-3;
    return std::sqrt(2 * M_PI * static_cast<double>(brute(bottom, top, 200, outer))) * rate_per_ms * n.tau_m_ms;
  };
  for (const double mean : {5.0, 15.0, 22.0, 40.0})
    for (const double variance : {20.0, 80.0}) {
      const LifTheory n{.t_ref_ms = 1.5};
      CHECK_CLOSE(siegert_isi_cv(n, {mean, variance}), brute_cv(n, {mean, variance}), 1e-5, 0);
    }
}

TEST_CASE("siegert: interval CV in its limits") {
  // Rare spikes are a Poisson process.
  CHECK_CLOSE(siegert_isi_cv({.t_ref_ms = 0}, {-10, 40}), 1, 2e-4, 0);
  CHECK(siegert_isi_cv({}, {-10, 1}) == 1);
  // Far above threshold the leak does not matter: intervals are inverse Gaussian, CV^2 = variance / (mean distance).
  const LifTheory n{.reset_mv = 0, .t_ref_ms = 0};
  CHECK_CLOSE(siegert_isi_cv(n, {4000, 10}), std::sqrt(10.0 / (4000.0 * 20)), 3e-3, 0);
  CHECK(siegert_isi_cv(n, {40, 0}) == 0);
  CHECK(std::isnan(siegert_isi_cv(n, {4, 0})));
}

TEST_CASE("siegert: external rates of the calibration table for K = 16, 80, 1000") {
  // One region at 8 Hz: J = 3.162 / sqrt(K), g = 6, K_I = K / 4; spikes per ms.
  struct Row {
    double k, per_ms[3];
  };
  for (const Row& row :
       {Row{16, {.957, 1.059, 1.120}}, Row{80, {2.421, 2.631, 2.755}}, Row{1000, {11.686, 12.378, 12.782}}}) {
    const double taus[] = {0, 2, 5}, j = std::sqrt(10 / row.k);
    for (int i = 0; i < 3; ++i) {
      const LifTheory n{.tau_syn_ms = taus[i]};
      const NoisyInput local = poisson_input(n, row.k * 8, j) + poisson_input(n, row.k / 4 * 8, -6 * j);
      const auto external = external_rate_hz(n, 8, local, j);
      REQUIRE(external);
      CHECK_CLOSE(*external * 1e-3, row.per_ms[i], 0, 6e-4);
      CHECK_CLOSE(siegert_rate_hz(n, local + poisson_input(n, *external, j)), 8, 1e-11, 0);
    }
  }
}

TEST_CASE("siegert: an external rate that does not exist is not found") {
  const LifTheory n;
  CHECK_FALSE(external_rate_hz(n, 500, {}, 0.1));       // 1 / t_ref
  CHECK_FALSE(external_rate_hz(n, 10, {25, 10}, 0.1));  // fires faster without it
  CHECK_FALSE(external_rate_hz(n, 10, {}, 0));          // nothing arrives
  CHECK_FALSE(external_rate_hz(n, 0, {}, 0.1));
  CHECK(external_rate_hz(n, 10, {}, 0.1));
}

TEST_CASE("siegert: peak and delta equivalent of a synaptic potential") {
  CHECK_CLOSE(psp_peak_per_amplitude(20, 5), 0.1575, 3e-4, 0);
  // Potjans & Diesmann 2014: a peak of 0.15 mV is a current of 87.808 pA with C = 250 pF.
  CHECK_CLOSE(0.15 / psp_peak_per_amplitude(10, 0.5) * 250 / 10, 87.808, 1e-5, 0);
  CHECK_CLOSE(psp_peak_per_amplitude(20, 20 * (1 + 1e-5)), psp_peak_per_amplitude(20, 20), 1e-5, 0);
  CHECK(psp_area_per_amplitude(20, 5) == 0.25);
}
