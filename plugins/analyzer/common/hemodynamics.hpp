// The balloon-Windkessel model: from neural activity to blood flow, volume, deoxyhaemoglobin and the BOLD signal.
#pragma once
#include <array>
#include <encephagen/sdk/math.hpp>

namespace analysis {

// y = V0 [k1 (1 - q) + k2 (1 - q/v) + k3 (1 - v)]
struct BoldConstants {
  double k1, k2, k3;
};
// Friston, Harrison and Penny 2003, NeuroImage 19:1273: 7 rho, 2, 2 rho - 0.2.
inline constexpr BoldConstants friston_2003{7 * 0.34, 2, 2 * 0.34 - 0.2};
// Heinzle et al. 2016, NeuroImage 125:556, for 3 T: 4.3 theta0 rho TE, eps r0 rho TE, 1 - eps, with theta0 = 84.8 / s,
// r0 = 110 / s, eps = 0.47, TE = 30 ms.
inline constexpr BoldConstants heinzle_2016_3t{3.72, 0.527, 0.53};

class Hemodynamics {
 public:
  static constexpr double tau_s = 0.98, alpha = 0.32, rho = 0.34, v0 = 0.02;
  struct State {
    double s = 0, f = 1, v = 1, q = 1;
  };

  Hemodynamics(BoldConstants constants, double kappa, double gamma) : k_(constants), kappa_(kappa), gamma_(gamma) {}

  // One step of Runge and Kutta's method of fourth order with constant activity z.
  void step(State& x, double z, double h_s) const {
    const State a = rate(x, z), b = rate(moved(x, a, h_s / 2), z), c = rate(moved(x, b, h_s / 2), z),
                d = rate(moved(x, c, h_s), z);
    const auto sum = [&](double State::*m) { return h_s / 6 * (a.*m + 2 * b.*m + 2 * c.*m + d.*m); };
    x = {x.s + sum(&State::s), x.f + sum(&State::f), x.v + sum(&State::v), x.q + sum(&State::q)};
  }
  double bold(const State& x) const { return v0 * (k_.k1 * (1 - x.q) + k_.k2 * (1 - x.q / x.v) + k_.k3 * (1 - x.v)); }

 private:
  static State moved(const State& x, const State& by, double h) {
    return {x.s + h * by.s, x.f + h * by.f, x.v + h * by.v, x.q + h * by.q};
  }
  // Friston 2000, NeuroImage 12:466, eqs. 7-11.
  State rate(const State& x, double z) const {
    const double outflow = eg::exp(eg::log(x.v) / alpha);  // v^(1/alpha)
    // The share of oxygen taken up, relative to rest. Divided by its own value at f = 1, from which rounding may make
    // rho differ: rest is a fixed point to the last bit.
    const double uptake = extracted(x.f) / extracted_at_rest_;
    return {z - kappa_ * x.s - gamma_ * (x.f - 1), x.s, (x.f - outflow) / tau_s,
            (x.f * uptake - outflow * (x.q / x.v)) / tau_s};
  }
  double extracted(double f) const { return 1 - eg::exp(log_left_ / f); }  // 1 - (1 - rho)^(1/f)

  BoldConstants k_;
  double kappa_, gamma_, log_left_ = eg::log(1 - rho), extracted_at_rest_ = extracted(1);
};

}  // namespace analysis
