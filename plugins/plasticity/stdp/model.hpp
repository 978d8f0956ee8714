// Spike-timing dependent plasticity of pairs of spikes, by traces that are brought up to date only when a spike needs
// them; equations in stdp.md.
#pragma once
#include <algorithm>
#include <encephagen/sdk/math.hpp>
#include <encephagen/sdk/plasticity.hpp>
#include <stdexcept>

namespace core {

struct Stdp {
  static constexpr eg::Info info{"core.stdp", "1.0.0", "spike-timing dependent plasticity of pairs of spikes"};

  enum class Pairing { all_to_all, nearest_neighbour };
  enum class Dependence { additive, multiplicative, power_law };
  struct Params {
    double tau_plus_ms = 20, tau_minus_ms = 20, a_plus = 0.005, a_minus = 0.00525;
    double w_min = 0, w_max = 10, mu = 1, w_reference = 1;
    Pairing pairing = Pairing::all_to_all;
    Dependence weight_dependence = Dependence::additive;
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
                  "weight at which a_plus and a_minus hold (power_law)"));
  } p;

  // Presynaptic traces belong to synapses, because a spike reaches those of different delay at different times.
  enum EdgeState { kPreTrace, kPreTime };
  static constexpr auto edge_state =
      eg::list(eg::Column{"pre_trace", "presynaptic trace just before the last arrival", 0},
               eg::Column{"pre_t_ms", "time of the last arrival"});
  static constexpr auto pre_traces = eg::none;
  enum PostTrace { kPostTrace };
  static constexpr auto post_traces =
      eg::list(eg::Column{"post_trace", "postsynaptic trace just before the last spike", 0});

  explicit Stdp(const Params& params) : p(params) {
    if (!(p.w_min < p.w_max)) throw std::invalid_argument("w_min is not below w_max: set them apart");
    if (p.weight_dependence == Dependence::power_law && p.w_min <= 0)
      throw std::invalid_argument("power_law needs w_min above 0: a weight of 0 would never grow again");
  }

  void init(eg::EdgeBlock& b) const {
    for (size_t k = 0; k < b.size(); ++k) {
      if (!(b.weight(k) >= p.w_min && b.weight(k) <= p.w_max))
        throw std::invalid_argument("a synapse starts with weight " + text(b.weight(k)) + ", outside [" +
                                    text(p.w_min) + ", " + text(p.w_max) + "]: change the weight, w_min or w_max");
      b.edge_state(kPreTrace, k) = b.post(kPostTrace, b.other(k)) = 0;
      b.edge_state(kPreTime, k) = b.post_t_ms(b.other(k)) = never_ms;
    }
  }

  // Depression by all earlier spikes of the targets.
  void pre_spike(eg::EdgeBlock& b) const {
    const double t = b.t_ms();
    for (size_t k = 0; k < b.size(); ++k) {
      const size_t target = b.other(k);
      const double y = trace_at(t, b.post(kPostTrace, target), b.post_t_ms(target), p.tau_minus_ms);
      double& w = b.weight(k);
      w = std::max(p.w_min, w - p.a_minus * depression(w) * y);
      double& x = b.edge_state(kPreTrace, k);
      double& last = b.edge_state(kPreTime, k);
      x = trace_at(t, x, last, p.tau_plus_ms);
      last = t;
    }
  }

  // Potentiation by all earlier arrivals.
  void post_spike(eg::EdgeBlock& b) const {
    const double t = b.t_ms();
    for (size_t k = 0; k < b.size(); ++k) {
      const double x = trace_at(t, b.edge_state(kPreTrace, k), b.edge_state(kPreTime, k), p.tau_plus_ms);
      double& w = b.weight(k);
      w = std::min(p.w_max, w + p.a_plus * potentiation(w) * x);
    }
    double& y = b.post(kPostTrace, b.unit());
    y = trace_at(t, y, b.post_t_ms(b.unit()), p.tau_minus_ms);
    b.post_t_ms(b.unit()) = t;
  }

  // Finite, and so long ago that every trace has decayed to 0.
  static constexpr double never_ms = -1e300;

 private:
  static std::string text(double x) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%g", x);
    return buffer;
  }
  // A trace at time t without what a spike at t itself adds, so that spikes at one time do not pair, whichever of them
  // is told first. `before` is the trace just before the last spike.
  double trace_at(double t, double before, double last_ms, double tau_ms) const {
    if (last_ms == t) return before;
    const double after = p.pairing == Pairing::all_to_all ? before + 1 : 1;
    return after * eg::exp((last_ms - t) / tau_ms);
  }
  double potentiation(double w) const {
    switch (p.weight_dependence) {
      case Dependence::additive:
        return 1;
      case Dependence::multiplicative:
        return power((p.w_max - w) / (p.w_max - p.w_min));
      default:
        return power(w / p.w_reference);
    }
  }
  double depression(double w) const {
    switch (p.weight_dependence) {
      case Dependence::additive:
        return 1;
      case Dependence::multiplicative:
        return power((w - p.w_min) / (p.w_max - p.w_min));
      default:
        return w / p.w_reference;
    }
  }
  double power(double base) const {
    if (p.mu == 1) return base;
    if (p.mu == 0) return 1;
    return base > 0 ? eg::exp(p.mu * eg::log(base)) : 0;
  }
};

}  // namespace core
