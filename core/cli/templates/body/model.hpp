// A car in a valley whose engine is too weak for the hill; equations and source in README.md.
#pragma once
#include <algorithm>
#include <cmath>
#include <encephagen/sdk/body.hpp>
#include <encephagen/sdk/random.hpp>
#include <stdexcept>
#include <string>

namespace vendor {

class PluginName {
 public:
  static constexpr eg::Info info{"vendor.name", "0.1.0", "a car in a valley whose engine is too weak for the hill"};

  // Every parameter is declared once, beside the member it fills: key with its unit as suffix, range, one sentence. The
  // default is the member's initialiser.
  struct Params {
    double dt_ms = 20, engine_weight = 0.0015, gravity_weight = 0.0025, goal_reward = 100, effort_cost = 0.1;
    int64_t max_steps = 999;
    static constexpr auto fields = eg::list(
        eg::param("dt_ms", &Params::dt_ms, eg::range(0.1, 1000), "time of a step"),
        eg::param("engine_weight", &Params::engine_weight, eg::range(0, 1), "speed gained in a step by full force"),
        eg::param("gravity_weight", &Params::gravity_weight, eg::range(0, 1),
                  "speed gained in a step on the steepest slope"),
        eg::param("goal_reward", &Params::goal_reward, eg::range(-1e6, 1e6), "earned on top of the hill"),
        eg::param("effort_cost", &Params::effort_cost, eg::range(0, 1e6), "cost of a step per squared force"),
        eg::param("max_steps", &Params::max_steps, eg::range(1, 1e9), "number of steps that ends a trial"));
  };

  explicit PluginName(const Params& params) : p_(params) { reset(0); }

  // What it can be seen to do, be told to do, and earn. Encoders scale by the ranges, so they must hold; a name ends in
  // its unit, and these have none.
  eg::Spaces spaces() const {
    eg::Spaces s;
    s.observations = {{"position", "0.45 is the top of the hill, -0.52 the bottom of the valley", kLeft, kRight},
                      {"velocity", "change of the position in a step", -kFastest, kFastest}};
    s.actions = {{"force", "of the engine, to the right", -1, 1}};
    s.rewards = {{"goal", "for reaching the top", -1e6, 1e6}, {"effort", "for the force", -eg::infinity, 0}};
    s.disturbances = {{"wind", "force besides the engine's", -1, 1}};
    s.dt_ms = p_.dt_ms;
    // For the replay: a place and a unit quaternion for every shape of the scene that moves.
    s.poses = {{"car_x_m", "along the valley"}, {"car_y_m", "0"},       {"car_z_m", "height"}, {"car_qw", "1", -1, 1},
               {"car_qx", "0", -1, 1},          {"car_qy", "0", -1, 1}, {"car_qz", "0", -1, 1}};
    s.scene =
        R"({"up":"z","view":"xz","shapes":[{"type":"sphere","size":[0.05,0,0],"rgba":[0.85,0.5,0.25,1],"pose":0}]})";
    return s;
  }

  // Everything begins anew, and all that is random comes from the seed.
  void reset(uint64_t seed) {
    eg::Random random(seed, info.name);
    position_ = random.uniform(-0.6, -0.4);
    velocity_ = force_ = wind_ = earned_goal_ = earned_effort_ = 0;
    n_steps_ = 0;
    is_there_ = false;
  }

  // In force until the next one.
  void act(std::span<const double> action) { force_ = checked("force", action[0]); }
  void disturb(std::span<const double> disturbance) { wind_ = checked("wind", disturbance[0]); }

  void advance(double duration_ms) {
    const double n = std::round(duration_ms / p_.dt_ms);
    if (!(n >= 1) || std::abs(n * p_.dt_ms - duration_ms) > 1e-6 * p_.dt_ms)
      throw std::invalid_argument(std::to_string(duration_ms) +
                                  " ms is no multiple of dt_ms = " + std::to_string(p_.dt_ms));
    for (double k = 0; k < n && !is_over(); ++k) step();
  }

  // Changes nothing but what was earned, which is handed out once.
  void observe(eg::Outcome& out) {
    out.observation()[0] = position_;
    out.observation()[1] = velocity_;
    out.reward()[0] = std::exchange(earned_goal_, 0);
    out.reward()[1] = std::exchange(earned_effort_, 0);
    if (const auto pose = out.pose(); !pose.empty()) {
      std::ranges::fill(pose, 0.0);
      pose[0] = position_, pose[2] = height(position_), pose[3] = 1;
    }
    if (is_there_) out.terminate("reached the top of the hill");
    if (n_steps_ >= p_.max_steps) out.truncate("max_steps = " + std::to_string(p_.max_steps) + " steps were made");
  }

  // All that changes, in one fixed order; used to save, to load and to count.
  template <class A>
  void serialize(A& a) {
    a(position_, velocity_, force_, wind_, earned_goal_, earned_effort_, n_steps_, is_there_);
  }

 private:
  static constexpr double kLeft = -1.2, kRight = 0.6, kGoal = 0.45, kFastest = 0.07;

  static double checked(const char* name, double value) {
    if (!(value >= -1 && value <= 1))  // NaN as well
      throw std::invalid_argument(std::string(name) + " is " + std::to_string(value) + ", not within [-1, 1]");
    return value;
  }
  static double height(double x) { return std::sin(3 * x); }
  bool is_over() const { return is_there_ || n_steps_ >= p_.max_steps; }

  void step() {
    earned_effort_ -= p_.effort_cost * force_ * force_;
    velocity_ += p_.engine_weight * (force_ + wind_) - p_.gravity_weight * std::cos(3 * position_);
    velocity_ = std::clamp(velocity_, -kFastest, kFastest);
    position_ = std::clamp(position_ + velocity_, kLeft, kRight);
    if (position_ == kLeft && velocity_ < 0) velocity_ = 0;  // the wall on the left takes its speed
    ++n_steps_;
    is_there_ = position_ >= kGoal;
    if (is_there_) earned_goal_ += p_.goal_reward;
  }

  Params p_;
  double position_ = 0, velocity_ = 0, force_ = 0, wind_ = 0, earned_goal_ = 0, earned_effort_ = 0;
  int64_t n_steps_ = 0;
  bool is_there_ = false;
};

}  // namespace vendor
