// Tests of mujoco.walker: its geometry, what the published variant does, rules, disturbances, determinism, snapshots.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "model.hpp"
#include "support.hpp"
#include "test_world.hpp"

using mujoco::Walker;
using physics::testing::error_of;
using World = physics::testing::World<Walker>;

namespace {

constexpr double kActionMs = 20;
const std::vector<double> kNothing{0, 0, 0, 0}, kEverything{1, 1, 1, 1};

Walker::Params published(double max_ms) {
  Walker::Params p;
  p.variant = Walker::Variant::as_published;
  p.max_ms = max_ms;
  return p;
}

Walker::Params upright() {
  Walker::Params p;
  p.initial_tilt_rad = 0;
  return p;
}

// Of the lower foot's sole; below 0 within the floor.
double lower_sole_m(const World& w) { return std::min(w.drawn("right_foot_z_m"), w.drawn("left_foot_z_m")) - 0.05; }

// What 50 episodes of one constant action give.
struct Episodes {
  int n_falls = 0, n_pitched = 0;  // pitch above 45 degrees at some time
  double mean_height_m = 0, highest_m = 0, mean_s = 0;
};

Episodes run(double max_ms, const std::vector<double>& action) {
  Episodes seen;
  int n = 0;
  World w(published(max_ms));
  for (uint64_t seed = 0; seed < 50; ++seed) {
    bool is_pitched = false;
    w.reset(seed);
    while (!w.is_over()) {
      w.move(action, kActionMs);
      seen.mean_height_m += w.seen("height");
      seen.highest_m = std::max(seen.highest_m, w.seen("height"));
      is_pitched = is_pitched || std::abs(w.seen("tilt")) > 0.25;
      seen.mean_s += kActionMs / 1000 / 50;
      ++n;
    }
    seen.n_falls += w.terminated ? 1 : 0;
    seen.n_pitched += is_pitched ? 1 : 0;
  }
  seen.mean_height_m /= n;
  return seen;
}

// Mean part of 10 s survived in 100 episodes: tilt 0.05 rad, each 1 to 2 s a push of 40 N for 100 ms with random sign.
template <class Policy>
double survival_of_t1(const Policy& policy) {
  World w;
  double sum = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    w.reset(seed);
    eg::Random random(seed, "pushes");
    double next_ms = random.uniform(1000, 2000), until_ms = 0, force_n = 0;
    for (double t_ms = 0; !w.is_over(); t_ms += kActionMs) {
      if (t_ms >= next_ms) {
        force_n = random.uniform() < 0.5 ? -40 : 40;
        until_ms = t_ms + 100;
        next_ms += random.uniform(1000, 2000);
      }
      w.disturb({t_ms < until_ms ? force_n : 0, 0});
      w.move(policy(w), kActionMs);
      sum += w.earned("alive") / 10;
    }
  }
  return sum / 100;
}

}  // namespace

TEST_CASE("walker: it stands 0.65 m high") {
  World w(upright());
  CHECK_CLOSE(w.seen("height_m"), 0.655, 0, 1e-12);
  w.advance(400);
  w.observe();
  CHECK_CLOSE(w.seen("height_m"), 0.65, 0, 1e-3);
  CHECK(w.seen("right_foot_touches") == 1);
  CHECK(w.seen("left_foot_touches") == 1);
  CHECK(std::abs(w.seen("v_z_m_per_s")) < 0.01);
  CHECK(std::abs(w.seen("pitch_rad")) < 0.01);
  CHECK(lower_sole_m(w) > -0.001);
}

TEST_CASE("walker: the study's body starts 5 cm within the floor") {
  physics::Physics p(physics::load_text(physics::walker_mjcf, "walker"));
  const auto contacts = p.contacts();
  REQUIRE(contacts.size() == 4);  // the ends of both shins, 3 cm, and both feet
  double deepest_m = 0;
  for (const auto& contact : contacts) deepest_m = std::min(deepest_m, contact.distance_m);
  CHECK_CLOSE(deepest_m, -0.05, 0, 1e-12);
  World w(published(1000));
  for (uint64_t seed = 0; seed < 50; ++seed) {
    w.reset(seed);
    CHECK(lower_sole_m(w) < -0.035);  // its coordinates start within 0.01 of that
    CHECK(lower_sole_m(w) > -0.065);
  }
}

