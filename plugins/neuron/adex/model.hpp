// Adaptive exponential integrate-and-fire neuron (Brette & Gerstner 2005); equations in adex.md.
#pragma once
#include <encephagen/sdk/neuron.hpp>

#include "../common/exponential.hpp"
#include "../common/exponential_synapses.hpp"
#include "../common/initial_potential.hpp"
#include "../common/membrane.hpp"

namespace core {

struct AdEx {
  static constexpr eg::Info info{"core.adex", "1.0.0", "adaptive exponential integrate-and-fire neuron"};

  // The defaults are those of the paper, with potentials above its rest of -70.6 mV and currents per leak (30 nS).
  struct Params : Membrane, SynapticDecays, InitialPotential {
    double slope_mv = 2, peak_mv = 40, a_per_leak = 4.0 / 30, b_mv = 80.5 / 30, tau_w_ms = 144;
    constexpr Params() {
      tau_m_ms = 281.0 / 30, threshold_mv = 20.2, t_ref_ms = 0, tau_exc_ms = 5, tau_inh_ms = 10, initial_v_high_mv = 10;
    }
    static constexpr auto fields = eg::concat(
        eg::concat(membrane_fields, decay_fields),
        eg::concat(initial_fields, eg::list(eg::param("slope_mv", &Params::slope_mv, eg::range(0.05, 100),
                                                      "sharpness of the exponential rise at the threshold"),
                                            eg::param("peak_mv", &Params::peak_mv, eg::range(-1000, 1000),
                                                      "potential above rest at which it fires"),
                                            eg::param("a_per_leak", &Params::a_per_leak, eg::range(-10, 1000),
                                                      "adaptation current per potential below threshold", eg::per_unit),
                                            eg::param("b_mv", &Params::b_mv, eg::range(-1000, 1000),
                                                      "what a spike adds to the adaptation current", eg::per_unit),
                                            eg::param("tau_w_ms", &Params::tau_w_ms, eg::range(0.1, 1e6),
                                                      "time constant of the adaptation current"))));
  } p;
  enum PerUnitParam { kA = kAfterMembrane, kB };

  enum State { kV, kExc, kInh, kW, kRefractory };
  static constexpr auto state = eg::list(
      eg::Column{"v_mv", "membrane potential above rest"}, eg::Column{"i_exc_mv", "excitatory current"},
      eg::Column{"i_inh_mv", "inhibitory current (negative)"}, eg::Column{"w_mv", "adaptation current, subtracted"},
      eg::Column{"refractory_steps", "steps that remain of the refractory period", 0});
  enum Input { kExcPort, kInhPort, kDrivePort };
  static constexpr auto inputs =
      eg::list(eg::Port{"exc_mv", "excitatory weights that arrive", EG_ACCEPTS_SPIKES, EG_SIGN_EXCITATORY},
               eg::Port{"inh_mv", "inhibitory weights that arrive, negative", EG_ACCEPTS_SPIKES, EG_SIGN_INHIBITORY},
               eg::Port{"drive_mv", "drive during the step: the potential it would settle at", EG_ACCEPTS_CONTINUOUS});
  static constexpr auto random = eg::list(initial_v, initial_v_normal);

  explicit AdEx(const Params& params) : p(params) {
    p.check_initial();
    if (!(p.peak_mv > p.reset_mv))
      throw std::invalid_argument("peak_mv = " + text(p.peak_mv) + " is not above reset_mv = " + text(p.reset_mv) +
                                  ": a unit would fire for ever");
  }

  template <class Real>
  void init(eg::NeuronBlockOf<Real>& b) const {
    check_refractory(p.t_ref_ms, b.dt_ms());
    p.set_initial(b, b.state(kV));
    for (const size_t zero : {kExc, kInh, kW, kRefractory}) std::ranges::fill(b.state(zero), Real{0});
  }

