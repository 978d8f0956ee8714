// Actions as weighted sums of observations; equations in linear_policy.md.
#pragma once
#include <cmath>
#include <encephagen/sdk/math.hpp>

#include "../common/per_action.hpp"

namespace core {

struct LinearPolicy {
  static constexpr eg::Info info{"core.linear_policy", "1.0.0",
                                 "a controller without a brain: weighted sums of observations"};
  enum class Output { sum, tanh, threshold, argmax };
  struct Params {
    eg::Numbers weights, bias;
    Output output = Output::sum;
    int64_t choices = 2;
    static constexpr auto fields = eg::list(
        eg::param("weights", &Params::weights, eg::range(-1e9, 1e9),
                  "row-major [action][observation]; with argmax [action][choice][observation]; none: 0"),
        eg::param("bias", &Params::bias, eg::range(-1e9, 1e9),
                  "one for each row of the weights, or one for all; none: 0"),
        eg::param(
            "output", &Params::output, eg::choices("sum", "tanh", "threshold", "argmax"),
            "the sum; its hyperbolic tangent; the choice 1 if it is above 0, else 0; the choice of the greatest sum"),
        eg::param("choices", &Params::choices, eg::range(1, 10000), "choices of each action; only argmax uses it"));
  } p;
  static constexpr auto state = eg::none;

  explicit LinearPolicy(const Params& params) : p(params) {}
  void init(eg::ControllerBlock&) const {}

  void step(eg::ControllerBlock& b) const {
    const auto action = b.action();
    const auto seen = b.observation();
    const size_t per_action = p.output == Output::argmax ? static_cast<size_t>(p.choices) : 1;
    const size_t n_rows = action.size() * per_action;
    check(n_rows, seen.size());
    for (size_t k = 0; k < action.size(); ++k) {
      size_t best = 0;
      double highest = 0;
      for (size_t c = 0; c < per_action; ++c) {
        const double x = sum(k * per_action + c, n_rows, seen);
        if (c == 0 || x > highest) best = c, highest = x;
      }
      action[k] = p.output == Output::argmax      ? static_cast<double>(best)
                  : p.output == Output::threshold ? (highest > 0 ? 1.0 : 0.0)
                  : p.output == Output::tanh      ? hyperbolic_tangent(highest)
                                                  : highest;
    }
  }

 private:
  void check(size_t n_rows, size_t n_seen) const {
    if (p.weights.empty() || p.weights.size() == n_rows * n_seen) return;
    throw std::invalid_argument("weights has " + std::to_string(p.weights.size()) + " numbers, but " +
                                std::to_string(n_rows) + " sums of " + std::to_string(n_seen) + " observations need " +
                                std::to_string(n_rows * n_seen));
  }
  double sum(size_t row, size_t n_rows, std::span<const double> seen) const {
    double x = of_action("bias", p.bias, row, n_rows, 0);
    if (p.weights.empty()) return x;
    for (size_t i = 0; i < seen.size(); ++i) x += p.weights[row * seen.size() + i] * seen[i];
    return x;
  }
  // By way of e^(-2|x|), which cannot overflow.
  static double hyperbolic_tangent(double x) {
    const double e = eg::exp(-2 * std::abs(x));
    return std::copysign((1 - e) / (1 + e), x);
  }
};

}  // namespace core
