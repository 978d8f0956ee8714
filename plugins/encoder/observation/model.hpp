// Hands what is seen of a body on as a continuous value; see observation.md.
#pragma once
#include "../common/seen.hpp"

namespace core {

struct Observation {
  static constexpr eg::Info info{"core.observation", "1.0.0", "what is seen of a body, as a current or value"};
  static constexpr double one[] = {1}, zero[] = {0};
  struct Params {
    eg::Numbers gain = one, offset = zero, low, high;
    double unit = -1, n_units = 0;
    static constexpr auto fields = eg::list(
        eg::param("gain", &Params::gain, eg::range(-1e9, 1e9), "one factor for each observation, or one for all"),
        eg::param("offset", &Params::offset, eg::range(-1e9, 1e9), "added to each, or to all"),
        eg::param("low", &Params::low, eg::range(-1e9, 1e9), "what is seen below it counts as it; none: no bound"),
        eg::param("high", &Params::high, eg::range(-1e9, 1e9), "what is seen above it counts as it; none: no bound"),
        unit_param<Params>(), n_units_param<Params>());
  } p;
  enum PerUnitParam { kUnit, kNUnits };

  enum State { kValue, kSeen };
  static constexpr auto state = eg::list(eg::Column{"value", "what the unit receives"}, seen::digest_column);
  static constexpr auto outputs =
      eg::list(eg::Output{"value", kValue, "what the unit receives", EG_ACCEPTS_CONTINUOUS});

  explicit Observation(const Params& params) : p(params) {}

  void init(eg::EncoderBlock& b) const {
    std::ranges::fill(b.state(kValue), 0.0);
    std::ranges::fill(b.state(kSeen), seen::nothing_yet);
  }

  void step(eg::EncoderBlock& b) const {
    const auto observation = b.observation();
    seen::check_any(observation);
    const double now = seen::digest(observation);
    const auto value = b.state(kValue), last = b.state(kSeen);
    for (size_t i = 0; i < b.size(); ++i) {
      if (last[i] == now) continue;
      last[i] = now;
      value[i] =
          encoded(observation, seen::part(b.param(kUnit)[i], b.param(kNUnits)[i], observation.size(), "observations"));
    }
  }

 private:
  double encoded(std::span<const double> observation, size_t k) const {
    const auto of = [&](const char* name, eg::Numbers list, double none) {
      return seen::of_observation(name, list, k, observation.size(), none);
    };
    const double x =
        std::fmin(std::fmax(observation[k], of("low", p.low, -eg::infinity)), of("high", p.high, eg::infinity));
    return of("offset", p.offset, 0) + of("gain", p.gain, 1) * x;
  }
};

}  // namespace core