  // Runge-Kutta of fourth order, with the exact course of the synaptic currents; then the order of core.lif.
  template <class Real>
  void step(eg::NeuronBlockOf<Real>& b) const {
    const auto real = [](double x) { return static_cast<Real>(x); };
    const double x[4] = {-b.dt_ms() / p.tau_exc_ms, -b.dt_ms() / p.tau_inh_ms, -0.5 * b.dt_ms() / p.tau_exc_ms,
                         -0.5 * b.dt_ms() / p.tau_inh_ms};
    double decay[4];
    eg::exp(x, decay);
    const Real exc_decay = real(decay[0]), inh_decay = real(decay[1]);
    const Real exc_half = real(decay[2]), inh_half = real(decay[3]);
    const Real h = real(b.dt_ms()), half = real(0.5 * b.dt_ms()), sixth = real(b.dt_ms() / 6);
    const Real slope = real(p.slope_mv), per_slope = real(1 / p.slope_mv), peak = real(p.peak_mv);
    const Real per_tau_w = real(1 / p.tau_w_ms), one{1}, two{2};
    const auto v_column = b.state(kV), exc_column = b.state(kExc), inh_column = b.state(kInh), w_column = b.state(kW),
               refractory_column = b.state(kRefractory);
    const auto exc_in = b.input(kExcPort), inh_in = b.input(kInhPort), drive_in = b.input(kDrivePort);
    const UnitParam<Real> tau_m(b, kTauM), threshold(b, kThreshold), drive_param(b, kDriveParam), a(b, kA);
    const auto move = [=](auto at) EG_LOOP {
      using T = typename decltype(at)::Type;
      const T v0 = at(v_column), w0 = at(w_column), exc = at(exc_column), inh = at(inh_column);
      const T refractory = at(refractory_column), tau = at(tau_m), theta = at(threshold), pull = at(a);
      const T moves = (refractory > T{} ? T{} : T{} + one) / tau;
      const T drive = at(drive_param) + at(drive_in);
      // Slopes at (v, w) with a synaptic current s. The exponential is held beyond the peak, which is above every
      // potential that is looked at, and its argument below 80 to stay finite in single precision.
      const auto slopes = [&](const T& v, const T& w, const T& s, T& dv, T& dw) EG_LOOP {
        const T u = v > T{} + peak ? T{} + peak : v, high = T{} + Real{80};
        const T z = (u - theta) * per_slope;
        dv = moves * ((slope * exponential<Real, T>(z > high ? high : z) - u) - w + (s + drive));
        dw = per_tau_w * (pull * u - w);
      };
      const T s0 = exc + inh, s1 = exc * exc_half + inh * inh_half, s2 = exc * exc_decay + inh * inh_decay;
      T dv[4], dw[4];
      slopes(v0, w0, s0, dv[0], dw[0]);
      slopes(v0 + half * dv[0], w0 + half * dw[0], s1, dv[1], dw[1]);
      slopes(v0 + half * dv[1], w0 + half * dw[1], s1, dv[2], dw[2]);
      slopes(v0 + h * dv[2], w0 + h * dw[2], s2, dv[3], dw[3]);
      const T v = v0 + sixth * (dv[0] + two * (dv[1] + dv[2]) + dv[3]);
      at.store(v_column, v);
      at.store(w_column, w0 + sixth * (dw[0] + two * (dw[1] + dw[2]) + dw[3]));
      at.store(refractory_column, one_less<Real>(refractory));
      at.store(exc_column, exc * exc_decay + at(exc_in));
      at.store(inh_column, inh * inh_decay + at(inh_in));
      return reached<Real, T>(v, T{} + peak);
    };
    const auto jump = b.param(kB);
    advance(
        b, move,
        [=, reset = resetting(v_column, refractory_column, p.reset_mv, std::round(p.t_ref_ms / b.dt_ms()))](size_t i) {
          reset(i);
          w_column[i] += jump[i];
        });
  }
};

}  // namespace core