TEST_CASE("walker: the corrected body starts above the floor whatever its tilt, and lands softly") {
  World w;
  double deepest_m = 1, most_tilt_rad = 0;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    w.reset(seed);
    CHECK_CLOSE(lower_sole_m(w), 0.005, 0, 1e-12);
    most_tilt_rad = std::max(most_tilt_rad, std::abs(w.seen("pitch_rad")));
    w.act(kNothing);
    for (int k = 0; k < 200; ++k) {
      w.advance(5), w.observe();
      deepest_m = std::min(deepest_m, lower_sole_m(w));
    }
    CHECK_FALSE(w.is_over());
  }
  CHECK(most_tilt_rad <= 0.05);
  CHECK(most_tilt_rad > 0.045);
  CHECK(deepest_m > -0.006);
  CHECK(deepest_m < 0);
}

TEST_CASE("walker: as published, doing nothing is never a fall within 1 s, and topples after 1.9 s") {
  const Episodes one = run(1000, kNothing);
  CHECK(one.n_falls == 0);
  CHECK(one.n_pitched == 0);
  CHECK_CLOSE(one.mean_height_m, 0.649, 0, 0.002);
  const Episodes ten = run(10000, kNothing);
  CHECK(ten.n_falls == 50);
  CHECK_CLOSE(ten.mean_s, 1.9, 0, 0.1);
}

TEST_CASE("walker: as published, full torque everywhere launches and pitches it, and counts as standing high") {
  const Episodes seen = run(1000, kEverything);
  CHECK_CLOSE(seen.mean_height_m, 0.765, 0, 0.015);
  CHECK(seen.highest_m > 0.95);
  CHECK(seen.n_pitched == 50);
  CHECK(seen.mean_s > 0.95);  // 49 or 50 of 50 actions
}

TEST_CASE("walker: as published, it observes and earns what the study says") {
  World w(published(1000));
  REQUIRE(w.observation.size() == 12);
  w.move({0.3, -0.3, 0.2, 0}, kActionMs);
  const double height = w.seen("height"), tilt_rad = w.seen("tilt") * 3.14159265358979;
  CHECK_CLOSE(height, w.drawn("torso_z_m"), 0, 1e-12);
  CHECK(w.earned("alive") == 0.5);
  CHECK_CLOSE(w.earned("height"), std::clamp(height - 0.3, 0.0, 0.5), 0, 1e-12);
  CHECK_CLOSE(w.earned("forward"), std::clamp(w.seen("forward_speed"), -0.5, 1.0), 0, 1e-12);  // v / 2 in both
  CHECK_CLOSE(w.earned("tilt"), -0.3 * std::abs(tilt_rad), 0, 1e-12);
  CHECK(w.earned("fall") == 0);
  CHECK(w.seen("fallen") == 0);
  w.observe();
  CHECK(w.total() == 0);
  World to_the_end(published(10000));
  while (!to_the_end.is_over()) to_the_end.move(kNothing, kActionMs);
  CHECK(to_the_end.earned("fall") == -5);
  CHECK(to_the_end.earned("alive") == 0);
  CHECK(to_the_end.seen("fallen") == 1);
  CHECK(to_the_end.reason.starts_with("fell: height below 0.2 m after "));
}

TEST_CASE("walker: of task T1, 10 s with pushes of 4 N s, it survives a seventh without torque") {
  CHECK_CLOSE(survival_of_t1([](const World&) { return kNothing; }), 0.14, 0, 0.01);
}

TEST_CASE("walker: of T1 a good constant torque survives two thirds, which is bracing and no control") {
  const double survival = survival_of_t1([](const World&) { return std::vector<double>{0.42, 0.211, -0.056, 0.323}; });
  CHECK_CLOSE(survival, 0.65, 0, 0.08);
}

TEST_CASE("walker: T1 can be solved: four linear functions of what it observes hold its legs apart") {
  const auto linear = [](const World& w) {
    const double pitch = w.seen("pitch_rad") + 0.2 * w.seen("pitch_rad_per_s");
    const auto hip = [&](double target_rad, const char* angle, const char* speed) {
      return std::clamp(2 * (target_rad - w.seen(angle)) - 0.15 * w.seen(speed) - pitch, -1.0, 1.0);
    };
    return std::vector<double>{hip(0.35, "right_hip_rad", "right_hip_rad_per_s"), 0.3,
                               hip(-0.35, "left_hip_rad", "left_hip_rad_per_s"), 0.3};
  };
  CHECK_CLOSE(survival_of_t1(linear), 1, 0, 1e-9);
}

