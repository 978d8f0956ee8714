// Spike-timing dependent plasticity whose depression grows with the weight; equations and source in README.md.
#pragma once
#include <algorithm>
#include <cmath>
#include <encephagen/sdk/plasticity.hpp>
#include <stdexcept>

namespace vendor {

struct PluginName {
  static constexpr eg::Info info{"vendor.name", "0.1.0",
                                 "spike-timing dependent plasticity with weight-dependent depression"};

  // Every parameter is declared once, beside the member it fills: key with its unit as suffix, range, one sentence. The
  // default is the member's initialiser. Weights have the unit of the port they feed.
  struct Params {
    double tau_plus_ms = 20, tau_minus_ms = 20, a_plus = 0.01, a_minus = 0.01, w_max = 10;
    static constexpr auto fields = eg::list(
        eg::param("tau_plus_ms", &Params::tau_plus_ms, eg::range(0.1, 10000), "window of potentiation"),
        eg::param("tau_minus_ms", &Params::tau_minus_ms, eg::range(0.1, 10000), "window of depression"),
        eg::param("a_plus", &Params::a_plus, eg::range(0, 1e6), "potentiation by a pair at no distance, as a weight"),
        eg::param("a_minus", &Params::a_minus, eg::range(0, 1),
                  "depression by a pair at no distance, as a share of the weight"),
        eg::param("w_max", &Params::w_max, eg::range(0, 1e9), "highest weight"));
  } p;

  // Columns of the kernel: one value for each synapse (none here), for each presynaptic branch, for each target. Traces
  // are brought up to date when a spike needs them; pre_t_ms and post_t_ms hold when that was.
  static constexpr auto edge_state = eg::none;
  enum { kTrace };
  static constexpr auto pre_traces = eg::list(eg::Column{"pre_trace", "just after the last arrival", 0});
  static constexpr auto post_traces = eg::list(eg::Column{"post_trace", "just after the last spike", 0});

  explicit PluginName(const Params& params) : p(params) {}

  // Sees the synapses of every source once, before the first step.
  void init(eg::EdgeBlock& b) const {
    for (size_t k = 0; k < b.size(); ++k)
      if (b.weight(k) < 0) throw std::invalid_argument("it is about excitatory synapses, and a weight is negative");
  }

  // A spike of unit() arrives at its synapses: they are depressed by earlier spikes of their targets. Only here do
  // presynaptic traces change: a kernel may tell of the targets in groups, each with its own copy of the trace.
  void pre_spike(eg::EdgeBlock& b) const {
    for (size_t k = 0; k < b.size(); ++k) {
      const size_t target = b.other(k);
      const double y = b.post(kTrace, target) * std::exp((b.post_t_ms(target) - b.t_ms()) / p.tau_minus_ms);
      b.weight(k) -= p.a_minus * b.weight(k) * std::min(y, 1.0);  // no more than all of it
    }
    const size_t source = b.unit();
    b.pre(kTrace, source) = b.pre(kTrace, source) * std::exp((b.pre_t_ms(source) - b.t_ms()) / p.tau_plus_ms) + 1;
    b.pre_t_ms(source) = b.t_ms();
  }

  // unit() fires: the synapses onto it are potentiated by earlier arrivals.
  void post_spike(eg::EdgeBlock& b) const {
    for (size_t k = 0; k < b.size(); ++k) {
      const size_t source = b.other(k);
      const double x = b.pre(kTrace, source) * std::exp((b.pre_t_ms(source) - b.t_ms()) / p.tau_plus_ms);
      b.weight(k) = std::min(b.weight(k) + p.a_plus * x, std::max(b.weight(k), p.w_max));
    }
    const size_t target = b.unit();
    b.post(kTrace, target) = b.post(kTrace, target) * std::exp((b.post_t_ms(target) - b.t_ms()) / p.tau_minus_ms) + 1;
    b.post_t_ms(target) = b.t_ms();
  }
};

}  // namespace vendor
