// A planar body on two legs that has to stay upright; rules and numbers in walker.md.
#pragma once
#include <algorithm>
#include <cmath>
#include <encephagen/sdk/body.hpp>
#include <encephagen/sdk/random.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "channels.hpp"
#include "frame.hpp"
#include "our_models.hpp"
#include "physics.hpp"
#include "published.hpp"

namespace mujoco {

class Walker {
 public:
  static constexpr eg::Info info{"mujoco.walker", "1.0.0",
                                 "a planar body on two legs that has to stay upright (MuJoCo)"};

  enum class Variant { corrected, as_published };
  struct Params {
    Variant variant = Variant::corrected;
    double max_ms = 10000, initial_tilt_rad = 0.05, spawn_gap_m = 0.005;
    double max_pitch_deg = 45, min_height_m = 0.45;
    double alive_per_s = 1, pitch_per_rad_s = -1, effort_per_s = -0.01, forward_per_m = 0, fall = -1;
    std::string_view model_file;
    static constexpr auto fields = eg::list(
        eg::param("variant", &Params::variant, eg::choices("corrected", "as_published"),
                  "as_published: start within the floor, observations, rewards and falls of the 2026 study"),
        eg::param("max_ms", &Params::max_ms, eg::range(1, 1e9), "length of time that ends an episode"),
        eg::param("initial_tilt_rad", &Params::initial_tilt_rad, eg::range(0, 0.7),
                  "episodes start with a pitch within plus or minus this"),
        eg::param("spawn_gap_m", &Params::spawn_gap_m, eg::range(0, 1),
                  "how far above the floor the lower foot starts"),
        eg::param("max_pitch_deg", &Params::max_pitch_deg, eg::range(1, 180), "more pitch than this is a fall"),
        eg::param("min_height_m", &Params::min_height_m, eg::range(0, 1),
                  "so is a middle of the torso lower than this"),
        eg::param("alive_per_s", &Params::alive_per_s, eg::range(-1e6, 1e6), "reward for each second not fallen"),
        eg::param("pitch_per_rad_s", &Params::pitch_per_rad_s, eg::range(-1e6, 1e6),
                  "reward for each second of one radian of pitch, to either side"),
        eg::param("effort_per_s", &Params::effort_per_s, eg::range(-1e6, 1e6),
                  "reward for each second of one motor at full torque; grows with the square of torque"),
        eg::param("forward_per_m", &Params::forward_per_m, eg::range(-1e6, 1e6), "reward for each metre forward"),
        eg::param("fall", &Params::fall, eg::range(-1e6, 1e6), "reward for falling"),
        eg::file_param("model_file", &Params::model_file,
                       "MJCF file to use instead of configs/bodies/walker.xml; needs the same names"));
  };

  // Throws std::runtime_error when the model file cannot be used.
  explicit Walker(const Params& params)
      : p_(params),
        physics_(physics::load_physics(p_.model_file, physics::walker_mjcf, "walker")),
        frame_(physics_),
        is_published_(p_.variant == Variant::as_published),
        max_pitch_rad_(p_.max_pitch_deg * published::pi / 180),
        observations_(is_published_ ? published::observations() : own_observations()),
        rewards_(is_published_ ? published::rewards() : own_rewards()),
        earned_(rewards_.size()) {
    for (const char* joint : joint_names) actions_.push_back({joint, "torque as a part of 20 N m", -1, 1});
    disturbances_ = {{"push_n", "horizontal force on the middle of the torso, forward", -200, 200},
                     {"floor_tilt_rad", "angle of the floor, downhill forward", -0.5, 0.5}};
    reset(0);
  }

  eg::Spaces spaces() const {
    eg::Spaces s;
    s.observations = observations_, s.actions = actions_, s.rewards = rewards_, s.disturbances = disturbances_;
    s.dt_ms = physics_.dt_ms();
    s.poses = physics_.scene().poses(), s.scene = physics_.scene().json();
    return s;
  }

  void reset(uint64_t seed) {
    eg::Random random(seed, "walker");
    physics_.reset();
    if (is_published_) {
      for (double& q : physics_.positions()) q += random.uniform(-published::initial_range, published::initial_range);
    } else {
      physics_.positions()[frame_.pitch()] = random.uniform(-p_.initial_tilt_rad, p_.initial_tilt_rad);
      physics_.settle();
      const double lower_m = std::min(frame_.sole_m(physics_, 0), frame_.sole_m(physics_, 1));
      physics_.positions()[frame_.z()] += p_.spawn_gap_m - lower_m;
    }
    physics_.settle();
    floor_tilt_rad_ = 0;
    n_steps_ = 0;
    end_ = End::none;
    earned_.clear();
  }

  void act(std::span<const double> action) {
    physics::check_values("action", action, actions_);
    for (size_t k = 0; k < action.size(); ++k) physics_.controls()[frame_.motor(k)] = action[k];
  }

  // The world is seen from the floor: instead of the floor, the direction of gravity tilts.
  void disturb(std::span<const double> disturbance) {
    physics::check_values("disturbance", disturbance, disturbances_);
    floor_tilt_rad_ = disturbance[1];
    const double c = std::cos(floor_tilt_rad_), s = std::sin(floor_tilt_rad_);
    const double g = -physics_.declared_gravity()[2];
    physics_.set_gravity({g * s, 0, -g * c});
    physics_.push(frame_.torso(), {disturbance[0], 0, 0});
  }

