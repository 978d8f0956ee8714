// Each action pulls a position to a target and brakes a velocity; equations in pd_policy.md.
#pragma once
#include <cmath>

#include "../common/per_action.hpp"

namespace core {

struct PdPolicy {
  static constexpr eg::Info info{"core.pd_policy", "1.0.0",
                                 "a controller without a brain: proportional-derivative control to targets"};
  struct Params {
    eg::Numbers kp, kd, position, velocity, target;
    static constexpr auto fields = eg::list(
        eg::param("kp", &Params::kp, eg::range(-1e9, 1e9),
                  "action by distance from the target; one for each action or for all"),
        eg::param("kd", &Params::kd, eg::range(-1e9, 1e9), "action against velocity; one for each action or for all"),
        eg::param("position", &Params::position, eg::range(-1, 1e6),
                  "number of the observation that is the position, for each action or for all; -1 or no list: none"),
        eg::param("velocity", &Params::velocity, eg::range(-1, 1e6), "number of the observation that is the velocity"),
        eg::param("target", &Params::target, eg::range(-1e9, 1e9), "where the position is to be; none: 0"));
  } p;
  static constexpr auto state = eg::none;

  explicit PdPolicy(const Params& params) : p(params) {
    for (const auto& [name, list] : {std::pair{"position", p.position}, std::pair{"velocity", p.velocity}})
      for (const double x : list)
        if (x != std::floor(x))
          throw std::invalid_argument(std::string(name) + " holds " + std::to_string(x) +
                                      ": observations are counted in whole numbers, from 0");
  }
  void init(eg::ControllerBlock&) const {}

  void step(eg::ControllerBlock& b) const {
    const auto action = b.action();
    const size_t n = action.size();
    for (size_t k = 0; k < n; ++k) {
      action[k] = 0;
      if (const double* x = observed("position", p.position, b, k))
        action[k] += of_action("kp", p.kp, k, n, 0) * (of_action("target", p.target, k, n, 0) - *x);
      if (const double* v = observed("velocity", p.velocity, b, k)) action[k] -= of_action("kd", p.kd, k, n, 0) * *v;
    }
  }

 private:
  // Null: none is meant.
  static const double* observed(const char* name, eg::Numbers list, const eg::ControllerBlock& b, size_t k) {
    const double number = of_action(name, list, k, b.action().size(), -1);
    if (number < 0) return nullptr;
    const auto seen = b.observation();
    if (number >= static_cast<double>(seen.size()))
      throw std::invalid_argument(std::string(name) + " names observation " +
                                  std::to_string(static_cast<int64_t>(number)) + ", but there are " +
                                  std::to_string(seen.size()) + ", counted from 0");
    return &seen[static_cast<size_t>(number)];
  }
};

}  // namespace core
