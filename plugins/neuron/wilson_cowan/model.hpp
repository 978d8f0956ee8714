// Wilson-Cowan: coupled excitatory and inhibitory masses, one pair per unit (Wilson & Cowan 1972, Biophys J 12:1).
#pragma once
#include <encephagen/sdk/neuron.hpp>

#include "kernel.hpp"

namespace wilson_cowan {

struct WilsonCowan {
  static constexpr eg::Info info{"core.wilson_cowan", "1.0.0", "Wilson-Cowan excitatory and inhibitory masses"};

  enum class Scheme { euler_maruyama, heun };
  enum class Sigmoid { plain, offset };
  enum class Bounds { none, clip };

  struct Params {
    double tau_e_ms = 1, tau_i_ms = 2;
    double w_ee = 16, w_ei = 12, w_ie = 15, w_ii = 3;
    double slope_e = 1.5, threshold_e = 2, slope_i = 1, threshold_i = 3.7;
    double drive_e = 0, drive_i = 0, kappa_i = 0, refractory_e = 0, refractory_i = 0, noise_sd = 0.01;
    Sigmoid sigmoid = Sigmoid::plain;
    Scheme scheme = Scheme::heun;
    Bounds bounds = Bounds::none;
    double initial_e_low = 0, initial_e_high = 0.1, initial_i_low = 0, initial_i_high = 0.1;
    static constexpr auto fields = eg::list(
        eg::param("tau_e_ms", &Params::tau_e_ms, eg::range(1e-3, 1e4), "time constant of the excitatory mass",
                  eg::per_unit),
        eg::param("tau_i_ms", &Params::tau_i_ms, eg::range(1e-3, 1e4), "time constant of the inhibitory mass",
                  eg::per_unit),
        eg::param("w_ee", &Params::w_ee, eg::range(0, 1e3), "weight from excitatory to excitatory", eg::per_unit),
        eg::param("w_ei", &Params::w_ei, eg::range(0, 1e3), "weight from inhibitory to excitatory, subtracted",
                  eg::per_unit),
        eg::param("w_ie", &Params::w_ie, eg::range(0, 1e3), "weight from excitatory to inhibitory", eg::per_unit),
        eg::param("w_ii", &Params::w_ii, eg::range(0, 1e3), "weight from inhibitory to inhibitory, subtracted",
                  eg::per_unit),
        eg::param("threshold_e", &Params::threshold_e, eg::range(-1e3, 1e3), "input at half activation, excitatory",
                  eg::per_unit),
        eg::param("threshold_i", &Params::threshold_i, eg::range(-1e3, 1e3), "input at half activation, inhibitory",
                  eg::per_unit),
        eg::param("drive_e", &Params::drive_e, eg::range(-1e3, 1e3), "constant input to the excitatory mass",
                  eg::per_unit),
        eg::param("drive_i", &Params::drive_i, eg::range(-1e3, 1e3), "constant input to the inhibitory mass",
                  eg::per_unit),
        eg::param("noise_sd", &Params::noise_sd, eg::range(0, 1e3),
                  "intensity of white noise on both masses, per square root of a millisecond", eg::per_unit),
        eg::param("slope_e", &Params::slope_e, eg::range(0, 1e3), "steepness of the excitatory sigmoid"),
        eg::param("slope_i", &Params::slope_i, eg::range(0, 1e3), "steepness of the inhibitory sigmoid"),
        eg::param("kappa_i", &Params::kappa_i, eg::range(0, 1e3),
                  "share of the coupling that reaches the inhibitory mass too"),
        eg::param("refractory_e", &Params::refractory_e, eg::range(0, 1e3),
                  "r of the factor (1 - r e); 0 leaves it out"),
        eg::param("refractory_i", &Params::refractory_i, eg::range(0, 1e3),
                  "r of the factor (1 - r i); 0 leaves it out"),
        eg::param("sigmoid", &Params::sigmoid, eg::choices("plain", "offset"),
                  "logistic function S(x), or S(x) - S(0) as in the paper"),
        eg::param("scheme", &Params::scheme, eg::choices("euler_maruyama", "heun"), "integration scheme"),
        eg::param("bounds", &Params::bounds, eg::choices("none", "clip"),
                  "whether both masses are kept in [0, 1] after every step"),
        eg::param("initial_e_low", &Params::initial_e_low, eg::range(-10, 10), "excitatory mass at the start: from"),
        eg::param("initial_e_high", &Params::initial_e_high, eg::range(-10, 10), "to, drawn uniformly"),
        eg::param("initial_i_low", &Params::initial_i_low, eg::range(-10, 10), "inhibitory mass at the start: from"),
        eg::param("initial_i_high", &Params::initial_i_high, eg::range(-10, 10), "to, drawn uniformly"));
  } p;

  static constexpr auto state =
      eg::list(eg::Column{"e", "activity of the excitatory mass"}, eg::Column{"i", "activity of the inhibitory mass"});
  static constexpr auto inputs =
      eg::list(eg::Port{"coupling", "activity that arrives from other regions", EG_ACCEPTS_CONTINUOUS},
               eg::Port{"drive_e", "further input to the excitatory mass", EG_ACCEPTS_CONTINUOUS},
               eg::Port{"drive_i", "further input to the inhibitory mass", EG_ACCEPTS_CONTINUOUS});
  static constexpr auto outputs = eg::list(eg::Output{"activity", kE, "activity of the excitatory mass"});
  static constexpr auto random =
      eg::list(eg::RandomColumn{"noise_e", EG_RANDOM_NORMAL, "noise on the excitatory mass"},
               eg::RandomColumn{"noise_i", EG_RANDOM_NORMAL, "noise on the inhibitory mass"},
               eg::RandomColumn{"initial_e", EG_RANDOM_UNIFORM, "place of e between its initial bounds"},
               eg::RandomColumn{"initial_i", EG_RANDOM_UNIFORM, "place of i between its initial bounds"});

  explicit WilsonCowan(const Params& params) : p(params) {}

  void init(eg::NeuronBlock& b) const {
    const auto e = b.state(kE), i = b.state(kI);
    const auto ue = b.random(kInitialE), ui = b.random(kInitialI);
    for (size_t k = 0; k < b.size(); ++k) {
      e[k] = p.initial_e_low + (p.initial_e_high - p.initial_e_low) * ue[k];
      i[k] = p.initial_i_low + (p.initial_i_high - p.initial_i_low) * ui[k];
    }
  }

  void step(eg::NeuronBlock& b) const {
    Columns c{};
    c.n = b.size();
    c.e = b.state(kE).data();
    c.i = b.state(kI).data();
    c.coupling = b.input(kCoupling).data();
    c.drive_e = b.input(kDriveE).data();
    c.drive_i = b.input(kDriveI).data();
    c.noise_e = b.random(kNoiseE).data();
    c.noise_i = b.random(kNoiseI).data();
    c.is_uniform = true;
    for (size_t k = 0; k < kPerUnit; ++k) {
      c.param[k] = b.param(k).data();
      c.is_uniform = c.is_uniform && b.param_is_uniform(k);
    }
    const Constants constants{b.dt_ms(),
                              p.slope_e,
                              p.slope_i,
                              p.kappa_i,
                              p.refractory_e,
                              p.refractory_i,
                              p.sigmoid == Sigmoid::offset,
                              p.scheme == Scheme::heun,
                              p.bounds == Bounds::clip};
    advance(c, constants);
  }
};

}  // namespace wilson_cowan
