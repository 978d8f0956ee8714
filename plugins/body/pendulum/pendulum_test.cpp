// Tests of core.pendulum: energy and its order, period, torque, rules, snapshots.
#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "model.hpp"
#include "support.hpp"
#include "test_world.hpp"

using core::Pendulum;
using physics::testing::error_of;
using World = physics::testing::World<Pendulum>;
using enum Pendulum::Integrator;

namespace {

constexpr double pi = std::numbers::pi;

// Of the default rod (1 kg, 1 m, g = 10): kinetic and potential, 0 when it rests horizontally.
double energy_j(const World& w) {
  const double speed = w.seen("angular_velocity_rad_per_s");
  return speed * speed / 6 + 5 * w.seen("cos_angle");
}

Pendulum::Params free(Pendulum::Integrator integrator, int64_t n_substeps) {
  Pendulum::Params p;
  p.integrator = integrator, p.n_substeps = n_substeps, p.max_steps = 1000000;
  return p;
}

// The largest departure of the energy within 20 s; a speed above 8 rad/s would not be seen as it is.
double energy_error_j(Pendulum::Integrator integrator, int64_t n_substeps) {
  World w(free(integrator, n_substeps));
  w.reset(11);
  const double start_j = energy_j(w);
  REQUIRE(start_j < 5);
  double most_j = 0;
  for (int k = 0; k < 400; ++k) {
    w.advance(50), w.observe();
    most_j = std::max(most_j, std::abs(energy_j(w) - start_j));
  }
  return most_j;
}

}  // namespace

TEST_CASE("pendulum: without torque and friction the energy stays, to order 2 with leapfrog") {
  const double coarse = energy_error_j(leapfrog, 4), fine = energy_error_j(leapfrog, 8);
  CHECK(coarse > 1e-4);
  CHECK_CLOSE(std::log2(coarse / fine), 2, 0, 0.1);
}

TEST_CASE("pendulum: and to order 4 or better with Runge-Kutta, far below what matters") {
  const double coarse = energy_error_j(rk4, 2), fine = energy_error_j(rk4, 4);
  CHECK(std::log2(coarse / fine) > 3.8);
  CHECK(energy_error_j(rk4, 10) < 1e-6);
}

TEST_CASE("pendulum: the energy of leapfrog does not drift in an hour; that of Runge-Kutta does") {
  for (const auto integrator : {leapfrog, rk4}) {
    World w(free(integrator, integrator == leapfrog ? 4 : 1));
    w.reset(11);
    const double start_j = energy_j(w);
    double most_j = 0, last_j = 0;
    for (int k = 0; k < 72000; ++k) {
      w.advance(50), w.observe();
      last_j = std::abs(energy_j(w) - start_j);
      if (k < 400) most_j = std::max(most_j, last_j);
    }
    if (integrator == leapfrog)
      CHECK(last_j <= 1.5 * most_j);
    else
      CHECK(last_j > 10 * most_j);
  }
}

TEST_CASE("pendulum: small swings about hanging have the period of a rod") {
  auto p = free(rk4, 10);
  p.dt_ms = 1, p.gravity_m_per_s2 = 9.81;
  World w(p);
  // Damp it to rest first, then kick it a little.
  p.damping_nm_s = 3;
  World calm(p);
  for (int k = 0; k < 60000; ++k) calm.advance(1);
  calm.observe();
  CHECK_CLOSE(calm.seen("cos_angle"), -1, 0, 1e-12);
  w.load(calm.save());
  w.disturb({0.01}), w.advance(10), w.disturb({0});
  double last = 0, first_s = -1, last_s = 0;
  int crossings = 0;
  for (int k = 0; k < 20000; ++k) {
    w.advance(1), w.observe();
    const double now = w.seen("angular_velocity_rad_per_s");
    if (last < 0 && now >= 0) {
      last_s = 1e-3 * (k - now / (now - last));
      if (first_s < 0)
        first_s = last_s;
      else
        ++crossings;
    }
    last = now;
  }
  CHECK_CLOSE((last_s - first_s) / crossings, 2 * pi * std::sqrt(2 * 1.0 / (3 * 9.81)), 1e-6, 0);
}

TEST_CASE("pendulum: torque does work") {
  auto p = free(rk4, 10);
  p.gravity_m_per_s2 = 0, p.initial_speed_rad_per_s = 0;
  World w(p);
  w.disturb({0.5});
  w.move({-0.2}, 1000);
  CHECK_CLOSE(w.seen("angular_velocity_rad_per_s"), 0.3 / (1.0 / 3), 0, 1e-12);
  w.reset(2);  // takes both away
  w.advance(1000), w.observe();
  CHECK(w.seen("angular_velocity_rad_per_s") == 0);
}

