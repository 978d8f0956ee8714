// Leaky integrate-and-fire neuron in either precision, stepped a pack of units at a time.
#include <cmath>
#include <encephagen/sdk/neuron.hpp>
#include <encephagen/sdk/packs.hpp>
namespace {
struct FastLif {
  static constexpr eg::Info info{"acme.fast_lif", "1.0.0", "leaky integrate-and-fire neuron, fast"};
  struct Params {
    double tau_m_ms = 20.0, threshold_mv = 20.0;
    static constexpr auto fields =
        eg::list(eg::param("tau_m_ms", &Params::tau_m_ms, eg::range(0.1, 1000), "membrane time constant", eg::per_unit),
                 eg::param("threshold_mv", &Params::threshold_mv, eg::range(0.1, 100), "spike threshold above rest",
                           eg::per_unit));
  } p;
  enum PerUnitParam { kTauM, kThreshold };
  enum State { kV, kLeak };
  static constexpr auto state =
      eg::list(eg::Column{"v_mv", "membrane potential above rest"},
               eg::Column{"leak", "share of the potential that a step leaves", 0, 1, EG_STATE_SET_BY_INIT});
  enum Input { kSpikes, kDrive };
  static constexpr auto inputs = eg::list(eg::Port{"spikes_mv", "jump of the potential", EG_ACCEPTS_SPIKES},
                                          eg::Port{"drive_mv", "potential it would settle at", EG_ACCEPTS_CONTINUOUS});
  explicit FastLif(const Params& params) : p(params) {}

  template <class Real>
  void init(eg::NeuronBlockOf<Real>& b) const {
    for (Real& v : b.state(kV)) v = 0;
    for (size_t i = 0; i < b.size(); ++i)
      b.state(kLeak)[i] = static_cast<Real>(eg::exp(-b.dt_ms() / static_cast<double>(b.param(kTauM)[i])));
  }

  template <class Real>
  void step(eg::NeuronBlockOf<Real>& b) const {
    const auto v = b.state(kV), leak = b.state(kLeak);
    const auto spikes = b.input(kSpikes), drive = b.input(kDrive);
    const eg::UnitParam<Real> threshold(b, kThreshold);
    const auto move = [=](auto at) EG_LOOP {
      using T = typename decltype(at)::Type;  // a pack of floats or doubles, or one number
      const T target = at(drive);
      const T moved = target + (at(v) - target) * at(leak) + at(spikes);
      at.store(v, moved);
      return eg::reached<Real, T>(moved, at(threshold));
    };
    eg::advance(b, move, [=](size_t i) { v[i] = 0; });
  }
};
}  // namespace
EG_PLUGIN_LIBRARY(eg::neuron<FastLif>)
