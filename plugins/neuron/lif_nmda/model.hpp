// Leaky integrate-and-fire neuron with a fast and a slow excitatory current; equations in lif_nmda.md.
#pragma once
#include <encephagen/sdk/neuron.hpp>

#include "../common/exponential_synapses.hpp"
#include "../common/initial_potential.hpp"
#include "../common/membrane.hpp"

namespace core {

struct LifNmda {
  static constexpr eg::Info info{"core.lif_nmda", "1.0.0",
                                 "leaky integrate-and-fire neuron with fast and slow excitatory currents"};

  struct Params : Membrane, ExponentialSynapses, InitialPotential {
    double tau_nmda_ms = 100, nmda_share = 0.5;
    static constexpr auto fields = eg::concat(
        eg::concat(membrane_fields, synapse_fields),
        eg::concat(initial_fields,
                   eg::list(eg::param("tau_nmda_ms", &Params::tau_nmda_ms, eg::range(0.01, 10000),
                                      "decay time of the slow excitatory current"),
                            eg::param("nmda_share", &Params::nmda_share, eg::range(0, 1),
                                      "share of the charge of an excitatory spike that comes slowly", eg::per_unit))));
  } p;
  enum PerUnitParam { kShare = kAfterMembrane };

  // From `leak` on, columns are set by init and only read, and only where tau_m_ms differs from unit to unit.
  enum State { kV, kExc, kInh, kNmda, kRefractory, kLeak, kExcGain, kInhGain, kNmdaGain, kExcJump, kInhJump };
  static constexpr auto state = eg::list(
      eg::Column{"v_mv", "membrane potential above rest"}, eg::Column{"i_exc_mv", "fast excitatory current"},
      eg::Column{"i_inh_mv", "inhibitory current (negative)"}, eg::Column{"i_nmda_mv", "slow excitatory current"},
      eg::Column{"refractory_steps", "steps that remain of the refractory period", 0},
      eg::Column{"leak", "share of the potential that a step leaves", 0, 1},
      eg::Column{"exc_gain", "potential gained in a step per excitatory current", 0},
      eg::Column{"inh_gain", "potential gained in a step per inhibitory current", 0},
      eg::Column{"nmda_gain", "potential gained in a step per slow current", 0},
      eg::Column{"exc_jump", "jump of the fast current per weight, were all charge fast", 0},
      eg::Column{"inh_jump", "jump of the inhibitory current per weight", 0});
  enum Input { kExcPort, kInhPort, kDrivePort };
  static constexpr auto inputs =
      eg::list(eg::Port{"exc_mv", "excitatory weights that arrive", EG_ACCEPTS_SPIKES, EG_SIGN_EXCITATORY},
               eg::Port{"inh_mv", "inhibitory weights that arrive, negative", EG_ACCEPTS_SPIKES, EG_SIGN_INHIBITORY},
               eg::Port{"drive_mv", "drive during the step: the potential it would settle at", EG_ACCEPTS_CONTINUOUS});
  static constexpr auto random = eg::list(initial_v, initial_v_normal);

  explicit LifNmda(const Params& params) : p(params) { p.check_initial(); }

  template <class Real>
  void init(eg::NeuronBlockOf<Real>& b) const {
    check_refractory(p.t_ref_ms, b.dt_ms());
    check_thresholds(b.param(kThreshold), p.reset_mv);
    p.set_initial(b, b.state(kV));
    for (const size_t zero : {kExc, kInh, kNmda, kRefractory}) std::ranges::fill(b.state(zero), Real{0});
    for (size_t i = 0; i < b.size(); ++i) {
      const Coefficients<Real> c(p, b.param(kTauM)[i], b.dt_ms());
      b.state(kLeak)[i] = c.leak.value;
      b.state(kExcGain)[i] = c.exc_gain.value;
      b.state(kInhGain)[i] = c.inh_gain.value;
      b.state(kNmdaGain)[i] = c.nmda_gain.value;
      b.state(kExcJump)[i] = c.exc_jump.value;
      b.state(kInhJump)[i] = c.inh_jump.value;
    }
  }

