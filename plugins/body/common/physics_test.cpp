// Tests of what the MuJoCo bodies share: loading, errors, warnings, snapshots, scenes.
#include "physics.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <thread>

#include "channels.hpp"
#include "data/temporary_folder.hpp"
#include "our_models.hpp"
#include "support.hpp"
#include "test_world.hpp"

using physics::load_text;
using physics::Physics;
using physics::testing::error_of;

namespace {

constexpr const char* kBox = R"(<mujoco>
  <option timestep="0.005"/>
  <worldbody><geom name="floor" type="plane" size="5 5 1"/>
    <body name="box" pos="0 0 0.3" euler="10 20 0"><freejoint/>
      <geom name="Box 1" type="box" size="0.1 0.2 0.05" mass="1" rgba="1 0 0 1"/></body></worldbody>
  <keyframe><key name="high" qpos="0 0 5 1 0 0 0"/></keyframe>
</mujoco>)";

void steps(Physics& p, int n) {
  while (n-- > 0) REQUIRE(p.step());
}

struct Snapshot {
  std::vector<std::byte> bytes;
  explicit Snapshot(Physics& p) {
    eg::Archive size(eg::Archive::Mode::size, nullptr, 0);
    p.serialize(size);
    bytes.resize(size.used());
    eg::Archive save(eg::Archive::Mode::save, bytes.data(), bytes.size());
    p.serialize(save);
  }
  void load_into(Physics& p) {
    eg::Archive load(eg::Archive::Mode::load, bytes.data(), bytes.size());
    p.serialize(load);
  }
};

std::vector<double> copy(std::span<const double> values) { return {values.begin(), values.end()}; }

}  // namespace

TEST_CASE("physics: a model that cannot be read is refused with its name, MuJoCo's words and the line") {
  const auto refusal =
      error_of([] { load_text("<mujoco>\n<worldbody>\n<geom size=\"-1\"/></worldbody></mujoco>", "mine"); });
  CHECK(refusal.starts_with("mine: MuJoCo cannot load this model: "));
  CHECK(refusal.find("line = 3") != std::string::npos);
  CHECK(refusal.find('\n') == std::string::npos);
  CHECK(error_of([] { physics::load_file("/there/is/no/such.xml"); }) ==
        "/there/is/no/such.xml: there is no such file");
}

TEST_CASE("physics: a range without a limit is explained") {
  constexpr const char* text = R"(<mujoco><worldbody><body><joint name="hip" range="-60 60"/><geom size="1"/></body>
    </worldbody></mujoco>)";
  try {
    load_text(text, "study");  // MuJoCo 3 takes it as it is meant
  } catch (const std::exception& e) {
    CHECK(std::string(e.what()).find("<compiler autolimits=\"true\"/>") != std::string::npos);
  }
}

TEST_CASE(
    "physics: the physics breaking down is told after the very step, without files, and the last good state stays") {
  const physics::testing::EmptyFolder folder;
  Physics p(load_text(kBox, "box"));
  steps(p, 20);
  const double time_s = 20 * 0.005, height_m = p.positions()[2];
  p.velocities()[2] = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(p.step());
  CHECK(p.has_diverged());
  CHECK(std::string(p.divergence()).find("QVEL") != std::string::npos);
  CHECK(p.positions()[2] == height_m);
  CHECK(height_m < 0.3);
  CHECK(time_s > 0);
  CHECK_FALSE(p.step());  // until reset
  p.reset();
  CHECK_FALSE(p.has_diverged());
  steps(p, 20);
  CHECK(p.positions()[2] == height_m);
  CHECK(folder.is_still_empty());
}

TEST_CASE("physics: too many contacts for the model's memory end it, rather than some of them being dropped") {
  const physics::testing::EmptyFolder folder;
  std::string text(kBox);
  text.insert(text.find("<option"), "<size nconmax=\"2\" njmax=\"500\"/>");
  Physics p(load_text(text, "box"));
  bool goes_on = true;
  for (int k = 0; k < 200 && goes_on; ++k) goes_on = p.step();
  CHECK_FALSE(goes_on);
  CHECK(std::string(p.divergence()).find("nconmax") != std::string::npos);
  CHECK(folder.is_still_empty());
}

TEST_CASE("physics: an error of the engine is a divergence with its words, and a reset goes on from there") {
  const physics::testing::EmptyFolder folder;
  std::string text(kBox);
  text.insert(text.find("<option"), "<size nstack=\"100\"/>");
  Physics p(load_text(text, "box"));
  int n = 0;
  while (p.step()) ++n;
  CHECK(n > 10);  // until it meets the floor
  CHECK(std::string(p.divergence()) == "Stack overflow");
  p.reset();
  steps(p, n);
  CHECK(folder.is_still_empty());
}

TEST_CASE("physics: a snapshot goes on to the last bit, in another world as well") {
  Physics a(load_text(kBox, "box")), b(load_text(kBox, "box")), untouched(load_text(kBox, "box"));
  const int box = a.body("box");
  for (auto* p : {&a, &untouched}) {
    p->push(box, {3, 0, 0});
    p->set_gravity({1, 0, -9});
    steps(*p, 60);
  }
  REQUIRE(a.contacts().size() > 0);
  Snapshot saved(a);
  steps(a, 200), steps(untouched, 200);
  CHECK(copy(a.positions()) == copy(untouched.positions()));
  const auto should_be = copy(a.positions());
  steps(b, 10);
  for (auto* p : {&a, &b}) {
    saved.load_into(*p);
    CHECK(Snapshot(*p).bytes == saved.bytes);
    p->settle();
    steps(*p, 200);
    CHECK(copy(p->positions()) == should_be);
  }
}

