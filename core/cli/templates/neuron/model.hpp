// Leaky integrate-and-fire neuron whose threshold rises with every spike; equations in README.md.
#pragma once
#include <cmath>
#include <encephagen/sdk/neuron.hpp>

namespace vendor {

struct PluginName {
  static constexpr eg::Info info{"vendor.name", "0.1.0", "leaky integrate-and-fire neuron with an adaptive threshold"};

  // Every parameter is declared once, beside the member it fills: key with its unit as suffix, range, one sentence. The
  // default is the member's initialiser. Checks, `describe` and the schemas are made of this list.
  struct Params {
    double tau_m_ms = 20, threshold_mv = 20, reset_mv = 0, drive_mv = 0, tau_rise_ms = 100, rise_mv = 1;
    static constexpr auto fields =
        eg::list(eg::param("tau_m_ms", &Params::tau_m_ms, eg::range(0.1, 10000), "membrane time constant"),
                 eg::param("threshold_mv", &Params::threshold_mv, eg::range(0.1, 1000),
                           "threshold above rest of a rested unit", eg::per_unit),
                 eg::param("reset_mv", &Params::reset_mv, eg::range(-1000, 0), "potential after a spike, above rest"),
                 eg::param("drive_mv", &Params::drive_mv, eg::range(-1000, 1000),
                           "constant drive: the potential it settles at", eg::per_unit),
                 eg::param("tau_rise_ms", &Params::tau_rise_ms, eg::range(0.1, 100000),
                           "time in which the threshold comes down"),
                 eg::param("rise_mv", &Params::rise_mv, eg::range(0, 1000), "what a spike adds to the threshold"));
  } p;
  // Parameters that may differ from unit to unit are read from the block, counted by themselves in declared order.
  enum PerUnitParam { kThreshold, kDrive };

  // Columns that the kernel owns: it allocates, saves, restores and records them.
  enum State { kV, kRise };
  static constexpr auto state = eg::list(eg::Column{"v_mv", "membrane potential above rest"},
                                         eg::Column{"rise_mv", "how far the threshold has risen", 0});
  // Projections and encoders that name no port feed the first one that takes what they send.
  enum Input { kExc, kInh, kCurrent };
  static constexpr auto inputs =
      eg::list(eg::Port{"exc_mv", "excitatory weights that arrive", EG_ACCEPTS_SPIKES, EG_SIGN_EXCITATORY},
               eg::Port{"inh_mv", "inhibitory weights that arrive, negative", EG_ACCEPTS_SPIKES, EG_SIGN_INHIBITORY},
               eg::Port{"drive_mv", "drive during the step, besides the constant one", EG_ACCEPTS_CONTINUOUS});

  explicit PluginName(const Params& params) : p(params) {}

  // Writes every state value. `const`, as is step: what is not in a column cannot change.
  void init(eg::NeuronBlock& b) const {
    for (double& v : b.state(kV)) v = 0;
    for (double& rise : b.state(kRise)) rise = 0;
  }

  // Advances a run of units by dt_ms. Each unit sees its own values only: results may not depend on how the kernel cuts
  // a population into runs.
  void step(eg::NeuronBlock& b) const {
    const auto v = b.state(kV), rise = b.state(kRise);
    const auto exc = b.input(kExc), inh = b.input(kInh), current = b.input(kCurrent);
    const auto threshold = b.param(kThreshold), drive = b.param(kDrive);
    const double leak = std::exp(-b.dt_ms() / p.tau_m_ms), fall = std::exp(-b.dt_ms() / p.tau_rise_ms);
    // The exact solution of the linear equation, for any length of step. Update and threshold are loops of their own:
    // the first becomes vector instructions.
    for (size_t i = 0; i < b.size(); ++i) {
      const double settles_at = drive[i] + current[i];
      v[i] = settles_at + (v[i] - settles_at) * leak + exc[i] + inh[i];
      rise[i] *= fall;
    }
    for (size_t i = 0; i < b.size(); ++i)
      if (v[i] >= threshold[i] + rise[i]) {
        v[i] = p.reset_mv;
        rise[i] += p.rise_mv;
        b.spike(i);
      }
  }
};

}  // namespace vendor
