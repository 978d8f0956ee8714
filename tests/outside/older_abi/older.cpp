// The source of encephagen_body_older_cart.so, which was built once with the headers of ABI 1.2 and is never built
// again: it stands for the plugins that others ship. README.md says how it was made.
#include <algorithm>
#include <cmath>
#include <encephagen/sdk/body.hpp>
#include <encephagen/sdk/neuron.hpp>
#include <encephagen/sdk/plasticity.hpp>
#include <encephagen/sdk/random.hpp>
#include <stdexcept>
#include <utility>

namespace {

// ABI 1.2 knew neither disturbances nor poses of a world.
struct Cart {
  static constexpr eg::Info info{"older.cart", "1.0.0", "a cart on a track, built for ABI 1.2"};
  struct Params {
    double track_m = 2;
    static constexpr auto fields =
        eg::list(eg::param("track_m", &Params::track_m, eg::range(0.1, 100), "where the track ends, on both sides"));
  } p;
  explicit Cart(const Params& params) : p(params) {}

  eg::Spaces spaces() const {
    return {{{"x_m", "position", -100.1, 100.1}, {"v_m_per_s", "speed", -10, 10}},
            {{"force_n", "to the right", -1, 1}},
            {{"alive", "0.001 for every millisecond on the track", 0, 1e6}},
            1.0};
  }
  void reset(uint64_t seed) {
    eg::Random random(seed, info.name);
    x_m = random.uniform(-0.05, 0.05);
    v_m_per_s = force_n = earned = 0;
  }
  void act(std::span<const double> action) {
    if (!(action[0] >= -1 && action[0] <= 1)) throw std::invalid_argument("force_n lies in [-1, 1]");
    force_n = action[0];
  }
  void advance(double duration_ms) {
    if (!(duration_ms > 0) || duration_ms != std::floor(duration_ms))
      throw std::invalid_argument("the time is no multiple of 1 ms");
    for (double k = 0; k < duration_ms && std::abs(x_m) <= p.track_m; ++k) {
      v_m_per_s = std::clamp(v_m_per_s + 1e-3 * force_n, -10.0, 10.0);
      x_m += 1e-3 * v_m_per_s;
      earned += 1e-3;
    }
  }
  void observe(eg::Outcome& out) {
    out.observation()[0] = x_m, out.observation()[1] = v_m_per_s;
    out.reward()[0] = std::exchange(earned, 0);
    if (std::abs(x_m) > p.track_m) out.terminate("left the track");
  }
  template <class A>
  void serialize(A& a) {
    a(x_m, v_m_per_s, force_n, earned);
  }
  double x_m = 0, v_m_per_s = 0, force_n = 0, earned = 0;
};

struct Lif {
  static constexpr eg::Info info{"older.lif", "1.0.0", "leaky integrate-and-fire neuron, built for ABI 1.2"};
  struct Params {
    double tau_m_ms = 20, threshold_mv = 20;
    static constexpr auto fields =
        eg::list(eg::param("tau_m_ms", &Params::tau_m_ms, eg::range(0.1, 1000), "membrane time constant"),
                 eg::param("threshold_mv", &Params::threshold_mv, eg::range(0.1, 100), "spike threshold above rest"));
  } p;
  enum { kV };
  static constexpr auto state = eg::list(eg::Column{"v_mv", "membrane potential above rest"});
  enum { kSpikes, kDrive };
  static constexpr auto inputs = eg::list(eg::Port{"syn_mv", "weights that arrive", EG_ACCEPTS_SPIKES},
                                          eg::Port{"drive_mv", "potential it would settle at", EG_ACCEPTS_CONTINUOUS});
  explicit Lif(const Params& params) : p(params) {}
  void init(eg::NeuronBlock& b) const {
    for (double& v : b.state(kV)) v = 0;
  }
  void step(eg::NeuronBlock& b) const {
    const auto v = b.state(kV);
    const auto arriving = b.input(kSpikes), drive = b.input(kDrive);
    const double decay = std::exp(-b.dt_ms() / p.tau_m_ms);
    for (size_t i = 0; i < b.size(); ++i) v[i] = drive[i] + (v[i] - drive[i]) * decay + arriving[i];
    for (size_t i = 0; i < b.size(); ++i)
      if (v[i] >= p.threshold_mv) {
        v[i] = 0;
        b.spike(i);
      }
  }
};

// Weights grow with every spike of their target and shrink with every arrival.
struct Balance {
  static constexpr eg::Info info{"older.balance", "1.0.0",
                                 "weights that balance arrivals and spikes, built for ABI 1.2"};
  struct Params {
    double step = 0.01, w_max = 10;
    static constexpr auto fields =
        eg::list(eg::param("step", &Params::step, eg::range(0, 1), "share of the way to the bound"),
                 eg::param("w_max", &Params::w_max, eg::range(0, 1000), "highest weight"));
  } p;
  static constexpr auto edge_state = eg::none;
  static constexpr auto pre_traces = eg::none;
  static constexpr auto post_traces = eg::none;
  explicit Balance(const Params& params) : p(params) {}
  void init(eg::EdgeBlock&) const {}
  void pre_spike(eg::EdgeBlock& b) const {
    for (size_t k = 0; k < b.size(); ++k) b.weight(k) -= p.step * b.weight(k);
  }
  void post_spike(eg::EdgeBlock& b) const {
    for (size_t k = 0; k < b.size(); ++k) b.weight(k) += p.step * (p.w_max - b.weight(k));
  }
};

}  // namespace

EG_PLUGIN_LIBRARY(eg::body<Cart>, eg::neuron<Lif>, eg::plasticity<Balance>)
