// A square world in which an agent looks for a target it can smell; rules in grid_world.md.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <encephagen/sdk/body.hpp>
#include <encephagen/sdk/random.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace core {

class GridWorld {
 public:
  static constexpr eg::Info info{"core.grid_world", "1.0.0", "a square world with a target to find in steps"};

  struct Params {
    double dt_ms = 50, side = 10, step = 0.3, start_range = 4, min_distance = 1.5, target_radius = 0.5;
    double target_reward = 10, obstacle_radius = 0.5;
    int64_t max_steps = 1000, n_targets = 1, n_obstacles = 0;
    static constexpr auto fields = eg::list(
        eg::param("dt_ms", &Params::dt_ms, eg::range(0.001, 10000), "time one move takes"),
        eg::param("side", &Params::side, eg::range(0.1, 1000), "side of the square, which is centred at (0, 0)"),
        eg::param("step", &Params::step, eg::range(0.001, 100), "length of a move"),
        eg::param("start_range", &Params::start_range, eg::range(0.01, 500),
                  "start and targets lie within plus or minus this in both directions"),
        eg::param("min_distance", &Params::min_distance, eg::range(0, 500),
                  "smallest distance from the start to the first target, and between successive targets"),
        eg::param("target_radius", &Params::target_radius, eg::range(0.001, 100),
                  "a target is reached when it is nearer"),
        eg::param("target_reward", &Params::target_reward, eg::range(-1e6, 1e6), "reward for reaching a target"),
        eg::param("max_steps", &Params::max_steps, eg::range(1, 1e9), "number of moves that ends an episode"),
        eg::param("n_targets", &Params::n_targets, eg::range(1, 1000), "targets to reach one after the other"),
        eg::param("n_obstacles", &Params::n_obstacles, eg::range(0, 1000), "round obstacles"),
        eg::param("obstacle_radius", &Params::obstacle_radius, eg::range(0.001, 100), "radius of an obstacle"));
  };

  // Throws when the numbers do not fit together, or the obstacles do not fit into the square.
  explicit GridWorld(const Params& params)
      : p_(params), targets_(static_cast<size_t>(p_.n_targets)), obstacles_(static_cast<size_t>(p_.n_obstacles)) {
    if (p_.start_range > p_.side / 2)
      throw std::invalid_argument("start_range is more than half of side: start and targets would lie outside");
    if (p_.min_distance > p_.start_range)
      throw std::invalid_argument("min_distance is more than start_range: there may be no place for a target");
    if (p_.target_radius >= p_.min_distance)
      throw std::invalid_argument("target_radius is not below min_distance: a target could be reached without a move");
    draw();
    reset(0);
  }

  eg::Spaces spaces() const {
    eg::Spaces s;
    s.dt_ms = p_.dt_ms;
    s.observations = {{"target_up", "how much the target lies above, and how near", 0, 1},
                      {"target_down", "below", 0, 1},
                      {"target_left", "to the left", 0, 1},
                      {"target_right", "to the right", 0, 1}};
    if (!obstacles_.empty())
      s.observations.insert(s.observations.end(), {{"blocked_up", "1 if an obstacle blocks the move up", 0, 1},
                                                   {"blocked_down", "1 if one blocks the move down", 0, 1},
                                                   {"blocked_left", "1 if one blocks the move to the left", 0, 1},
                                                   {"blocked_right", "1 if one blocks the move to the right", 0, 1}});
    s.actions = {{"move", "0: up, 1: down, 2: left, 3: right", 0, 3, 4}};
    s.rewards = {{"progress", "by how much the target came nearer"}, {"target", "for reaching a target"}};
    s.poses = poses_, s.scene = scene_.c_str();
    return s;
  }

