// Three-factor plasticity (Izhikevich 2007): pairs of spikes leave an eligibility at the synapse, which a modulator
// that may come seconds later turns into a change of weight; equations in rstdp.md.
#pragma once
#include <encephagen/sdk/math.hpp>
#include <encephagen/sdk/packs.hpp>
#include <encephagen/sdk/plasticity.hpp>

#include "../common/weight_bounds.hpp"

namespace core {

struct Rstdp {
  static constexpr eg::Info info{"core.rstdp", "1.0.0",
                                 "spike-timing dependent plasticity that a modulator turns into changes of weight"};

  enum class Pairing { nearest_neighbour, all_to_all };
  enum class Coincidence { arrival_first, no_pair };
  struct Params {
    double tau_plus_ms = 20, tau_minus_ms = 20, a_plus = 0.1, a_minus = 0.15;
    double tau_c_ms = 1000, every_ms = 10, bias = 0.002, w_min = 0, w_max = 4;
    Pairing pairing = Pairing::nearest_neighbour;
    Coincidence coincidence = Coincidence::arrival_first;
    static constexpr auto fields = eg::list(
        eg::param("tau_plus_ms", &Params::tau_plus_ms, eg::range(0.01, 10000),
                  "decay time of the presynaptic trace: window of what makes a synapse eligible to grow"),
        eg::param("tau_minus_ms", &Params::tau_minus_ms, eg::range(0.01, 10000),
                  "decay time of the postsynaptic trace: window of what makes a synapse eligible to shrink"),
        eg::param("a_plus", &Params::a_plus, eg::range(0, 1e6),
                  "eligibility by a pair at no distance, presynaptic spike first"),
        eg::param("a_minus", &Params::a_minus, eg::range(0, 1e6),
                  "eligibility taken by a pair at no distance, postsynaptic spike first"),
        eg::param("tau_c_ms", &Params::tau_c_ms, eg::range(0.01, 1e9), "decay time of the eligibility"),
        eg::param("every_ms", &Params::every_ms, eg::range(0.001, 1e6),
                  "from one change of the weights to the next; each is (bias + modulator) times the eligibility"),
        eg::param("bias", &Params::bias, eg::range(-1e6, 1e6), "what is added to the modulator"),
        eg::param("w_min", &Params::w_min, eg::range(-1e9, 1e9), "lowest weight"),
        eg::param("w_max", &Params::w_max, eg::range(-1e9, 1e9), "highest weight"),
        eg::param("pairing", &Params::pairing, eg::choices("nearest_neighbour", "all_to_all"),
                  "pairs of each spike with the last one of the other side, or with all earlier ones"),
        eg::param("coincidence", &Params::coincidence, eg::choices("arrival_first", "no_pair"),
                  "an arrival and a spike of its target in one step: a pair at no distance, arrival first, or none"));
  } p;

  enum { kEligibility };
  static constexpr auto edge_state =
      eg::list(eg::Column{"eligibility", "what a modulator of 1 would add to the weight at its next change"});
  enum { kTrace };
  static constexpr auto pre_traces =
      eg::list(eg::Column{"pre_trace", "presynaptic trace just before the last arrival", 0});
  static constexpr auto post_traces =
      eg::list(eg::Column{"post_trace", "postsynaptic trace just before the last spike", 0});
  enum { kDopamine };
  static constexpr std::array<const char*, 1> modulators{"dopamine"};

  explicit Rstdp(const Params& params)
      : p(params),
        keeps_trace_(p.pairing == Pairing::all_to_all ? 1 : 0),
        keeps_eligibility_(eg::exp(-p.every_ms / p.tau_c_ms)) {
    check_bounds(p.w_min, p.w_max);
  }
  double update_every_ms() const { return p.every_ms; }

  void init(eg::EdgeBlock& b) const {
    check_weights(b, p.w_min, p.w_max);
    b.pre(kTrace, b.unit()) = 0;
    b.pre_t_ms(b.unit()) = never_ms;
    for (size_t k = 0; k < b.size(); ++k) {
      b.edge_state(kEligibility, k) = b.post(kTrace, b.other(k)) = 0;
      b.post_t_ms(b.other(k)) = never_ms;
    }
  }

  // Earlier spikes of the targets count against the synapses.
  void pre_spike(eg::EdgeBlock& b) const {
    const double t = b.t_ms();
    for (size_t k = 0; k < b.size(); ++k) {
      const size_t target = b.other(k);
      const double y = before(t, b.post(kTrace, target), b.post_t_ms(target), p.tau_minus_ms);
      b.edge_state(kEligibility, k) -= p.a_minus * y;
    }
    meet(t, b.pre(kTrace, b.unit()), b.pre_t_ms(b.unit()), p.tau_plus_ms);
  }

  // Earlier arrivals count in favour of the synapses. Those of this step have been told of.
  void post_spike(eg::EdgeBlock& b) const {
    const double t = b.t_ms();
    const bool arrival_is_first = p.coincidence == Coincidence::arrival_first;
    for (size_t k = 0; k < b.size(); ++k) {
      const double trace = b.pre(kTrace, b.other(k)), last_ms = b.pre_t_ms(b.other(k));
      const double x =
          arrival_is_first ? after(t, trace, last_ms, p.tau_plus_ms) : before(t, trace, last_ms, p.tau_plus_ms);
      b.edge_state(kEligibility, k) += p.a_plus * x;
    }
    meet(t, b.post(kTrace, b.unit()), b.post_t_ms(b.unit()), p.tau_minus_ms);
  }

  void sweep(eg::EdgeBlock& b) const {
    const auto weights = b.weights(), eligibility = b.edge_states(kEligibility);
    const double gain = p.bias + b.modulator(kDopamine), keeps = keeps_eligibility_, low = p.w_min, high = p.w_max;
    eg::for_each_pack<double>(b.size(), [=](auto at) EG_LOOP {
      using T = typename decltype(at)::Type;
      const T c = at(eligibility);
      at.store(weights, eg::at_most(eg::at_least(T(at(weights) + gain * c), low), high));
      // Eligibilities of silent synapses would become subnormal numbers in time, which are slow.
      const T left = keeps * c;
      at.store(eligibility, eg::magnitude<double, T>(left) < T{} + 1e-100 ? T{} : left);
    });
  }

  // Finite, and so long ago that every trace has decayed to 0.
  static constexpr double never_ms = -1e300;

 private:
  // The trace at time t of a side whose trace just before its last spike was `trace`, with all its spikes, ...
  double after(double t, double trace, double last_ms, double tau_ms) const {
    return (trace * keeps_trace_ + 1) * eg::exp((last_ms - t) / tau_ms);
  }
  // ... or without what a spike at t itself adds.
  double before(double t, double trace, double last_ms, double tau_ms) const {
    return last_ms == t ? trace : after(t, trace, last_ms, tau_ms);
  }
  void meet(double t, double& trace, double& last_ms, double tau_ms) const {
    trace = before(t, trace, last_ms, tau_ms);
    last_ms = t;
  }

  double keeps_trace_;  // share of a trace that a spike leaves before it adds 1
  double keeps_eligibility_;
};

}  // namespace core
