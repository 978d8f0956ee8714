// Rules that look at every n-th step only, as the study of 2026 did by mistake.
#pragma once
#include <cmath>
#include <cstdint>
#include <encephagen/sdk/plasticity.hpp>

namespace core {

// Events of step k, counted from 0, carry the time (k + 1) dt. Sampled are the steps 0, n, 2n ...
inline int64_t steps_until(double t_ms, double dt_ms) { return std::llround(t_ms / dt_ms); }

inline bool is_sampled(const eg::EdgeBlock& b, int64_t every_steps) {
  return every_steps == 1 || (steps_until(b.t_ms(), b.dt_ms()) - 1) % every_steps == 0;
}

// How many sampled steps there are up to and with the one that ends at t_ms.
inline int64_t samples_until(double t_ms, double dt_ms, int64_t every_steps) {
  return (steps_until(t_ms, dt_ms) + every_steps - 1) / every_steps;
}

}  // namespace core
