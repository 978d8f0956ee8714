// Worlds with one mistake each: a cart on a track, pushed by a force and by wind.
#include <cmath>
#include <encephagen/sdk/body.hpp>
#include <encephagen/sdk/random.hpp>
#include <stdexcept>

#include "fault.hpp"

namespace {

using mutants::Fault;

template <Fault F>
struct Cart {
  static constexpr eg::Info info{mutants::plugin_name<F>.data(), "1.0.0", "a cart on a windy track"};
  struct Params {
    double track_m = 2.0;
    static constexpr auto fields =
        eg::list(eg::param("track_m", &Params::track_m, eg::range(0.1, 100), "where the track ends"));
  } p;

  double x_m = 0, v_m_per_s = 0, force_n = 0, gust_n = 0, earned = 0;
  uint64_t steps = 0, key = 0;
  int advances_left = 25;
  static inline int worlds_ever = 0;

  explicit Cart(const Params& params) : p(params) {}

  eg::Spaces spaces() const {
    eg::Spaces s;
    const double far_m = F == "understates_its_range" ? 0.01 : 101;
    s.observations = {{"x_m", F == "channel_without_description" ? "" : "position", -far_m, far_m},
                      {"v_m_per_s", "velocity"}};
    s.actions = {{"force_n", "pull to the right", -1, 1}, {"brake", "off or on", 0, 0, 2}};
    s.rewards = {{"alive", "0.001 for every millisecond on the track", 0, 1000}};
    s.dt_ms = 1.0;
    s.disturbances = {{"gust_n", "wind besides", -1, 1}};
    s.poses = {{"cart_x_m", "where it is drawn", F == "is_drawn_elsewhere" ? 0 : -101, 101}};
    s.scene = R"({"up":"z","view":"xz","shapes":[]})";
    return s;
  }

  void reset(uint64_t seed) {
    key = F == "ignores_the_seed" ? 1 : eg::mix_key(seed, "wind");
    if constexpr (F == "counts_its_worlds") key += static_cast<uint64_t>(++worlds_ever);
    x_m = force_n = gust_n = earned = 0, steps = 0;
    if constexpr (F != "reset_keeps_the_speed") v_m_per_s = 0;
  }

  void act(std::span<const double> action) {
    if constexpr (F == "refuses_full_force") {
      if (action[0] == 1) throw std::invalid_argument("too strong");
    }
    const bool is_refused = !(action[0] >= -1 && action[0] <= 1) || (action[1] != 0 && action[1] != 1);
    if (F != "believes_any_force" && is_refused) {
      if constexpr (F == "refuses_forces_without_words") throw std::invalid_argument("");
      throw std::invalid_argument("force_n lies in [-1, 1], brake is 0 or 1");
    }
    force_n = action[0];
    if (action[1] == 1) v_m_per_s *= 0.5;
  }

  void disturb(std::span<const double> disturbance) { gust_n = disturbance[0]; }

  void advance(double duration_ms) {
    if constexpr (F == "gives_up") {
      if (--advances_left < 0) throw std::runtime_error("tired");
    }
    const double n = duration_ms;  // of 1 ms
    const bool is_whole = n > 0 && n == std::floor(n);
    if (F != "advances_by_anything" && !is_whole) {
      if (F != "advances_by_fractions" || !(n > 0)) throw std::invalid_argument("duration_ms is no multiple of 1 ms");
    }
    [[maybe_unused]] bool is_met = false;
    if constexpr (F == "force_shared_by_worlds")
      is_met = mutants::is_met_by_another_thread(mutants::Held::long_enough_to_be_noticed);
    for (int k = 0; k < n; ++k) {
      const double wind_n = eg::Random(key + steps).normal();
      v_m_per_s += 1e-3 * (force_n + gust_n + 5 * wind_n + (is_met ? 1 : 0));
      x_m += 1e-3 * v_m_per_s;
      earned += 1e-3;
      ++steps;
    }
  }

  void observe(eg::Outcome& out) {
    out.observation()[0] = x_m;
    out.observation()[1] = v_m_per_s;
    out.reward()[0] = earned;
    if (F == "draws_unasked" || !out.pose().empty()) out.pose().data()[0] = F == "is_drawn_elsewhere" ? -1 : x_m;
    if constexpr (F == "draws_past_the_end") {
      if (!out.pose().empty()) out.pose().data()[1] = x_m;
    }
    if constexpr (F != "pays_again") earned = 0;
    if constexpr (F == "stirs_when_observed") x_m += 1e-3;
    if (std::abs(x_m) > p.track_m) out.terminate(F == "ends_without_a_reason" ? "" : "left the track");
    if (steps >= 2000) out.truncate(F == "ends_without_a_reason" ? "" : "2 s are over");
  }

  template <class A>
  void serialize(A& a) {
    a(x_m, force_n, gust_n, earned, steps, key);
    if constexpr (F != "forgets_its_speed") a(v_m_per_s);
  }
};

template <Fault F>
constexpr eg_world raw_table() {
  eg_world t = eg::detail::WorldTable<Cart<F>>::table;
  if constexpr (F == "loads_anything") {
    t.load = [](void* self, const void* bytes, uint64_t n, eg_error* e) -> eg_status {
      const uint64_t own = eg::detail::WorldTable<Cart<F>>::save_size(self);
      return n < own ? EG_OK : eg::detail::WorldTable<Cart<F>>::load(self, bytes, own, e);
    };
  }
  if constexpr (F == "loads_more_than_there_is") {
    t.load = [](void* self, const void* bytes, uint64_t n, eg_error* e) -> eg_status {
      const uint64_t own = eg::detail::WorldTable<Cart<F>>::save_size(self);
      volatile char last = static_cast<const char*>(bytes)[own - 1];
      (void)last;
      return eg::detail::WorldTable<Cart<F>>::load(self, bytes, n, e);
    };
  }
  if constexpr (F == "cannot_be_disturbed") t.disturb = nullptr;
  return t;
}
template <Fault F>
constexpr eg_world table = raw_table<F>();
template <Fault F>
constexpr eg_plugin cart = eg::detail::describe<Cart<F>>("body", EG_SHAPE_WORLD, &table<F>);

}  // namespace

EG_PLUGIN_LIBRARY(cart<"none">, cart<"advances_by_fractions">, cart<"channel_without_description">, cart<"gives_up">,
                  cart<"understates_its_range">, cart<"pays_again">, cart<"stirs_when_observed">,
                  cart<"counts_its_worlds">, cart<"reset_keeps_the_speed">, cart<"ignores_the_seed">,
                  cart<"force_shared_by_worlds">, cart<"forgets_its_speed">, cart<"loads_anything">,
                  cart<"refuses_full_force">, cart<"believes_any_force">, cart<"refuses_forces_without_words">,
                  cart<"ends_without_a_reason">, cart<"advances_by_anything">, cart<"cannot_be_disturbed">,
                  cart<"is_drawn_elsewhere">, cart<"draws_past_the_end">, cart<"draws_unasked">,
                  cart<"loads_more_than_there_is">)
