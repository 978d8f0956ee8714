// A pendulum to swing up with a torque too weak to lift it; equations and rules in pendulum.md.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <encephagen/sdk/body.hpp>
#include <encephagen/sdk/random.hpp>
#include <string>
#include <vector>

#include "channels.hpp"

namespace core {

class Pendulum {
 public:
  static constexpr eg::Info info{"core.pendulum", "1.0.0", "a pendulum to swing up with a torque too weak to lift it"};

  enum class Integrator { leapfrog, rk4 };
  struct Params {
    double dt_ms = 50, length_m = 1, mass_kg = 1, gravity_m_per_s2 = 10, damping_nm_s = 0, max_torque_nm = 2;
    double initial_angle_rad = 3.14159265358979323846, initial_speed_rad_per_s = 1;
    double angle_weight = 1, speed_weight = 0.1, torque_weight = 0.001;
    int64_t n_substeps = 10, max_steps = 200;
    Integrator integrator = Integrator::rk4;
    static constexpr auto fields = eg::list(
        eg::param("dt_ms", &Params::dt_ms, eg::range(0.01, 1000), "time of a step"),
        eg::param("n_substeps", &Params::n_substeps, eg::range(1, 10000), "steps of the integrator in one of dt_ms"),
        eg::param("integrator", &Params::integrator, eg::choices("leapfrog", "rk4"),
                  "leapfrog: order 2, energy does not drift; rk4: Runge-Kutta of order 4"),
        eg::param("length_m", &Params::length_m, eg::range(0.01, 100), "length of the rod"),
        eg::param("mass_kg", &Params::mass_kg, eg::range(0.001, 1000), "its mass"),
        eg::param("gravity_m_per_s2", &Params::gravity_m_per_s2, eg::range(0, 100), "gravity"),
        eg::param("damping_nm_s", &Params::damping_nm_s, eg::range(0, 100), "torque of friction per rad/s"),
        eg::param("max_torque_nm", &Params::max_torque_nm, eg::range(0, 1000), "largest torque to either side"),
        eg::param("initial_angle_rad", &Params::initial_angle_rad, eg::range(0, 3.1415926535897936),
                  "episodes start with an angle within plus or minus this"),
        eg::param("initial_speed_rad_per_s", &Params::initial_speed_rad_per_s, eg::range(0, 100),
                  "and a speed within plus or minus this"),
        eg::param("angle_weight", &Params::angle_weight, eg::range(0, 1e6), "cost of a step per rad^2 from upright"),
        eg::param("speed_weight", &Params::speed_weight, eg::range(0, 1e6), "cost of a step per (rad/s)^2"),
        eg::param("torque_weight", &Params::torque_weight, eg::range(0, 1e6), "cost of a step per (N m)^2"),
        eg::param("max_steps", &Params::max_steps, eg::range(1, 1e9), "number of steps that ends an episode"));
  };

  explicit Pendulum(const Params& params)
      : p_(params),
        actions_{{"torque_nm", "at the pivot, anticlockwise", -p_.max_torque_nm, p_.max_torque_nm}},
        disturbances_{{"push_nm", "torque at the pivot besides", -100, 100}} {
    reset(0);
  }

  eg::Spaces spaces() const {
    eg::Spaces s;
    s.observations = observations_, s.actions = actions_, s.disturbances = disturbances_;
    s.rewards = {{"angle", "for its angle from upright", -infinity(), 0},
                 {"speed", "for its speed", -infinity(), 0},
                 {"torque", "for the torque", -infinity(), 0}};
    s.dt_ms = p_.dt_ms;
    s.poses = {{"rod_x_m", "place of the middle of the rod"},
               {"rod_y_m", "0"},
               {"rod_z_m", "place of the middle of the rod"},
               {"rod_qw", "its direction as a unit quaternion", -1, 1},
               {"rod_qx", "0", -1, 1},
               {"rod_qy", "its direction", -1, 1},
               {"rod_qz", "0", -1, 1}};
    s.scene = scene_.c_str();
    return s;
  }

  void reset(uint64_t seed) {
    eg::Random random(seed, "pendulum");
    angle_rad_ = random.uniform(-p_.initial_angle_rad, p_.initial_angle_rad);
    speed_rad_per_s_ = random.uniform(-p_.initial_speed_rad_per_s, p_.initial_speed_rad_per_s);
    torque_nm_ = push_nm_ = 0;
    n_steps_ = 0;
    earned_.clear();
  }

  void act(std::span<const double> action) {
    physics::check_values("action", action, actions_);
    torque_nm_ = action[0];
  }
  void disturb(std::span<const double> disturbance) {
    physics::check_values("disturbance", disturbance, disturbances_);
    push_nm_ = disturbance[0];
  }

