// Spike-timing dependent plasticity of pairs of spikes, by traces that are brought up to date only when a spike needs
// them; equations in stdp.md.
#pragma once
#include <encephagen/sdk/math.hpp>
#include <encephagen/sdk/plasticity.hpp>
#include <stdexcept>

#include "../common/sampled_steps.hpp"
#include "../common/synapse_packs.hpp"
#include "../common/weight_bounds.hpp"
#include "traces.hpp"

namespace core {

struct Stdp {
  static constexpr eg::Info info{"core.stdp", "1.2.0", "spike-timing dependent plasticity of pairs of spikes"};

  enum class Pairing { all_to_all, nearest_neighbour };
  enum class Dependence { additive, multiplicative, power_law };
  struct Params {
    double tau_plus_ms = 20, tau_minus_ms = 20, a_plus = 0.005, a_minus = 0.00525;
    double w_min = 0, w_max = 10, mu = 1, w_reference = 1;
    Pairing pairing = Pairing::all_to_all;
    Dependence weight_dependence = Dependence::additive;
    int64_t sample_every_steps = 1;
    static constexpr auto fields = eg::list(
        eg::param("tau_plus_ms", &Params::tau_plus_ms, eg::range(0.01, 10000),
                  "decay time of the presynaptic trace: window of potentiation"),
        eg::param("tau_minus_ms", &Params::tau_minus_ms, eg::range(0.01, 10000),
                  "decay time of the postsynaptic trace: window of depression"),
        eg::param("a_plus", &Params::a_plus, eg::range(0, 1e6), "potentiation by a pair at no distance, as a weight"),
        eg::param("a_minus", &Params::a_minus, eg::range(0, 1e6), "depression by a pair at no distance, as a weight"),
        eg::param("w_min", &Params::w_min, eg::range(-1e9, 1e9), "lowest weight"),
        eg::param("w_max", &Params::w_max, eg::range(-1e9, 1e9), "highest weight"),
        eg::param("pairing", &Params::pairing, eg::choices("all_to_all", "nearest_neighbour"),
                  "pairs of each spike with all earlier spikes of the other side, or with the last one"),
        eg::param("weight_dependence", &Params::weight_dependence,
                  eg::choices("additive", "multiplicative", "power_law"), "how changes depend on the weight"),
        eg::param("mu", &Params::mu, eg::range(0, 1), "exponent of the weight (multiplicative, power_law)"),
        eg::param("w_reference", &Params::w_reference, eg::range(1e-9, 1e9),
                  "weight at which a_plus and a_minus hold (power_law)"),
        eg::param("sample_every_steps", &Params::sample_every_steps, eg::range(1, 1e6),
                  "only for reproduction: spikes are seen on every n-th step and missed on the others"));
  } p;

  static constexpr auto edge_state = eg::none;
  enum { kBefore, kLevel };
  static constexpr auto pre_traces =
      eg::list(eg::Column{"pre_trace", "presynaptic trace just before the last arrival", 0},
               eg::Column{"pre_level", "presynaptic trace with the last arrival, as of the beginning of its frame", 0});
  static constexpr auto post_traces =
      eg::list(eg::Column{"post_trace", "postsynaptic trace just before the last spike", 0},
               eg::Column{"post_level", "postsynaptic trace with the last spike, as of the beginning of its frame", 0});

  explicit Stdp(const Params& params)
      : p(params), plus_(p.tau_plus_ms), minus_(p.tau_minus_ms), keeps_(p.pairing == Pairing::all_to_all ? 1 : 0) {
    check_bounds(p.w_min, p.w_max);
    if (p.weight_dependence == Dependence::power_law && p.w_min <= 0)
      throw std::invalid_argument("power_law needs w_min above 0: a weight of 0 would never grow again");
  }

  void init(eg::EdgeBlock& b) const {
    check_weights(b, p.w_min, p.w_max);
    b.pre(kBefore, b.unit()) = b.pre(kLevel, b.unit()) = 0;
    b.pre_t_ms(b.unit()) = Traces::none_ms;
    for (size_t k = 0; k < b.size(); ++k) {
      b.post(kBefore, b.other(k)) = b.post(kLevel, b.other(k)) = 0;
      b.post_t_ms(b.other(k)) = Traces::none_ms;
    }
  }