  void advance(double duration_ms) {
    const int64_t n = physics::whole_steps(duration_ms, physics_.dt_ms());
    if (n == 0 || is_over()) return;
    for (int64_t k = 0; k < n && !is_over(); ++k) {
      if (!physics_.step()) return;
      ++n_steps_;
      if (!is_published_) earn_and_judge();
    }
    if (!is_published_) return;
    // The study looked after each action.
    const auto terms = published::earn(frame_, physics_);
    for (size_t k = 0; k < terms.size(); ++k) earned_[k] += terms[k];
    if (published::is_fallen(frame_, physics_)) end_ = End::height;
  }

  void observe(eg::Outcome& out) {
    if (is_published_)
      std::ranges::copy(published::observe(frame_, physics_), out.observation().begin());
    else
      physics::write_saturated(own_state(), observations_, out.observation());
    earned_.hand_out(out.reward());
    if (!out.pose().empty()) physics_.write_poses(out.pose());
    if (physics_.has_diverged()) return out.diverge(physics_.divergence());
    const std::string at = " after " + physics::short_text(time_ms()) + " ms";
    if (end_ == End::pitch)
      out.terminate("fell: pitch above " + physics::short_text(p_.max_pitch_deg) + " degrees" + at);
    if (end_ == End::height) {
      const double limit_m = is_published_ ? published::fallen_below_m : p_.min_height_m;
      out.terminate("fell: height below " + physics::short_text(limit_m) + " m" + at);
    }
    if (end_ == End::torso) out.terminate("fell: the torso touched the floor" + at);
    if (end_ == End::none && is_over()) out.truncate("max_ms = " + physics::short_text(p_.max_ms) + " ms are over");
  }

  template <class A>
  void serialize(A& archive) {
    physics_.serialize(archive);
    archive(floor_tilt_rad_, n_steps_, end_, earned_.terms());
  }

 private:
  enum class End : uint32_t { none, pitch, height, torso };
  enum Term { alive, pitch, effort, forward, fall };

  static std::vector<eg::Channel> own_observations() {
    return {{"right_hip_rad", "angle of the rear hip, legs forward are negative", -1.2, 1.2},
            {"right_knee_rad", "angle of the rear knee, 0 when straight", -1.75, 0.2},
            {"left_hip_rad", "angle of the front hip", -1.2, 1.2},
            {"left_knee_rad", "angle of the front knee", -1.75, 0.2},
            {"right_hip_rad_per_s", "speed of the rear hip", -20, 20},
            {"right_knee_rad_per_s", "speed of the rear knee", -20, 20},
            {"left_hip_rad_per_s", "speed of the front hip", -20, 20},
            {"left_knee_rad_per_s", "speed of the front knee", -20, 20},
            {"pitch_rad", "angle of the torso to the horizontal (to gravity, not to the floor), head down is positive",
             -1, 1},
            {"pitch_rad_per_s", "its speed", -10, 10},
            {"height_m", "of the middle of the torso above the floor", 0, 1.3},
            {"v_x_m_per_s", "speed forward", -3, 3},
            {"v_z_m_per_s", "speed upward", -3, 3},
            {"right_foot_touches", "1 when the sole of the rear foot is within 1 mm of the floor", 0, 1},
            {"left_foot_touches", "1 when that of the front foot is", 0, 1}};
  }
  static std::vector<eg::Channel> own_rewards() {
    return {{"alive", "for not having fallen"},
            {"pitch", "for its pitch"},
            {"effort", "for its torques"},
            {"forward", "for the way forward"},
            {"fall", "for falling"}};
  }

  std::vector<double> own_state() const {
    std::vector<double> s;
    for (size_t k = 0; k < 4; ++k) s.push_back(frame_.joint_rad(physics_, k));
    for (size_t k = 0; k < 4; ++k) s.push_back(frame_.joint_rad_per_s(physics_, k));
    s.insert(s.end(), {pitch_rad(), frame_.pitch_rad_per_s(physics_), frame_.height_m(physics_),
                       frame_.v_x_m_per_s(physics_), frame_.v_z_m_per_s(physics_)});
    for (size_t k = 0; k < 2; ++k) s.push_back(frame_.sole_m(physics_, k) < 1e-3 ? 1 : 0);
    return s;
  }

  double pitch_rad() const { return frame_.pitch_rad(physics_) + floor_tilt_rad_; }
  double time_ms() const { return static_cast<double>(n_steps_) * physics_.dt_ms(); }
  bool is_over() const { return physics_.has_diverged() || end_ != End::none || time_ms() >= p_.max_ms; }

  void earn_and_judge() {
    const double dt_s = physics_.dt_s();
    double squares = 0;
    for (const double c : physics_.controls()) squares += c * c;
    earned_[pitch] += p_.pitch_per_rad_s * std::abs(pitch_rad()) * dt_s;
    earned_[effort] += p_.effort_per_s * squares * dt_s;
    earned_[forward] += p_.forward_per_m * frame_.v_x_m_per_s(physics_) * dt_s;
    if (std::abs(pitch_rad()) > max_pitch_rad_) end_ = End::pitch;
    if (frame_.height_m(physics_) < p_.min_height_m) end_ = End::height;
    if (frame_.torso_touches_floor(physics_)) end_ = End::torso;
    if (end_ == End::none)
      earned_[alive] += p_.alive_per_s * dt_s;
    else
      earned_[fall] += p_.fall;
  }

  Params p_;
  physics::Physics physics_;
  Frame frame_;
  bool is_published_;
  double max_pitch_rad_;
  std::vector<eg::Channel> observations_, rewards_, actions_, disturbances_;
  double floor_tilt_rad_ = 0;
  int64_t n_steps_ = 0;
  End end_ = End::none;
  physics::Earned earned_;
};

}  // namespace mujoco