  void advance(double duration_ms) {
    const int64_t n = physics::whole_steps(duration_ms, p_.dt_ms);
    for (int64_t k = 0; k < n && n_steps_ < p_.max_steps; ++k) {
      const double angle = from_upright_rad();
      earned_[0] -= p_.angle_weight * angle * angle;
      earned_[1] -= p_.speed_weight * speed_rad_per_s_ * speed_rad_per_s_;
      earned_[2] -= p_.torque_weight * torque_nm_ * torque_nm_;
      const double h_s = p_.dt_ms / 1000 / static_cast<double>(p_.n_substeps);
      for (int64_t s = 0; s < p_.n_substeps; ++s) p_.integrator == Integrator::rk4 ? runge_kutta(h_s) : leapfrog(h_s);
      ++n_steps_;
    }
  }

  void observe(eg::Outcome& out) {
    physics::write_saturated(std::array{std::cos(angle_rad_), std::sin(angle_rad_), speed_rad_per_s_}, observations_,
                             out.observation());
    earned_.hand_out(out.reward());
    if (!out.pose().empty()) {
      const double half_m = p_.length_m / 2, half_rad = -angle_rad_ / 2;  // anticlockwise in the picture: about -y
      const std::array pose{-half_m * std::sin(angle_rad_),
                            0.0,
                            half_m * std::cos(angle_rad_),
                            std::cos(half_rad),
                            0.0,
                            std::sin(half_rad),
                            0.0};
      std::ranges::copy(pose, out.pose().begin());
    }
    if (n_steps_ >= p_.max_steps) out.truncate("max_steps = " + std::to_string(p_.max_steps) + " steps were made");
  }

  template <class A>
  void serialize(A& archive) {
    archive(angle_rad_, speed_rad_per_s_, torque_nm_, push_nm_, n_steps_, earned_.terms());
  }

 private:
  static constexpr double infinity() { return eg::infinity; }

  // A uniform rod: I = m l^2 / 3, its centre at l / 2; the angle is 0 upright.
  double acceleration(double angle, double speed) const {
    const double inertia = p_.mass_kg * p_.length_m * p_.length_m / 3;
    const double gravity = p_.mass_kg * p_.gravity_m_per_s2 * p_.length_m / 2 * std::sin(angle);
    return (gravity + torque_nm_ + push_nm_ - p_.damping_nm_s * speed) / inertia;
  }

  // Kick, drift, kick (Verlet); friction makes the last kick implicit, and it is linear in the speed.
  void leapfrog(double h) {
    const double inertia = p_.mass_kg * p_.length_m * p_.length_m / 3, brake = h / 2 * p_.damping_nm_s / inertia;
    speed_rad_per_s_ += h / 2 * acceleration(angle_rad_, speed_rad_per_s_);
    angle_rad_ += h * speed_rad_per_s_;
    speed_rad_per_s_ = (speed_rad_per_s_ + h / 2 * acceleration(angle_rad_, 0)) / (1 + brake);
  }

  void runge_kutta(double h) {
    const double q = angle_rad_, v = speed_rad_per_s_;
    const double a1 = acceleration(q, v);
    const double v2 = v + h / 2 * a1, a2 = acceleration(q + h / 2 * v, v2);
    const double v3 = v + h / 2 * a2, a3 = acceleration(q + h / 2 * v2, v3);
    const double v4 = v + h * a3, a4 = acceleration(q + h * v3, v4);
    angle_rad_ += h / 6 * (v + 2 * v2 + 2 * v3 + v4);
    speed_rad_per_s_ += h / 6 * (a1 + 2 * a2 + 2 * a3 + a4);
  }

  // Within [-pi, pi].
  double from_upright_rad() const { return std::remainder(angle_rad_, 2 * 3.14159265358979323846); }

  Params p_;
  std::vector<eg::Channel> observations_{{"cos_angle", "1 upright, -1 hanging", -1, 1},
                                         {"sin_angle", "1 to the left", -1, 1},
                                         {"angular_velocity_rad_per_s", "anticlockwise; saturates", -8, 8}};
  std::vector<eg::Channel> actions_, disturbances_;
  std::string scene_ = [this] {
    const std::string radius = physics::short_text(0.05 * p_.length_m);
    return R"({"up":"z","view":"xz","shapes":[{"type":"capsule","size":[)" + radius + "," +
           physics::short_text(p_.length_m / 2) + R"(,0],"rgba":[0.85,0.5,0.25,1],"pose":0},)" +
           R"({"type":"sphere","size":[)" + radius + R"(,0,0],"rgba":[0.3,0.3,0.3,1],"at":[0,0,0,1,0,0,0]}]})";
  }();
  double angle_rad_ = 0, speed_rad_per_s_ = 0, torque_nm_ = 0, push_nm_ = 0;
  int64_t n_steps_ = 0;
  physics::Earned earned_{3};
};

}  // namespace core
