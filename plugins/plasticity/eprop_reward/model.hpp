// E-prop with a reward instead of a target (Bellec et al. 2020, reward-based e-prop); eprop_reward.md.
#pragma once
#include "../common/eprop_rule.hpp"

namespace core {

struct EpropReward {
  static constexpr eg::Info info{"core.eprop_reward", "1.0.0",
                                 "reward-based e-prop: policy gradient, actor and critic"};
  struct Params : EpropRule {
    double discount = 0.99;
    int64_t reward_delay_steps = 0;
    static constexpr auto fields = eg::concat(
        rule_fields, eg::list(eg::param("discount", &Params::discount, eg::range(0, 1),
                                        "share of later errors of prediction that a step earlier is credited with"),
                              eg::param("reward_delay_steps", &Params::reward_delay_steps, eg::range(0, 1e6),
                                        "steps from a spike to the reward of the action it took part in")));
  } p;

  static constexpr auto edge_state = gradient_steps::edge_state;
  static constexpr auto pre_traces = eg::none;
  static constexpr auto post_traces = gradient_steps::post_traces;
  static constexpr auto post_ports = eprop_ports::names;
  static constexpr std::array<const char*, 1> modulators{"td_error"};
  static constexpr bool keeps_history = true;

  explicit EpropReward(const Params& params) : p(params) { check_bounds(p.w_min, p.w_max); }
  double update_every_ms() const { return p.update_every_ms; }
  void init(eg::EdgeBlock& b) const { p.init(b); }

  // sum over t of delta_t F_gamma(L ebar)_t is the sum over s of (L_s D_s) ebar_s, where D_s is the sum of
  // discount^(t-s) delta_t over t >= s: the learning signal, weighted by what came of the step.
  void update(eg::EdgeBlock& b) const {
    if (b.raw().n_history == 0) return;
    const Sequence window = p.window(b);
    const auto signal = p.signals(b, window);
    const auto error = b.modulator_history(0);
    const auto delay = static_cast<size_t>(p.reward_delay_steps);
    double later = 0;
    for (size_t t = error.size(); t-- > delay;) {
      later = p.discount * later + error[t];
      if (t - delay < signal.size()) signal[t - delay] *= later;
    }
    for (size_t s = error.size() > delay ? error.size() - delay : 0; s < signal.size(); ++s) signal[s] = 0;
    p.learn(b, window);
  }
};

}  // namespace core
