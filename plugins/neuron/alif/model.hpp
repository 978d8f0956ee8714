// Integrate-and-fire neuron that adapts, by its threshold and by a current; equations in alif.md.
#pragma once
#include <encephagen/sdk/neuron.hpp>

#include "../common/exponential_synapses.hpp"
#include "../common/initial_potential.hpp"
#include "../common/membrane.hpp"

namespace core {

struct Alif {
  static constexpr eg::Info info{"core.alif", "1.0.0", "leaky integrate-and-fire neuron that adapts"};

  enum class Reset { to_value, by_subtraction };
  struct Params : Membrane, ExponentialSynapses, InitialPotential {
    double beta_mv = 2, tau_a_ms = 200, b_mv = 0, tau_w_ms = 100;
    Reset reset = Reset::to_value;
    static constexpr auto fields = eg::concat(
        eg::concat(membrane_fields, synapse_fields),
        eg::concat(
            initial_fields,
            eg::list(
                eg::param("beta_mv", &Params::beta_mv, eg::range(0, 1000), "what a spike adds to the threshold",
                          eg::per_unit),
                eg::param("tau_a_ms", &Params::tau_a_ms, eg::range(0.01, 1e6),
                          "decay time of what was added to the threshold"),
                eg::param("b_mv", &Params::b_mv, eg::range(0, 1000), "what a spike adds to the adaptation current",
                          eg::per_unit),
                eg::param("tau_w_ms", &Params::tau_w_ms, eg::range(0.01, 1e6), "decay time of the adaptation current"),
                eg::param("reset", &Params::reset, eg::choices("to_value", "by_subtraction"),
                          "whether a spike sets the potential to reset_mv or takes threshold_mv from it"))));
  } p;
  enum PerUnitParam { kBeta = kAfterMembrane, kB };

  // From `leak` on, columns are set by init and only read, and only where tau_m_ms differs from unit to unit.
  enum State { kV, kExc, kInh, kW, kA, kRefractory, kLeak, kExcGain, kInhGain, kWGain, kExcJump, kInhJump };
  static constexpr auto state = eg::list(
      eg::Column{"v_mv", "membrane potential above rest"}, eg::Column{"i_exc_mv", "excitatory current"},
      eg::Column{"i_inh_mv", "inhibitory current (negative)"}, eg::Column{"w_mv", "adaptation current, subtracted", 0},
      eg::Column{"a_mv", "what is added to the threshold", 0},
      eg::Column{"refractory_steps", "steps that remain of the refractory period", 0},
      eg::Column{"leak", "share of the potential that a step leaves", 0, 1},
      eg::Column{"exc_gain", "potential gained in a step per excitatory current", 0},
      eg::Column{"inh_gain", "potential gained in a step per inhibitory current", 0},
      eg::Column{"w_gain", "potential lost in a step per adaptation current", 0},
      eg::Column{"exc_jump", "jump of the excitatory current per weight", 0},
      eg::Column{"inh_jump", "jump of the inhibitory current per weight", 0});
  enum Input { kExcPort, kInhPort, kDrivePort };
  static constexpr auto inputs =
      eg::list(eg::Port{"exc_mv", "excitatory weights that arrive", EG_ACCEPTS_SPIKES, EG_SIGN_EXCITATORY},
               eg::Port{"inh_mv", "inhibitory weights that arrive, negative", EG_ACCEPTS_SPIKES, EG_SIGN_INHIBITORY},
               eg::Port{"drive_mv", "drive during the step: the potential it would settle at", EG_ACCEPTS_CONTINUOUS});
  static constexpr auto random = eg::list(initial_v, initial_v_normal);

  explicit Alif(const Params& params) : p(params) { p.check_initial(); }

  template <class Real>
  void init(eg::NeuronBlockOf<Real>& b) const {
    check_refractory(p.t_ref_ms, b.dt_ms());
    check_thresholds(b.param(kThreshold), p.reset == Reset::to_value ? p.reset_mv : 0);
    p.set_initial(b, b.state(kV));
    for (const size_t zero : {kExc, kInh, kW, kA, kRefractory}) std::ranges::fill(b.state(zero), Real{0});
    for (size_t i = 0; i < b.size(); ++i) {
      const Coefficients<Real> c(p, b.param(kTauM)[i], b.dt_ms());
      b.state(kLeak)[i] = c.leak.value;
      b.state(kExcGain)[i] = c.exc_gain.value;
      b.state(kInhGain)[i] = c.inh_gain.value;
      b.state(kWGain)[i] = c.w_gain.value;
      b.state(kExcJump)[i] = c.exc_jump.value;
      b.state(kInhJump)[i] = c.inh_jump.value;
    }
  }

