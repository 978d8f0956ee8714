// Actions by the rates of groups of neurons; equations in rate_decoder.md.
#pragma once
#include "../common/actions.hpp"
#include "../common/group_rate.hpp"

namespace core {

struct RateDecoder {
  static constexpr eg::Info info{"core.rate_decoder", "1.0.0", "actions by the rates of groups of neurons, in Hz"};

  enum class Output { each, choice };
  struct Params : GroupRate {
    double gain = 0.01, offset = 0, noise_sd = 0;
    Output output = Output::each;
    static constexpr auto fields = eg::list(
        GroupRate::tau_field, GroupRate::size_field,
        eg::param("gain", &Params::gain, eg::range(-1e9, 1e9), "action by a rate of 1 Hz", eg::per_unit),
        eg::param("offset", &Params::offset, eg::range(-1e9, 1e9), "action without spikes", eg::per_unit),
        eg::param("noise_sd", &Params::noise_sd, eg::range(0, 1e9),
                  "standard deviation of what is added to each action"),
        eg::param("output", &Params::output, eg::choices("each", "choice"),
                  "every unit gives an action; or one action, the number of the unit that would give the greatest"));
  } p;
  enum PerUnitParam { kSize, kGain, kOffset };

  enum State { kRate, kCommand };
  static constexpr auto state = eg::list(eg::Column{"rate_hz", "rate of a neuron of the group"},
                                         eg::Column{"command", "what the unit said at the last decision"});
  static constexpr auto inputs = eg::list(group_spikes_port);
  static constexpr auto outputs = eg::list(eg::Output{"rate_hz", kRate, "rate of a neuron of the group"});
  static constexpr auto random = eg::list(noise_column);

  explicit RateDecoder(const Params& params) : p(params) {}

  void init(eg::DecoderBlock& b) const {
    std::ranges::fill(b.state(kRate), 0.0);
    std::ranges::fill(b.state(kCommand), 0.0);
  }

  void step(eg::DecoderBlock& b) const {
    const auto rate = b.state(kRate), command = b.state(kCommand), action = b.action();
    if (p.output == Output::each) check_actions(b);
    if (p.output == Output::choice && action.size() > 1)
      throw std::invalid_argument(std::to_string(action.size()) +
                                  " actions are asked, but a choice is one: give each action a population of its own");
    p.add(rate, b.input(0), b.param(kSize), b.dt_ms());
    if (action.empty()) return;
    for (size_t k = 0; k < b.size(); ++k)
      command[k] = b.param(kOffset)[k] + b.param(kGain)[k] * rate[k] + p.noise_sd * b.random(0)[k];
    if (p.output == Output::each)
      std::ranges::copy(command.first(action.size()), action.begin());
    else
      action[0] = static_cast<double>(std::ranges::max_element(command) - command.begin());
  }
};

}  // namespace core