  template <class Real>
  void step(eg::NeuronBlockOf<Real>& b) const {
    if (b.size() == 0) return;
    const Coefficients<Real> c(p, b.param(kTauM)[0], b.dt_ms());
    if (b.param_is_uniform(kTauM))
      move(b, c, c.leak, c.exc_gain, c.inh_gain, c.nmda_gain, c.exc_jump, c.inh_jump);
    else
      move(b, c, b.state(kLeak), b.state(kExcGain), b.state(kInhGain), b.state(kNmdaGain), b.state(kExcJump),
           b.state(kInhJump));
  }

 private:
  template <class Real>
  struct Coefficients {
    Real exc_decay, inh_decay, nmda_decay;
    Same<Real> leak, exc_gain, inh_gain, nmda_gain, exc_jump, inh_jump;  // these depend on tau_m

    Coefficients(const Params& p, double tau_m, double h)
        : Coefficients(ExactStep<3>(h, tau_m, {p.tau_exc_ms, p.tau_inh_ms, p.tau_nmda_ms}), p, tau_m) {}

   private:
    static Real real(double x) { return static_cast<Real>(x); }
    Coefficients(const ExactStep<3>& step, const Params& p, double tau_m)
        : exc_decay(real(step.decay[0])),
          inh_decay(real(step.decay[1])),
          nmda_decay(real(step.decay[2])),
          leak{real(step.leak)},
          exc_gain{real(step.gain[0])},
          inh_gain{real(step.gain[1])},
          nmda_gain{real(step.gain[2])},
          exc_jump{real(jump_per_weight(p.weight_kind, tau_m, p.tau_exc_ms))},
          inh_jump{real(jump_per_weight(p.weight_kind, tau_m, p.tau_inh_ms))} {}
  };

  // As core.lif, with a third current. A weight that would make the fast current jump by J makes it jump by
  // (1 - share) J and the slow one by share J tau_exc / tau_nmda: the charge stays J tau_exc.
  template <class Real, class Column>
  void move(eg::NeuronBlockOf<Real>& b, const Coefficients<Real>& c, Column leak, Column exc_gain, Column inh_gain,
            Column nmda_gain, Column exc_jump, Column inh_jump) const {
    const Real exc_decay = c.exc_decay, inh_decay = c.inh_decay, nmda_decay = c.nmda_decay;
    const auto slower = static_cast<Real>(p.tau_exc_ms / p.tau_nmda_ms);
    const auto v_column = b.state(kV), exc_column = b.state(kExc), inh_column = b.state(kInh),
               nmda_column = b.state(kNmda), refractory_column = b.state(kRefractory);
    const auto exc_in = b.input(kExcPort), inh_in = b.input(kInhPort), drive_in = b.input(kDrivePort);
    const UnitParam<Real> threshold(b, kThreshold), drive_param(b, kDriveParam), share(b, kShare);
    const auto move = [=](auto at) EG_LOOP {
      using T = typename decltype(at)::Type;
      const T v = at(v_column), exc = at(exc_column), inh = at(inh_column), nmda = at(nmda_column);
      const T refractory = at(refractory_column), drive = at(drive_param) + at(drive_in);
      const T moved = drive + (v - drive) * at(leak) + at(exc_gain) * exc + at(inh_gain) * inh + at(nmda_gain) * nmda;
      const T arrived = at(exc_in) * at(exc_jump), slow = at(share) * arrived;
      const T after = refractory > T{} ? v : moved;
      at.store(v_column, after);
      at.store(refractory_column, one_less<Real>(refractory));
      at.store(exc_column, exc * exc_decay + (arrived - slow));
      at.store(inh_column, inh * inh_decay + at(inh_in) * at(inh_jump));
      at.store(nmda_column, nmda * nmda_decay + slow * slower);
      return reached<Real, T>(after, at(threshold));
    };
    advance(b, move, resetting(v_column, refractory_column, p.reset_mv, std::round(p.t_ref_ms / b.dt_ms())));
  }
};

}  // namespace core
