// The balloon-Windkessel model: from neural activity to blood flow, volume, deoxyhaemoglobin and the BOLD signal.
#pragma once
#include <array>
#include <encephagen/sdk/math.hpp>
#include <type_traits>

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

// One region, or as many as a pack T of doubles has lanes.
class Hemodynamics {
 public:
  static constexpr double tau_s = 0.98, alpha = 0.32, rho = 0.34, v0 = 0.02;
  template <class T>
  struct StateOf {
    T s = T{}, f = T{} + 1.0, v = T{} + 1.0, q = T{} + 1.0;
  };
  using State = StateOf<double>;

  Hemodynamics(BoldConstants constants, double kappa, double gamma) : k_(constants), kappa_(kappa), gamma_(gamma) {}

  // One step of Runge and Kutta's method of fourth order with constant activity z.
  template <class T>
  EG_INLINE void step(StateOf<T>& x, const std::type_identity_t<T>& z, double h_s) const {
    const auto a = rate(x, z), b = rate(moved(x, a, h_s / 2), z), c = rate(moved(x, b, h_s / 2), z),
               d = rate(moved(x, c, h_s), z);
    const double sixth = h_s / 6;
    x.s += sixth * (a.s + 2.0 * b.s + 2.0 * c.s + d.s);
    x.f += sixth * (a.f + 2.0 * b.f + 2.0 * c.f + d.f);
    x.v += sixth * (a.v + 2.0 * b.v + 2.0 * c.v + d.v);
    x.q += sixth * (a.q + 2.0 * b.q + 2.0 * c.q + d.q);
  }
  template <class T>
  EG_INLINE T bold(const StateOf<T>& x) const {
    return v0 * (k_.k1 * (1.0 - x.q) + k_.k2 * (1.0 - x.q / x.v) + k_.k3 * (1.0 - x.v));
  }

 private:
  template <class T>
  EG_INLINE static StateOf<T> moved(const StateOf<T>& x, const StateOf<T>& by, double h) {
    return {x.s + h * by.s, x.f + h * by.f, x.v + h * by.v, x.q + h * by.q};
  }
  // Friston 2000, NeuroImage 12:466, eqs. 7-11.
  template <class T>
  EG_INLINE StateOf<T> rate(const StateOf<T>& x, const T& z) const {
    const T outflow = eg::exp(T(eg::log(x.v) / alpha));  // v^(1/alpha)
    // The share of oxygen taken up, relative to rest. Divided by its own value at f = 1, from which rounding may make
    // rho differ: rest is a fixed point to the last bit.
    const T uptake = extracted(x.f) / extracted_at_rest_;
    return {z - kappa_ * x.s - gamma_ * (x.f - 1.0), x.s, (x.f - outflow) / tau_s,
            (x.f * uptake - outflow * (x.q / x.v)) / tau_s};
  }
  template <class T>
  EG_INLINE T extracted(const T& f) const {
    return 1.0 - eg::exp(T(log_left_ / f));  // 1 - (1 - rho)^(1/f)
  }

  BoldConstants k_;
  double kappa_, gamma_, log_left_ = eg::log(1 - rho), extracted_at_rest_ = extracted(1.0);
};

// Many regions side by side, rest at the start: [step][column] of activity becomes the BOLD signal after every step.
struct BoldRun {
  const Hemodynamics* model;
  size_t n_steps, n_columns;  // columns: a multiple of 8
  size_t n_parts;             // of a step, each integrated on its own with the activity held
  double part_s;
  double* values;
  // [column] flow relative to rest: the highest, and the lowest of it, the volume and the deoxyhaemoglobin (NaN once
  // the equations have broken down).
  double *highest_flow, *lowest;
};
void respond(const BoldRun& run);

}  // namespace analysis
