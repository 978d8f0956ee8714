// The same action always; see constant_policy.md.
#pragma once
#include "../common/per_action.hpp"

namespace core {

struct ConstantPolicy {
  static constexpr eg::Info info{"core.constant_policy", "1.0.0",
                                 "a controller without a brain: the same action always"};
  struct Params {
    eg::Numbers values;
    static constexpr auto fields = eg::list(eg::param("values", &Params::values, eg::range(-1e9, 1e9),
                                                      "one number for each action, or one for all; none: 0"));
  } p;
  static constexpr auto state = eg::none;

  explicit ConstantPolicy(const Params& params) : p(params) {}
  void init(eg::ControllerBlock&) const {}
  void step(eg::ControllerBlock& b) const {
    const auto action = b.action();
    for (size_t k = 0; k < action.size(); ++k) action[k] = of_action("values", p.values, k, action.size(), 0);
  }
};

}  // namespace core
