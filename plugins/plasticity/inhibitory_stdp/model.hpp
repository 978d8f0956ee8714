// Plasticity of inhibitory synapses that brings their targets to a rate; equations in inhibitory_stdp.md.
#pragma once
#include <encephagen/sdk/math.hpp>
#include <encephagen/sdk/plasticity.hpp>

#include "../common/synapse_packs.hpp"
#include "../common/weight_bounds.hpp"

namespace core {

struct InhibitoryStdp {
  static constexpr eg::Info info{"core.inhibitory_stdp", "1.0.0",
                                 "symmetric plasticity of inhibition that keeps targets at a rate"};
  struct Params {
    double tau_ms = 20, eta = 0.005, target_rate_hz = 5, w_min = -10, w_max = 0;
    static constexpr auto fields = eg::list(
        eg::param("tau_ms", &Params::tau_ms, eg::range(0.01, 10000), "decay time of the traces of both sides"),
        eg::param("eta", &Params::eta, eg::range(0, 1e6), "strengthening by a pair at no distance, as a weight"),
        eg::param("target_rate_hz", &Params::target_rate_hz, eg::range(0, 1e4),
                  "rate of the targets at which inhibition stops changing"),
        eg::param("w_min", &Params::w_min, eg::range(-1e9, 1e9), "lowest weight: the strongest inhibition"),
        eg::param("w_max", &Params::w_max, eg::range(-1e9, 1e9), "highest weight: the weakest inhibition"));
  } p;

  static constexpr auto edge_state = eg::none;
  enum { kTrace };
  static constexpr auto pre_traces =
      eg::list(eg::Column{"pre_trace", "presynaptic trace just after the last arrival", 0});
  static constexpr auto post_traces =
      eg::list(eg::Column{"post_trace", "postsynaptic trace just after the last spike", 0});

  explicit InhibitoryStdp(const Params& params)
      : p(params), minus_rate_(-1 / p.tau_ms), alpha_(2e-3 * p.target_rate_hz * p.tau_ms) {
    check_bounds(p.w_min, p.w_max);
    if (p.w_max > 0) throw std::invalid_argument("w_max is above 0: weights of inhibition are negative");
  }

  void init(eg::EdgeBlock& b) const { check_weights(b, p.w_min, p.w_max); }

  // Inhibition grows by what the targets fired lately, and shrinks by what they should have fired.
  void pre_spike(eg::EdgeBlock& b) const {
    change(b, b.raw().post[kTrace], b.raw().post_t_ms, alpha_);
    spike(b.pre(kTrace, b.unit()), b.pre_t_ms(b.unit()), b.t_ms());
  }
  void post_spike(eg::EdgeBlock& b) const {
    change(b, b.raw().pre[kTrace], b.raw().pre_t_ms, 0);
    spike(b.post(kTrace, b.unit()), b.post_t_ms(b.unit()), b.t_ms());
  }

 private:
  // Spikes at one time pair once: the one that is told second sees the trace with the first.
  void change(const eg::EdgeBlock& b, const double* trace, const double* last_ms, double less) const {
    const double t = b.t_ms(), rate = minus_rate_, eta = p.eta, low = p.w_min, high = p.w_max;
    for_each_synapse_pack(b, [=](const auto& s) EG_LOOP {
      using T = decltype(s.weight());
      const T present = s.at_other(trace) * eg::exp(T((t - s.at_other(last_ms)) * rate));
      // The strength is -w.
      s.set_weight(eg::at_most(eg::at_least(T(s.weight() - eta * (present - less)), low), high));
    });
  }
  void spike(double& trace, double& last_ms, double t_ms) const {
    trace = trace * eg::exp((t_ms - last_ms) * minus_rate_) + 1;
    last_ms = t_ms;
  }

  double minus_rate_, alpha_;
};

}  // namespace core
