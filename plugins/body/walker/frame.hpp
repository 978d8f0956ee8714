// Where the walker's numbers lie in the state of its model, and what follows from them.
#pragma once
#include <array>
#include <cmath>

#include "physics.hpp"

namespace mujoco {

inline constexpr std::array joint_names{"right_hip", "right_knee", "left_hip", "left_knee"};

class Frame {
 public:
  // Throws std::runtime_error when the model lacks a name.
  explicit Frame(const physics::Physics& p)
      : x_(p.position_of("root_x")),
        z_(p.position_of("root_z")),
        pitch_(p.position_of("root_pitch")),
        x_speed_(p.velocity_of("root_x")),
        z_speed_(p.velocity_of("root_z")),
        pitch_speed_(p.velocity_of("root_pitch")),
        torso_(p.body("torso")),
        floor_(p.geom("floor")),
        torso_shape_(p.geom("torso")),
        feet_{p.geom("right_foot"), p.geom("left_foot")} {
    for (size_t k = 0; k < joint_names.size(); ++k) {
      joints_[k] = p.position_of(joint_names[k]);
      joint_speeds_[k] = p.velocity_of(joint_names[k]);
      motors_[k] = p.control_of(joint_names[k]);
    }
  }

  size_t z() const { return z_; }
  size_t pitch() const { return pitch_; }
  size_t motor(size_t k) const { return motors_[k]; }
  int torso() const { return torso_; }

  double joint_rad(const physics::Physics& p, size_t k) const { return p.positions()[joints_[k]]; }
  double joint_rad_per_s(const physics::Physics& p, size_t k) const { return p.velocities()[joint_speeds_[k]]; }
  double pitch_rad(const physics::Physics& p) const { return p.positions()[pitch_]; }
  double pitch_rad_per_s(const physics::Physics& p) const { return p.velocities()[pitch_speed_]; }
  double v_x_m_per_s(const physics::Physics& p) const { return p.velocities()[x_speed_]; }
  double v_z_m_per_s(const physics::Physics& p) const { return p.velocities()[z_speed_]; }
  // Of the middle of the torso, its centre of mass.
  double height_m(const physics::Physics& p) const { return p.centre_of_mass(torso_)[2]; }
  // Of the sole of foot k above the floor.
  double sole_m(const physics::Physics& p, size_t k) const { return p.centre_of(feet_[k])[2] - p.radius(feet_[k]); }
  bool torso_touches_floor(const physics::Physics& p) const { return p.touches(torso_shape_, floor_); }

 private:
  size_t x_, z_, pitch_, x_speed_, z_speed_, pitch_speed_;
  int torso_, floor_, torso_shape_;
  std::array<int, 2> feet_;
  std::array<size_t, 4> joints_{}, joint_speeds_{}, motors_{};
};

}  // namespace mujoco