  void reset(uint64_t seed) {
    eg::Random random(seed, "grid_world");
    const auto place = [&](double range) {
      return Point{random.uniform(-range, range), random.uniform(-range, range)};
    };
    agent_ = place(p_.start_range);
    for (size_t k = 0; k < targets_.size(); ++k) {
      const Point from = k == 0 ? agent_ : targets_[k - 1];
      do targets_[k] = place(p_.start_range);
      while (distance(from, targets_[k]) < p_.min_distance);
    }
    place_obstacles(place);
    current_ = n_moves_ = 0;
    action_ = no_action;
    progress_ = bonus_ = 0;
    distance_ = distance(agent_, targets_[0]);
  }

  // The move to repeat until the next act. Anything but 0, 1, 2 and 3 stays where it is.
  void act(std::span<const double> action) {
    if (std::isnan(action[0])) throw std::invalid_argument("the action 'move' is not a number");
    action_ = action[0];
  }

  void advance(double duration_ms) {
    const double moves = std::round(duration_ms / p_.dt_ms);
    if (!(moves >= 0) || std::abs(moves * p_.dt_ms - duration_ms) > 1e-6 * p_.dt_ms)
      throw std::invalid_argument("a duration of " + std::to_string(duration_ms) +
                                  " ms is not a whole number of moves of " + std::to_string(p_.dt_ms) + " ms");
    for (double k = 0; k < moves && !is_over(); ++k) move();
  }

  void observe(eg::Outcome& out) {
    const auto to = out.observation();
    const auto smell = smells();
    std::ranges::copy(smell, to.begin());
    if (!obstacles_.empty())
      for (size_t k = 0; k < 4; ++k) to[4 + k] = is_blocked(after(static_cast<double>(k))) ? 1 : 0;
    out.reward()[0] = progress_;
    out.reward()[1] = bonus_;
    progress_ = bonus_ = 0;
    if (!out.pose().empty()) write_poses(out.pose());
    if (is_complete())
      out.terminate("the last target was reached");
    else if (is_over())
      out.truncate("max_steps = " + std::to_string(p_.max_steps) + " moves were made");
  }

  template <class A>
  void serialize(A& archive) {
    archive(agent_, targets_, obstacles_, current_, n_moves_, action_, distance_, progress_, bonus_);
  }

 private:
  struct Point {
    double x = 0, y = 0;
  };
  static constexpr double no_action = -1;

