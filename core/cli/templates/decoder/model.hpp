// Actions by filtered spikes, one unit for each action; equations in README.md.
#pragma once
#include <algorithm>
#include <cmath>
#include <encephagen/sdk/decoder.hpp>
#include <stdexcept>
#include <string>

namespace vendor {

struct PluginName {
  static constexpr eg::Info info{"vendor.name", "0.1.0", "actions by filtered spikes, one unit for each action"};

  // Every parameter is declared once, beside the member it fills: key with its unit as suffix, range, one sentence. The
  // default is the member's initialiser.
  struct Params {
    double tau_ms = 50, gain_per_hz = 0.01, low = -1, high = 1;
    static constexpr auto fields =
        eg::list(eg::param("tau_ms", &Params::tau_ms, eg::range(0.01, 1e6), "time over which spikes are counted"),
                 eg::param("gain_per_hz", &Params::gain_per_hz, eg::range(-1e6, 1e6),
                           "action by 1 Hz of what arrives, weights included", eg::per_unit),
                 eg::param("low", &Params::low, eg::range(-1e9, 0), "lowest action"),
                 eg::param("high", &Params::high, eg::range(0, 1e9), "highest action"));
  } p;
  enum PerUnitParam { kGain };

  // Columns that the kernel owns: it allocates, saves, restores and records them.
  enum State { kRate };
  static constexpr auto state = eg::list(eg::Column{"rate_hz", "filtered sum of weights that arrive per second"});
  // A projection leads from the neurons it reads to this port; its weights may be negative.
  enum Input { kSpikes };
  static constexpr auto inputs =
      eg::list(eg::Port{"spikes", "weights of spikes that arrive", EG_ACCEPTS_SPIKES, EG_SIGN_ANY});
  static constexpr auto outputs = eg::list(eg::Output{"rate_hz", kRate, "filtered sum of weights that arrive"});

  explicit PluginName(const Params& params) : p(params) {}

  void init(eg::DecoderBlock& b) const { std::ranges::fill(b.state(kRate), 0.0); }

  // A decoder is given all its units at once. `action` is empty but in steps that end with an action.
  void step(eg::DecoderBlock& b) const {
    const auto action = b.action();
    if (action.size() > b.size())
      throw std::invalid_argument(std::to_string(action.size()) + " actions are asked of " + std::to_string(b.size()) +
                                  " units: each unit gives one, so set n to the number of actions");
    // Every spike counts e^(-age / tau) / tau, on the grid of steps such that a constant rate is met exactly.
    const double kept = std::exp(-b.dt_ms() / p.tau_ms), per_spike_hz = (1 - kept) / (1e-3 * b.dt_ms());
    const auto rate = b.state(kRate);
    const auto arriving = b.input(kSpikes);
    for (size_t k = 0; k < b.size(); ++k) rate[k] = kept * rate[k] + per_spike_hz * arriving[k];
    for (size_t k = 0; k < action.size(); ++k) action[k] = std::clamp(b.param(kGain)[k] * rate[k], p.low, p.high);
  }
};

}  // namespace vendor
