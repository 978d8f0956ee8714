// A cart that has to keep a pole upright; rules and numbers in cartpole.md.
#pragma once
#include <array>
#include <cmath>
#include <encephagen/sdk/body.hpp>
#include <encephagen/sdk/random.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "channels.hpp"
#include "our_models.hpp"
#include "physics.hpp"

namespace mujoco {

class CartPole {
 public:
  static constexpr eg::Info info{"mujoco.cartpole", "1.0.0", "a cart that has to keep a pole upright (MuJoCo)"};

  enum class Action { left_right, force };
  struct Params {
    Action action = Action::left_right;
    double force_n = 10, control_ms = 20, initial_range = 0.05, max_x_m = 2.4, max_angle_deg = 12;
    int64_t max_steps = 200;
    std::string_view model_file;
    static constexpr auto fields = eg::list(
        eg::param("action", &Params::action, eg::choices("left_right", "force"),
                  "left_right: a choice between the full force to either side; force: any force between them"),
        eg::param("force_n", &Params::force_n, eg::range(0, 1000), "the full force"),
        eg::param("control_ms", &Params::control_ms, eg::range(1, 1000),
                  "time one control step takes: a whole multiple of the model's time step"),
        eg::param("initial_range", &Params::initial_range, eg::range(0, 1),
                  "position, angle and both speeds start within plus or minus this (m, rad, m/s, rad/s)"),
        eg::param("max_x_m", &Params::max_x_m, eg::range(0.01, 100), "an episode ends when the cart is farther out"),
        eg::param("max_angle_deg", &Params::max_angle_deg, eg::range(0.1, 180),
                  "an episode ends when the pole leans more"),
        eg::param("max_steps", &Params::max_steps, eg::range(1, 1e9), "number of control steps that ends an episode"),
        eg::file_param("model_file", &Params::model_file,
                       "MJCF file to use instead of configs/bodies/cartpole.xml; needs the same names"));
  };

  // Throws std::runtime_error when the model file cannot be used, std::invalid_argument when control_ms does not fit
  // it.
  explicit CartPole(const Params& params)
      : p_(params),
        physics_(physics::load_physics(p_.model_file, physics::cartpole_mjcf, "cartpole")),
        slider_(physics_.position_of("slider")),
        hinge_(physics_.position_of("hinge")),
        slider_speed_(physics_.velocity_of("slider")),
        hinge_speed_(physics_.velocity_of("hinge")),
        force_(physics_.control_of("force")),
        cart_(physics_.body("cart")),
        substeps_(physics::whole_steps(p_.control_ms, physics_.dt_ms())),
        max_angle_rad_(p_.max_angle_deg * 3.14159265358979323846 / 180) {
    if (substeps_ < 1) throw std::invalid_argument("control_ms is shorter than the model's time step");
    // Twice the range of an episode, as customary: an observation at its end must not be cut off.
    observations_ = {{"x_m", "place of the cart", -2 * p_.max_x_m, 2 * p_.max_x_m},
                     {"v_m_per_s", "its speed", -10, 10},
                     {"angle_rad", "angle of the pole to the vertical", -2 * max_angle_rad_, 2 * max_angle_rad_},
                     {"angular_velocity_rad_per_s", "its speed", -10, 10}};
    if (p_.action == Action::left_right)
      actions_ = {{"push", "0: the full force to the left, 1: to the right", 0, 1, 2}};
    else
      actions_ = {{"force_n", "force on the cart, to the right", -p_.force_n, p_.force_n}};
    disturbances_ = {{"push_n", "force on the cart besides, to the right", -100, 100}};
    reset(0);
  }

  eg::Spaces spaces() const {
    eg::Spaces s;
    s.observations = observations_, s.actions = actions_, s.disturbances = disturbances_;
    s.rewards = {{"alive", "1 for each control step", 0}};
    s.dt_ms = p_.control_ms;
    s.poses = physics_.scene().poses(), s.scene = physics_.scene().json();
    return s;
  }

  void reset(uint64_t seed) {
    eg::Random random(seed, "cartpole");
    physics_.reset();
    const auto start = [&] { return random.uniform(-p_.initial_range, p_.initial_range); };
    physics_.positions()[slider_] = start();
    physics_.velocities()[slider_speed_] = start();
    physics_.positions()[hinge_] = start();
    physics_.velocities()[hinge_speed_] = start();
    physics_.settle();
    n_steps_ = 0;
    earned_.clear();
  }

  void act(std::span<const double> action) {
    physics::check_values("action", action, actions_);
    const bool is_choice = p_.action == Action::left_right;
    physics_.controls()[force_] = is_choice ? (action[0] == 1 ? p_.force_n : -p_.force_n) : action[0];
  }
  void disturb(std::span<const double> disturbance) {
    physics::check_values("disturbance", disturbance, disturbances_);
    physics_.push(cart_, {disturbance[0], 0, 0});
  }

  void advance(double duration_ms) {
    const int64_t n = physics::whole_steps(duration_ms, p_.control_ms);
    for (int64_t k = 0; k < n && !is_over(); ++k) {
      for (int64_t s = 0; s < substeps_; ++s)
        if (!physics_.step()) return;
      ++n_steps_;
      earned_[0] += 1;
    }
  }

  void observe(eg::Outcome& out) {
    physics::write_saturated(state(), observations_, out.observation());
    earned_.hand_out(out.reward());
    if (!out.pose().empty()) physics_.write_poses(out.pose());
    if (physics_.has_diverged()) return out.diverge(physics_.divergence());
    const auto [x, v, angle, speed] = state();
    if (std::abs(angle) > max_angle_rad_)
      out.terminate("the pole leaned more than " + physics::short_text(p_.max_angle_deg) + " degrees");
    else if (std::abs(x) > p_.max_x_m)
      out.terminate("the cart was farther out than " + physics::short_text(p_.max_x_m) + " m");
    else if (is_over())
      out.truncate("max_steps = " + std::to_string(p_.max_steps) + " control steps were made");
  }

  template <class A>
  void serialize(A& archive) {
    physics_.serialize(archive);
    archive(n_steps_, earned_.terms());
  }

 private:
  std::array<double, 4> state() const {
    return {physics_.positions()[slider_], physics_.velocities()[slider_speed_], physics_.positions()[hinge_],
            physics_.velocities()[hinge_speed_]};
  }
  bool is_over() const {
    const auto [x, v, angle, speed] = state();
    return physics_.has_diverged() || std::abs(angle) > max_angle_rad_ || std::abs(x) > p_.max_x_m ||
           n_steps_ >= p_.max_steps;
  }

  Params p_;
  physics::Physics physics_;
  size_t slider_, hinge_, slider_speed_, hinge_speed_, force_;
  int cart_;
  int64_t substeps_;
  double max_angle_rad_;
  std::vector<eg::Channel> observations_, actions_, disturbances_;
  int64_t n_steps_ = 0;
  physics::Earned earned_{1};
};

}  // namespace mujoco
