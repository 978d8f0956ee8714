// What decoders that read spikes by a leaky sum share.
#pragma once
#include <encephagen/sdk/decoder.hpp>
#include <encephagen/sdk/math.hpp>
#include <stdexcept>
#include <string>

namespace core {

// Base of a decoder's Params.
struct LeakySum {
  double tau_out_ms = 20;
  static constexpr auto tau_field =
      eg::param("tau_out_ms", &LeakySum::tau_out_ms, eg::range(0, 1e6), "time constant of the sum; 0: no memory");

  // Share of the sum that a step leaves.
  double decay(double dt_ms) const { return tau_out_ms > 0 ? eg::exp(-dt_ms / tau_out_ms) : 0; }
  // y <- kappa y + (1 - kappa) arriving
  void add(std::span<double> y, std::span<const double> arriving, double dt_ms) const {
    const double kappa = decay(dt_ms);
    for (size_t k = 0; k < y.size(); ++k) y[k] = kappa * y[k] + (1 - kappa) * arriving[k];
  }
};

inline constexpr eg::Port spikes_port{"spikes", "weights that arrive, of either sign", EG_ACCEPTS_SPIKES, EG_SIGN_ANY};
inline constexpr eg::Port is_over_port{"is_over", "0.5 or more while the trial of the body is over; need not be fed",
                                       EG_ACCEPTS_CONTINUOUS};

// States from which core.policy_gradient learns, first in the list of a decoder, in this order.
namespace learning {
enum State { kSum, kError, kBonusError, kDecides, kIsOver, kDecay, kNStates };
template <class... More>
constexpr auto state(const char* sum_name, const char* sum_doc, const char* error_doc, More... more) {
  return eg::list(
      eg::Column{sum_name, sum_doc}, eg::Column{"error", error_doc},
      eg::Column{"bonus_error", "derivative by the sum of what is lowered whatever the reward"},
      eg::Column{"decides", "1 in a step that decides an action, 0 in others and while the trial is over", 0, 1},
      eg::Column{"is_over", "1 while the trial is over", 0, 1},
      eg::Column{"decay", "share of the sum that a step leaves", 0, 1, EG_STATE_SET_BY_INIT}, more...);
}

// Zeros and the decay, in all states that are listed here.
inline void init(eg::DecoderBlock& b, double decay) {
  for (size_t c = 0; c < kNStates; ++c) std::ranges::fill(b.state(c), c == kDecay ? decay : 0.0);
}

// Notes whether the trial is over and clears last step's errors. `is_over` is the port.
inline bool begin_step(eg::DecoderBlock& b, std::span<const double> is_over) {
  const bool over = std::ranges::any_of(is_over, [](double x) { return x >= 0.5; });
  std::ranges::fill(b.state(kIsOver), over ? 1.0 : 0.0);
  std::ranges::fill(b.state(kError), 0.0);
  std::ranges::fill(b.state(kBonusError), 0.0);
  std::ranges::fill(b.state(kDecides), !over && !b.action().empty() ? 1.0 : 0.0);
  return over;
}
}  // namespace learning

}  // namespace core
