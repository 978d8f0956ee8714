// The walker as the 2026 study published it: what it observes, what it earns, when it has fallen. Names without
// units: the numbers are divided by what the study divided by.
#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include "frame.hpp"

namespace mujoco::published {

inline constexpr double pi = 3.14159265358979323846;
inline constexpr double fallen_below_m = 0.2;
inline constexpr double initial_range = 0.01;  // of all seven coordinates

inline std::vector<eg::Channel> observations() {
  return {{"right_hip", "angle / pi"},
          {"right_knee", "angle / pi"},
          {"left_hip", "angle / pi"},
          {"left_knee", "angle / pi"},
          {"right_hip_speed", "of 10 rad/s", -1, 1},
          {"right_knee_speed", "of 10 rad/s", -1, 1},
          {"left_hip_speed", "of 10 rad/s", -1, 1},
          {"left_knee_speed", "of 10 rad/s", -1, 1},
          {"height", "of the middle of the torso, in m", 0, 2},
          {"forward_speed", "of 2 m/s", -1, 1},
          {"tilt", "angle / pi", -1, 1},
          {"fallen", "1 below a height of 0.2 m", 0, 1}};
}

inline std::vector<eg::Channel> rewards() {
  return {{"alive", "0.5 for each action after which it has not fallen"},
          {"height", "the height above 0.3 m, at most 0.5"},
          {"forward", "half the speed in m/s, within [-0.5, 1]"},
          {"tilt", "-0.3 for each rad of tilt"},
          {"fall", "-5 when it has fallen"}};
}

inline bool is_fallen(const Frame& f, const physics::Physics& p) { return f.height_m(p) < fallen_below_m; }

inline std::array<double, 12> observe(const Frame& f, const physics::Physics& p) {
  std::array<double, 12> o{};
  for (size_t k = 0; k < 4; ++k) {
    o[k] = f.joint_rad(p, k) / pi;
    o[4 + k] = std::clamp(f.joint_rad_per_s(p, k) / 10, -1.0, 1.0);
  }
  o[8] = std::clamp(f.height_m(p), 0.0, 2.0);
  o[9] = std::clamp(f.v_x_m_per_s(p) / 2, -1.0, 1.0);
  o[10] = std::clamp(f.pitch_rad(p) / pi, -1.0, 1.0);
  o[11] = is_fallen(f, p) ? 1 : 0;
  return o;
}

// For one action.
inline std::array<double, 5> earn(const Frame& f, const physics::Physics& p) {
  const bool fallen = is_fallen(f, p);
  return {fallen ? 0 : 0.5, std::clamp(f.height_m(p) - 0.3, 0.0, 0.5), std::clamp(0.5 * f.v_x_m_per_s(p), -0.5, 1.0),
          -0.3 * std::abs(f.pitch_rad(p)), fallen ? -5.0 : 0.0};
}

}  // namespace mujoco::published
