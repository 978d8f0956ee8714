// Tests of core.grid_world through its table: rules, rewards, endings, determinism, snapshots.
#include <doctest/doctest.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "../common/test_world.hpp"
#include "model.hpp"
#include "support.hpp"

using core::GridWorld;
using physics::testing::error_of;

namespace {

// With one action, and what lies in a snapshot.
class World : public physics::testing::World<GridWorld> {
  using Base = physics::testing::World<GridWorld>;

 public:
  explicit World(const GridWorld::Params& p = {}) : Base(p), dt_ms(spaces.dt_ms) {
    for (uint32_t k = 0; k < spaces.n_poses; ++k) pose_names.push_back(spaces.poses[k].name);
  }
  void act(double action) { Base::act({action}); }
  void move(double action) { Base::move({action}, dt_ms); }
  double number(size_t k) const {
    double x;
    std::memcpy(&x, save().data() + k * sizeof x, sizeof x);
    return x;
  }
  double x() const { return number(0); }
  double y() const { return number(1); }
  double target_x(size_t k = 0) const { return number(2 + 2 * k); }
  double target_y(size_t k = 0) const { return number(3 + 2 * k); }
  double distance(size_t k = 0) const { return std::hypot(x() - target_x(k), y() - target_y(k)); }

  std::vector<std::string> pose_names;
  double dt_ms = 0;
};

size_t strongest(const World& w) {
  return static_cast<size_t>(std::max_element(w.observation.begin(), w.observation.begin() + 4) -
                             w.observation.begin());
}

}  // namespace

TEST_CASE("grid_world: one seed gives one trajectory, bit by bit, and another seed another") {
  World a, b, c;
  a.reset(5), b.reset(5), c.reset(6);
  CHECK(a.observation == b.observation);
  CHECK(a.observation != c.observation);
  eg::Random random(3);
  for (int k = 0; k < 300; ++k) {
    const auto action = static_cast<double>(random.below(4));
    a.move(action), b.move(action);
    REQUIRE(a.observation == b.observation);
    REQUIRE(a.reward == b.reward);
  }
  CHECK(a.save() == b.save());
  a.advance(50);           // an unobserved reward
  b.reset(5), a.reset(5);  // nothing is left of the episode before
  CHECK(a.reward == std::vector<double>{0, 0});
  CHECK(a.save() == b.save());
  World fresh;
  fresh.reset(5);
  CHECK(fresh.save() == a.save());
}

TEST_CASE("grid_world: start and target are spread over the start range, at least 1.5 apart") {
  World w;
  CHECK(w.observation.size() == 4);
  CHECK(w.spaces.actions[0].n_choices == 4);
  double low = 0, high = 0, nearest = 100;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    w.reset(seed);
    for (const double c : {w.x(), w.y(), w.target_x(), w.target_y()}) low = std::min(low, c), high = std::max(high, c);
    nearest = std::min(nearest, w.distance());
  }
  CHECK(low >= -4);
  CHECK(low < -3.99);
  CHECK(high <= 4);
  CHECK(high > 3.99);
  CHECK(nearest >= 1.5);
  CHECK(nearest < 1.52);
}

TEST_CASE("grid_world: the observation is the direction of the target, fading with distance") {
  World w;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    w.reset(seed);
    const double d = w.distance(), dx = (w.target_x() - w.x()) / d, dy = (w.target_y() - w.y()) / d;
    CHECK_CLOSE(w.observation[0], std::max(0.0, dy) / (1 + 0.2 * d), 1e-14, 0);
    CHECK_CLOSE(w.observation[1], std::max(0.0, -dy) / (1 + 0.2 * d), 1e-14, 0);
    CHECK_CLOSE(w.observation[2], std::max(0.0, -dx) / (1 + 0.2 * d), 1e-14, 0);
    CHECK_CLOSE(w.observation[3], std::max(0.0, dx) / (1 + 0.2 * d), 1e-14, 0);
  }
}

TEST_CASE("grid_world: moves go 0.3 up, down, left and right and stop at the walls") {
  World w;
  const double dx[] = {0, 0, -0.3, 0.3}, dy[] = {0.3, -0.3, 0, 0};
  int at_wall = 0;
  for (size_t action = 0; action < 4; ++action) {
    w.reset(9);
    const double x = w.x(), y = w.y();
    w.move(static_cast<double>(action));
    CHECK_CLOSE(w.x() - x, dx[action], 1e-13, 0);
    CHECK_CLOSE(w.y() - y, dy[action], 1e-13, 0);
    for (int k = 0; k < 40; ++k) w.move(static_cast<double>(action));
    if (w.terminated) continue;
    CHECK(std::max(std::abs(w.x()), std::abs(w.y())) == 5);
    ++at_wall;
  }
  CHECK(at_wall >= 3);
}

