// Currents that jump with a spike and decay exponentially, and what a weight means for them; all in mV.
#pragma once
#include <cmath>
#include <encephagen/sdk/math.hpp>
#include <encephagen/sdk/neuron.hpp>

namespace core {

enum class WeightKind { psc, psp_peak, psp_area };

// Bases of a model's Params; the first where the neuron is not linear, so that weights have one meaning only.
struct SynapticDecays {
  double tau_exc_ms = 5, tau_inh_ms = 5;
  static constexpr auto decay_fields =
      eg::list(eg::param("tau_exc_ms", &SynapticDecays::tau_exc_ms, eg::range(0.01, 10000),
                         "decay time of the excitatory current"),
               eg::param("tau_inh_ms", &SynapticDecays::tau_inh_ms, eg::range(0.01, 10000),
                         "decay time of the inhibitory current"));
};
struct ExponentialSynapses : SynapticDecays {
  WeightKind weight_kind = WeightKind::psc;
  static constexpr auto synapse_fields = eg::concat(
      decay_fields,
      eg::list(eg::param(
          "weight_kind", &ExponentialSynapses::weight_kind, eg::choices("psc", "psp_peak", "psp_area"),
          "a weight is the jump of the current, the peak of the potential it evokes, or the jump of a delta synapse "
          "that evokes the same area")));
};

// What a step of h leaves of the potential and of each current, and what the currents add to the potential. The gain is
// the change of the potential per current (mV) at the start of the step, which decays with tau_s (Rotter & Diesmann
// 1999): a (e^-b - e^-a) / (a - b) with a = h / tau_m, b = h / tau_s. Where a and b are close it is written a
// e^(-(a+b)/2) sinh(d) / d with d = (a - b) / 2, which loses nothing as d approaches 0.
template <size_t n>
struct ExactStep {
  double leak, decay[n], gain[n];

  ExactStep(double h, double tau_m, const double (&tau_s)[n]) {
    const double a = h / tau_m;
    double b[n], x[1 + 2 * n], e[1 + 2 * n];
    x[0] = -a;
    for (size_t k = 0; k < n; ++k) b[k] = h / tau_s[k], x[1 + k] = -b[k], x[1 + n + k] = -0.5 * (a + b[k]);
    eg::exp(x, e);
    leak = e[0];
    for (size_t k = 0; k < n; ++k) {
      const double d = 0.5 * (a - b[k]);
      decay[k] = e[1 + k];
      gain[k] = std::abs(d) < 0.5 ? a * e[1 + n + k] * sinh_ratio(d * d) : 0.5 * a * (decay[k] - leak) / d;
    }
  }

 private:
  // sinh(d) / d for y = d^2 < 1/4.
  static double sinh_ratio(double y) {
    return 1 + y * (1.0 / 6 +
                    y * (1.0 / 120 +
                         y * (1.0 / 5040 +
                              y * (1.0 / 362880 + y * (1.0 / 39916800 + y * (1.0 / 6227020800 + y / 1307674368000))))));
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
