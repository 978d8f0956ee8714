// A neuron that shows what arrives at it, to put in the place of core.lif: same ports, and states of the same names.
#pragma once
#include <encephagen/sdk/neuron.hpp>
#include <limits>
#include <stdexcept>

#include "scenario/scenario.hpp"

namespace encephagen::testing {

// State v_mv shows the drive, i_exc_mv and i_inh_mv the weights of the step. A drive of `breaks` makes the state NaN,
// one of `throws` makes the step fail. Excitatory input of `fires` or more makes a spike.
struct Probe {
  static constexpr double breaks = 666, throws = 777, fires = 1000;
  static constexpr eg::Info info{"test.probe", "1.0.0", "shows what arrives"};
  struct Params {
    double offset = 0;
    static constexpr auto fields = eg::list(eg::param("offset", &Params::offset, eg::range(0, 1), "not used"));
  };
  static constexpr auto state = eg::list(eg::Column{"v_mv", "drive"}, eg::Column{"i_exc_mv", "excitatory weights"},
                                         eg::Column{"i_inh_mv", "inhibitory weights"});
  static constexpr auto inputs = eg::list(eg::Port{"exc_mv", "in", EG_ACCEPTS_SPIKES, EG_SIGN_EXCITATORY},
                                          eg::Port{"inh_mv", "in", EG_ACCEPTS_SPIKES, EG_SIGN_INHIBITORY},
                                          eg::Port{"drive_mv", "in", EG_ACCEPTS_CONTINUOUS});
  explicit Probe(const Params&) {}

  template <class Real>
  void init(eg::NeuronBlockOf<Real>& b) const {
    for (size_t c = 0; c < 3; ++c) std::ranges::fill(b.state(c), Real{0});
  }
  template <class Real>
  void step(eg::NeuronBlockOf<Real>& b) const {
    std::ranges::copy(b.input(0), b.state(1).begin());
    std::ranges::copy(b.input(1), b.state(2).begin());
    for (size_t i = 0; i < b.size(); ++i) {
      const Real drive = b.input(2)[i];
      if (drive == static_cast<Real>(throws)) throw std::runtime_error("matrix is singular");
      b.state(0)[i] = drive == static_cast<Real>(breaks) ? std::numeric_limits<Real>::quiet_NaN() : drive;
      if (b.input(0)[i] >= static_cast<Real>(fires)) b.spike(i);
    }
  }
};

// An edit of a scenario for Network: probes stand where core.lif did.
inline void with_probes(Scenario& s) {
  static constexpr eg_plugin plugin = eg::neuron<Probe>;
  static const FoundPlugin found{&plugin, nullptr, {}};
  for (auto& p : s.populations) {
    if (std::string_view(p.plugin.found->plugin->name) != "core.lif") continue;
    p.plugin.found = &found;
    p.plugin.params = Node{};
    p.plugin.params.set("offset", Node::of_number(0));
  }
}

}  // namespace encephagen::testing