  // Depression by all earlier spikes of the targets.
  void pre_spike(eg::EdgeBlock& b) const {
    if (!is_sampled(b, p.sample_every_steps)) return;
    const Sides now = traces_of(b);
    const Traces& y = now.y;
    const double a = p.a_minus, low = p.w_min, span = p.w_max - p.w_min, mu = p.mu, reference = p.w_reference;
    switch (p.weight_dependence) {
      case Dependence::additive:
        for_each_synapse_pack(
            b, [=](const auto& s) EG_LOOP { s.set_weight(eg::at_least(s.weight() - a * y.of(s), low)); });
        break;
      case Dependence::multiplicative:
        for_each_synapse_pack(b, [=](const auto& s) EG_LOOP {
          const auto w = s.weight();
          s.set_weight(eg::at_least(w - a * power((w - low) / span, mu) * y.of(s), low));
        });
        break;
      case Dependence::power_law:
        for_each_synapse_pack(b, [=](const auto& s) EG_LOOP {
          const auto w = s.weight();
          s.set_weight(eg::at_least(w - a * (w / reference) * y.of(s), low));
        });
    }
    now.x.spike(b.unit());
  }

  // Potentiation by all earlier arrivals.
  void post_spike(eg::EdgeBlock& b) const {
    if (!is_sampled(b, p.sample_every_steps)) return;
    const Sides now = traces_of(b);
    const Traces& x = now.x;
    const double a = p.a_plus, high = p.w_max, span = p.w_max - p.w_min, mu = p.mu, reference = p.w_reference;
    switch (p.weight_dependence) {
      case Dependence::additive:
        for_each_synapse_pack(
            b, [=](const auto& s) EG_LOOP { s.set_weight(eg::at_most(s.weight() + a * x.of(s), high)); });
        break;
      case Dependence::multiplicative:
        for_each_synapse_pack(b, [=](const auto& s) EG_LOOP {
          const auto w = s.weight();
          s.set_weight(eg::at_most(w + a * power((high - w) / span, mu) * x.of(s), high));
        });
        break;
      case Dependence::power_law:
        for_each_synapse_pack(b, [=](const auto& s) EG_LOOP {
          const auto w = s.weight();
          s.set_weight(eg::at_most(w + a * power(w / reference, mu) * x.of(s), high));
        });
    }
    now.y.spike(b.unit());
  }

 private:
  struct Sides {
    Traces x, y;
  };
  Sides traces_of(const eg::EdgeBlock& b) const {
    const auto& raw = b.raw();
    const Times& now = times_at(b.t_ms());
    return {{raw.pre[kBefore], raw.pre[kLevel], raw.pre_t_ms, now.plus, keeps_},
            {raw.post[kBefore], raw.post[kLevel], raw.post_t_ms, now.minus, keeps_}};
  }

  struct Times {
    Traces::Time plus, minus;
  };
  const Times& times_at(double t_ms) const {
    // All spikes of a step ask for the same: each thread keeps what it reckoned last.
    thread_local Times last{};
    if (last.plus.t_ms != t_ms || last.plus.minus_rate != plus_.minus_rate ||
        last.minus.minus_rate != minus_.minus_rate) {
      const double plus_ms = plus_.frame_begin_ms(t_ms), minus_ms = minus_.frame_begin_ms(t_ms);
      const auto factor =
          eg::exp(eg::Pack<2>{(t_ms - plus_ms) * plus_.minus_rate, (t_ms - minus_ms) * minus_.minus_rate});
      last = {{t_ms, plus_.minus_rate, plus_ms, factor[0]}, {t_ms, minus_.minus_rate, minus_ms, factor[1]}};
    }
    return last;
  }

  template <class T>
  EG_INLINE static T power(const T& base, double mu) {
    if (mu == 1) return base;
    if (mu == 0) return T{} + 1.0;
    const T y = eg::exp(T(mu * eg::log(base)));
    return base > T{} ? y : T{};
  }

  Traces::Decay plus_, minus_;
  double keeps_;  // share of a trace that a spike leaves before it adds 1: all (all_to_all) or none
};

}  // namespace core
