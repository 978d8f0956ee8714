// Learning of recurrent spiking networks by e-prop (Bellec et al. 2020), at the end of every sequence; eprop.md.
#pragma once
#include "../common/eprop_rule.hpp"

namespace core {

struct Eprop {
  static constexpr eg::Info info{"core.eprop", "1.0.0", "e-prop: gradients from eligibility and learning signals"};
  struct Params : EpropRule {
    static constexpr auto fields = rule_fields;
  } p;

  static constexpr auto edge_state = gradient_steps::edge_state;
  static constexpr auto pre_traces = eg::none;
  static constexpr auto post_traces = gradient_steps::post_traces;
  static constexpr auto post_ports = eprop_ports::names;
  static constexpr bool keeps_history = true;

  explicit Eprop(const Params& params) : p(params) { check_bounds(p.w_min, p.w_max); }
  double update_every_ms() const { return p.update_every_ms; }
  void init(eg::EdgeBlock& b) const { p.init(b); }
  void update(eg::EdgeBlock& b) const {
    if (b.raw().n_history > 0) p.learn(b, p.window(b));
  }
};

}  // namespace core
