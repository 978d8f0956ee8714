// Continuous actions, drawn around leaky sums of spikes; equations in gaussian_policy.md.
#pragma once
#include <cmath>

#include "../common/actions.hpp"
#include "../common/leaky_sum.hpp"

namespace core {

struct GaussianPolicy {
  static constexpr eg::Info info{"core.gaussian_policy", "1.0.0",
                                 "continuous actions drawn around leaky sums of spikes"};

  struct Params : LeakySum {
    double sigma = 0.1, gain = 1, offset = 0;
    bool squash = false;
    static constexpr auto fields = eg::list(
        LeakySum::tau_field,
        eg::param("sigma", &Params::sigma, eg::range(0, 1e6),
                  "standard deviation of what is drawn around the sum; 0: nothing is, nor learnt", eg::per_unit),
        eg::param("squash", &Params::squash, "whether the action is the hyperbolic tangent of what was drawn"),
        eg::param("gain", &Params::gain, eg::range(-1e9, 1e9), "factor on the action", eg::per_unit),
        eg::param("offset", &Params::offset, eg::range(-1e9, 1e9), "added to the action", eg::per_unit));
  } p;
  enum PerUnitParam { kSigma, kGain, kOffset };

  using enum learning::State;
  enum State { kCommand = learning::kNStates };
  static constexpr auto state =
      learning::state("y", "the leaky sum", "(y - what was drawn) / sigma^2, when it was; else 0",
                      eg::Column{"command", "the action decided last"});
  enum Input { kSpikes, kOver };
  static constexpr auto inputs = eg::list(spikes_port, is_over_port);
  static constexpr auto outputs = eg::list(eg::Output{"error", kError, "feeds learning signals"},
                                           eg::Output{"command", kCommand, "the action decided last"});
  enum Random { kNoise };
  static constexpr auto random =
      eg::list(eg::RandomColumn{"noise", EG_RANDOM_NORMAL, "what is drawn around the sum, over sigma"});

  explicit GaussianPolicy(const Params& params) : p(params) {}

  void init(eg::DecoderBlock& b) const {
    learning::init(b, p.decay(b.dt_ms()));
    std::ranges::fill(b.state(kCommand), 0.0);
  }

  void step(eg::DecoderBlock& b) const {
    check_actions(b);
    const auto y = b.state(kSum), error = b.state(kError), command = b.state(kCommand);
    p.add(y, b.input(kSpikes), b.dt_ms());
    const bool is_over = learning::begin_step(b, b.input(kOver));
    const auto action = b.action();
    for (size_t k = 0; k < action.size(); ++k) {
      const double sigma = b.param(kSigma)[k], noise = b.random(kNoise)[k], u = y[k] + sigma * noise;
      action[k] = command[k] = b.param(kOffset)[k] + b.param(kGain)[k] * (p.squash ? hyperbolic_tangent(u) : u);
      // (y - u) / sigma^2; squashing what was drawn changes nothing about how likely it was.
      if (!is_over && sigma > 0) error[k] = -noise / sigma;
    }
  }

 private:
  static double hyperbolic_tangent(double x) {
    const double e = eg::exp(-2 * std::abs(x));
    return std::copysign((1 - e) / (1 + e), x);
  }
};

}  // namespace core
