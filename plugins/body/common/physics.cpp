// A world of MuJoCo behind one class.
#include "physics.hpp"

#include <mujoco/mujoco.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace physics {
namespace {

// What decides a model's future: time, positions, velocities, activations, the solver's warm start (without it a copy
// differs by 1e-10 after 2000 steps), controls, pushes, mocap bodies; and gravity, which is the model's.
template <class F>
void for_each_part(const mjModel& m, mjData& d, const F& f) {
  const auto n = [](int count) { return static_cast<size_t>(count); };
  f(&d.time, size_t{1});
  f(d.qpos, n(m.nq)), f(d.qvel, n(m.nv)), f(d.act, n(m.na)), f(d.qacc_warmstart, n(m.nv));
  f(d.ctrl, n(m.nu)), f(d.xfrc_applied, n(6 * m.nbody)), f(d.qfrc_applied, n(m.nv));
  f(d.mocap_pos, n(3 * m.nmocap)), f(d.mocap_quat, n(4 * m.nmocap));
}

std::string explain(int warning, int info) {
  std::string text = mju_warningText(warning, static_cast<size_t>(info));
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

}  // namespace

Physics::Physics(Model model) : model_(std::move(model)), data_(make_data(*model_)) {
  declared_gravity_ = gravity();
  reset();
  if (has_diverged()) throw std::runtime_error(std::string("the model breaks down at its start: ") + divergence());
  scene_.emplace(*model_, *data_);
}

double Physics::dt_s() const { return model_->opt.timestep; }
// Rounded, so that 0.0050000000000000001 s are 5 ms.
double Physics::dt_ms() const { return std::round(model_->opt.timestep * 1e12) / 1e9; }

std::span<double> Physics::positions() { return {data_->qpos, static_cast<size_t>(model_->nq)}; }
std::span<double> Physics::velocities() { return {data_->qvel, static_cast<size_t>(model_->nv)}; }
std::span<double> Physics::controls() { return {data_->ctrl, static_cast<size_t>(model_->nu)}; }
std::span<const double> Physics::positions() const { return {data_->qpos, static_cast<size_t>(model_->nq)}; }
std::span<const double> Physics::velocities() const { return {data_->qvel, static_cast<size_t>(model_->nv)}; }
std::span<const double> Physics::controls() const { return {data_->ctrl, static_cast<size_t>(model_->nu)}; }
std::span<const double> Physics::sensors() const {
  return {data_->sensordata, static_cast<size_t>(model_->nsensordata)};
}

int Physics::id(int type, const char* what, const char* name) const {
  const int found = mj_name2id(model_.get(), type, name);
  if (found < 0) throw std::runtime_error(std::string("the model has no ") + what + " named '" + name + "'");
  return found;
}
size_t Physics::position_of(const char* joint) const {
  return static_cast<size_t>(model_->jnt_qposadr[id(mjOBJ_JOINT, "joint", joint)]);
}
size_t Physics::velocity_of(const char* joint) const {
  return static_cast<size_t>(model_->jnt_dofadr[id(mjOBJ_JOINT, "joint", joint)]);
}
size_t Physics::control_of(const char* actuator) const {
  return static_cast<size_t>(id(mjOBJ_ACTUATOR, "actuator", actuator));
}
std::vector<size_t> Physics::hinges_and_slides() const {
  std::vector<size_t> all;
  for (int k = 0; k < model_->njnt; ++k)
    if (model_->jnt_type[k] == mjJNT_HINGE || model_->jnt_type[k] == mjJNT_SLIDE)
      all.push_back(static_cast<size_t>(model_->jnt_qposadr[k]));
  return all;
}
int Physics::body(const char* name) const { return id(mjOBJ_BODY, "body", name); }
int Physics::geom(const char* name) const { return id(mjOBJ_GEOM, "geom", name); }

void Physics::reset() {
  if (has_diverged()) data_ = make_data(*model_);  // an error leaves its stack in disorder
  set_gravity(declared_gravity_);
  mj_resetData(model_.get(), data_.get());
  reason_ = {};
  settle();
}

void Physics::reset_to_keyframe(const char* key) {
  const int k = id(mjOBJ_KEY, "keyframe", key);
  reset();
  mj_resetDataKeyframe(model_.get(), data_.get(), k);
  settle();
}

// MuJoCo normalises the quaternions of the state whenever it computes places of parts, and its solver writes its result
// where the next step looks for a first guess: looking would change the last bits of what comes next.
template <class F>
void Physics::look(const F& compute) {
  kept_.assign(data_->qpos, data_->qpos + model_->nq);
  kept_.insert(kept_.end(), data_->qacc_warmstart, data_->qacc_warmstart + model_->nv);
  compute();
  std::copy_n(kept_.data(), model_->nq, data_->qpos);
  std::copy_n(kept_.data() + model_->nq, model_->nv, data_->qacc_warmstart);
}

void Physics::settle() {
  look([&] {
    try {
      mj_forward(model_.get(), data_.get());
    } catch (const std::exception& e) {
      fail(e.what());
    }
  });
}

bool Physics::step() {
  if (has_diverged()) return false;
  pack(before_);
  try {
    mj_step(model_.get(), data_.get());
    // mj_step leaves the places of parts as they were before it.
    look([&] { mj_kinematics(model_.get(), data_.get()), mj_comPos(model_.get(), data_.get()); });
  } catch (const std::exception& e) {
    fail(e.what());
  }
  for (int w = 0; w < mjNWARNING && !has_diverged(); ++w)
    if (w != mjWARN_VGEOMFULL && data_->warning[w].number > 0) fail(explain(w, data_->warning[w].lastinfo));
  if (!has_diverged()) return true;
  const Reason why = reason_;
  data_ = make_data(*model_);
  unpack(before_);
  reason_ = why;
  return false;
}

void Physics::fail(std::string_view why) {
  const auto n = std::min(why.size(), reason_.size() - 1);
  reason_ = {};
  std::copy_n(why.begin(), n, reason_.begin());
  if (n == 0) reason_[0] = '?';
}

void Physics::push(int body, Vector force_n) { mju_copy3(data_->xfrc_applied + 6 * body, force_n.data()); }

Vector Physics::gravity() const {
  Vector g;
  mju_copy3(g.data(), model_->opt.gravity);
  return g;
}
void Physics::set_gravity(Vector m_per_s2) {
  if (std::memcmp(m_per_s2.data(), model_->opt.gravity, sizeof m_per_s2) == 0) return;
  if (!own_) {
    auto copy = copy_of(*model_);
    own_ = copy.get();
    model_ = std::move(copy);
  }
  mju_copy3(own_->opt.gravity, m_per_s2.data());
}

Vector Physics::centre_of_mass(int body) const {
  Vector at;
  mju_copy3(at.data(), data_->xipos + 3 * body);
  return at;
}
Vector Physics::axis(int body, size_t k) const {
  const double* matrix = data_->xmat + 9 * body;
  return {matrix[k], matrix[3 + k], matrix[6 + k]};
}
Vector Physics::centre_of(int geom) const {
  Vector at;
  mju_copy3(at.data(), data_->geom_xpos + 3 * geom);
  return at;
}

double Physics::radius(int geom) const { return model_->geom_size[3 * geom]; }

std::vector<Contact> Physics::contacts() const {
  std::vector<Contact> all;
  for (int k = 0; k < data_->ncon; ++k) {
    const mjContact& c = data_->contact[k];
    all.push_back({c.geom1, c.geom2, c.dist});
  }
  return all;
}
bool Physics::touches(int geom_a, int geom_b) const {
  for (int k = 0; k < data_->ncon; ++k) {
    const int a = data_->contact[k].geom1, b = data_->contact[k].geom2;
    if ((a == geom_a && b == geom_b) || (a == geom_b && b == geom_a)) return true;
  }
  return false;
}

void Physics::write_poses(std::span<double> to) const { scene_->write(*data_, to); }

void Physics::pack(std::vector<double>& to) const {
  to.clear();
  for_each_part(*model_, *data_, [&](const double* part, size_t n) { to.insert(to.end(), part, part + n); });
  const Vector g = gravity();
  to.insert(to.end(), g.begin(), g.end());
}

void Physics::unpack(const std::vector<double>& from) {
  const double* next = from.data();
  for_each_part(*model_, *data_, [&](double* part, size_t n) { std::copy_n(next, n, part), next += n; });
  set_gravity({next[0], next[1], next[2]});
  const Reason why = reason_;
  settle();
  reason_ = why;
}

bool Physics::is_same(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

Physics load_physics(std::string_view model_file, std::string_view mjcf, std::string_view name) {
  return Physics(model_file.empty() ? load_text(mjcf, name) : load_file(model_file));
}

}  // namespace physics
