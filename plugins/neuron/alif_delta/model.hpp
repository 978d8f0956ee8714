// The discrete neuron of Bellec et al. (2020) with what learning by e-prop needs to know of it; equations in
// alif_delta.md.
#pragma once
#include <encephagen/sdk/neuron.hpp>

#include "../common/initial_potential.hpp"
#include "../common/membrane.hpp"

namespace core {

struct AlifDelta {
  static constexpr eg::Info info{"core.alif_delta", "1.0.0",
                                 "adaptive integrate-and-fire neuron of e-prop with delta synapses"};

  enum class InputScale { one, one_minus_leak };
  struct Params : InitialPotential {
    constexpr Params() { initial_v_high_mv = 0; }
    double tau_m_ms = 20, threshold_mv = 0.6, drive_mv = 0, beta_mv = 0;
    double t_ref_ms = 4, tau_a_ms = 2000, gamma = 0.3;
    InputScale input_scale = InputScale::one;
    static constexpr auto fields = eg::concat(
        eg::list(
            eg::param("tau_m_ms", &Params::tau_m_ms, eg::range(0.01, 10000), "membrane time constant", eg::per_unit),
            eg::param("threshold_mv", &Params::threshold_mv, eg::range(1e-9, 1000), "resting threshold above rest",
                      eg::per_unit),
            eg::param("drive_mv", &Params::drive_mv, eg::range(-1000, 1000),
                      "constant drive: the potential above rest it would settle at", eg::per_unit),
            eg::param("beta_mv", &Params::beta_mv, eg::range(0, 1000),
                      "what a spike adds to the threshold; 0: the unit does not adapt", eg::per_unit),
            eg::param("t_ref_ms", &Params::t_ref_ms, eg::range(0, 1000), "refractory period, a whole number of steps"),
            eg::param("tau_a_ms", &Params::tau_a_ms, eg::range(0.01, 1e6), "decay time of the adaptation"),
            eg::param("gamma", &Params::gamma, eg::range(0, 1000), "height of the pseudo-derivative times threshold"),
            eg::param("input_scale", &Params::input_scale, eg::choices("one", "one_minus_leak"),
                      "a weight is the jump of the potential, or that divided by 1 - e^(-dt / tau_m)")),
        initial_fields);
  } p;
  enum PerUnitParam { kTauMParam, kThresholdParam, kDriveParamOfUnit, kBetaParam };

  // From `leak` on, columns are set by init; rules of plasticity read them, so that they need not be told again.
  enum State { kV, kA, kPseudo, kSignal, kSpiked, kRefractory, kLeak, kInputGain, kADecay, kBeta };
  static constexpr auto state = eg::list(
      eg::Column{"v_mv", "membrane potential above rest; what a spike takes from it is missing one step later"},
      eg::Column{"a", "adaptation: decaying count of spikes before this step", 0},
      eg::Column{"pseudo_derivative", "stands for the derivative of spiking by the potential, per mV", 0},
      eg::Column{"learning_signal", "what arrived at the port of this name"},
      eg::Column{"spiked", "1 in steps in which the unit fires", 0, 1},
      eg::Column{"refractory_steps", "steps that remain of the refractory period", 0},
      constant_column("leak", "share of the potential that a step leaves"),
      constant_column("input_gain", "jump of the potential per weight"),
      constant_column("a_decay", "share of the adaptation that a step leaves"),
      constant_column("beta", "rise of the threshold per adaptation, mV"));
  enum Input { kSpikesPort, kDrivePort, kSignalPort };
  static constexpr auto inputs =
      eg::list(eg::Port{"spikes_mv", "weights that arrive, of either sign", EG_ACCEPTS_SPIKES, EG_SIGN_ANY},
               eg::Port{"drive_mv", "drive during the step: the potential it would settle at", EG_ACCEPTS_CONTINUOUS},
               eg::Port{"learning_signal", "how much spikes of this unit should be fewer", EG_ACCEPTS_CONTINUOUS});
  static constexpr auto random = eg::list(initial_v, initial_v_normal);

  explicit AlifDelta(const Params& params) : p(params) { p.check_initial(); }

  template <class Real>
  void init(eg::NeuronBlockOf<Real>& b) const {
    check_refractory(p.t_ref_ms, b.dt_ms());
    p.set_initial(b, b.state(kV));
    for (const size_t zero : {kA, kPseudo, kSignal, kSpiked, kRefractory}) std::ranges::fill(b.state(zero), Real{0});
    std::ranges::fill(b.state(kADecay), static_cast<Real>(eg::exp(-b.dt_ms() / p.tau_a_ms)));
    for (size_t i = 0; i < b.size(); ++i) {
      const double leak = eg::exp(-b.dt_ms() / static_cast<double>(b.param(kTauMParam)[i]));
      b.state(kLeak)[i] = static_cast<Real>(leak);
      b.state(kInputGain)[i] = static_cast<Real>(p.input_scale == InputScale::one ? 1 : 1 - leak);
      b.state(kBeta)[i] = b.param(kBetaParam)[i];
    }
  }

  template <class Real>
  void step(eg::NeuronBlockOf<Real>& b) const {
    if (b.size() == 0) return;
    const auto v_column = b.state(kV), a_column = b.state(kA), pseudo = b.state(kPseudo), signal = b.state(kSignal),
               spiked = b.state(kSpiked), refractory_column = b.state(kRefractory);
    const auto leak = b.state(kLeak), gain = b.state(kInputGain), beta = b.state(kBeta), a_decay = b.state(kADecay);
    const auto spikes_in = b.input(kSpikesPort), drive_in = b.input(kDrivePort), signal_in = b.input(kSignalPort);
    const UnitParam<Real> threshold_param(b, kThresholdParam), drive_param(b, kDriveParamOfUnit);
    const auto gamma = static_cast<Real>(p.gamma);
    const auto move = [=](auto at) EG_LOOP {
      using T = typename decltype(at)::Type;
      const T threshold = at(threshold_param), drive = at(drive_param) + at(drive_in), z = at(spiked), zero{};
      const T v = drive + (at(v_column) - drive) * at(leak) + at(gain) * at(spikes_in) - z * threshold;
      const T a = at(a_column) * at(a_decay) + z;
      const T refractory = at(refractory_column);
      const T excess = v - (threshold + at(beta) * a);
      const T slope = (threshold - magnitude<Real, T>(excess)) / (threshold * threshold) * gamma;
      at.store(v_column, v);
      at.store(a_column, a);
      at.store(pseudo, refractory > zero ? zero : (slope > zero ? slope : zero));
      at.store(signal, at(signal_in));
      at.store(spiked, zero);
      at.store(refractory_column, one_less<Real>(refractory));
      const T none = zero - Real{1};
      return reached<Real, T>(refractory > zero ? none : excess, zero);
    };
    const auto rest = static_cast<Real>(std::round(p.t_ref_ms / b.dt_ms()));
    advance(b, move, [=](size_t i) {
      spiked[i] = Real{1};
      refractory_column[i] = rest;
    });
  }
};

}  // namespace core
