// Leaky integrate-and-fire neuron with exponentially decaying synaptic currents; equations in lif.md.
#pragma once
#include <cmath>
#include <encephagen/sdk/math.hpp>
#include <encephagen/sdk/neuron.hpp>
#include <stdexcept>
#include <string>

#include "../common/independent_loop.hpp"

namespace core {

struct Lif {
  static constexpr eg::Info info{"core.lif", "1.0.0", "leaky integrate-and-fire neuron with exponential currents"};

  enum class Scheme { exact, as_published };
  struct Params {
    double tau_m_ms = 20, tau_exc_ms = 5, tau_inh_ms = 5;
    double threshold_mv = 20, reset_mv = 0, t_ref_ms = 2;
    double drive_mv = 0;
    double initial_v_low_mv = 0, initial_v_high_mv = 20;
    Scheme scheme = Scheme::exact;
    static constexpr auto fields = eg::list(
        eg::param("tau_m_ms", &Params::tau_m_ms, eg::range(0.01, 10000), "membrane time constant", eg::per_unit),
        eg::param("tau_exc_ms", &Params::tau_exc_ms, eg::range(0.01, 10000), "decay time of the excitatory current"),
        eg::param("tau_inh_ms", &Params::tau_inh_ms, eg::range(0.01, 10000), "decay time of the inhibitory current"),
        eg::param("threshold_mv", &Params::threshold_mv, eg::range(-1000, 1000), "spike threshold above rest",
                  eg::per_unit),
        eg::param("reset_mv", &Params::reset_mv, eg::range(-1000, 1000), "potential above rest after a spike"),
        eg::param("t_ref_ms", &Params::t_ref_ms, eg::range(0, 1000), "refractory period, a whole number of steps"),
        eg::param("drive_mv", &Params::drive_mv, eg::range(-1000, 1000),
                  "constant drive: the potential above rest it would settle at", eg::per_unit),
        eg::param("initial_v_low_mv", &Params::initial_v_low_mv, eg::range(-1000, 1000),
                  "lower end of the uniform distribution of the initial potential"),
        eg::param("initial_v_high_mv", &Params::initial_v_high_mv, eg::range(-1000, 1000),
                  "upper end of the uniform distribution of the initial potential"),
        eg::param("scheme", &Params::scheme, eg::choices("exact", "as_published"),
                  "exact integration, or the forward Euler scheme of the 2026 study"));
  } p;
  enum PerUnitParam { kTauM, kThreshold, kDriveParam };

  // The last three are set by init and only read, and only where tau_m_ms differs from unit to unit.
  enum State { kV, kExc, kInh, kRefractory, kLeak, kExcGain, kInhGain };
  static constexpr auto state =
      eg::list(eg::Column{"v_mv", "membrane potential above rest"}, eg::Column{"i_exc_mv", "excitatory current"},
               eg::Column{"i_inh_mv", "inhibitory current (negative)"},
               eg::Column{"refractory_steps", "steps that remain of the refractory period", 0},
               eg::Column{"leak", "share of the potential that a step leaves", 0, 1},
               eg::Column{"exc_gain", "potential gained in a step per excitatory current", 0},
               eg::Column{"inh_gain", "potential gained in a step per inhibitory current", 0});
  enum Input { kExcPort, kInhPort, kDrivePort };
  static constexpr auto inputs =
      eg::list(eg::Port{"exc_mv", "jump of the excitatory current", EG_ACCEPTS_SPIKES, EG_SIGN_EXCITATORY},
               eg::Port{"inh_mv", "jump of the inhibitory current, negative", EG_ACCEPTS_SPIKES, EG_SIGN_INHIBITORY},
               eg::Port{"drive_mv", "drive during the step: the potential it would settle at", EG_ACCEPTS_CONTINUOUS});
  enum Random { kInitialV };
  static constexpr auto random =
      eg::list(eg::RandomColumn{"initial_v", EG_RANDOM_UNIFORM, "place within the range of initial potentials"});

  explicit Lif(const Params& params) : p(params) {
    if (p.initial_v_low_mv > p.initial_v_high_mv)
      throw std::invalid_argument("initial_v_low_mv is above initial_v_high_mv: swap them");
  }

  void init(eg::NeuronBlock& b) const {
    const double h = b.dt_ms(), steps = p.t_ref_ms / h;
    if (std::abs(steps - std::round(steps)) > 1e-6)
      throw std::invalid_argument("t_ref_ms = " + text(p.t_ref_ms) + " is not a whole number of steps of " + text(h) +
                                  " ms: change it or dt_ms");
    const auto tau_m = b.param(kTauM), threshold = b.param(kThreshold), u = b.random(kInitialV);
    const auto v = b.state(kV), leak = b.state(kLeak), exc_gain = b.state(kExcGain), inh_gain = b.state(kInhGain);
    for (size_t i = 0, n = b.size(); i < n; ++i) {
      if (!(threshold[i] > p.reset_mv))
        throw std::invalid_argument("threshold_mv = " + text(threshold[i]) +
                                    " is not above reset_mv = " + text(p.reset_mv) + ": a unit would fire for ever");
      v[i] = p.initial_v_low_mv + (p.initial_v_high_mv - p.initial_v_low_mv) * u[i];
      leak[i] = eg::exp(-h / tau_m[i]);
      exc_gain[i] = gain(h, tau_m[i], p.tau_exc_ms);
      inh_gain[i] = gain(h, tau_m[i], p.tau_inh_ms);
    }
    for (const size_t zero : {kExc, kInh, kRefractory}) std::ranges::fill(b.state(zero), 0.0);
  }