  static double distance(Point a, Point b) { return std::sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)); }
  bool is_complete() const { return current_ >= p_.n_targets; }
  bool is_over() const { return is_complete() || n_moves_ >= p_.max_steps; }
  Point target() const { return targets_[static_cast<size_t>(std::clamp<int64_t>(current_, 0, p_.n_targets - 1))]; }

  // Seen from above: the floor, then the agent, targets and obstacles, each with a pose.
  void draw() {
    const auto number = [](double x) { return std::to_string(x); };
    const std::string half = number(p_.side / 2),
                      ball = "[" + number(0.25 * p_.step + 0.1 * p_.target_radius) + ",0,0]";
    scene_ = R"({"up":"z","view":"xy","shapes":[{"type":"plane","size":[)" + half + "," + half +
             R"(,0.1],"rgba":[0.9,0.9,0.9,1],"at":[0,0,0,1,0,0,0]})";
    const auto shape = [&](const std::string& name, const char* type, const std::string& size, const char* rgba) {
      scene_ += R"(,{"type":")" + std::string(type) + R"(","size":)" + size + R"(,"rgba":)" + rgba + R"(,"pose":)" +
                std::to_string(poses_.size()) + "}";
      for (const char* part : {"_x_m", "_y_m", "_z_m", "_qw", "_qx", "_qy", "_qz"}) {
        pose_names_.push_back(name + part);
        const bool is_place = poses_.size() % 7 < 2;
        const double most = is_place ? p_.side / 2 : 1;
        poses_.push_back({pose_names_.back().c_str(), is_place ? "place of the shape" : "constant", -most, most});
      }
    };
    shape("agent", "sphere", ball, "[0.25,0.4,0.6,1]");
    for (size_t k = 0; k < targets_.size(); ++k)
      shape("target_" + std::to_string(k), "cylinder", "[" + number(p_.target_radius) + ",0.01,0]", "[0.3,0.6,0.4,1]");
    for (size_t k = 0; k < obstacles_.size(); ++k)
      shape("obstacle_" + std::to_string(k), "cylinder", "[" + number(p_.obstacle_radius) + ",0.1,0]",
            "[0.5,0.5,0.5,1]");
    scene_ += "]}";
  }

  void write_poses(std::span<double> to) const {
    const auto write = [&](Point at) {
      for (const double x : {at.x, at.y, 0.0, 1.0, 0.0, 0.0, 0.0}) to[0] = x, to = to.subspan(1);
    };
    write(agent_);
    std::ranges::for_each(targets_, write);
    std::ranges::for_each(obstacles_, write);
  }

  // Obstacles leave a gap of two steps to each other, to the walls, to the start and to the targets, so that no target
  // is out of reach.
  template <class Place>
  void place_obstacles(const Place& place) {
    const double gap = 2 * p_.step, range = p_.side / 2 - p_.obstacle_radius - gap;
    for (size_t k = 0; k < obstacles_.size(); ++k) {
      const auto is_free = [&](Point at) {
        bool free = distance(at, agent_) >= p_.obstacle_radius + gap;
        for (const Point t : targets_) free = free && distance(at, t) >= p_.obstacle_radius + p_.target_radius + gap;
        for (size_t other = 0; other < k; ++other)
          free = free && distance(at, obstacles_[other]) >= 2 * p_.obstacle_radius + gap;
        return free;
      };
      int tries = 0;
      do {
        if (++tries > 10000 || range <= 0)
          throw std::invalid_argument("no place for obstacle " + std::to_string(k + 1) + " of " +
                                      std::to_string(p_.n_obstacles) + ": lower n_obstacles or obstacle_radius");
        obstacles_[k] = place(range);
      } while (!is_free(obstacles_[k]));
    }
  }

  // Where the action leads, walls included.
  Point after(double action) const {
    Point to = agent_;
    if (action == 0) to.y += p_.step;
    if (action == 1) to.y -= p_.step;
    if (action == 2) to.x -= p_.step;
    if (action == 3) to.x += p_.step;
    const double wall = p_.side / 2;
    return {std::clamp(to.x, -wall, wall), std::clamp(to.y, -wall, wall)};
  }
  bool is_blocked(Point to) const {
    return std::ranges::any_of(obstacles_, [&](Point o) { return distance(o, to) < p_.obstacle_radius; });
  }

  void move() {
    ++n_moves_;
    const Point to = after(action_);
    if (!is_blocked(to)) agent_ = to;
    const double now = distance(agent_, target());
    progress_ += distance_ - now;
    distance_ = now;
    if (now >= p_.target_radius) return;
    bonus_ += p_.target_reward;
    ++current_;
    distance_ = distance(agent_, target());
  }

  // The direction of the target, split into up, down, left and right, fading with distance.
  std::array<double, 4> smells() const {
    const Point t = target();
    const double d = distance(agent_, t);
    if (d < 1e-6) return {0.5, 0.5, 0.5, 0.5};
    const double x = (t.x - agent_.x) / d, y = (t.y - agent_.y) / d, strength = 1 / (1 + 0.2 * d);
    return {std::max(0.0, y) * strength, std::max(0.0, -y) * strength, std::max(0.0, -x) * strength,
            std::max(0.0, x) * strength};
  }

  Params p_;
  Point agent_;
  std::vector<Point> targets_, obstacles_;
  std::string scene_;
  std::deque<std::string> pose_names_;
  std::vector<eg::Channel> poses_;
  int64_t current_ = 0, n_moves_ = 0;
  double action_ = no_action, distance_ = 0, progress_ = 0, bonus_ = 0;
};

}  // namespace core