TEST_CASE("grid_world: the reward is the distance gained, and 10 for the target; their sum telescopes") {
  World w;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    w.reset(seed);
    const double start = w.distance();
    double before = start, progress = 0;
    eg::Random random(seed);
    for (int k = 0; k < 200 && !w.is_over(); ++k) {
      w.move(static_cast<double>(random.below(4)));
      CHECK_CLOSE(w.reward[0], before - w.distance(), 0, 1e-13);
      CHECK(w.reward[1] == (w.distance() < 0.5 ? 10 : 0));
      CHECK(w.terminated == (w.distance() < 0.5));
      before = w.distance();
      progress += w.reward[0];
    }
    CHECK_CLOSE(progress, start - w.distance(), 0, 1e-12);
    w.observe();
    CHECK(w.reward == std::vector<double>{0, 0});  // a reward is earned once
  }
}

TEST_CASE("grid_world: following the strongest smell reaches the target") {
  World w;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    w.reset(seed);
    const double manhattan = std::abs(w.x() - w.target_x()) + std::abs(w.y() - w.target_y());
    int moves = 0;
    for (; !w.is_over(); ++moves) {
      w.move(static_cast<double>(strongest(w)));
      CHECK(w.terminated == (w.distance() < 0.5));
    }
    CHECK(w.terminated);
    CHECK(w.reason == "the last target was reached");
    CHECK(moves <= std::ceil(manhattan / 0.3));
  }
}

TEST_CASE("grid_world: an episode without success ends after max_steps moves and then stands still") {
  GridWorld::Params p;
  p.max_steps = 7;
  World w(p);
  w.reset(3);
  const size_t away = strongest(w) ^ 1;  // up and down, left and right are neighbours
  for (int k = 0; k < 7; ++k) {
    CHECK(!w.is_over());
    w.move(static_cast<double>(away));
  }
  CHECK(w.truncated);
  CHECK(!w.terminated);
  CHECK(w.reason == "max_steps = 7 moves were made");
  const auto then = w.save();
  w.advance(500);
  w.observe();
  CHECK(w.save() == then);
  CHECK(w.truncated);
}

TEST_CASE("grid_world: an action that is no direction counts as a move but stays in place") {
  GridWorld::Params p;
  p.max_steps = 3;
  World w(p);
  const double x = w.x(), y = w.y();
  w.advance(50);  // no action yet
  for (const double action : {4.0, -1.0}) w.move(action);
  CHECK(w.x() == x);
  CHECK(w.y() == y);
  CHECK(w.truncated);
  CHECK(error_of([&] { w.act(std::nan("")); }) == "the action 'move' is not a number");
}

TEST_CASE("grid_world: a long advance is the same as many short ones with their rewards added") {
  World once, often;
  once.reset(4), often.reset(4);
  once.act(2), once.advance(5 * 50), once.observe();
  double sum = 0;
  for (int k = 0; k < 5; ++k) often.move(2), sum += often.reward[0];
  CHECK(once.observation == often.observation);
  CHECK_CLOSE(once.reward[0], sum, 0, 1e-14);
  CHECK(error_of([&] { once.advance(70); }) ==
        "a duration of 70.000000 ms is not a whole number of moves of 50.000000 ms");
}

TEST_CASE("grid_world: a snapshot continues bit by bit, in the same world and in another") {
  GridWorld::Params p;
  p.n_targets = 3, p.n_obstacles = 4;
  World a(p), other(p);
  a.reset(8);
  eg::Random random(1);
  std::vector<double> actions(60);
  for (double& x : actions) x = static_cast<double>(random.below(4));
  for (int k = 0; k < 20; ++k) a.move(actions[static_cast<size_t>(k)]);
  a.act(3), a.advance(50);  // in the middle: an unobserved reward and an action in force
  const auto snapshot = a.save();
  std::vector<std::vector<double>> seen;
  const auto go_on = [&](World& w) {
    std::vector<std::vector<double>> out;
    for (const double action : actions) {
      w.advance(50), w.observe();
      out.push_back(w.observation), out.push_back(w.reward);
      w.act(action);
    }
    return out;
  };
  const auto first = go_on(a);
  a.load(snapshot);
  CHECK(a.save() == snapshot);
  CHECK(go_on(a) == first);
  other.load(snapshot);
  CHECK(go_on(other) == first);
  CHECK(error_of([&] { World().load(snapshot); }) == "snapshot has the wrong size");
}

