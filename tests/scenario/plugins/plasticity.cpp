// A rule that reads a modulator and a state of its targets, for the tests of the scenario language.
#include <encephagen/sdk/plasticity.hpp>

namespace {

struct ThreeFactor {
  static constexpr eg::Info info{"test.three_factor", "1.0.0", "weights drift with a modulator"};
  struct Params {
    double rate = 0.1;
    static constexpr auto fields = eg::list(eg::param("rate", &Params::rate, eg::range(0, 1), "change per update"));
  } p;
  static constexpr auto edge_state = eg::none;
  static constexpr auto pre_traces = eg::none;
  static constexpr auto post_traces = eg::none;
  static constexpr std::array<const char*, 1> post_ports{"v_mv"};
  static constexpr std::array<const char*, 1> modulators{"dopamine"};

  explicit ThreeFactor(const Params& params) : p(params) {}
  void init(eg::EdgeBlock&) const {}
  double update_every_ms() const { return 1; }
  void update(eg::EdgeBlock& b) const {
    for (size_t k = 0; k < b.size(); ++k) b.weight(k) += p.rate * b.modulator(0);
  }
};

}  // namespace

EG_PLUGIN_LIBRARY(eg::plasticity<ThreeFactor>)
