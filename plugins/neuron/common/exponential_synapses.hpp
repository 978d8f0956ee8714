// Currents that jump with a spike and decay exponentially, and what a weight means for them; all in mV.
#pragma once
#include <cmath>
#include <encephagen/sdk/math.hpp>
#include <encephagen/sdk/neuron.hpp>

namespace core {

enum class WeightKind { psc, psp_peak, psp_area };

// Base of a model's Params.
struct ExponentialSynapses {
  double tau_exc_ms = 5, tau_inh_ms = 5;
  WeightKind weight_kind = WeightKind::psc;
  static constexpr auto synapse_fields = eg::list(
      eg::param("tau_exc_ms", &ExponentialSynapses::tau_exc_ms, eg::range(0.01, 10000),
                "decay time of the excitatory current"),
      eg::param("tau_inh_ms", &ExponentialSynapses::tau_inh_ms, eg::range(0.01, 10000),
                "decay time of the inhibitory current"),
      eg::param("weight_kind", &ExponentialSynapses::weight_kind, eg::choices("psc", "psp_peak", "psp_area"),
                "a weight is the jump of the current, the peak of the potential it evokes, or the jump of a delta "
                "synapse that evokes the same area"));
};

// What a step of h leaves of the potential and of the currents, and what the currents add to the potential.
// The gain is the change of the potential per current (mV) at the start of the step, which decays with tau_s (Rotter &
// Diesmann 1999): a (e^-b - e^-a) / (a - b) with a = h / tau_m, b = h / tau_s. Where a and b are close it is written
// a e^(-(a+b)/2) sinh(d) / d with d = (a - b) / 2, which loses nothing as d approaches 0.
struct ExactStep {
  double leak, exc_decay, inh_decay, exc_gain, inh_gain;

  ExactStep(double h, double tau_m, double tau_exc, double tau_inh) {
    const double a = h / tau_m, be = h / tau_exc, bi = h / tau_inh;
    const double x[5] = {-a, -be, -bi, -0.5 * (a + be), -0.5 * (a + bi)};
    double e[5];
    eg::exp(x, e);
    leak = e[0], exc_decay = e[1], inh_decay = e[2];
    exc_gain = gain(a, be, e[0], e[1], e[3]);
    inh_gain = gain(a, bi, e[0], e[2], e[4]);
  }

 private:
  static double gain(double a, double b, double exp_a, double exp_b, double exp_mean) {
    if (std::abs(a - b) >= 1) return a * (exp_b - exp_a) / (a - b);
    const double y = 0.25 * (a - b) * (a - b);
    // sinh(d) / d = 1 + y/3! + y^2/5! + ..., y = d^2 <= 1/4.
    const double series =
        1 + y * (1.0 / 6 +
                 y * (1.0 / 120 +
                      y * (1.0 / 5040 +
                           y * (1.0 / 362880 + y * (1.0 / 39916800 + y * (1.0 / 6227020800 + y / 1307674368000))))));
    return a * exp_mean * series;
  }
};

// The jump of the current per weight. The potential peaks where it equals the current, at t = s m / (m - s) ln(m / s)
// with m = tau_m, s = tau_s: so the peak is e^(-t/s) of the jump. The area is that of a delta synapse of jump w s / m.
inline double jump_per_weight(WeightKind kind, double tau_m, double tau_s) {
  if (kind == WeightKind::psc) return 1;
  const double x = tau_m / tau_s;
  if (kind == WeightKind::psp_area) return x;
  return eg::exp(x == 1 ? 1 : x * eg::log(x) / (x - 1));
}

}  // namespace core