TEST_CASE("physics: worlds of one text or file share a model, until gravity differs or the file does") {
  Physics a(load_text(kBox, "box")), b(load_text(kBox, "other name"));
  CHECK(&a.model() == &b.model());
  const auto* shared = &b.model();
  a.set_gravity({1, 0, -9});
  CHECK(&a.model() != shared);
  CHECK(&b.model() == shared);
  steps(a, 100), steps(b, 100);
  CHECK(copy(a.positions()) != copy(b.positions()));
  a.reset(), b.reset();
  steps(a, 100), steps(b, 100);
  CHECK(copy(a.positions()) == copy(b.positions()));

  const encephagen::testing::TemporaryFolder folder;
  const auto file = folder.write("box.xml", kBox);
  const auto first = physics::load_file(file.string()), second = physics::load_file(file.string());
  CHECK(first == second);
  folder.write("box.xml", kBox);
  std::filesystem::last_write_time(file, std::filesystem::last_write_time(file) + std::chrono::seconds(1));
  CHECK(physics::load_file(file.string()) != first);
}

TEST_CASE("physics: looking changes nothing") {
  Physics a(load_text(kBox, "box")), b(load_text(kBox, "box"));
  for (int k = 0; k < 200; ++k) {
    steps(a, 1), steps(b, 1);
    b.settle();
  }
  CHECK(copy(a.positions()) == copy(b.positions()));
  CHECK(copy(a.velocities()) == copy(b.velocities()));
}

TEST_CASE("physics: after a reset nothing pushes and gravity is as declared") {
  Physics a(load_text(kBox, "box"));
  steps(a, 100);
  const auto should_be = copy(a.positions());
  a.push(a.body("box"), {30, 0, 0});
  a.set_gravity({0, 0, 0});
  steps(a, 100);
  a.reset();
  steps(a, 100);
  CHECK(copy(a.positions()) == should_be);
  a.reset_to_keyframe("high");
  CHECK(a.positions()[2] == 5);
  CHECK(error_of([&] { a.reset_to_keyframe("low"); }) == "the model has no keyframe named 'low'");
}

TEST_CASE("physics: the scene names a pose for each shape that moves, and writes down where the others are") {
  Physics p(load_text(kBox, "box"));
  const auto scene = nlohmann::json::parse(p.scene().json());
  REQUIRE(scene["shapes"].size() == 2);
  const auto &floor = scene["shapes"][0], &box = scene["shapes"][1];
  CHECK(floor["type"] == "plane");
  CHECK(floor["at"] == nlohmann::json({0, 0, 0, 1, 0, 0, 0}));
  CHECK(box["type"] == "box");
  CHECK(box["size"] == nlohmann::json({0.1, 0.2, 0.05}));
  CHECK(box["rgba"] == nlohmann::json({1, 0, 0, 1}));
  CHECK(box["pose"] == 0);
  REQUIRE(p.scene().poses().size() == 7);
  CHECK(std::string(p.scene().poses()[0].name) == "box_1_x_m");
  CHECK(std::string(p.scene().poses()[6].name) == "box_1_qz");
  steps(p, 20);
  std::vector<double> pose(7);
  p.write_poses(pose);
  CHECK_CLOSE(pose[2], p.positions()[2], 0, 1e-15);
  double norm2 = 0;
  for (size_t k = 3; k < 7; ++k) norm2 += pose[k] * pose[k];
  CHECK_CLOSE(norm2, 1, 0, 1e-12);
}

TEST_CASE("physics: worlds on several threads, loaded while others step, do not touch each other") {
  Physics alone(load_text(kBox, "box"));
  steps(alone, 300);
  const auto should_be = copy(alone.positions());
  std::vector<std::vector<double>> seen(4);
  std::vector<std::jthread> threads;
  for (auto& s : seen)
    threads.emplace_back([&s] {
      for (int k = 0; k < 5; ++k) {
        Physics p(load_text(kBox, "box"));
        for (int n = 0; n < 300; ++n) p.step();
        s = copy(p.positions());
      }
    });
  threads.clear();
  for (const auto& s : seen) CHECK(s == should_be);
}

TEST_CASE("channels: values outside their range, of the wrong kind and NaN are refused by name") {
  const std::vector<eg::Channel> channels{{"torque", "", -1, 1}, {"move", "", 0, 0, 4}};
  const auto refusal = [&](double torque, double move) {
    return error_of([&] { physics::check_values("action", std::vector<double>{torque, move}, channels); });
  };
  CHECK(refusal(1, 3).empty());
  CHECK(refusal(1.5, 0) == "the action 'torque' is 1.5, not within [-1, 1]");
  CHECK(refusal(std::nan(""), 0).find("'torque' is nan") != std::string::npos);
  CHECK(refusal(0, 4) == "the action 'move' is 4, not one of 4 choices");
  CHECK(refusal(0, 0.5).find("'move'") != std::string::npos);
}

TEST_CASE("channels: durations are whole numbers of steps") {
  CHECK(physics::whole_steps(20, 5) == 4);
  CHECK(physics::whole_steps(0, 5) == 0);
  for (const double ms : {7.0, -5.0, std::nan(""), std::numeric_limits<double>::infinity()})
    CHECK_THROWS(physics::whole_steps(ms, 5));
}

TEST_CASE("our models: all load, and name what the plugins ask for") {
  CHECK(error_of([] { Physics(load_text(physics::cartpole_mjcf, "cartpole")).position_of("hinge"); }).empty());
  CHECK(error_of([] { Physics(load_text(physics::one_leg_mjcf, "one_leg")).position_of("ankle"); }).empty());
  CHECK(error_of([] { Physics(load_text(physics::walker_mjcf, "walker")).position_of("left_knee"); }).empty());
}
