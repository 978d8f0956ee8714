// Actions drawn at random, whatever is seen; see random_policy.md.
#pragma once
#include <cmath>

#include "../common/per_action.hpp"

namespace core {

struct RandomPolicy {
  static constexpr eg::Info info{"core.random_policy", "1.0.0",
                                 "a controller without a brain: actions drawn at random"};
  static constexpr double minus_one[] = {-1}, plus_one[] = {1};
  struct Params {
    eg::Numbers low = minus_one, high = plus_one;
    int64_t choices = 0, hold = 1;
    static constexpr auto fields =
        eg::list(eg::param("low", &Params::low, eg::range(-1e9, 1e9),
                           "lowest value of each action, or one for all; not used with choices"),
                 eg::param("high", &Params::high, eg::range(-1e9, 1e9), "highest value of each action, or one for all"),
                 eg::param("choices", &Params::choices, eg::range(0, 1e6),
                           "whole numbers 0 to choices - 1 are drawn instead; 0: numbers between low and high"),
                 eg::param("hold", &Params::hold, eg::range(1, 1e9), "a draw is kept for so many actions"));
  } p;
  enum State { kValue, kLeft };
  static constexpr auto state = eg::list(eg::Column{"value", "the action"},  //
                                         eg::Column{"left_count", "actions for which it is kept yet", 0});
  enum Random { kUniform };
  static constexpr auto random = eg::list(eg::RandomColumn{"uniform", EG_RANDOM_UNIFORM, "what the action is made of"});

  explicit RandomPolicy(const Params& params) : p(params) {}

  void init(eg::ControllerBlock& b) const {
    std::ranges::fill(b.state(kValue), 0.0);
    std::ranges::fill(b.state(kLeft), 0.0);
  }

  void step(eg::ControllerBlock& b) const {
    const auto action = b.action();
    const auto value = b.state(kValue), left = b.state(kLeft);
    for (size_t k = 0; k < action.size(); ++k) {
      if (left[k] < 1) {
        value[k] = drawn(b.random(kUniform)[k], k, action.size());
        left[k] = static_cast<double>(p.hold);
      }
      left[k] -= 1;
      action[k] = value[k];
    }
  }

 private:
  double drawn(double u, size_t k, size_t n) const {
    if (p.choices > 0)
      return std::min(std::floor(u * static_cast<double>(p.choices)), static_cast<double>(p.choices - 1));
    const double low = of_action("low", p.low, k, n, -1), high = of_action("high", p.high, k, n, 1);
    return low + (high - low) * u;
  }
};

}  // namespace core
