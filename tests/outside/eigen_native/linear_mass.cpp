// A linear neural mass with slow negative feedback. Its matrices make objects that are larger and aligned more strictly
// with -march=native than without: 48 bytes against 64 for a vector of four beside a double.
#include <Eigen/Dense>
#include <encephagen/sdk/neuron.hpp>
#include <stdexcept>

namespace {

struct LinearMass {
  static constexpr eg::Info info{"acme.linear_mass", "0.1.0", "linear neural mass with slow negative feedback"};
  struct Params {
    double tau_ms = 10, tau_slow_ms = 100, feedback_gain = 0.5;
    static constexpr auto fields =
        eg::list(eg::param("tau_ms", &Params::tau_ms, eg::range(0.1, 1000), "time constant of the activity"),
                 eg::param("tau_slow_ms", &Params::tau_slow_ms, eg::range(0.1, 10000), "time constant of the feedback"),
                 eg::param("feedback_gain", &Params::feedback_gain, eg::range(0, 10), "how much the feedback takes"));
  };
  enum { kE, kA };
  static constexpr auto state = eg::list(eg::Column{"e", "activity"}, eg::Column{"a", "feedback"});
  enum { kDrive };
  static constexpr auto inputs = eg::list(eg::Port{"drive", "drive during the step", EG_ACCEPTS_CONTINUOUS});
  static constexpr auto outputs = eg::list(eg::Output{"e", kE, "activity"});
  static constexpr bool can_spike = false;

  explicit LinearMass(const Params& p) {
    Eigen::Matrix2d rates;
    rates << -1 / p.tau_ms, -p.feedback_gain / p.tau_ms, 1 / p.tau_slow_ms, -1 / p.tau_slow_ms;
    generator_ << rates(0, 0), rates(0, 1), rates(1, 0), rates(1, 1);
    const Eigen::Vector2d rest = rates.partialPivLu().solve(Eigen::Vector2d(-1 / p.tau_ms, 0));
    settles_at_ << rest(0), rest(1), 0, 0;
    if (!rest.allFinite()) throw std::invalid_argument("it has no state of rest");
  }
  void init(eg::NeuronBlock& b) const {
    for (const size_t c : {kE, kA})
      for (double& x : b.state(c)) x = 0;
  }
  void step(eg::NeuronBlock& b) const {
    // exp(A dt) by scaling and squaring of the Taylor series.
    const Eigen::Matrix2d a = Eigen::Map<const Eigen::Matrix<double, 2, 2, Eigen::RowMajor>>(generator_.data());
    const Eigen::Matrix2d small = a * (b.dt_ms() / 1024);
    Eigen::Matrix2d power = Eigen::Matrix2d::Identity() + small + small * small / 2 + small * small * small / 6;
    for (int k = 0; k < 10; ++k) power = (power * power).eval();
    const auto e = b.state(kE), s = b.state(kA);
    const auto drive = b.input(kDrive);
    for (size_t i = 0; i < b.size(); ++i) {
      const double to_e = drive[i] * settles_at_(0), to_a = drive[i] * settles_at_(1);
      const double de = e[i] - to_e, da = s[i] - to_a;
      e[i] = to_e + power(0, 0) * de + power(0, 1) * da;
      s[i] = to_a + power(1, 0) * de + power(1, 1) * da;
    }
  }

 private:
  Eigen::Vector4d generator_, settles_at_;
};

}  // namespace

EG_PLUGIN_LIBRARY(eg::neuron<LinearMass>)
