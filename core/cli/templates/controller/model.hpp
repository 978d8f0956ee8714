// Switches every action between two values, as a thermostat does; equations in README.md.
#pragma once
#include <algorithm>
#include <encephagen/sdk/controller.hpp>
#include <stdexcept>
#include <string>

namespace vendor {

struct PluginName {
  static constexpr eg::Info info{"vendor.name", "0.1.0",
                                 "a controller without a brain that switches like a thermostat"};

  // Every parameter is declared once, beside the member it fills: key with its unit as suffix, range, one sentence. The
  // default is the member's initialiser.
  struct Params {
    int64_t observation = 0;
    double target = 0, dead_zone = 0, action_below = 1, action_above = -1;
    static constexpr auto fields = eg::list(
        eg::param("observation", &Params::observation, eg::range(0, 1e6), "number of the observation, from 0"),
        eg::param("target", &Params::target, eg::range(-1e9, 1e9), "where the observation is to be"),
        eg::param("dead_zone", &Params::dead_zone, eg::range(0, 1e9),
                  "distance from the target up to which nothing switches"),
        eg::param("action_below", &Params::action_below, eg::range(-1e9, 1e9), "action after it was below the target"),
        eg::param("action_above", &Params::action_above, eg::range(-1e9, 1e9), "action after it was above"));
  } p;

  // There is one unit for each action. What it remembers is a column, so that the kernel can save it: -1 below, 1
  // above, 0 neither yet.
  enum State { kSide };
  static constexpr auto state = eg::list(eg::Column{"side", "side of the target it was last seen on", -1, 1});

  explicit PluginName(const Params& params) : p(params) {}

  void init(eg::ControllerBlock& b) const { std::ranges::fill(b.state(kSide), 0.0); }

  // Called once for each action of the body; dt_ms is the time the action lasts.
  void step(eg::ControllerBlock& b) const {
    const auto seen = b.observation();
    if (static_cast<size_t>(p.observation) >= seen.size())
      throw std::invalid_argument("observation = " + std::to_string(p.observation) + ", but there are " +
                                  std::to_string(seen.size()) + ", counted from 0");
    const double error = seen[static_cast<size_t>(p.observation)] - p.target;
    for (size_t k = 0; k < b.size(); ++k) {
      double& side = b.state(kSide)[k];
      if (error > p.dead_zone) side = 1;
      if (error < -p.dead_zone) side = -1;
      b.action()[k] = side == 0 ? 0 : side > 0 ? p.action_above : p.action_below;
    }
  }
};

}  // namespace vendor