TEST_CASE("walker: each kind of fall ends an episode with its reason, and then nothing moves") {
  Walker::Params p;
  p.min_height_m = 0;
  World pitched(p);
  pitched.act(kEverything);
  while (!pitched.is_over()) pitched.advance(5), pitched.observe();
  CHECK(pitched.reason.starts_with("fell: pitch above 45 degrees after "));
  CHECK(std::abs(pitched.seen("pitch_rad")) > 0.785);
  const auto last = pitched.observation;
  pitched.advance(500);
  pitched.observe();
  CHECK(pitched.observation == last);
  CHECK(pitched.total() == 0);
  CHECK(pitched.terminated);

  World low;
  while (!low.is_over()) low.advance(5), low.observe();
  CHECK(low.reason.starts_with("fell: height below 0.45 m after "));
  CHECK(low.seen("height_m") < 0.45);

  p.max_pitch_deg = 180;
  World lies(p);
  while (!lies.is_over()) lies.advance(5), lies.observe();
  CHECK(lies.reason.starts_with("fell: the torso touched the floor after "));

  p = upright();
  p.max_ms = 200;
  World stands(p);
  stands.advance(1000);
  stands.observe();
  CHECK(stands.truncated);
  CHECK_FALSE(stands.terminated);
  CHECK(stands.reason == "max_ms = 200 ms are over");
  CHECK_CLOSE(stands.earned("alive"), 0.2, 0, 1e-12);
}

TEST_CASE("walker: rewards are what their names say, added up until they are seen") {
  Walker::Params p;
  p.pitch_per_rad_s = -2, p.effort_per_s = -3, p.forward_per_m = 5;
  World w(p);
  w.reset(8);
  const double start_x = w.drawn("torso_x_m");
  double pitch = 0, way = 0;
  w.act({0.05, 0, -0.05, 0.01});
  for (int k = 0; k < 40; ++k) {
    World look(p);
    w.advance(5);
    look.load(w.save());
    look.observe();
    pitch += std::abs(look.seen("pitch_rad")) * 0.005;
    way += look.seen("v_x_m_per_s") * 0.005;
  }
  w.observe();
  REQUIRE_FALSE(w.is_over());
  CHECK_CLOSE(w.earned("alive"), 0.2, 0, 1e-12);
  CHECK_CLOSE(w.earned("pitch"), -2 * pitch, 0, 1e-12);
  CHECK_CLOSE(w.earned("effort"), -3 * 0.0051 * 0.2, 0, 1e-12);
  CHECK_CLOSE(w.earned("forward"), 5 * way, 0, 1e-12);
  CHECK(w.earned("fall") == 0);
  CHECK(std::abs(w.drawn("torso_x_m") - start_x) > 0);
}

TEST_CASE("walker: a push changes momentum by force times time, and is over when it is over") {
  World pushed(upright()), alone(upright());
  pushed.disturb({20, 0});
  pushed.advance(10), alone.advance(10);  // above the floor: nothing else acts along x
  pushed.disturb({0, 0});
  pushed.advance(5), alone.advance(5);
  pushed.observe(), alone.observe();
  // Not the torso's own speed: its legs lag behind. The centre of mass of all, from the poses of all shapes.
  const auto centre_x = [](const World& w) {
    return (w.drawn("torso_x_m") + 0.5 * (w.drawn("right_thigh_x_m") + w.drawn("left_thigh_x_m")) +
            0.3 * (w.drawn("right_shin_x_m") + w.drawn("left_shin_x_m")) +
            0.1 * (w.drawn("right_foot_x_m") + w.drawn("left_foot_x_m"))) /
           2.8;
  };
  const double before_m = centre_x(pushed) - centre_x(alone);
  pushed.advance(10), alone.advance(10);
  pushed.observe(), alone.observe();
  const double v_m_per_s = (centre_x(pushed) - centre_x(alone) - before_m) / 0.010;
  CHECK_CLOSE(v_m_per_s, 20 * 0.010 / 2.8, 0.02, 0);
  pushed.reset(1);
  alone.reset(1);
  pushed.advance(200), alone.advance(200);
  pushed.observe(), alone.observe();
  CHECK(pushed.observation == alone.observation);  // a reset takes pushes away
}

