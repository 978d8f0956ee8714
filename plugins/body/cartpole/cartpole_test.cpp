// Tests of mujoco.cartpole: its equations of motion, rules, endings, determinism, snapshots.
#include <doctest/doctest.h>

#include <cmath>

#include "model.hpp"
#include "support.hpp"
#include "test_world.hpp"

using mujoco::CartPole;
using physics::testing::error_of;
using World = physics::testing::World<CartPole>;

namespace {

struct Motion {
  double x, v, angle, speed;
};

Motion seen(const World& w) {
  return {w.seen("x_m"), w.seen("v_m_per_s"), w.seen("angle_rad"), w.seen("angular_velocity_rad_per_s")};
}

// Barto, Sutton and Anderson 1983, appendix, without friction: m = 0.1 kg, total mass 1.1 kg, half length l = 0.5 m.
Motion rate_of_change(const Motion& s, double force_n) {
  const double total = 1.1, m = 0.1, l = 0.5, g = 9.8;
  const double push = (force_n + m * l * s.speed * s.speed * std::sin(s.angle)) / total;
  const double angular = (g * std::sin(s.angle) - std::cos(s.angle) * push) /
                         (l * (4.0 / 3 - m * std::cos(s.angle) * std::cos(s.angle) / total));
  return {s.v, push - m * l * angular * std::cos(s.angle) / total, s.speed, angular};
}

Motion plus(const Motion& a, double h, const Motion& b) {
  return {a.x + h * b.x, a.v + h * b.v, a.angle + h * b.angle, a.speed + h * b.speed};
}

// Runge-Kutta 4, step 0.1 ms.
Motion after(Motion s, double seconds, double force_n) {
  const double h = 1e-4;
  for (int n = static_cast<int>(std::round(seconds / h)); n > 0; --n) {
    const Motion a = rate_of_change(s, force_n), b = rate_of_change(plus(s, h / 2, a), force_n),
                 c = rate_of_change(plus(s, h / 2, b), force_n), d = rate_of_change(plus(s, h, c), force_n);
    s = plus(plus(plus(plus(s, h / 6, a), h / 3, b), h / 3, c), h / 6, d);
  }
  return s;
}

void check_close(const Motion& a, const Motion& b, double eps) {
  CHECK_CLOSE(a.x, b.x, 0, eps);
  CHECK_CLOSE(a.v, b.v, 0, eps);
  CHECK_CLOSE(a.angle, b.angle, 0, eps);
  CHECK_CLOSE(a.speed, b.speed, 0, eps);
}

// Of the usual linear policies one that balances.
double good_choice(const World& w) {
  return w.seen("angle_rad") + 0.3 * w.seen("angular_velocity_rad_per_s") + 0.05 * w.seen("x_m") +
                     0.1 * w.seen("v_m_per_s") >
                 0
             ? 1
             : 0;
}

}  // namespace

TEST_CASE("cartpole: it moves as the equations of Barto, Sutton and Anderson say") {
  for (uint64_t seed = 1; seed < 20; ++seed) {
    World w;
    w.reset(seed);
    Motion should_be = seen(w);
    for (int k = 0; k < 20 && !w.is_over(); ++k) {
      const double choice = k % 3 == 0 ? 0 : 1;
      w.move({choice}, 20);
      should_be = after(should_be, 0.02, choice == 1 ? 10 : -10);
      check_close(seen(w), should_be, 1e-7);
    }
  }
}

TEST_CASE("cartpole: episodes start within 0.05 of rest in all four numbers, each seed elsewhere") {
  World w;
  double most = 0, first_x = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    w.reset(seed);
    for (const double x : w.observation) most = std::max(most, std::abs(x));
    if (seed == 0) first_x = w.observation[0];
    if (seed == 1) CHECK(w.observation[0] != first_x);
    CHECK_FALSE(w.is_over());
  }
  CHECK(most <= 0.05);
  CHECK(most > 0.045);
}

