// Any MJCF file as a body; what becomes of its parts stands in model.md.
#pragma once
#include <algorithm>
#include <cmath>
#include <encephagen/sdk/body.hpp>
#include <encephagen/sdk/random.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "channels.hpp"
#include "physics.hpp"
#include "ports.hpp"

namespace mujoco {

class AnyModel {
 public:
  static constexpr eg::Info info{"mujoco.model", "1.0.0", "any body that an MJCF file describes (MuJoCo)"};

  struct Params {
    std::string_view model_file, keyframe, fall_body;
    double max_ms = 10000, initial_range = 0.01, initial_speed_range = 0;
    double min_height_m = -eg::infinity, max_tilt_deg = 180, alive_per_s = 1;
    static constexpr auto fields = eg::list(
        eg::file_param("model_file", &Params::model_file, "the MJCF file", eg::required),
        eg::param("keyframe", &Params::keyframe, "name of the keyframe to start at; else the file's own start"),
        eg::param("max_ms", &Params::max_ms, eg::range(1, 1e9), "length of time that ends an episode"),
        eg::param("initial_range", &Params::initial_range, eg::range(0, 10),
                  "hinges (rad) and slides (m) start within plus or minus this of there"),
        eg::param("initial_speed_range", &Params::initial_speed_range, eg::range(0, 100),
                  "all speeds start within plus or minus this of there"),
        eg::param("fall_body", &Params::fall_body,
                  "the body whose height and tilt end an episode; none: nothing but time does"),
        eg::param("min_height_m", &Params::min_height_m, eg::any,
                  "an episode ends when the centre of mass of fall_body is lower"),
        eg::param("max_tilt_deg", &Params::max_tilt_deg, eg::range(0, 180),
                  "and when its own z axis leans more from where it was in the model file"),
        eg::param("alive_per_s", &Params::alive_per_s, eg::range(-1e6, 1e6),
                  "reward for each second within these limits"));
  };

  // Throws std::runtime_error with what is wrong with the file.
  explicit AnyModel(const Params& params)
      : p_(params), keyframe_(p_.keyframe), physics_(physics::load_file(p_.model_file)), ports_(physics_.model()) {
    if (!p_.fall_body.empty()) {
      fall_body_ = physics_.body(std::string(p_.fall_body).c_str());
    } else if (p_.max_tilt_deg < 180 || p_.min_height_m > -eg::infinity) {
      throw std::invalid_argument("min_height_m and max_tilt_deg are about a body: name it with fall_body");
    }
    upright_ = physics_.axis(fall_body_.value_or(0), 2);
    reset(0);
  }

  eg::Spaces spaces() const {
    eg::Spaces s;
    s.observations = ports_.observations, s.actions = ports_.actions;
    s.rewards = {{"alive", "for each second within the limits"}};
    s.dt_ms = physics_.dt_ms();
    s.poses = physics_.scene().poses(), s.scene = physics_.scene().json();
    return s;
  }

  void reset(uint64_t seed) {
    eg::Random random(seed, "mujoco_model");
    keyframe_.empty() ? physics_.reset() : physics_.reset_to_keyframe(keyframe_.c_str());
    for (const size_t at : physics_.hinges_and_slides())
      physics_.positions()[at] += random.uniform(-p_.initial_range, p_.initial_range);
    for (double& v : physics_.velocities()) v += random.uniform(-p_.initial_speed_range, p_.initial_speed_range);
    physics_.settle();
    n_steps_ = 0;
    end_ = End::none;
    earned_.clear();
  }

  void act(std::span<const double> action) {
    physics::check_values("action", action, ports_.actions);
    std::ranges::copy(action, physics_.controls().begin());
  }

  void advance(double duration_ms) {
    const int64_t n = physics::whole_steps(duration_ms, physics_.dt_ms());
    for (int64_t k = 0; k < n && !is_over(); ++k) {
      if (!physics_.step()) return;
      ++n_steps_;
      if (fall_body_) judge(*fall_body_);
      if (end_ == End::none) earned_[0] += p_.alive_per_s * physics_.dt_s();
    }
  }

  void observe(eg::Outcome& out) {
    if (ports_.has_sensors) {
      physics_.settle();  // a step leaves sensors as they were before it
      write_finite(physics_.sensors(), out.observation());
    } else {
      write_finite(physics_.positions(), out.observation());
      write_finite(physics_.velocities(), out.observation().subspan(physics_.positions().size()));
    }
    earned_.hand_out(out.reward());
    if (!out.pose().empty()) physics_.write_poses(out.pose());
    if (physics_.has_diverged()) return out.diverge(physics_.divergence());
    if (end_ == End::height)
      out.terminate("the height of '" + std::string(p_.fall_body) + "' is below " +
                    physics::short_text(p_.min_height_m) + " m");
    if (end_ == End::tilt)
      out.terminate("the tilt of '" + std::string(p_.fall_body) + "' is above " + physics::short_text(p_.max_tilt_deg) +
                    " degrees");
    if (end_ == End::none && is_over()) out.truncate("max_ms = " + physics::short_text(p_.max_ms) + " ms are over");
  }

  template <class A>
  void serialize(A& archive) {
    physics_.serialize(archive);
    archive(n_steps_, end_, earned_.terms());
  }

 private:
  enum class End : uint32_t { none, height, tilt };

  bool is_over() const {
    return physics_.has_diverged() || end_ != End::none ||
           static_cast<double>(n_steps_) * physics_.dt_ms() >= p_.max_ms;
  }
  void judge(int body) {
    if (physics_.centre_of_mass(body)[2] < p_.min_height_m) end_ = End::height;
    const auto axis = physics_.axis(body, 2);
    double cosine = 0;
    for (size_t k = 0; k < 3; ++k) cosine += axis[k] * upright_[k];
    const double tilt_deg = std::acos(std::clamp(cosine, -1.0, 1.0)) * 180 / 3.14159265358979323846;
    if (tilt_deg > p_.max_tilt_deg) end_ = End::tilt;
  }
  // The last state before the physics broke down may have sensors without a value.
  static void write_finite(std::span<const double> from, std::span<double> to) {
    for (size_t k = 0; k < from.size(); ++k) to[k] = std::isfinite(from[k]) ? from[k] : 0;
  }

  Params p_;
  std::string keyframe_;
  physics::Physics physics_;
  Ports ports_;
  std::optional<int> fall_body_;
  physics::Vector upright_{};
  int64_t n_steps_ = 0;
  End end_ = End::none;
  physics::Earned earned_{1};
};

}  // namespace mujoco