  void step(eg::NeuronBlock& b) const {
    const double h = b.dt_ms();
    const bool is_exact = p.scheme == Scheme::exact;
    if (b.size() == 0) return;
    if (b.param_is_uniform(kTauM)) {
      const double tau_m = b.param(kTauM)[0];
      if (is_exact)
        exact(b, Same{eg::exp(-h / tau_m)}, Same{gain(h, tau_m, p.tau_exc_ms)}, Same{gain(h, tau_m, p.tau_inh_ms)});
      else
        as_published(b, Same{tau_m});
    } else {
      if (is_exact)
        exact(b, b.state(kLeak), b.state(kExcGain), b.state(kInhGain));
      else
        as_published(b, b.param(kTauM));
    }
    const double steps = std::round(p.t_ref_ms / h);
    fire(b, is_exact ? steps : std::max(0.0, steps - 1));
  }

  // Change of the potential over a step h, per current (mV) at its start, which decays with tau_s (Rotter & Diesmann
  // 1999): a (e^-b - e^-a) / (a - b) with a = h / tau_m, b = h / tau_s, written so that it is accurate as b approaches
  // a.
  static double gain(double h, double tau_m, double tau_s) {
    const double a = h / tau_m, b = h / tau_s, d = std::abs(a - b), e = eg::exp(-d);
    // (1 - e^-d) / d; near 0 by Kahan's way (Higham 2002, section 1.14.1).
    const double ratio = e == 1 ? 1 : d < 0.5 ? (e - 1) / eg::log(e) : (1 - e) / d;
    return a * eg::exp(-std::min(a, b)) * ratio;
  }

 private:
  // One value for all units, where a column could stand.
  struct Same {
    double value;
    double operator[](size_t) const { return value; }
  };
  static std::string text(double x) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%g", x);
    return buffer;
  }

  // The order of NEST's iaf_psc_exp: the potential moves with the currents of the start of the step, the currents
  // decay, then what arrives is added.
  template <class Column>
  EG_MULTIVERSION void exact(eg::NeuronBlock& b, Column leak, Column exc_gain, Column inh_gain) const {
    const double exc_decay = eg::exp(-b.dt_ms() / p.tau_exc_ms), inh_decay = eg::exp(-b.dt_ms() / p.tau_inh_ms);
    const auto v = b.state(kV), exc = b.state(kExc), inh = b.state(kInh), refractory = b.state(kRefractory);
    const auto exc_in = b.input(kExcPort), inh_in = b.input(kInhPort), drive_in = b.input(kDrivePort);
    const auto drive_param = b.param(kDriveParam);
    CORE_INDEPENDENT_LOOP
    for (size_t i = 0, n = b.size(); i < n; ++i) {
      const double drive = drive_param[i] + drive_in[i];
      const double moved = drive + (v[i] - drive) * leak[i] + exc_gain[i] * exc[i] + inh_gain[i] * inh[i];
      v[i] = refractory[i] > 0 ? v[i] : moved;
      refractory[i] = std::max(refractory[i] - 1, 0.0);
      exc[i] = exc[i] * exc_decay + exc_in[i];
      inh[i] = inh[i] * inh_decay + inh_in[i];
    }
  }

  // The order of the 2026 study: what arrives is added and used at once, forward Euler, then the currents decay.
  template <class Column>
  EG_MULTIVERSION void as_published(eg::NeuronBlock& b, Column tau_m) const {
    const double h = b.dt_ms(), exc_decay = eg::exp(-h / p.tau_exc_ms), inh_decay = eg::exp(-h / p.tau_inh_ms);
    const auto v = b.state(kV), exc = b.state(kExc), inh = b.state(kInh), refractory = b.state(kRefractory);
    const auto exc_in = b.input(kExcPort), inh_in = b.input(kInhPort), drive_in = b.input(kDrivePort);
    const auto drive_param = b.param(kDriveParam);
    CORE_INDEPENDENT_LOOP
    for (size_t i = 0, n = b.size(); i < n; ++i) {
      const double e = exc[i] + exc_in[i], in = inh[i] + inh_in[i];
      const double moved = v[i] + h * (e + in + drive_param[i] + drive_in[i] - v[i]) / tau_m[i];
      v[i] = refractory[i] > 0 ? v[i] : moved;
      refractory[i] = std::max(refractory[i] - 1, 0.0);
      exc[i] = e * exc_decay;
      inh[i] = in * inh_decay;
    }
  }

  void fire(eg::NeuronBlock& b, double refractory_steps) const {
    const auto v = b.state(kV), refractory = b.state(kRefractory);
    const auto threshold = b.param(kThreshold);
    for (size_t i = 0, n = b.size(); i < n; ++i) {
      if (v[i] < threshold[i]) continue;
      v[i] = p.reset_mv;
      refractory[i] = refractory_steps;
      b.spike(i);
    }
  }
};

}  // namespace core
