// Leaky integrate-and-fire neuron: the smallest complete neuron plugin.
#include <cmath>
#include <encephagen/sdk/neuron.hpp>
namespace {
struct Lif {
  static constexpr eg::Info info{"acme.lif", "1.0.0", "leaky integrate-and-fire neuron"};
  struct Params {
    double tau_m_ms = 20.0, threshold_mv = 20.0;
    static constexpr auto fields =
        eg::list(eg::param("tau_m_ms", &Params::tau_m_ms, eg::range(0.1, 1000), "membrane time constant"),
                 eg::param("threshold_mv", &Params::threshold_mv, eg::range(0.1, 100), "spike threshold above rest"));
  } p;
  enum { kV };
  static constexpr auto state = eg::list(eg::Column{"v_mv", "membrane potential above rest"});
  enum { kDrive };
  static constexpr auto inputs = eg::list(eg::Column{"drive_mv", "potential the input would settle at"});
  explicit Lif(const Params& params) : p(params) {}
  void init(eg::NeuronBlock& b) const {
    for (double& v : b.state(kV)) v = 0.0;
  }
  void step(eg::NeuronBlock& b) const {
    const auto v = b.state(kV);
    const auto drive = b.input(kDrive);
    const double decay = std::exp(-b.dt_ms() / p.tau_m_ms);
    for (size_t i = 0; i < b.size(); ++i) v[i] = drive[i] + (v[i] - drive[i]) * decay;
    for (size_t i = 0; i < b.size(); ++i)
      if (v[i] >= p.threshold_mv) {
        v[i] = 0.0;
        b.spike(i);
      }
  }
};
}  // namespace
EG_PLUGIN_LIBRARY(eg::neuron<Lif>)
