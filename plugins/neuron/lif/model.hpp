// Leaky integrate-and-fire neuron with exponentially decaying synaptic currents; equations in lif.md.
#pragma once
#include <encephagen/sdk/neuron.hpp>

#include "../common/exponential_synapses.hpp"
#include "../common/initial_potential.hpp"
#include "../common/membrane.hpp"

namespace core {

struct Lif {
  static constexpr eg::Info info{"core.lif", "1.1.0", "leaky integrate-and-fire neuron with exponential currents"};

  enum class Scheme { exact, as_published };
  struct Params : Membrane, ExponentialSynapses, InitialPotential {
    Scheme scheme = Scheme::exact;
    static constexpr auto fields =
        eg::concat(eg::concat(membrane_fields, synapse_fields),
                   eg::concat(initial_fields,
                              eg::list(eg::param("scheme", &Params::scheme, eg::choices("exact", "as_published"),
                                                 "exact integration, or the forward Euler scheme of the 2026 study"))));
  } p;

  // From `leak` on, columns are set by init and only read; where tau_m_ms is the same for all units, one unit's are.
  enum State { kV, kExc, kInh, kRefractory, kLeak, kExcGain, kInhGain, kExcJump, kInhJump, kExcDecay, kInhDecay };
  static constexpr auto state =
      eg::list(eg::Column{"v_mv", "membrane potential above rest"}, eg::Column{"i_exc_mv", "excitatory current"},
               eg::Column{"i_inh_mv", "inhibitory current (negative)"},
               eg::Column{"refractory_steps", "steps that remain of the refractory period", 0},
               constant_column("leak", "share of the potential that a step leaves"),
               constant_column("exc_gain", "potential gained in a step per excitatory current"),
               constant_column("inh_gain", "potential gained in a step per inhibitory current"),
               constant_column("exc_jump", "jump of the excitatory current per weight"),
               constant_column("inh_jump", "jump of the inhibitory current per weight"),
               constant_column("exc_decay", "share of the excitatory current that a step leaves"),
               constant_column("inh_decay", "share of the inhibitory current that a step leaves"));
  enum Input { kExcPort, kInhPort, kDrivePort };
  static constexpr auto inputs =
      eg::list(eg::Port{"exc_mv", "excitatory weights that arrive", EG_ACCEPTS_SPIKES, EG_SIGN_EXCITATORY},
               eg::Port{"inh_mv", "inhibitory weights that arrive, negative", EG_ACCEPTS_SPIKES, EG_SIGN_INHIBITORY},
               eg::Port{"drive_mv", "drive during the step: the potential it would settle at", EG_ACCEPTS_CONTINUOUS});
  static constexpr auto random = eg::list(initial_v, initial_v_normal);

  explicit Lif(const Params& params) : p(params) { p.check_initial(); }

  template <class Real>
  void init(eg::NeuronBlockOf<Real>& b) const {
    check_refractory(p.t_ref_ms, b.dt_ms());
    check_thresholds(b.param(kThreshold), p.reset_mv);
    p.set_initial(b, b.state(kV));
    for (const size_t zero : {kExc, kInh, kRefractory}) std::ranges::fill(b.state(zero), Real{0});
    for (size_t i = 0; i < b.size(); ++i) {
      const Coefficients<Real> c(p, b.param(kTauM)[i], b.dt_ms());
      b.state(kLeak)[i] = c.leak.value;
      b.state(kExcGain)[i] = c.exc_gain.value;
      b.state(kInhGain)[i] = c.inh_gain.value;
      b.state(kExcJump)[i] = c.exc_jump.value;
      b.state(kInhJump)[i] = c.inh_jump.value;
      b.state(kExcDecay)[i] = c.exc_decay;
      b.state(kInhDecay)[i] = c.inh_decay;
    }
  }

  template <class Real>
  void step(eg::NeuronBlockOf<Real>& b) const {
    if (b.size() == 0) return;
    const Real tau_m = b.param(kTauM)[0];
    const Coefficients<Real> c(b);
    if (!b.param_is_uniform(kTauM))
      move(b, c, b.param(kTauM), b.state(kLeak), b.state(kExcGain), b.state(kInhGain), b.state(kExcJump),
           b.state(kInhJump));
    else if (p.weight_kind == WeightKind::psc)
      move(b, c, Same<Real>{tau_m}, c.leak, c.exc_gain, c.inh_gain, One{}, One{});
    else
      move(b, c, Same<Real>{tau_m}, c.leak, c.exc_gain, c.inh_gain, c.exc_jump, c.inh_jump);
  }

 private:
  template <class Real>
  struct Coefficients {
    Real exc_decay, inh_decay;
    Same<Real> leak, exc_gain, inh_gain, exc_jump, inh_jump;  // these depend on tau_m

    Coefficients(const Params& p, double tau_m, double h)
        : Coefficients(ExactStep<2>(h, tau_m, {p.tau_exc_ms, p.tau_inh_ms}), p, tau_m) {}
    // Those of the first unit.
    explicit Coefficients(const eg::NeuronBlockOf<Real>& b)
        : exc_decay(b.state(kExcDecay)[0]),
          inh_decay(b.state(kInhDecay)[0]),
          leak{b.state(kLeak)[0]},
          exc_gain{b.state(kExcGain)[0]},
          inh_gain{b.state(kInhGain)[0]},
          exc_jump{b.state(kExcJump)[0]},
          inh_jump{b.state(kInhJump)[0]} {}

