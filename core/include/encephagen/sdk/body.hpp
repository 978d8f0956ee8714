// For authors of bodies and environments: the world shape in C++. EG_PLUGIN_LIBRARY(eg::body<YourWorld>). A world with
// disturbances has `void disturb(std::span<const double>)` besides what Body asks for.
#pragma once
#include <concepts>
#include <cstring>
#include <stdexcept>

#include "encephagen/sdk/base.hpp"

namespace eg {

struct Channel {
  const char* name;  // its suffix is its unit; must outlive the world
  const char* doc;
  double low = -infinity, high = infinity;
  uint32_t n_choices = 0;  // > 0: a choice 0 .. n_choices-1
};

struct Spaces {
  std::vector<Channel> observations, actions, rewards;
  double dt_ms = 1.0;
  std::vector<Channel> disturbances = {}, poses = {};
  const char* scene = "";  // JSON, docs/reference/scene.md; must outlive the world
};

class Outcome {
 public:
  Outcome(eg_outcome& raw, size_t n_observations, size_t n_rewards, size_t n_poses)
      : raw_(raw), n_observations_(n_observations), n_rewards_(n_rewards), n_poses_(n_poses) {}
  std::span<double> observation() const { return {raw_.observation, n_observations_}; }
  std::span<double> reward() const { return {raw_.reward, n_rewards_}; }
  // Empty when nobody wants to know.
  std::span<double> pose() const { return {raw_.pose, raw_.pose ? n_poses_ : 0}; }
  void terminate(std::string_view reason) { end(raw_.terminated, reason); }
  void truncate(std::string_view reason) { end(raw_.truncated, reason); }
  void diverge(std::string_view reason) { end(raw_.diverged, reason); }

 private:
  void end(uint32_t& flag, std::string_view reason) {
    flag = 1;
    std::snprintf(raw_.reason, sizeof raw_.reason, "%.*s", static_cast<int>(reason.size()), reason.data());
  }
  eg_outcome& raw_;
  size_t n_observations_, n_rewards_, n_poses_;
};

// Visits a world's state in one fixed order: `template <class A> void serialize(A& a) { a(x, y, history); }` is used
// for size, save and load alike. Takes trivially copyable values and vectors of them whose size is fixed by the
// parameters.
class Archive {
 public:
  enum class Mode { size, save, load };
  Archive(Mode mode, std::byte* bytes, uint64_t n) : mode_(mode), bytes_(bytes), n_(n) {}
  template <class... T>
  void operator()(T&... values) {
    (one(values), ...);
  }
  uint64_t used() const { return used_; }

 private:
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void one(T& v) { raw(&v, sizeof v); }
  template <class T>
  void one(std::vector<T>& v) {
    raw(v.data(), v.size() * sizeof(T));
  }
  void raw(void* data, uint64_t n) {
    if (mode_ != Mode::size && used_ + n > n_) throw std::length_error("snapshot has the wrong size");
    if (n > 0 && mode_ == Mode::save) std::memcpy(bytes_ + used_, data, n);
    if (n > 0 && mode_ == Mode::load) std::memcpy(data, bytes_ + used_, n);
    used_ += n;
  }
  Mode mode_;
  std::byte* bytes_;
  uint64_t n_, used_ = 0;
};

template <class M>
concept Body = std::constructible_from<M, const typename M::Params&> &&
    requires(M& m, const M& c, std::span<const double> action, Outcome& out, Archive& a) {
  { M::info } -> std::convertible_to<Info>;
  M::Params::fields;
  { c.spaces() } -> std::convertible_to<Spaces>;
  m.reset(uint64_t{});
  m.act(action);
  m.advance(double{});
  m.observe(out);
  m.serialize(a);
};

namespace detail {

// The model together with the exported form of its spaces.
template <class M>
struct World {
  Instance<M> instance;
  std::vector<eg_channel> observations, actions, rewards, disturbances, poses;
  double dt_ms;
  const char* scene;

