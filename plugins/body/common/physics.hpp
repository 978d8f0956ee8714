// A world of MuJoCo behind one class, so that the bodies built on it need not know its C interface. Each has its own
// state, and shares the model with all that were made from it until gravity differs. All quantities are in MuJoCo's
// units: m, rad, s, kg, N.
#pragma once
#include <array>
#include <encephagen/sdk/body.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "load_model.hpp"
#include "scene.hpp"

namespace physics {

using Vector = std::array<double, 3>;

struct Contact {
  int geom_a, geom_b;
  double distance_m;  // below 0: that deep within each other
};

class Physics {
 public:
  // In the state that the model file declares; throws what `load_text` throws when the model cannot be used.
  explicit Physics(Model model);

  double dt_s() const;
  double dt_ms() const;
  // The model, for what has no function here; mujoco/mujoco.h says what it holds.
  const mjModel_& model() const { return *model_; }
  const mjData_& data() const { return *data_; }

  std::span<double> positions();   // [nq]; call settle() after writing
  std::span<double> velocities();  // [nv]; likewise
  std::span<double> controls();    // [nu]
  std::span<const double> positions() const;
  std::span<const double> velocities() const;
  std::span<const double> controls() const;
  std::span<const double> sensors() const;  // [nsensordata], of the state as it is

  // Numbers of named things; throw std::runtime_error when the model has none of that name. `position_of` and
  // `velocity_of` are those of a joint's first coordinate in positions() and velocities().
  size_t position_of(const char* joint) const;
  size_t velocity_of(const char* joint) const;
  size_t control_of(const char* actuator) const;
  std::vector<size_t> hinges_and_slides() const;  // where their coordinates lie in positions()
  int body(const char* name) const;
  int geom(const char* name) const;

  // To the start of the model file: nothing pushes, no controls, no memory of what was, gravity as declared.
  void reset();
  // To keyframe `key`; throws if there is none of that name.
  void reset_to_keyframe(const char* key);
  // Brings positions of parts, contacts and sensors up to date; changes neither the state nor what comes next.
  void settle();
  // One step of dt. False when the physics broke down: any warning of MuJoCo counts as that, since what follows one is
  // no longer what the model says (it resets the state in silence, drops contacts, or drops controls). The state
  // is then the last good one, and divergence() says what happened. Afterwards only reset() and load go on.
  bool step();
  bool has_diverged() const { return reason_[0] != '\0'; }
  const char* divergence() const { return reason_.data(); }

  // In force until changed. The push acts on the centre of mass.
  void push(int body, Vector force_n);
  void set_gravity(Vector m_per_s2);
  Vector declared_gravity() const { return declared_gravity_; }

  Vector centre_of_mass(int body) const;
  Vector axis(int body, size_t k) const;  // the body's own x, y or z axis in the world
  Vector centre_of(int geom) const;
  double radius(int geom) const;  // of a sphere, a capsule or a cylinder
  // As of the beginning of the last step.
  std::vector<Contact> contacts() const;
  bool touches(int geom_a, int geom_b) const;

  const Scene& scene() const { return *scene_; }
  void write_poses(std::span<double> to) const;

  // Everything the future depends on, to the last bit.
  template <class A>
  void serialize(A& archive) {
    pack(saved_);
    loaded_ = saved_;
    archive(loaded_, reason_);
    if (!is_same(loaded_, saved_)) unpack(loaded_);
  }

 private:
  using Reason = std::array<char, 200>;
  template <class F>
  void look(const F& compute);
  void pack(std::vector<double>& to) const;
  void unpack(const std::vector<double>& from);
  static bool is_same(const std::vector<double>& a, const std::vector<double>& b);  // bitwise
  void fail(std::string_view why);
  Vector gravity() const;
  int id(int type, const char* what, const char* name) const;

  Model model_;
  mjModel_* own_ = nullptr;  // the model, once it is shared with nobody
  Data data_;
  std::optional<Scene> scene_;
  Vector declared_gravity_{};
  std::vector<double> before_, saved_, loaded_, kept_;
  Reason reason_{};
};

// The given file, or our text when there is none.
Physics load_physics(std::string_view model_file, std::string_view mjcf, std::string_view name);

}  // namespace physics
