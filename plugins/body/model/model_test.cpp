// Tests of mujoco.model: ports from files, ends of episodes, errors in words, determinism, snapshots.
#include "model.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <set>

#include "support.hpp"
#include "test_world.hpp"

using mujoco::AnyModel;
using physics::testing::error_of;
using World = physics::testing::World<AnyModel>;

namespace {

// A model file that lasts as long as this.
class File {
 public:
  explicit File(const std::string& text) {
    static int n = 0;
    path_ =
        (std::filesystem::temp_directory_path() / ("encephagen_model_test_" + std::to_string(n++) + ".xml")).string();
    std::ofstream(path_) << text;
  }
  ~File() { std::filesystem::remove(path_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  AnyModel::Params params() const {
    AnyModel::Params p;
    p.model_file = path_;
    return p;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

const std::string kWalker = (encephagen::testing::source_dir() / "configs/bodies/walker.xml").string();

AnyModel::Params walker() {
  AnyModel::Params p;
  p.model_file = kWalker;
  return p;
}

// A ball that falls, turns and touches, with a motor without limits at a slide beside it.
constexpr const char* kBall = R"(<mujoco>
  <option timestep="0.002"/>
  <worldbody>
    <geom name="floor" type="plane" size="5 5 1"/>
    <body name="ball" pos="0 0 1"><freejoint name="root"/>
      <geom type="sphere" size="0.1" mass="1"/><site name="inside" size="0.2"/></body>
    <body pos="1 0 0.5"><joint name="Rail-1" type="slide" axis="1 0 0"/><geom size="0.1" mass="2"/></body>
  </worldbody>
  <actuator><motor joint="Rail-1"/><motor name="Big Motor" joint="Rail-1" ctrlrange="-3 4" ctrllimited="true"/></actuator>
  SENSORS
</mujoco>)";

std::string ball(const std::string& sensors) {
  std::string text = kBall;
  return text.replace(text.find("SENSORS"), 7, sensors);
}

std::set<std::string> names(const eg_channel* channels, uint32_t n) {
  std::set<std::string> all;
  for (uint32_t k = 0; k < n; ++k) all.insert(channels[k].name);
  return all;
}

}  // namespace

TEST_CASE("model: actuators are actions with their ranges, sensors observations with names and units") {
  World w(walker());
  REQUIRE(w.spaces.n_actions == 4);
  CHECK(std::string(w.spaces.actions[1].name) == "right_knee");
  CHECK(w.spaces.actions[1].low == -1);
  CHECK(w.spaces.actions[1].high == 1);
  CHECK(names(w.spaces.observations, w.spaces.n_observations) ==
        std::set<std::string>{"right_hip_rad", "right_knee_rad", "left_hip_rad", "left_knee_rad",
                              "right_hip_speed_rad_per_s", "right_knee_speed_rad_per_s", "left_hip_speed_rad_per_s",
                              "left_knee_speed_rad_per_s", "torso_x_m", "torso_y_m", "torso_z_m", "torso_direction_qw",
                              "torso_direction_qx", "torso_direction_qy", "torso_direction_qz"});
  CHECK(w.spaces.dt_ms == 5);
  CHECK_CLOSE(w.seen("torso_z_m"), 0.6, 0, 0.02);
}

TEST_CASE("model: actuators without a range take any number, and names become small letters and underscores") {
  const File file(ball(R"(<sensor><touch site="inside" name="Ball touches"/><clock/></sensor>)"));
  World w(file.params());
  REQUIRE(w.spaces.n_actions == 2);
  CHECK(std::string(w.spaces.actions[0].name) == "actuator_0");
  CHECK(w.spaces.actions[0].high == eg::infinity);
  CHECK(std::string(w.spaces.actions[1].name) == "big_motor");
  CHECK(w.spaces.actions[1].low == -3);
  CHECK(w.spaces.actions[1].high == 4);
  CHECK(names(w.spaces.observations, 2) == std::set<std::string>{"ball_touches_n", "sensor_1_s"});
  CHECK(error_of([&] { w.act({0, 5}); }) == "the action 'big_motor' is 5, not within [-3, 4]");
}

TEST_CASE("model: without sensors the joints are observed") {
  const File file(ball(""));
  auto p = file.params();
  p.initial_range = 0;
  World w(p);
  CHECK(w.spaces.n_observations == 15);
  CHECK(w.seen("root_z_m") == 1);
  CHECK(w.seen("root_qw") == 1);
  CHECK(w.seen("rail_1_m") == 0);
  w.move({2, 0}, 100);  // 2 N on 2 kg
  CHECK_CLOSE(w.seen("rail_1_m_per_s"), 0.1, 0, 1e-9);
  CHECK_CLOSE(w.seen("root_z_m_per_s"), -0.981, 0, 1e-9);
  CHECK(w.seen("root_x_rad_per_s") == 0);
}

TEST_CASE("model: sensors tell of the state as it is, not of the step before") {
  const File file(ball(R"(<sensor><framepos name="place" objtype="body" objname="ball"/></sensor>)"));
  const File bare(ball(""));
  auto p = file.params(), q = bare.params();
  p.initial_range = q.initial_range = 0;
  World sensed(p), joints(q);
  for (int k = 0; k < 200; ++k) {
    sensed.advance(2), sensed.observe();
    joints.advance(2), joints.observe();
    REQUIRE(sensed.seen("place_z_m") == joints.seen("root_z_m"));
  }
}

TEST_CASE("model: an episode ends by the height or the tilt of a body that is named, or by time") {
  auto p = walker();
  p.fall_body = "torso", p.min_height_m = 0.45;
  World low(p);
  double alive_s = 0;
  while (!low.is_over()) low.advance(5), low.observe(), alive_s += low.earned("alive");
  CHECK(low.terminated);
  CHECK(low.reason == "the height of 'torso' is below 0.45 m");
  CHECK(alive_s > 0.5);
  CHECK(alive_s < 5);
  const auto last = low.observation;
  low.advance(100), low.observe();
  CHECK(low.observation == last);
  CHECK(low.total() == 0);

  p = walker();
  p.fall_body = "torso", p.max_tilt_deg = 45;
  World tilts(p);
  tilts.act({1, 1, 1, 1});
  while (!tilts.is_over()) tilts.advance(5), tilts.observe();
  CHECK(tilts.reason == "the tilt of 'torso' is above 45 degrees");

  p = walker();
  p.max_ms = 100;
  World brief(p);
  brief.advance(1000), brief.observe();
  CHECK(brief.truncated);
  CHECK(brief.reason == "max_ms = 100 ms are over");
  CHECK_CLOSE(brief.earned("alive"), 0.1, 0, 1e-12);
}

TEST_CASE("model: what is wrong with a file is said, with its name") {
  AnyModel::Params p;
  p.model_file = "/there/is/no/such.xml";
  CHECK(error_of([&] { World w(p); }) == "/there/is/no/such.xml: there is no such file");
  const File broken("<mujoco>\n<worldbody>\n<geom size=\"-1\"/></worldbody></mujoco>");
  const auto refusal = error_of([&] { World w(broken.params()); });
  CHECK(refusal.starts_with(broken.path() + ": MuJoCo cannot load this model: "));
  CHECK(refusal.find("line = 3") != std::string::npos);
  const File twice(ball(R"(<sensor><clock name="a-b"/><clock name="a_b"/></sensor>)"));
  CHECK(error_of([&] { World w(twice.params()); }).starts_with("two channels of the model would be called 'a_b_s'"));
  p = walker();
  p.fall_body = "head";
  CHECK(error_of([&] { World w(p); }) == "the model has no body named 'head'");
  p = walker();
  p.max_tilt_deg = 45;
  CHECK(error_of([&] { World w(p); }).find("name it with fall_body") != std::string::npos);
  p = walker();
  p.keyframe = "home";
  CHECK(error_of([&] { World w(p); }) == "the model has no keyframe named 'home'");
}

TEST_CASE("model: a range without a limit is refused by MuJoCo 2 with words on what to write") {
  const File file(R"(<mujoco><worldbody><body><joint name="hip" range="-60 60"/><geom size="1" mass="1"/></body>
    </worldbody></mujoco>)");
  const auto refusal = error_of([&] { World w(file.params()); });
  CHECK((refusal.empty() || refusal.find("<compiler autolimits=\"true\"/>") != std::string::npos));
}

TEST_CASE("model: physics that breaks down ends as diverged, whether by time step or by force, without files") {
  const physics::testing::EmptyFolder folder;
  std::string text = ball("");
  text.replace(text.find("0.002"), 5, "5000.");
  const File coarse(text), strong(ball(""));
  World steps(coarse.params());
  for (int k = 0; k < 1000 && !steps.is_over(); ++k) steps.move({1, 0}, steps.spaces.dt_ms);
  CHECK_MESSAGE(steps.is_over(), steps.observation[0]);
  World forced(strong.params());
  for (int k = 0; k < 1000 && !forced.is_over(); ++k) forced.move({1e300, 0}, 2);
  CHECK(forced.diverged);
  CHECK(forced.reason.find("unstable") != std::string::npos);
  for (const double x : forced.observation) CHECK(std::isfinite(x));
  CHECK(folder.is_still_empty());
}

TEST_CASE("model: one seed gives one trajectory, and a snapshot goes on to the last bit") {
  const File file(ball(R"(<sensor><accelerometer site="inside"/><touch site="inside"/></sensor>)"));
  auto p = file.params();
  p.initial_speed_range = 1;
  World a(p), b(p), c(p), other(p);
  a.reset(3), b.reset(3), other.reset(4);
  CHECK(a.observation == b.observation);
  a.act({1, 0}), b.act({1, 0});
  a.advance(500), b.advance(500);
  other.advance(500), other.observe();
  c.load(a.save());
  for (int k = 0; k < 300; ++k) {
    for (auto* w : {&a, &b, &c}) w->advance(2), w->observe();
    REQUIRE(a.observation == b.observation);
    REQUIRE(c.observation == b.observation);
    REQUIRE(c.pose == b.pose);
  }
  CHECK(a.pose != other.pose);
}

TEST_CASE("model: starts at a keyframe, with hinges and slides a little beside it") {
  std::string text = ball("");
  text.insert(text.find("</mujoco>"), R"(<keyframe><key name="high" qpos="0 0 3 1 0 0 0 0.5"/></keyframe>)");
  const File file(text);
  auto p = file.params();
  p.keyframe = "high";
  World w(p);
  CHECK(w.seen("root_z_m") == 3);
  CHECK(w.seen("rail_1_m") != 0.5);
  CHECK_CLOSE(w.seen("rail_1_m"), 0.5, 0, 0.01);
}