  template <class Real>
  void step(eg::NeuronBlockOf<Real>& b) const {
    if (b.size() == 0) return;
    const Coefficients<Real> c(p, b.param(kTauM)[0], b.dt_ms());
    if (b.param_is_uniform(kTauM))
      move(b, c, c.leak, c.exc_gain, c.inh_gain, c.w_gain, c.exc_jump, c.inh_jump);
    else
      move(b, c, b.state(kLeak), b.state(kExcGain), b.state(kInhGain), b.state(kWGain), b.state(kExcJump),
           b.state(kInhJump));
  }

 private:
  template <class Real>
  struct Coefficients {
    Real exc_decay, inh_decay, w_decay, a_decay;
    Same<Real> leak, exc_gain, inh_gain, w_gain, exc_jump, inh_jump;  // these depend on tau_m

    Coefficients(const Params& p, double tau_m, double h)
        : Coefficients(ExactStep<3>(h, tau_m, {p.tau_exc_ms, p.tau_inh_ms, p.tau_w_ms}), p, tau_m, h) {}

   private:
    static Real real(double x) { return static_cast<Real>(x); }
    Coefficients(const ExactStep<3>& step, const Params& p, double tau_m, double h)
        : exc_decay(real(step.decay[0])),
          inh_decay(real(step.decay[1])),
          w_decay(real(step.decay[2])),
          a_decay(real(eg::exp(-h / p.tau_a_ms))),
          leak{real(step.leak)},
          exc_gain{real(step.gain[0])},
          inh_gain{real(step.gain[1])},
          w_gain{real(step.gain[2])},
          exc_jump{real(jump_per_weight(p.weight_kind, tau_m, p.tau_exc_ms))},
          inh_jump{real(jump_per_weight(p.weight_kind, tau_m, p.tau_inh_ms))} {}
  };

  // As core.lif, with w as a third current. The threshold of a step is threshold + a, where a holds the spikes before
  // it (Bellec 2020: a_t = rho a_(t-1) + z_(t-1)).
  template <class Real, class Column>
  void move(eg::NeuronBlockOf<Real>& b, const Coefficients<Real>& c, Column leak, Column exc_gain, Column inh_gain,
            Column w_gain, Column exc_jump, Column inh_jump) const {
    const Real exc_decay = c.exc_decay, inh_decay = c.inh_decay, w_decay = c.w_decay, a_decay = c.a_decay;
    const auto v_column = b.state(kV), exc_column = b.state(kExc), inh_column = b.state(kInh), w_column = b.state(kW),
               a_column = b.state(kA), refractory_column = b.state(kRefractory);
    const auto exc_in = b.input(kExcPort), inh_in = b.input(kInhPort), drive_in = b.input(kDrivePort);
    const UnitParam<Real> threshold(b, kThreshold), drive_param(b, kDriveParam);
    const auto move = [=](auto at) EG_LOOP {
      using T = typename decltype(at)::Type;
      const T v = at(v_column), exc = at(exc_column), inh = at(inh_column), w = at(w_column), a = at(a_column);
      const T refractory = at(refractory_column), drive = at(drive_param) + at(drive_in);
      const T moved = drive + (v - drive) * at(leak) + at(exc_gain) * exc + at(inh_gain) * inh - at(w_gain) * w;
      const T after = refractory > T{} ? v : moved;
      at.store(v_column, after);
      at.store(refractory_column, one_less<Real>(refractory));
      at.store(exc_column, exc * exc_decay + at(exc_in) * at(exc_jump));
      at.store(inh_column, inh * inh_decay + at(inh_in) * at(inh_jump));
      at.store(w_column, w * w_decay);
      at.store(a_column, a * a_decay);
      // After a reset by subtraction the potential may rest above threshold.
      const T excess = after - (at(threshold) + a), none = T{} - Real{1};
      return reached<Real, T>(refractory > T{} ? none : excess, T{});
    };
    const auto beta = b.param(kBeta), jump = b.param(kB), level = b.param(kThreshold);
    const auto reset = static_cast<Real>(p.reset_mv), rest = static_cast<Real>(std::round(p.t_ref_ms / b.dt_ms()));
    const bool subtracts = p.reset == Reset::by_subtraction;
    advance(b, move, [=](size_t i) {
      v_column[i] = subtracts ? v_column[i] - level[i] : reset;
      refractory_column[i] = rest;
      a_column[i] += beta[i];
      w_column[i] += jump[i];
    });
  }
};

}  // namespace core
