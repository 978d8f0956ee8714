// Does nothing: every action is 0; see zero_policy.md.
#pragma once
#include <encephagen/sdk/controller.hpp>

namespace core {

struct ZeroPolicy {
  static constexpr eg::Info info{"core.zero_policy", "1.0.0", "a controller without a brain: every action is 0"};
  struct Params {
    static constexpr auto fields = eg::none;
  };
  static constexpr auto state = eg::none;

  explicit ZeroPolicy(const Params&) {}
  void init(eg::ControllerBlock&) const {}
  void step(eg::ControllerBlock& b) const { std::ranges::fill(b.action(), 0.0); }
};

}  // namespace core