  explicit World(const eg_value* values) : instance(values) {
    const Spaces s = instance.model.spaces();
    dt_ms = s.dt_ms;
    observations = export_channels(s.observations);
    actions = export_channels(s.actions);
    rewards = export_channels(s.rewards);
    disturbances = export_channels(s.disturbances);
    poses = export_channels(s.poses);
    scene = s.scene;
  }
  static std::vector<eg_channel> export_channels(const std::vector<Channel>& in) {
    std::vector<eg_channel> out;
    for (const auto& c : in) {
      const bool choice = c.n_choices > 0;
      out.push_back({sizeof(eg_channel), c.n_choices, c.name, c.doc, choice ? 0.0 : c.low,
                     choice ? static_cast<double>(c.n_choices - 1) : c.high});
    }
    return out;
  }
};

template <class M>
struct WorldTable {
  static World<M>& world(void* self) { return *static_cast<World<M>*>(self); }
  static const World<M>& world(const void* self) { return *static_cast<const World<M>*>(self); }

  static void* create(const eg_value* values, eg_error* err) noexcept {
    World<M>* made = nullptr;
    guard(err, [&] { made = new World<M>(values); });
    return made;
  }
  static void destroy(void* self) noexcept { delete static_cast<World<M>*>(self); }
  static eg_status spaces(const void* self, eg_spaces* out, eg_error* e) noexcept {
    return guard(e, [&] {
      const auto& w = world(self);
      *out = {sizeof(eg_spaces),
              static_cast<uint32_t>(w.observations.size()),
              static_cast<uint32_t>(w.actions.size()),
              static_cast<uint32_t>(w.rewards.size()),
              w.observations.data(),
              w.actions.data(),
              w.rewards.data(),
              w.dt_ms,
              static_cast<uint32_t>(w.disturbances.size()),
              static_cast<uint32_t>(w.poses.size()),
              w.disturbances.data(),
              w.poses.data(),
              w.scene};
    });
  }
  static eg_status reset(void* self, uint64_t seed, eg_error* e) noexcept {
    return guard(e, [&] { world(self).instance.model.reset(seed); });
  }
  static eg_status act(void* self, const double* action, eg_error* e) noexcept {
    return guard(e, [&] {
      auto& w = world(self);
      w.instance.model.act(std::span<const double>(action, w.actions.size()));
    });
  }
  static eg_status advance(void* self, double ms, eg_error* e) noexcept {
    return guard(e, [&] { world(self).instance.model.advance(ms); });
  }
  static eg_status observe(void* self, eg_outcome* out, eg_error* e) noexcept {
    return guard(e, [&] {
      auto& w = world(self);
      out->terminated = out->truncated = out->diverged = 0;
      out->reason[0] = '\0';
      Outcome outcome(*out, w.observations.size(), w.rewards.size(), w.poses.size());
      w.instance.model.observe(outcome);
    });
  }
  static constexpr bool can_be_disturbed = requires(M & m, std::span<const double> disturbance) {
    m.disturb(disturbance);
  };
  static eg_status disturb(void* self, const double* disturbance, eg_error* e) noexcept {
    return guard(e, [&] {
      auto& w = world(self);
      if constexpr (can_be_disturbed)
        w.instance.model.disturb(std::span<const double>(disturbance, w.disturbances.size()));
    });
  }
  static uint64_t save_size(const void* self) noexcept {
    Archive a(Archive::Mode::size, nullptr, 0);
    const_cast<M&>(world(self).instance.model).serialize(a);
    return a.used();
  }
  static eg_status save(const void* self, void* bytes, uint64_t n, eg_error* e) noexcept {
    return guard(e, [&] {
      Archive a(Archive::Mode::save, static_cast<std::byte*>(bytes), n);
      const_cast<M&>(world(self).instance.model).serialize(a);
    });
  }
  static eg_status load(void* self, const void* bytes, uint64_t n, eg_error* e) noexcept {
    return guard(e, [&] {
      Archive a(Archive::Mode::load, const_cast<std::byte*>(static_cast<const std::byte*>(bytes)), n);
      world(self).instance.model.serialize(a);
      if (a.used() != n) throw std::length_error("snapshot has the wrong size");
    });
  }
  static constexpr eg_world table{
      sizeof(eg_world), create,  destroy,   spaces, reset, act,
      advance,          observe, save_size, save,   load,  can_be_disturbed ? disturb : nullptr};
};

}  // namespace detail

template <Body M>
inline constexpr eg_plugin body = detail::describe<M>("body", EG_SHAPE_WORLD, &detail::WorldTable<M>::table);

}  // namespace eg
