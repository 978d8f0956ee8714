// Leaky integrate-and-fire neuron with synaptic conductances that decay exponentially; equations in lif_conductance.md.
#pragma once
#include <encephagen/sdk/neuron.hpp>

#include "../common/initial_potential.hpp"
#include "../common/membrane.hpp"

namespace core {

struct LifConductance {
  static constexpr eg::Info info{"core.lif_conductance", "1.0.0",
                                 "leaky integrate-and-fire neuron with exponential conductances"};

  // The defaults are those of the COBA benchmark (Brette et al. 2007), with potentials above its rest of -60 mV.
  struct Params : Membrane, InitialPotential {
    double leak_ns = 10, tau_exc_ms = 5, tau_inh_ms = 10, reversal_exc_mv = 60, reversal_inh_mv = -20;
    constexpr Params() { threshold_mv = 10, t_ref_ms = 5, initial_v_high_mv = 10; }
    static constexpr auto fields = eg::concat(
        eg::concat(membrane_fields, initial_fields),
        eg::list(eg::param("leak_ns", &Params::leak_ns, eg::range(1e-3, 1e6), "conductance of the membrane at rest"),
                 eg::param("tau_exc_ms", &Params::tau_exc_ms, eg::range(0.01, 10000),
                           "decay time of the excitatory conductance"),
                 eg::param("tau_inh_ms", &Params::tau_inh_ms, eg::range(0.01, 10000),
                           "decay time of the inhibitory conductance"),
                 eg::param("reversal_exc_mv", &Params::reversal_exc_mv, eg::range(-1000, 1000),
                           "reversal potential of the excitatory conductance, above rest"),
                 eg::param("reversal_inh_mv", &Params::reversal_inh_mv, eg::range(-1000, 1000),
                           "reversal potential of the inhibitory conductance, above rest")));
  } p;

  // `dt_per_tau_m` is set by init and only read, and only where tau_m_ms differs from unit to unit.
  enum State { kV, kExc, kInh, kRefractory, kDtPerTau };
  static constexpr auto state =
      eg::list(eg::Column{"v_mv", "membrane potential above rest"}, eg::Column{"g_exc_ns", "excitatory conductance"},
               eg::Column{"g_inh_ns", "inhibitory conductance", 0},
               eg::Column{"refractory_steps", "steps that remain of the refractory period", 0},
               eg::Column{"dt_per_tau_m", "length of a step in membrane time constants", 0});
  enum Input { kExcPort, kInhPort, kDrivePort };
  static constexpr auto inputs =
      eg::list(eg::Port{"exc_ns", "jump of the excitatory conductance", EG_ACCEPTS_SPIKES, EG_SIGN_EXCITATORY},
               eg::Port{"inh_ns", "jump of the inhibitory conductance; the sign of the weight is dropped",
                        EG_ACCEPTS_SPIKES, EG_SIGN_INHIBITORY},
               eg::Port{"drive_mv", "drive during the step: the potential it would settle at without synapses",
                        EG_ACCEPTS_CONTINUOUS});
  static constexpr auto random = eg::list(initial_v, initial_v_normal);

  explicit LifConductance(const Params& params) : p(params) { p.check_initial(); }

  template <class Real>
  void init(eg::NeuronBlockOf<Real>& b) const {
    check_refractory(p.t_ref_ms, b.dt_ms());
    check_thresholds(b.param(kThreshold), p.reset_mv);
    p.set_initial(b, b.state(kV));
    for (const size_t zero : {kExc, kInh, kRefractory}) std::ranges::fill(b.state(zero), Real{0});
    for (size_t i = 0; i < b.size(); ++i)
      b.state(kDtPerTau)[i] = static_cast<Real>(b.dt_ms() / static_cast<double>(b.param(kTauM)[i]));
  }

  template <class Real>
  void step(eg::NeuronBlockOf<Real>& b) const {
    if (b.size() == 0) return;
    if (b.param_is_uniform(kTauM))
      move(b, Same<Real>{static_cast<Real>(b.dt_ms() / static_cast<double>(b.param(kTauM)[0]))});
    else
      move(b, b.state(kDtPerTau));
  }

 private:
  // With conductances g held at their mean over the step, in units of the leak, G = 1 + g_exc + g_inh, x = h G / tau_m:
  //   V <- V_inf + (V - V_inf) e^-x,  x V_inf = h / tau_m (drive + g_exc E_exc + g_inh E_inh).
  // With P = e^x = 1 + x Q this is (V + Q x V_inf) / P: one division, no exponential. P is cut after x^4 / 4!, whose
  // reciprocal is within 8e-8 of e^-x for x < 0.1 and tends to 0 with large x, as it should.
  template <class Real, class Column>
  void move(eg::NeuronBlockOf<Real>& b, Column dt_per_tau) const {
    const double he = b.dt_ms() / p.tau_exc_ms, hi = b.dt_ms() / p.tau_inh_ms;
    const double x[2] = {-he, -hi};
    double decay[2];
    eg::exp(x, decay);
    const auto exc_decay = static_cast<Real>(decay[0]), inh_decay = static_cast<Real>(decay[1]);
    const auto exc_mean = static_cast<Real>((1 - decay[0]) / (he * p.leak_ns));
    const auto inh_mean = static_cast<Real>((1 - decay[1]) / (hi * p.leak_ns));
    const auto e_exc = static_cast<Real>(p.reversal_exc_mv), e_inh = static_cast<Real>(p.reversal_inh_mv);
    constexpr auto c1 = Real{1}, c2 = Real{1} / 2, c3 = Real{1} / 6, c4 = Real{1} / 24;
    const auto v_column = b.state(kV), exc_column = b.state(kExc), inh_column = b.state(kInh),
               refractory_column = b.state(kRefractory);
    const auto exc_in = b.input(kExcPort), inh_in = b.input(kInhPort), drive_in = b.input(kDrivePort);
    const UnitParam<Real> threshold(b, kThreshold), drive_param(b, kDriveParam);
    const auto move = [=](auto at) EG_LOOP {
      using T = typename decltype(at)::Type;
      const T v = at(v_column), exc = at(exc_column), inh = at(inh_column), refractory = at(refractory_column);
      const T k = at(dt_per_tau), per_exc = k * exc_mean, per_inh = k * inh_mean;
      const T x = k + exc * per_exc + inh * per_inh;
      const T settled = k * (at(drive_param) + at(drive_in)) + exc * (per_exc * e_exc) + inh * (per_inh * e_inh);
      const T q = c1 + x * (c2 + x * (c3 + x * c4));
      const T moved = (v + q * settled) / (c1 + x * q);
      const T after = refractory > T{} ? v : moved;
      at.store(v_column, after);
      at.store(refractory_column, one_less<Real>(refractory));
      at.store(exc_column, exc * exc_decay + at(exc_in));
      at.store(inh_column, inh * inh_decay + magnitude<Real, T>(at(inh_in)));
      return reached<Real, T>(after, at(threshold));
    };
    advance(b, move, resetting(v_column, refractory_column, p.reset_mv, std::round(p.t_ref_ms / b.dt_ms())));
  }
};

}  // namespace core