TEST_CASE("walker: a floor that tilts is felt as pitch, and makes it slide or fall downhill") {
  World w(upright());
  w.disturb({0, 0.1});
  w.observe();
  CHECK_CLOSE(w.seen("pitch_rad"), 0.1, 0, 1e-12);
  w.advance(20);
  w.observe();
  CHECK_CLOSE(w.seen("v_x_m_per_s"), 9.81 * std::sin(0.1) * 0.020, 0.01, 0);  // in the air it falls straight down
  w.disturb({0, -0.4});
  while (!w.is_over()) w.advance(5), w.observe();
  CHECK(w.drawn("torso_x_m") < 0.1);
  CHECK(w.terminated);
}

TEST_CASE("walker: one seed gives one trajectory, another one another") {
  for (const auto variant : {Walker::Variant::corrected, Walker::Variant::as_published}) {
    Walker::Params p;
    p.variant = variant;
    World a(p), b(p), c(p);
    a.reset(7), b.reset(7), c.reset(8);
    CHECK(a.observation != c.observation);
    c.act(kEverything), c.advance(100), c.reset(7);
    for (int k = 0; k < 60; ++k) {
      const std::vector<double> action{std::sin(0.3 * k), 0.2, -0.1, std::cos(0.2 * k)};
      for (auto* w : {&a, &b, &c}) w->move(action, kActionMs);
      REQUIRE(a.observation == b.observation);
      REQUIRE(a.pose == b.pose);
      REQUIRE(c.observation == a.observation);
      REQUIRE(c.reward == a.reward);
    }
  }
}

TEST_CASE("walker: a snapshot goes on to the last bit, pushed on a tilted floor as well") {
  World a, b, c;
  a.reset(3), b.reset(3);
  for (auto* w : {&a, &b}) {
    w->move({0.2, -0.1, 0.2, -0.1}, 300);
    w->disturb({15, -0.05});
    w->act({0.1, 0.2, -0.2, 0});
    w->advance(15);
  }
  c.load(a.save());
  CHECK(c.save() == a.save());
  for (int k = 0; k < 100; ++k) {
    for (auto* w : {&a, &b, &c}) w->advance(5), w->observe();
    REQUIRE(a.observation == b.observation);
    REQUIRE(c.observation == b.observation);
    REQUIRE(c.reward == b.reward);
    REQUIRE(c.pose == b.pose);
    REQUIRE(c.reason == b.reason);
  }
}

TEST_CASE("walker: absurd numbers in a model end an episode as diverged, without files and questions") {
  const physics::testing::EmptyFolder folder;
  std::string text(physics::walker_mjcf);
  const std::string gravity = "gravity=\"0 0 -9.81\"";
  text.replace(text.find(gravity), gravity.size(), "gravity=\"0 0 1e14\"");
  const auto file = std::filesystem::temp_directory_path() / "encephagen_absurd_walker.xml";
  std::ofstream(file) << text;
  const std::string path = file.string();
  Walker::Params p;
  p.model_file = path;
  p.max_pitch_deg = 180, p.min_height_m = 0;
  p.spawn_gap_m = 1;
  World w(p);
  for (int k = 0; k < 1000 && !w.is_over(); ++k) w.move(kEverything, 5);
  CHECK_MESSAGE(w.diverged, w.reason);
  CHECK(w.reason.find("simulation is unstable") != std::string::npos);
  for (const double x : w.observation) CHECK(std::isfinite(x));
  w.reset(2);
  CHECK_FALSE(w.diverged);
  std::filesystem::remove(file);
  CHECK(folder.is_still_empty());
}

TEST_CASE("walker: torques beyond their range are refused by name") {
  World w;
  CHECK(error_of([&] { w.act({0, 0, 1.5, 0}); }) == "the action 'left_hip' is 1.5, not within [-1, 1]");
  CHECK(error_of([&] { w.disturb({0, 2}); }) == "the disturbance 'floor_tilt_rad' is 2, not within [-0.5, 0.5]");
}
