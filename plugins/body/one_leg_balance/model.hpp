// A planar body that has to balance on one foot; rules and numbers in one_leg_balance.md.
#pragma once
#include <array>
#include <cmath>
#include <encephagen/sdk/body.hpp>
#include <encephagen/sdk/random.hpp>
#include <string>
#include <vector>

#include "channels.hpp"
#include "our_models.hpp"
#include "physics.hpp"

namespace mujoco {

class OneLegBalance {
 public:
  static constexpr eg::Info info{"mujoco.one_leg_balance", "1.0.0",
                                 "a planar body that has to balance on one foot (MuJoCo)"};

  struct Params {
    double max_ms = 10000, initial_lean_rad = 0.03, max_lean_deg = 45, min_height_m = 0.5;
    double alive_per_s = 1, lean_per_rad_s = -1, effort_per_s = -0.01, fall = -1;
    std::string_view model_file;
    static constexpr auto fields = eg::list(
        eg::param("max_ms", &Params::max_ms, eg::range(1, 1e9), "length of time that ends an episode"),
        eg::param("initial_lean_rad", &Params::initial_lean_rad, eg::range(0, 0.5),
                  "episodes start with a lean within plus or minus this, at the ankle"),
        eg::param("max_lean_deg", &Params::max_lean_deg, eg::range(1, 180), "more lean of the torso is a fall"),
        eg::param("min_height_m", &Params::min_height_m, eg::range(0, 1),
                  "so is a middle of the torso lower than this"),
        eg::param("alive_per_s", &Params::alive_per_s, eg::range(-1e6, 1e6), "reward for each second not fallen"),
        eg::param("lean_per_rad_s", &Params::lean_per_rad_s, eg::range(-1e6, 1e6),
                  "reward for each second of one radian of lean, to either side"),
        eg::param("effort_per_s", &Params::effort_per_s, eg::range(-1e6, 1e6),
                  "reward for each second of one motor at full torque; grows with the square of torque"),
        eg::param("fall", &Params::fall, eg::range(-1e6, 1e6), "reward for falling"),
        eg::file_param("model_file", &Params::model_file,
                       "MJCF file to use instead of configs/bodies/one_leg.xml; needs the same names"));
  };

  // Throws std::runtime_error when the model file cannot be used.
  explicit OneLegBalance(const Params& params)
      : p_(params),
        physics_(physics::load_physics(p_.model_file, physics::one_leg_mjcf, "one_leg")),
        max_lean_rad_(p_.max_lean_deg * 3.14159265358979323846 / 180),
        torso_(physics_.body("torso")),
        floor_(physics_.geom("floor")),
        parts_{physics_.geom("leg"), physics_.geom("torso")} {
    const std::array joints{"root_pitch", "ankle", "hip"};
    for (size_t k = 0; k < joints.size(); ++k) {
      angles_[k] = physics_.position_of(joints[k]);
      speeds_[k] = physics_.velocity_of(joints[k]);
    }
    motors_ = {physics_.control_of("ankle"), physics_.control_of("hip")};
    x_speed_ = physics_.velocity_of("root_x");
    reset(0);
  }

  eg::Spaces spaces() const {
    eg::Spaces s;
    s.observations = observations_, s.actions = actions_, s.disturbances = disturbances_;
    s.rewards = {{"alive", "for not having fallen"},
                 {"lean", "for its lean"},
                 {"effort", "for its torques"},
                 {"fall", "for falling"}};
    s.dt_ms = physics_.dt_ms();
    s.poses = physics_.scene().poses(), s.scene = physics_.scene().json();
    return s;
  }

  void reset(uint64_t seed) {
    eg::Random random(seed, "one_leg_balance");
    physics_.reset();
    physics_.positions()[angles_[1]] = random.uniform(-p_.initial_lean_rad, p_.initial_lean_rad);
    physics_.settle();
    n_steps_ = 0;
    end_ = End::none;
    earned_.clear();
  }

  void act(std::span<const double> action) {
    physics::check_values("action", action, actions_);
    for (size_t k = 0; k < motors_.size(); ++k) physics_.controls()[motors_[k]] = action[k];
  }
  void disturb(std::span<const double> disturbance) {
    physics::check_values("disturbance", disturbance, disturbances_);
    physics_.push(torso_, {disturbance[0], 0, 0});
  }

  void advance(double duration_ms) {
    const int64_t n = physics::whole_steps(duration_ms, physics_.dt_ms());
    for (int64_t k = 0; k < n && !is_over(); ++k) {
      if (!physics_.step()) return;
      ++n_steps_;
      earn_and_judge();
    }
  }

