// Tilt, turning and height of a body as spikes of opposed groups; equations in vestibular.md.
#pragma once
#include <cmath>

#include "../common/seen.hpp"

namespace core {

struct Vestibular {
  static constexpr eg::Info info{"core.vestibular", "1.0.0",
                                 "tilt, turning and height of a body as spikes of a pair of groups for each"};
  struct Params {
    int64_t n_tilts = 1, n_turns = 1;
    double rest_hz = 50, tilt_hz = 100, turn_hz_per_rad_per_s = 20, height_hz_per_m = 100, height_m = 1, max_hz = 200;
    double weight_mv = 1, unit = -1, n_units = 0;
    static constexpr auto fields = eg::list(
        eg::param("n_tilts", &Params::n_tilts, eg::range(0, 1e6), "the first so many observations are tilts, in rad"),
        eg::param("n_turns", &Params::n_turns, eg::range(0, 1e6),
                  "the next so many are angular velocities, in rad/s; what is left are heights, in m"),
        eg::param("rest_hz", &Params::rest_hz, eg::range(0, 1e4), "rate when upright, still and at height_m"),
        eg::param("tilt_hz", &Params::tilt_hz, eg::range(0, 1e6), "rate by the sine of a tilt"),
        eg::param("turn_hz_per_rad_per_s", &Params::turn_hz_per_rad_per_s, eg::range(0, 1e6),
                  "rate by angular velocity"),
        eg::param("height_hz_per_m", &Params::height_hz_per_m, eg::range(0, 1e6), "rate by height above height_m"),
        eg::param("height_m", &Params::height_m, eg::range(-1e6, 1e6), "height at rest"),
        eg::param("max_hz", &Params::max_hz, eg::range(0, 1e4), "highest rate"), seen_spikes::weight_param<Params>(),
        unit_param<Params>(), n_units_param<Params>());
  } p;
  enum PerUnitParam { kUnit, kNUnits };

  static constexpr auto state = seen_spikes::state;
  static constexpr auto outputs = seen_spikes::outputs;
  static constexpr auto random = seen_spikes::random;

  explicit Vestibular(const Params& params) : p(params) {}
  void init(eg::EncoderBlock& b) const { seen_spikes::init(b, p.max_hz); }

  void step(eg::EncoderBlock& b) const {
    const auto seen = b.observation();
    const auto n_tilts = static_cast<size_t>(p.n_tilts), n_moving = n_tilts + static_cast<size_t>(p.n_turns);
    if (seen.size() < n_moving)
      throw std::invalid_argument("n_tilts and n_turns are " + std::to_string(n_moving) + " together, but there are " +
                                  std::to_string(seen.size()) + " observations");
    seen_spikes::step(b, p.weight_mv, [&](size_t i) {
      const size_t group = seen::part(b.param(kUnit)[i], b.param(kNUnits)[i], 2 * seen.size(), "groups of units");
      const size_t k = group / 2;
      const double change = k < n_tilts    ? p.tilt_hz * std::sin(seen[k])
                            : k < n_moving ? p.turn_hz_per_rad_per_s * seen[k]
                                           : p.height_hz_per_m * (seen[k] - p.height_m);
      return std::fmin(std::fmax(p.rest_hz + (group % 2 == 0 ? change : -change), 0), p.max_hz);
    });
  }
};

}  // namespace core
