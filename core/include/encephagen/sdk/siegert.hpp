// Firing of a leaky integrate-and-fire neuron driven by noise, in closed form: rate, irregularity, response, inverse.
// Made of sdk/math.hpp alone, so that results are the same bits on every machine.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "encephagen/sdk/math.hpp"

namespace eg {

// Potentials above rest. tau_syn_ms > 0: synaptic currents decay with it (Fourcaud & Brunel 2002, Neural Comput
// 14:2057, first order in sqrt(tau_syn / tau_m)); 0: delta synapses.
struct LifTheory {
  double tau_m_ms = 20, threshold_mv = 20, reset_mv = 10, t_ref_ms = 2, tau_syn_ms = 0;
};

// Gaussian white noise: the potential without threshold would have this mean and a variance of half `variance_mv2`
// (Brunel 2000's sigma^2).
struct NoisyInput {
  double mean_mv = 0, variance_mv2 = 0;
};

// e^(x^2) erfc(x), within about 1e-15 for x >= 0 (Cody 1969, Math Comp 23:631); infinite below -26.6.
inline double erfcx(double x) {
  constexpr double a[] = {3.16112374387056560e00, 1.13864154151050156e02, 3.77485237685302021e02,
                          3.20937758913846947e03, 1.85777706184603153e-1};
  constexpr double b[] = {2.36012909523441209e01, 2.44024637934444173e02, 1.28261652607737228e03,
                          2.84423683343917062e03};
  constexpr double c[] = {5.64188496988670089e-1, 8.88314979438837594e00, 6.61191906371416295e01,
                          2.98635138197400131e02, 8.81952221241769090e02, 1.71204761263407058e03,
                          2.05107837782607147e03, 1.23033935479799725e03, 2.15311535474403846e-8};
  constexpr double d[] = {1.57449261107098347e01, 1.17693950891312499e02, 5.37181101862009858e02,
                          1.62138957456669019e03, 3.29079923573345963e03, 4.36261909014324716e03,
                          3.43936767414372164e03, 1.23033935480374942e03};
  constexpr double p[] = {3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
                          1.60837851487422766e-2, 6.58749161529837803e-4, 1.63153871373020978e-2};
  constexpr double q[] = {2.56852019228982242e00, 1.87295284992346725e00, 5.27905102951428412e-1,
                          6.05183413124413191e-2, 2.33520497626869185e-3};
  constexpr double inverse_sqrt_pi = 0.56418958354775628695;
  const double y = std::abs(x), z = y * y;
  if (y <= 0.46875) {
    double top = a[4] * z, bottom = z;
    for (int i = 0; i < 3; ++i) top = (top + a[i]) * z, bottom = (bottom + b[i]) * z;
    return eg::exp(z) * (1 - x * (top + a[3]) / (bottom + b[3]));
  }
  double of_y = 0;
  if (y <= 4) {
    double top = c[8] * y, bottom = y;
    for (int i = 0; i < 7; ++i) top = (top + c[i]) * y, bottom = (bottom + d[i]) * y;
    of_y = (top + c[7]) / (bottom + d[7]);
  } else {
    const double w = 1 / z;
    double top = p[5] * w, bottom = w;
    for (int i = 0; i < 4; ++i) top = (top + p[i]) * w, bottom = (bottom + q[i]) * w;
    of_y = (inverse_sqrt_pi - w * (top + p[4]) / (bottom + q[4])) / y;
  }
  return x >= 0 ? of_y : 2 * eg::exp(z) - of_y;
}

namespace detail {

inline constexpr double sqrt_pi = 1.7724538509055160273;

// Gauss-Legendre with 16 points.
template <class F>
double gauss_legendre(double from, double to, F&& f) {
  constexpr std::array<double, 8> x{0.0950125098376374402, 0.2816035507792589132, 0.4580167776572273863,
                                    0.6178762444026437484, 0.7554044083550030339, 0.8656312023878317439,
                                    0.9445750230732325761, 0.9894009349916499326};
  constexpr std::array<double, 8> w{0.1894506104550684963, 0.1826034150449235889, 0.1691565193950025382,
                                    0.1495959888165767321, 0.1246289712555338720, 0.0951585116824927848,
                                    0.0622535239386478929, 0.0271524594117540949};
  const double middle = 0.5 * (from + to), half = 0.5 * (to - from);
  double sum = 0;
  for (size_t i = 0; i < x.size(); ++i) sum += w[i] * (f(middle - half * x[i]) + f(middle + half * x[i]));
  return half * sum;
}

// Over panels short enough for functions that grow like e^(2 u^2) above 0 and fall like a power of u below.
template <class F>
double integrate(double from, double to, F&& f) {
  double sum = 0;
  for (double u = from; u < to;) {
    const double next = u < -1 ? u / 2 : u < 0 ? 0.0 : u + 2 / (2 + u);
    const double end = std::min(next, to);
    sum += gauss_legendre(u, end, f);
    u = end;
  }
  return sum;
}

// The integrand of Siegert's formula, e^(u^2) (1 + erf u).
inline double siegert_integrand(double u) { return erfcx(-u); }

// Threshold and reset in units of the noise: where the integrals end.
struct Limits {
  double threshold, reset, shift;
};
inline Limits limits(const LifTheory& n, const NoisyInput& in) {
  // |zeta(1/2)| sqrt(tau_syn / (2 tau_m)): alpha / 2 of Brunel & Sergi 1998, alpha = sqrt(2) |zeta(1/2)| = 2.0653.
  const double shift = 1.4603545088095868129 * std::sqrt(n.tau_syn_ms / (2 * n.tau_m_ms));
  const double sigma = std::sqrt(in.variance_mv2);
  return {(n.threshold_mv - in.mean_mv) / sigma + shift, (n.reset_mv - in.mean_mv) / sigma + shift, shift};
}

// e^(u^2) leaves the range of numbers: the rate is below 1e-300 Hz.
inline constexpr double highest_limit = 26.5;
// e^(2 u^2) does: spikes are rarer than 1e-140 Hz, and as irregular as a Poisson process.
inline constexpr double highest_limit_squared = 18;

}  // namespace detail

// Stationary rate (Siegert 1951; Brunel 2000, J Comput Neurosci 8:183, eq. 21), about 1e-13 relative. Not a number for
// input that is none.
inline double siegert_rate_hz(const LifTheory& n, const NoisyInput& in) {
  if (!(in.variance_mv2 > 0)) {  // no noise: the potential rises to threshold, or never reaches it
    if (in.mean_mv <= n.threshold_mv) return 0;
    return 1000 / (n.t_ref_ms + n.tau_m_ms * eg::log((in.mean_mv - n.reset_mv) / (in.mean_mv - n.threshold_mv)));
  }
  const auto at = detail::limits(n, in);
  if (!std::isfinite(at.threshold) || !std::isfinite(at.reset)) return std::numeric_limits<double>::quiet_NaN();
  if (at.threshold > detail::highest_limit) return 0;
  const double integral = detail::integrate(at.reset, at.threshold, detail::siegert_integrand);
  return 1000 / (n.t_ref_ms + n.tau_m_ms * detail::sqrt_pi * integral);
}

// How the rate answers a small lasting change of its input.
struct LinearResponse {
  double per_mean_hz_per_mv = 0, per_variance_hz_per_mv2 = 0;
};
inline LinearResponse siegert_response(const LifTheory& n, const NoisyInput& in) {
  if (!(in.variance_mv2 > 0)) {
    if (in.mean_mv <= n.threshold_mv) return {};
    const double rate = siegert_rate_hz(n, in), above = in.mean_mv - n.threshold_mv, range = in.mean_mv - n.reset_mv;
    return {rate * rate * 1e-3 * n.tau_m_ms * (1 / above - 1 / range), 0};
  }
  const auto at = detail::limits(n, in);
  if (at.threshold > detail::highest_limit) return {};
  const double rate = siegert_rate_hz(n, in), scale = rate * rate * 1e-3 * n.tau_m_ms * detail::sqrt_pi;
  const double top = detail::siegert_integrand(at.threshold), bottom = detail::siegert_integrand(at.reset);
  return {scale * (top - bottom) / std::sqrt(in.variance_mv2),
          scale * ((at.threshold - at.shift) * top - (at.reset - at.shift) * bottom) / (2 * in.variance_mv2)};
}

// Coefficient of variation of the intervals between spikes (Brunel 2000, appendix A.1), with the limits shifted as for
// the rate. Not a number when there is no noise and no spike.
inline double siegert_isi_cv(const LifTheory& n, const NoisyInput& in) {
  const double rate = siegert_rate_hz(n, in);
  if (!(in.variance_mv2 > 0)) return rate > 0 ? 0 : std::numeric_limits<double>::quiet_NaN();
  if (std::isnan(rate)) return rate;
  const auto at = detail::limits(n, in);
  if (at.threshold > detail::highest_limit_squared) return 1;
  // e^(x^2) times the integral of e^(y^2) (1 + erf y)^2 over y < x. Below 0, with s = x - y, everything stays in range.
  const auto below = [](double x) {
    const auto f = [x](double s) { return eg::exp(2 * x * s - s * s) * erfcx(s - x) * erfcx(s - x); };
    const double panel = 1 / (1 - x);
    double sum = 0, s = 0;
    while (s * s - 2 * x * s < 40) {
      sum += detail::gauss_legendre(s, s + panel, f);
      s += panel;
    }
    return sum;
  };
  const double below_zero = below(0);
  const auto above = [](double y) {
    const double e = erfcx(-y);
    return eg::exp(-y * y) * e * e;
  };
  const double integral = detail::integrate(at.reset, at.threshold, [&](double x) {
    return x < 0 ? below(x) : eg::exp(x * x) * (below_zero + detail::integrate(0, x, above));
  });
  return std::sqrt(2 * integral) * detail::sqrt_pi * n.tau_m_ms * rate * 1e-3;
}

// What events of `weight_mv` (delta equivalent: what one adds to the potential, were its charge to arrive at once) at
// this rate, independent and Poisson, add to the input: tau_m J nu and tau_m J^2 nu.
inline NoisyInput poisson_input(const LifTheory& n, double rate_hz, double weight_mv) {
  const double events = 1e-3 * rate_hz * n.tau_m_ms;
  return {events * weight_mv, events * weight_mv * weight_mv};
}
inline NoisyInput operator+(const NoisyInput& a, const NoisyInput& b) {
  return {a.mean_mv + b.mean_mv, a.variance_mv2 + b.variance_mv2};
}

// The external rate of excitatory events of `weight_mv` that makes the neuron fire at `target_hz` beside `other` input.
// Nothing when no rate does: the target is above 1 / t_ref, or passed without external input already.
inline std::optional<double> external_rate_hz(const LifTheory& n, double target_hz, const NoisyInput& other,
                                              double weight_mv) {
  const auto rate = [&](double external) { return siegert_rate_hz(n, other + poisson_input(n, external, weight_mv)); };
  if (!(weight_mv > 0) || !(target_hz > 0) || target_hz * n.t_ref_ms >= 1000 || rate(0) > target_hz) return {};
  double low = 0, high = 1000;
  while (rate(high) < target_hz)
    if ((low = high, high *= 2) > 1e12) return {};
  for (int k = 0; k < 200 && high - low > 4e-16 * high; ++k) {
    const double middle = 0.5 * (low + high);
    (rate(middle) < target_hz ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

// Peak of the potential after one spike, per amplitude of the current it adds (both in mV; the current is what the
// potential would settle at), and the same for its delta equivalent: charge / capacitance = amplitude tau_syn / tau_m.
inline double psp_peak_per_amplitude(double tau_m_ms, double tau_syn_ms) {
  const double ratio = tau_syn_ms / tau_m_ms;
  if (std::abs(ratio - 1) < 1e-6) return eg::exp(-1.0);
  const double log_ratio = eg::log(ratio), d = tau_m_ms - tau_syn_ms;
  return tau_syn_ms / d * (eg::exp(log_ratio * tau_syn_ms / d) - eg::exp(log_ratio * tau_m_ms / d));
}
inline double psp_area_per_amplitude(double tau_m_ms, double tau_syn_ms) { return tau_syn_ms / tau_m_ms; }

}  // namespace eg