   private:
    static Real real(double x) { return static_cast<Real>(x); }
    Coefficients(const ExactStep<2>& step, const Params& p, double tau_m)
        : exc_decay(real(step.decay[0])),
          inh_decay(real(step.decay[1])),
          leak{real(step.leak)},
          exc_gain{real(step.gain[0])},
          inh_gain{real(step.gain[1])},
          exc_jump{real(jump_per_weight(p.weight_kind, tau_m, p.tau_exc_ms))},
          inh_jump{real(jump_per_weight(p.weight_kind, tau_m, p.tau_inh_ms))} {}
  };

  template <class Real, class Tau, class Column, class Jump>
  void move(eg::NeuronBlockOf<Real>& b, const Coefficients<Real>& c, Tau tau_m, Column leak, Column exc_gain,
            Column inh_gain, Jump exc_jump, Jump inh_jump) const {
    if (p.scheme == Scheme::exact && b.param_is_uniform(kThreshold) && b.param_is_uniform(kDriveParam))
      exact(b, c, leak, exc_gain, inh_gain, exc_jump, inh_jump, Same<Real>{b.param(kThreshold)[0]},
            Same<Real>{b.param(kDriveParam)[0]});
    else if (p.scheme == Scheme::exact)
      exact(b, c, leak, exc_gain, inh_gain, exc_jump, inh_jump, UnitParam<Real>(b, kThreshold),
            UnitParam<Real>(b, kDriveParam));
    else
      as_published(b, c, tau_m, exc_jump, inh_jump);
  }

  // The order of NEST's iaf_psc_exp: the potential moves with the currents of the start of the step, the currents
  // decay, then what arrives is added.
  template <class Real, class Column, class Jump, class Param>
  void exact(eg::NeuronBlockOf<Real>& b, const Coefficients<Real>& c, Column leak, Column exc_gain, Column inh_gain,
             Jump exc_jump, Jump inh_jump, Param threshold, Param drive_param) const {
    const Real exc_decay = c.exc_decay, inh_decay = c.inh_decay;
    const auto v_column = b.state(kV), exc_column = b.state(kExc), inh_column = b.state(kInh),
               refractory_column = b.state(kRefractory);
    const auto exc_in = b.input(kExcPort), inh_in = b.input(kInhPort), drive_in = b.input(kDrivePort);
    const double steps = std::round(p.t_ref_ms / b.dt_ms());
    const auto move = [=](auto at) EG_LOOP {
      using T = typename decltype(at)::Type;
      const T v = at(v_column), exc = at(exc_column), inh = at(inh_column), refractory = at(refractory_column);
      const T drive = at(drive_param) + at(drive_in);
      const T moved = drive + (v - drive) * at(leak) + at(exc_gain) * exc + at(inh_gain) * inh;
      const T after = refractory > T{} ? v : moved;
      at.store(v_column, after);
      at.store(refractory_column, one_less<Real>(refractory));
      at.store(exc_column, exc * exc_decay + at(exc_in) * at(exc_jump));
      at.store(inh_column, inh * inh_decay + at(inh_in) * at(inh_jump));
      return reached<Real, T>(after, at(threshold));
    };
    advance(b, move, resetting(v_column, refractory_column, p.reset_mv, steps));
  }

  // The order of the 2026 study: what arrives is added and used at once, forward Euler, then the currents decay.
  template <class Real, class Tau, class Jump>
  void as_published(eg::NeuronBlockOf<Real>& b, const Coefficients<Real>& c, Tau tau_m, Jump exc_jump,
                    Jump inh_jump) const {
    const auto h = static_cast<Real>(b.dt_ms());
    const Real exc_decay = c.exc_decay, inh_decay = c.inh_decay;
    const auto v_column = b.state(kV), exc_column = b.state(kExc), inh_column = b.state(kInh),
               refractory_column = b.state(kRefractory);
    const auto exc_in = b.input(kExcPort), inh_in = b.input(kInhPort), drive_in = b.input(kDrivePort);
    const UnitParam<Real> threshold(b, kThreshold), drive_param(b, kDriveParam);
    const double steps = std::max(0.0, std::round(p.t_ref_ms / b.dt_ms()) - 1);
    const auto move = [=](auto at) EG_LOOP {
      using T = typename decltype(at)::Type;
      const T v = at(v_column), refractory = at(refractory_column);
      const T exc = at(exc_column) + at(exc_in) * at(exc_jump), inh = at(inh_column) + at(inh_in) * at(inh_jump);
      const T moved = v + h * (exc + inh + at(drive_param) + at(drive_in) - v) / at(tau_m);
      const T after = refractory > T{} ? v : moved;
      at.store(v_column, after);
      at.store(refractory_column, one_less<Real>(refractory));
      at.store(exc_column, exc * exc_decay);
      at.store(inh_column, inh * inh_decay);
      return reached<Real, T>(after, at(threshold));
    };
    advance(b, move, resetting(v_column, refractory_column, p.reset_mv, steps));
  }
};

}  // namespace core
