// Poisson spikes at a rate that follows one observation of a body; equations in README.md.
#pragma once
#include <algorithm>
#include <encephagen/sdk/encoder.hpp>
#include <stdexcept>
#include <string>

namespace vendor {

struct PluginName {
  static constexpr eg::Info info{"vendor.name", "0.1.0", "Poisson spikes at a rate that follows an observation"};

  // Every parameter is declared once, beside the member it fills: key with its unit as suffix, range, one sentence. The
  // default is the member's initialiser.
  struct Params {
    double base_hz = 100, gain_hz = 100, centre = 0, max_hz = 1000, weight_mv = 1;
    static constexpr auto fields = eg::list(
        eg::param("base_hz", &Params::base_hz, eg::range(0, 1e5), "rate where the observation is at the centre"),
        eg::param("gain_hz", &Params::gain_hz, eg::range(-1e6, 1e6),
                  "change of the rate by 1 of the observation; negative: falls as it grows", eg::per_unit),
        eg::param("centre", &Params::centre, eg::range(-1e9, 1e9), "observation at which all units are at base_hz"),
        eg::param("max_hz", &Params::max_hz, eg::range(0, 1e5), "highest rate"),
        eg::param("weight_mv", &Params::weight_mv, eg::range(-1000, 1000), "what a spike adds to the port it feeds"));
  } p;
  // Parameters that may differ from unit to unit are read from the block, counted by themselves in declared order.
  enum PerUnitParam { kGain };

  // Columns that the kernel owns. EG_STATE_WITHIN_STEP: written by every step before it is read, so not worth saving.
  enum State { kArriving, kRate };
  static constexpr auto state = eg::list(
      eg::Column{"arriving_mv", "what the spikes of this step add", -eg::infinity, eg::infinity, EG_STATE_WITHIN_STEP},
      eg::Column{"rate_now_hz", "rate from which the spikes of the next step are drawn", 0});
  static constexpr auto outputs =
      eg::list(eg::Output{"arriving_mv", kArriving, "what the spikes of this step add", EG_ACCEPTS_SPIKES});
  // Random numbers are not drawn but declared: the kernel fills the column, the same for any number of threads. This
  // one holds numbers of events in a step, at the rate that stands in a state column at its start.
  enum Random { kCount };
  static constexpr auto random =
      eg::list(eg::RandomColumn{"count", EG_RANDOM_POISSON, "number of spikes of this step", "rate_now_hz"});

  explicit PluginName(const Params& params) : p(params) {}

  void init(eg::EncoderBlock& b) const {
    std::ranges::fill(b.state(kArriving), 0.0);
    std::ranges::fill(b.state(kRate), std::min(p.base_hz, p.max_hz));
  }

  // One unit for every unit of the population it feeds. All see the same observation.
  void step(eg::EncoderBlock& b) const {
    const auto observation = b.observation();
    if (observation.size() != 1)
      throw std::invalid_argument("it follows one observation and is shown " + std::to_string(observation.size()) +
                                  ": name one with observe = [\"...\"]");
    const double x = observation[0] - p.centre;
    const auto arriving = b.state(kArriving), rate = b.state(kRate);
    const auto count = b.random(kCount), gain = b.param(kGain);
    for (size_t i = 0; i < b.size(); ++i) {
      arriving[i] = p.weight_mv * count[i];
      rate[i] = std::clamp(p.base_hz + gain[i] * x, 0.0, p.max_hz);
    }
  }
};

}  // namespace vendor
