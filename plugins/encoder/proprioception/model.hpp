// Joint angles and velocities as spikes of opposed groups; equations in proprioception.md.
#pragma once
#include <encephagen/sdk/math.hpp>

#include "../common/seen.hpp"

namespace core {

struct Proprioception {
  static constexpr eg::Info info{"core.proprioception", "1.0.0",
                                 "joint angles and velocities as spikes of a pair of groups for each joint"};
  static constexpr double zero[] = {0};
  struct Params {
    eg::Numbers neutral_rad = zero;
    double rest_hz = 20, angle_hz_per_rad = 60, velocity_hz = 20, velocity_exponent = 0.6, max_hz = 200;
    double weight_mv = 1, unit = -1, n_units = 0;
    static constexpr auto fields = eg::list(
        eg::param("neutral_rad", &Params::neutral_rad, eg::range(-1e3, 1e3), "angle at rest of each joint, or of all"),
        eg::param("rest_hz", &Params::rest_hz, eg::range(0, 1e4), "rate at rest at the neutral angle"),
        eg::param("angle_hz_per_rad", &Params::angle_hz_per_rad, eg::range(0, 1e6), "rate by angle"),
        eg::param("velocity_hz", &Params::velocity_hz, eg::range(0, 1e6), "rate by a velocity of 1 rad/s"),
        eg::param("velocity_exponent", &Params::velocity_exponent, eg::range(0.01, 3),
                  "power of the velocity that its part grows with"),
        eg::param("max_hz", &Params::max_hz, eg::range(0, 1e4), "highest rate"), seen_spikes::weight_param<Params>(),
        unit_param<Params>(), n_units_param<Params>());
  } p;
  enum PerUnitParam { kUnit, kNUnits };

  static constexpr auto state = seen_spikes::state;
  static constexpr auto outputs = seen_spikes::outputs;
  static constexpr auto random = seen_spikes::random;

  explicit Proprioception(const Params& params) : p(params) {}
  void init(eg::EncoderBlock& b) const { seen_spikes::init(b, p.max_hz); }

  void step(eg::EncoderBlock& b) const {
    const auto seen = b.observation();
    if (seen.size() % 2 == 1)
      throw std::invalid_argument(std::to_string(seen.size()) +
                                  " observations are no angles and as many velocities: observe the angles of joints, "
                                  "then the velocities of the same joints");
    const size_t n_joints = seen.size() / 2;
    seen_spikes::step(b, p.weight_mv, [&](size_t i) {
      const size_t group = seen::part(b.param(kUnit)[i], b.param(kNUnits)[i], 2 * n_joints, "groups of units");
      const size_t joint = group / 2;
      const double sign = group % 2 == 0 ? 1 : -1;
      const double angle = seen[joint] - seen::of_observation("neutral_rad", p.neutral_rad, joint, n_joints, 0);
      return rate_hz(sign * angle, sign * seen[n_joints + joint]);
    });
  }

 private:
  double rate_hz(double angle, double velocity) const {
    const double size = std::abs(velocity);
    const double by_velocity = size > 0 ? eg::exp(p.velocity_exponent * eg::log(size)) : 0;
    const double rate = p.rest_hz + p.angle_hz_per_rad * angle + p.velocity_hz * std::copysign(by_velocity, velocity);
    return std::fmin(std::fmax(rate, 0), p.max_hz);
  }
};

}  // namespace core