TEST_CASE("cartpole: each control step earns 1, the one that ends the episode as well, and then nothing moves") {
  World w;
  double total = 0;
  int n = 0;
  for (; !w.is_over(); ++n) {
    w.move({1}, 20);
    CHECK(w.earned("alive") == 1);
    total += w.total();
  }
  CHECK(n >= 8);
  CHECK(n <= 11);  // known of the task: the full force to one side lasts 8 to 10 steps
  CHECK(total == n);
  CHECK(w.terminated);
  CHECK(w.reason == "the pole leaned more than 12 degrees");
  CHECK(std::abs(w.seen("angle_rad")) > 12 * 3.14159265358979 / 180);
  const auto last = w.observation;
  w.move({0}, 200);
  CHECK(w.observation == last);
  CHECK(w.total() == 0);
  CHECK(w.terminated);
}

TEST_CASE("cartpole: a linear policy lasts 200 steps, and the limit ends the episode by truncation") {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    World w;
    w.reset(seed);
    double total = 0;
    while (!w.is_over()) w.move({good_choice(w)}, 20), total += w.total();
    CHECK(total == 200);
    CHECK(w.truncated);
    CHECK_FALSE(w.terminated);
    CHECK(w.reason == "max_steps = 200 control steps were made");
  }
}

TEST_CASE("cartpole: random choices last about 22 steps, as known of the task") {
  double total = 0;
  eg::Random random(3);
  World w;
  for (uint64_t seed = 0; seed < 500; ++seed) {
    w.reset(seed);
    while (!w.is_over()) w.move({static_cast<double>(random.below(2))}, 20), total += w.total();
  }
  CHECK_CLOSE(total / 500, 22, 0, 2);
}

TEST_CASE("cartpole: the cart leaving the rail ends an episode") {
  CartPole::Params p;
  p.max_x_m = 0.3, p.max_angle_deg = 90;
  World w(p);
  while (!w.is_over()) w.move({1}, 20);
  CHECK(w.reason == "the cart was farther out than 0.3 m");
}

TEST_CASE("cartpole: a continuous force is what it says, and a push adds to it") {
  CartPole::Params p;
  p.action = CartPole::Action::force;
  World w(p);
  CHECK(w.spaces.actions[0].n_choices == 0);
  w.reset(4);
  const Motion start = seen(w);
  w.disturb({2.5});
  w.move({-4}, 20);
  check_close(seen(w), after(start, 0.02, -1.5), 1e-9);
  w.reset(4);  // takes the push away
  w.move({-4}, 20);
  check_close(seen(w), after(start, 0.02, -4), 1e-9);
  CHECK(error_of([&] { w.act({11}); }).starts_with("the action 'force_n' is 11"));
}

TEST_CASE("cartpole: one seed gives one trajectory, and a snapshot goes on to the last bit") {
  World a, b, c;
  a.reset(7), b.reset(7);
  for (int k = 0; k < 50; ++k) {
    const double choice = good_choice(a);
    a.move({choice}, 20), b.move({choice}, 20);
    REQUIRE(a.observation == b.observation);
  }
  a.disturb({3}), b.disturb({3});
  const auto bytes = a.save();
  c.load(bytes);
  for (int k = 0; k < 100; ++k) {
    const double choice = good_choice(b);
    for (auto* w : {&a, &b, &c}) w->advance(20), w->act({choice}), w->observe();
    REQUIRE(a.observation == b.observation);
    REQUIRE(c.observation == b.observation);
    REQUIRE(c.pose == b.pose);
    REQUIRE(c.reward == b.reward);
  }
}

TEST_CASE("cartpole: is drawn as a cart below a pole") {
  World w;
  w.reset(2);
  CHECK_CLOSE(w.drawn("cart_x_m"), w.seen("x_m"), 0, 1e-15);
  CHECK_CLOSE(w.drawn("pole_x_m"), w.seen("x_m") + 0.5 * std::sin(w.seen("angle_rad")), 0, 1e-12);
  CHECK_CLOSE(w.drawn("pole_z_m"), 0.5 * std::cos(w.seen("angle_rad")), 0, 1e-12);
}

TEST_CASE("cartpole: control steps that are no multiple of the time step, and other models, are refused with reasons") {
  CartPole::Params p;
  p.control_ms = 7;
  CHECK(error_of([&] { World w(p); }).find("7 ms is not a whole number of steps of 5 ms") != std::string::npos);
  p = {};
  const std::string other = (encephagen::testing::source_dir() / "configs/bodies/walker.xml").string();
  p.model_file = other;
  CHECK(error_of([&] { World w(p); }) == "the model has no joint named 'slider'");
}
