// Leaky integrate-and-fire neuron whose potential jumps with every spike (Brunel 2000); equations in lif_delta.md.
#pragma once
#include <encephagen/sdk/neuron.hpp>

#include "../common/initial_potential.hpp"
#include "../common/membrane.hpp"

namespace core {

struct LifDelta {
  static constexpr eg::Info info{"core.lif_delta", "1.0.0", "leaky integrate-and-fire neuron with delta synapses"};

  struct Params : Membrane, InitialPotential {
    constexpr Params() { reset_mv = 10; }  // Brunel 2000, section 2
    static constexpr auto fields = eg::concat(membrane_fields, initial_fields);
  } p;

  // `leak` is set by init and only read, and only where tau_m_ms differs from unit to unit.
  enum State { kV, kRefractory, kLeak };
  static constexpr auto state =
      eg::list(eg::Column{"v_mv", "membrane potential above rest"},
               eg::Column{"refractory_steps", "steps that remain of the refractory period", 0},
               eg::Column{"leak", "share of the potential that a step leaves", 0, 1});
  enum Input { kSpikesPort, kDrivePort };
  static constexpr auto inputs =
      eg::list(eg::Port{"spikes_mv", "jump of the potential, of either sign", EG_ACCEPTS_SPIKES, EG_SIGN_ANY},
               eg::Port{"drive_mv", "drive during the step: the potential it would settle at", EG_ACCEPTS_CONTINUOUS});
  static constexpr auto random = eg::list(initial_v, initial_v_normal);

  explicit LifDelta(const Params& params) : p(params) { p.check_initial(); }

  template <class Real>
  void init(eg::NeuronBlockOf<Real>& b) const {
    check_refractory(p.t_ref_ms, b.dt_ms());
    check_thresholds(b.param(kThreshold), p.reset_mv);
    p.set_initial(b, b.state(kV));
    std::ranges::fill(b.state(kRefractory), Real{0});
    for (size_t i = 0; i < b.size(); ++i)
      b.state(kLeak)[i] = static_cast<Real>(eg::exp(-b.dt_ms() / static_cast<double>(b.param(kTauM)[i])));
  }

  template <class Real>
  void step(eg::NeuronBlockOf<Real>& b) const {
    if (b.size() == 0) return;
    if (b.param_is_uniform(kTauM))
      move(b, Same<Real>{static_cast<Real>(eg::exp(-b.dt_ms() / static_cast<double>(b.param(kTauM)[0])))});
    else
      move(b, b.state(kLeak));
  }

 private:
  // The order of NEST's iaf_psc_delta: the potential decays, then what arrives is added, both only outside the
  // refractory period.
  template <class Real, class Column>
  void move(eg::NeuronBlockOf<Real>& b, Column leak) const {
    const auto v_column = b.state(kV), refractory_column = b.state(kRefractory);
    const auto spikes_in = b.input(kSpikesPort), drive_in = b.input(kDrivePort);
    const UnitParam<Real> threshold(b, kThreshold), drive_param(b, kDriveParam);
    const auto move = [=](auto at) EG_LOOP {
      using T = typename decltype(at)::Type;
      const T v = at(v_column), refractory = at(refractory_column);
      const T drive = at(drive_param) + at(drive_in);
      const T moved = drive + (v - drive) * at(leak) + at(spikes_in);
      const T after = refractory > T{} ? v : moved;
      at.store(v_column, after);
      at.store(refractory_column, one_less<Real>(refractory));
      return reached<Real, T>(after, at(threshold));
    };
    advance(b, move, resetting(v_column, refractory_column, p.reset_mv, std::round(p.t_ref_ms / b.dt_ms())));
  }
};

}  // namespace core