TEST_CASE("grid_world: several targets are reached one after the other") {
  GridWorld::Params p;
  p.n_targets = 3;
  World w(p);
  for (uint64_t seed = 0; seed < 20; ++seed) {
    w.reset(seed);
    CHECK(std::hypot(w.target_x(1) - w.target_x(0), w.target_y(1) - w.target_y(0)) >= 1.5);
    double bonus = 0;
    size_t current = 0;
    while (!w.is_over()) {
      const double before = w.distance(current);
      w.move(static_cast<double>(strongest(w)));
      CHECK_CLOSE(w.reward[0], before - w.distance(current), 0, 1e-13);
      bonus += w.reward[1];
      current += w.reward[1] > 0;
    }
    CHECK(bonus == 30);
    CHECK(current == 3);
    CHECK(w.terminated);
  }
}

TEST_CASE("grid_world: obstacles block moves, are seen, and leave every target within reach") {
  GridWorld::Params p;
  p.n_obstacles = 12;
  World w(p);
  CHECK(w.observation.size() == 8);
  size_t blocked_moves = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    w.reset(seed);
    for (size_t k = 0; k < 12; ++k) CHECK(std::hypot(w.x() - w.number(4 + 2 * k), w.y() - w.number(5 + 2 * k)) >= 1.1);
    eg::Random random(seed);
    while (!w.is_over()) {  // the smell, but at random where it leads into an obstacle, and now and then
      size_t action = strongest(w);
      const double x = w.x(), y = w.y();
      if (w.observation[4 + action] > 0) {
        w.move(static_cast<double>(action));
        ++blocked_moves;
        CHECK(w.x() == x);
        CHECK(w.y() == y);
        CHECK(w.reward == std::vector<double>{0, 0});
      }
      if (w.is_over()) break;
      if (w.observation[4 + action] > 0 || random.uniform() < 0.3) action = random.below(4);
      const bool is_blocked = w.observation[4 + action] > 0;
      const double then_x = w.x(), then_y = w.y();
      w.move(static_cast<double>(action));
      CHECK((w.x() == then_x && w.y() == then_y) == (is_blocked || std::max(std::abs(then_x), std::abs(then_y)) == 5));
      for (size_t k = 0; k < 12; ++k)
        REQUIRE(std::hypot(w.x() - w.number(4 + 2 * k), w.y() - w.number(5 + 2 * k)) >= 0.5);
    }
    CHECK(w.terminated);
  }
  CHECK(blocked_moves > 20);
}

TEST_CASE("grid_world: refuses numbers that do not fit together") {
  GridWorld::Params p;
  p.start_range = 6;
  CHECK(error_of([&] { World w(p); }) == "start_range is more than half of side: start and targets would lie outside");
  p = {};
  p.min_distance = 4.5;
  CHECK(error_of([&] { World w(p); }) == "min_distance is more than start_range: there may be no place for a target");
  p = {};
  p.target_radius = 1.5;
  CHECK(error_of([&] { World w(p); }) ==
        "target_radius is not below min_distance: a target could be reached without a move");
  p = {};
  p.n_obstacles = 500;
  CHECK(error_of([&] { World w(p); }).find("of 500: lower n_obstacles or obstacle_radius") != std::string::npos);
}

TEST_CASE("grid_world: is drawn from above, with a pose for the agent, each target and each obstacle") {
  GridWorld::Params p;
  p.n_targets = 2, p.n_obstacles = 3;
  World w(p);
  w.reset(4);
  for (int k = 0; k < 10; ++k) w.move(k % 4);
  const auto scene = nlohmann::json::parse(w.spaces.scene);
  CHECK(scene["view"] == "xy");
  REQUIRE(scene["shapes"].size() == 7);
  CHECK(scene["shapes"][0]["at"] == nlohmann::json({0, 0, 0, 1, 0, 0, 0}));
  CHECK(scene["shapes"][2]["pose"] == 7);
  CHECK(scene["shapes"][4]["size"][0] == 0.5);
  REQUIRE(w.pose.size() == 42);
  CHECK(w.pose_names[7] == "target_0_x_m");
  CHECK(w.pose_names[22] == "obstacle_0_y_m");
  const auto at = [&](size_t shape) {
    return std::vector<double>(w.pose.begin() + 7 * shape, w.pose.begin() + 7 * shape + 7);
  };
  CHECK(at(0) == std::vector<double>{w.x(), w.y(), 0, 1, 0, 0, 0});
  CHECK(at(2) == std::vector<double>{w.target_x(1), w.target_y(1), 0, 1, 0, 0, 0});
  CHECK(at(5) == std::vector<double>{w.number(10), w.number(11), 0, 1, 0, 0, 0});
}
