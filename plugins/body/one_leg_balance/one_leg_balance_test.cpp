// Tests of mujoco.one_leg_balance: standing is no equilibrium that lasts, feedback keeps it, rules, snapshots.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "model.hpp"
#include "support.hpp"
#include "test_world.hpp"

using mujoco::OneLegBalance;
using physics::testing::error_of;
using World = physics::testing::World<OneLegBalance>;

namespace {

// A spring and a damper between leg and vertical, and others at the hip.
std::vector<double> feedback(const World& w) {
  const auto limited = [](double x) { return std::clamp(x, -1.0, 1.0); };
  const double leg_rad = w.seen("foot_rad") + w.seen("ankle_rad");
  const double leg_rad_per_s = w.seen("foot_rad_per_s") + w.seen("ankle_rad_per_s");
  return {limited(-4 * (leg_rad + 0.4 * w.seen("hip_rad")) - 0.4 * leg_rad_per_s),
          limited(-w.seen("hip_rad") - 0.1 * w.seen("hip_rad_per_s"))};
}

// Mean part of 10 s survived; pushes of `impulse_n_s` within 100 ms each 1 to 2 s, with random sign.
template <class Policy>
double survival(int n, double impulse_n_s, const Policy& policy) {
  World w;
  double sum = 0;
  for (int e = 0; e < n; ++e) {
    w.reset(static_cast<uint64_t>(e));
    eg::Random random(static_cast<uint64_t>(e), "pushes");
    double next_ms = random.uniform(1000, 2000), until_ms = 0, force_n = 0;
    for (double t_ms = 0; !w.is_over(); t_ms += 20) {
      if (t_ms >= next_ms) {
        force_n = (random.uniform() < 0.5 ? -1 : 1) * impulse_n_s / 0.1;
        until_ms = t_ms + 100;
        next_ms += random.uniform(1000, 2000);
      }
      w.disturb({t_ms < until_ms ? force_n : 0});
      w.move(policy(w), 20);
      sum += w.earned("alive") / 10;
    }
  }
  return sum / n;
}

}  // namespace

TEST_CASE("one_leg_balance: it stands straight, 0.73 m to the middle of its torso, on its foot") {
  OneLegBalance::Params p;
  p.initial_lean_rad = 0;
  World w(p);
  CHECK_CLOSE(w.seen("height_m"), 0.73, 0, 1e-12);
  CHECK_CLOSE(w.drawn("foot_z_m"), 0.02, 0, 1e-12);
  w.advance(200), w.observe();
  CHECK_CLOSE(w.seen("height_m"), 0.73, 0, 1e-3);
  CHECK(std::abs(w.seen("lean_rad")) < 1e-3);
}

TEST_CASE("one_leg_balance: no constant torque keeps it up, feedback does, pushed as well") {
  CHECK(survival(20, 0, [](const World&) { return std::vector<double>{0, 0}; }) < 0.2);
  double best = 0;
  for (double ankle = -1; ankle <= 1; ankle += 0.25)
    for (double hip = -1; hip <= 1; hip += 0.25)
      best = std::max(best, survival(10, 0, [&](const World&) { return std::vector<double>{ankle, hip}; }));
  CHECK(best < 0.2);
  CHECK(survival(20, 0, feedback) == doctest::Approx(1));
  CHECK(survival(20, 0.5, feedback) == doctest::Approx(1));
}

TEST_CASE("one_leg_balance: the foot is too short for strong pushes") { CHECK(survival(20, 4, feedback) < 0.5); }

TEST_CASE("one_leg_balance: falls end an episode with a reason, time truncates it, and then nothing moves") {
  World w;
  w.act({1, 0});
  while (!w.is_over()) w.advance(5), w.observe();
  CHECK(w.terminated);
  CHECK(w.reason.starts_with("fell: "));
  CHECK(w.earned("fall") == -1);
  const auto last = w.observation;
  w.advance(500), w.observe();
  CHECK(w.observation == last);
  CHECK(w.total() == 0);
  OneLegBalance::Params p;
  p.max_ms = 100;
  World brief(p);
  brief.advance(1000), brief.observe();
  CHECK(brief.truncated);
  CHECK(brief.reason == "max_ms = 100 ms are over");
  CHECK_CLOSE(brief.earned("alive"), 0.1, 0, 1e-12);
  p.max_ms = 10000, p.max_lean_deg = 180, p.min_height_m = 0;
  World lies(p);
  while (!lies.is_over()) lies.advance(5), lies.observe();
  CHECK(lies.reason.starts_with("fell: more than the foot touched the floor after "));
}

TEST_CASE("one_leg_balance: one seed gives one trajectory, and a snapshot goes on to the last bit") {
  World a, b, c, other;
  a.reset(3), b.reset(3), other.reset(4);
  CHECK(a.observation == b.observation);
  CHECK(a.observation != other.observation);
  for (auto* w : {&a, &b}) w->disturb({4}), w->move({0.1, -0.1}, 100);
  c.load(a.save());
  for (int k = 0; k < 60; ++k) {
    for (auto* w : {&a, &b, &c}) w->advance(5), w->observe();
    REQUIRE(a.observation == b.observation);
    REQUIRE(c.observation == b.observation);
    REQUIRE(c.reward == b.reward);
    REQUIRE(c.pose == b.pose);
  }
}

TEST_CASE("one_leg_balance: rewards are what their names say") {
  OneLegBalance::Params p;
  p.initial_lean_rad = 0, p.lean_per_rad_s = 0, p.effort_per_s = -2;
  World w(p);
  w.act({0.1, -0.2});
  w.advance(100), w.observe();
  CHECK_CLOSE(w.earned("effort"), -2 * 0.05 * 0.1, 0, 1e-12);
  CHECK_CLOSE(w.earned("alive"), 0.1, 0, 1e-12);
  CHECK(w.earned("lean") == 0);
  CHECK(error_of([&] { w.act({0, 3}); }) == "the action 'hip' is 3, not within [-1, 1]");
}