  void observe(eg::Outcome& out) {
    std::vector<double> state;
    for (const size_t at : angles_) state.push_back(physics_.positions()[at]);
    for (const size_t at : speeds_) state.push_back(physics_.velocities()[at]);
    state.insert(state.end(), {lean_rad(), lean_rad_per_s(), height_m(), physics_.velocities()[x_speed_]});
    physics::write_saturated(state, observations_, out.observation());
    earned_.hand_out(out.reward());
    if (!out.pose().empty()) physics_.write_poses(out.pose());
    if (physics_.has_diverged()) return out.diverge(physics_.divergence());
    const std::string at = " after " + physics::short_text(time_ms()) + " ms";
    if (end_ == End::lean) out.terminate("fell: lean above " + physics::short_text(p_.max_lean_deg) + " degrees" + at);
    if (end_ == End::height) out.terminate("fell: height below " + physics::short_text(p_.min_height_m) + " m" + at);
    if (end_ == End::touch) out.terminate("fell: more than the foot touched the floor" + at);
    if (end_ == End::none && is_over()) out.truncate("max_ms = " + physics::short_text(p_.max_ms) + " ms are over");
  }

  template <class A>
  void serialize(A& archive) {
    physics_.serialize(archive);
    archive(n_steps_, end_, earned_.terms());
  }

 private:
  enum class End : uint32_t { none, lean, height, touch };
  enum Term { alive, lean, effort, fall };

  // Of the torso to the vertical, the sum of all angles below it.
  double lean_rad() const {
    double sum = 0;
    for (const size_t at : angles_) sum += physics_.positions()[at];
    return sum;
  }
  double lean_rad_per_s() const {
    double sum = 0;
    for (const size_t at : speeds_) sum += physics_.velocities()[at];
    return sum;
  }
  double height_m() const { return physics_.centre_of_mass(torso_)[2]; }
  double time_ms() const { return static_cast<double>(n_steps_) * physics_.dt_ms(); }
  bool is_over() const { return physics_.has_diverged() || end_ != End::none || time_ms() >= p_.max_ms; }

  void earn_and_judge() {
    const double dt_s = physics_.dt_s();
    double squares = 0;
    for (const double c : physics_.controls()) squares += c * c;
    earned_[lean] += p_.lean_per_rad_s * std::abs(lean_rad()) * dt_s;
    earned_[effort] += p_.effort_per_s * squares * dt_s;
    if (std::abs(lean_rad()) > max_lean_rad_) end_ = End::lean;
    if (height_m() < p_.min_height_m) end_ = End::height;
    for (const int part : parts_)
      if (physics_.touches(part, floor_)) end_ = End::touch;
    if (end_ == End::none)
      earned_[alive] += p_.alive_per_s * dt_s;
    else
      earned_[fall] += p_.fall;
  }

  Params p_;
  physics::Physics physics_;
  double max_lean_rad_;
  int torso_, floor_;
  std::array<int, 2> parts_;
  std::array<size_t, 3> angles_{}, speeds_{};
  std::array<size_t, 2> motors_{};
  size_t x_speed_ = 0;
  std::vector<eg::Channel> observations_{
      {"foot_rad", "angle of the foot to the floor, toes down is positive", -0.8, 0.8},
      {"ankle_rad", "angle of the ankle, leaning forward is positive", -1.2, 1.2},
      {"hip_rad", "angle of the hip, bent forward is positive", -1.7, 1.7},
      {"foot_rad_per_s", "speed of the foot's angle", -10, 10},
      {"ankle_rad_per_s", "speed of the ankle", -10, 10},
      {"hip_rad_per_s", "speed of the hip", -10, 10},
      {"lean_rad", "angle of the torso to the vertical, forward is positive", -1, 1},
      {"lean_rad_per_s", "its speed", -10, 10},
      {"height_m", "of the middle of the torso", 0, 1},
      {"v_x_m_per_s", "speed of the foot forward", -3, 3}};
  std::vector<eg::Channel> actions_{{"ankle", "torque as a part of 5 N m", -1, 1},
                                    {"hip", "torque as a part of 10 N m", -1, 1}};
  std::vector<eg::Channel> disturbances_{{"push_n", "horizontal force on the middle of the torso, forward", -200, 200}};
  int64_t n_steps_ = 0;
  End end_ = End::none;
  physics::Earned earned_{4};
};

}  // namespace mujoco
