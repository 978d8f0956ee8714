// A cart on top of a hill, held by two muscles that can only pull: a small complete body.
#include <algorithm>
#include <cmath>
#include <encephagen/sdk/body.hpp>
#include <encephagen/sdk/random.hpp>
namespace {
class Rail {
 public:
  static constexpr eg::Info info{"acme.rail", "1.0.0", "a cart on top of a hill between two muscles"};
  struct Params {
    double slope_per_s2 = 4.0, pull_m_per_s2 = 20.0, initial_range_m = 0.1;
    static constexpr auto fields = eg::list(eg::param("slope_per_s2", &Params::slope_per_s2, eg::range(0, 100),
                                                      "acceleration away from the top, per metre"),
                                            eg::param("pull_m_per_s2", &Params::pull_m_per_s2, eg::range(0, 1000),
                                                      "acceleration by a muscle that pulls fully"),
                                            eg::param("initial_range_m", &Params::initial_range_m, eg::range(0, 0.5),
                                                      "trials start within plus or minus this"));
  };
  explicit Rail(const Params& params) : p_(params) { reset(0); }

  eg::Spaces spaces() const {
    eg::Spaces s;
    s.observations = {{"stretch_left", "of the left muscle: of its length and its speed", 0, 1},
                      {"stretch_right", "of the right muscle", 0, 1}};
    s.actions = {{"pull_left", "of the left muscle", 0, 1}, {"pull_right", "of the right muscle", 0, 1}};
    s.rewards = {{"upright", "1 for each 10 ms on the hill", 0, 1e9}};
    s.dt_ms = 10.0;
    return s;
  }

  void reset(uint64_t seed) {
    x_m_ = eg::Random(seed, "rail").uniform(-p_.initial_range_m, p_.initial_range_m);
    v_m_per_s_ = pull_ = earned_ = 0;
  }

  void act(std::span<const double> action) {
    for (const double a : action)
      if (!(a >= 0 && a <= 1)) throw std::invalid_argument("a muscle pulls with 0 to 1");
    pull_ = action[1] - action[0];
  }

  void advance(double duration_ms) {
    const double n = std::round(duration_ms / 10.0);
    if (!(n >= 1) || std::abs(n * 10.0 - duration_ms) > 1e-6)
      throw std::invalid_argument("the rail moves in steps of 10 ms");
    for (int k = 0; k < static_cast<int>(n) && !is_off(); ++k) {
      v_m_per_s_ += 0.01 * (p_.slope_per_s2 * x_m_ + p_.pull_m_per_s2 * pull_);
      x_m_ += 0.01 * v_m_per_s_;
      earned_ += 1;
    }
  }

  void observe(eg::Outcome& out) {
    const double stretch = x_m_ + 0.3 * v_m_per_s_;
    out.observation()[0] = std::clamp(stretch, 0.0, 1.0);
    out.observation()[1] = std::clamp(-stretch, 0.0, 1.0);
    out.reward()[0] = earned_;
    earned_ = 0;
    if (is_off()) out.terminate("the cart rolled off the hill");
  }

  template <class A>
  void serialize(A& archive) {
    archive(x_m_, v_m_per_s_, pull_, earned_);
  }

 private:
  bool is_off() const { return std::abs(x_m_) > 1.0; }
  Params p_;
  double x_m_ = 0, v_m_per_s_ = 0, pull_ = 0, earned_ = 0;
};
}  // namespace
EG_PLUGIN_LIBRARY(eg::body<Rail>)
