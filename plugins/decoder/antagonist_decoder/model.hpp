// Torques by pairs of groups that pull against each other; equations in antagonist_decoder.md.
#pragma once
#include "../common/actions.hpp"
#include "../common/group_rate.hpp"

namespace core {

struct AntagonistDecoder {
  static constexpr eg::Info info{"core.antagonist_decoder", "1.0.0",
                                 "actions by the rates of pairs of groups that pull against each other"};

  struct Params : GroupRate {
    double gain = 1, half_hz = 10, noise_sd = 0;
    static constexpr auto fields = eg::list(
        GroupRate::tau_field, GroupRate::size_field,
        eg::param("gain", &Params::gain, eg::range(-1e9, 1e9), "action that rates without end of one side would give"),
        eg::param("half_hz", &Params::half_hz, eg::range(1e-6, 1e6), "rate of one side alone that gives half of it"),
        eg::param("noise_sd", &Params::noise_sd, eg::range(0, 1e9),
                  "standard deviation of what is added to each action"));
  } p;
  enum PerUnitParam { kSize };

  enum State { kRate, kCommand };
  static constexpr auto state = eg::list(eg::Column{"rate_hz", "rate of a neuron of the group", 0},
                                         eg::Column{"command", "the last action of the unit's pair"});
  static constexpr auto inputs =
      eg::list(eg::Port{"spikes", "spikes of the group, through weights of 1", EG_ACCEPTS_SPIKES, EG_SIGN_EXCITATORY});
  static constexpr auto outputs = eg::list(eg::Output{"rate_hz", kRate, "rate of a neuron of the group"});
  static constexpr auto random = eg::list(noise_column);

  explicit AntagonistDecoder(const Params& params) : p(params) {}

  void init(eg::DecoderBlock& b) const {
    std::ranges::fill(b.state(kRate), 0.0);
    std::ranges::fill(b.state(kCommand), 0.0);
  }

  void step(eg::DecoderBlock& b) const {
    check_actions(b, 2);
    const auto rate = b.state(kRate), command = b.state(kCommand), action = b.action();
    p.add(rate, b.input(0), b.param(kSize), b.dt_ms());
    for (size_t a = 0; a < action.size(); ++a) {
      const double flex = rate[2 * a], extend = rate[2 * a + 1];
      // Without spikes nothing is done: half_hz is there where rates are not.
      action[a] = p.gain * (flex - extend) / (flex + extend + p.half_hz) + p.noise_sd * b.random(0)[2 * a];
      command[2 * a] = command[2 * a + 1] = action[a];
    }
  }
};

}  // namespace core
