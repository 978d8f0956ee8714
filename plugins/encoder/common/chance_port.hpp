// Columns of an encoder whose units spike at most once in a step, with a probability that is known in that step only.
// The kernel's Poisson counts need the rate one step earlier, which a choice or the start of an episode does not allow.
#pragma once
#include <encephagen/sdk/encoder.hpp>
#include <stdexcept>
#include <string>

namespace core::chance_port {

inline constexpr eg::Column spikes{"psc", "what the spike of this step adds", -eg::infinity, eg::infinity,
                                   EG_STATE_WITHIN_STEP};
inline constexpr eg::RandomColumn chance{"chance", EG_RANDOM_UNIFORM, "a unit spikes where it is below rate times dt"};

// Throws std::invalid_argument when more than one spike per step would be due.
inline void check_rate(const char* name, double rate_hz, double dt_ms) {
  if (rate_hz * dt_ms * 1e-3 <= 1) return;
  throw std::invalid_argument(std::string(name) + " = " + std::to_string(rate_hz) +
                              " is more than one spike per step of " + std::to_string(dt_ms) +
                              " ms: lower it or make dt_ms smaller");
}

}  // namespace core::chance_port