TEST_CASE("pendulum: friction takes energy at the rate it says, with both integrators") {
  for (const auto integrator : {leapfrog, rk4}) {
    auto p = free(integrator, 100);
    p.gravity_m_per_s2 = 0, p.damping_nm_s = 0.2;
    World w(p);
    const double start = w.seen("angular_velocity_rad_per_s");
    w.advance(1000), w.observe();
    CHECK_CLOSE(w.seen("angular_velocity_rad_per_s"), start * std::exp(-0.2 * 3), 1e-7, 0);
  }
}

TEST_CASE("pendulum: a step costs its angle, its speed and its torque, the angle counted the short way round") {
  World w;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    w.reset(seed);
    w.act({1.5});
    const double angle = std::atan2(w.seen("sin_angle"), w.seen("cos_angle")),
                 speed = w.seen("angular_velocity_rad_per_s");
    w.advance(50), w.observe();
    CHECK_CLOSE(w.earned("angle"), -angle * angle, 0, 1e-12);
    CHECK_CLOSE(w.earned("speed"), -0.1 * speed * speed, 0, 1e-12);
    CHECK_CLOSE(w.earned("torque"), -0.001 * 2.25, 0, 1e-15);
    w.observe();
    CHECK(w.total() == 0);
  }
}

TEST_CASE("pendulum: 200 steps end an episode, and nothing moves after that") {
  World w;
  w.advance(199 * 50), w.observe();
  CHECK_FALSE(w.truncated);
  w.advance(50), w.observe();
  CHECK(w.truncated);
  CHECK(w.reason == "max_steps = 200 steps were made");
  const auto last = w.observation;
  w.advance(500), w.observe();
  CHECK(w.observation == last);
}

TEST_CASE("pendulum: the torque is too weak to lift it at once, and pumping energy swings it up") {
  World w;
  w.reset(5);
  double highest = -1;
  for (int k = 0; k < 200; ++k) {
    const double speed = w.seen("angular_velocity_rad_per_s");
    const double missing_j = 5 - energy_j(w);
    w.move({std::clamp(missing_j * speed * 10, -2.0, 2.0)}, 50);
    highest = std::max(highest, w.seen("cos_angle"));
  }
  CHECK(highest > 0.99);
  auto p = Pendulum::Params{};
  p.initial_speed_rad_per_s = 0, p.damping_nm_s = 5;
  World slow(p);
  slow.move({2}, 10000);
  CHECK(slow.seen("cos_angle") < -0.9);
}

TEST_CASE("pendulum: one seed gives one trajectory, and a snapshot goes on to the last bit") {
  World a, b, c, d;
  a.reset(3), b.reset(3), d.reset(4);
  CHECK(a.observation == b.observation);
  CHECK(a.observation != d.observation);
  for (auto* w : {&a, &b}) w->disturb({0.3}), w->move({1}, 500);
  a.advance(50), b.advance(50);
  c.load(a.save());
  for (int k = 0; k < 50; ++k) {
    for (auto* w : {&a, &b, &c}) w->advance(50), w->observe();
    REQUIRE(a.observation == b.observation);
    REQUIRE(c.observation == b.observation);
    REQUIRE(c.reward == b.reward);
  }
}

TEST_CASE("pendulum: is drawn as a rod from the pivot to where it points") {
  World w;
  w.reset(9);
  CHECK_CLOSE(w.drawn("rod_z_m"), 0.5 * w.seen("cos_angle"), 0, 1e-15);
  CHECK_CLOSE(w.drawn("rod_x_m"), -0.5 * w.seen("sin_angle"), 0, 1e-15);
  // The shape's own axis is z; turned by the quaternion it points from the pivot to the middle.
  const double qw = w.drawn("rod_qw"), qy = w.drawn("rod_qy");
  CHECK_CLOSE(2 * qw * qy, -w.seen("sin_angle"), 0, 1e-12);
  CHECK_CLOSE(qw * qw - qy * qy, w.seen("cos_angle"), 0, 1e-12);
  const auto scene = nlohmann::json::parse(w.spaces.scene);
  CHECK(scene["shapes"][0]["size"][1] == 0.5);
}

TEST_CASE("pendulum: torques beyond the largest are refused") {
  World w;
  CHECK(error_of([&] { w.act({2.5}); }) == "the action 'torque_nm' is 2.5, not within [-2, 2]");
}
