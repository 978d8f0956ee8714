// Numbers to feed plugins with: each depends on what it is for, the unit and the step alone, so that the same unit gets
// the same input however a population is cut into blocks.
#pragma once
#include <cmath>
#include <cstdint>

#include "encephagen/abi/base.h"
#include "encephagen/sdk/random.hpp"

namespace encephagen::conformance {

enum class Purpose : uint32_t {
  input = 1,
  noise = 2,
  initial = 3,
  observation = 4,
  disturbance = 5,
  event = 6,
  state = 7
};

struct Draw {
  double uniform;  // in (0, 1)
  double second;   // another one
  double normal() const { return std::sqrt(-2.0 * std::log(uniform)) * std::cos(6.283185307179586 * second); }
};

inline Draw draw(uint64_t stream, Purpose purpose, uint32_t column, uint64_t unit, uint64_t step) {
  const auto b = eg::Philox::generate(
      {static_cast<uint32_t>(unit), static_cast<uint32_t>(step), column, static_cast<uint32_t>(purpose)}, stream);
  const auto to_unit = [](uint32_t high, uint32_t low) {
    return (static_cast<double>(((uint64_t{high} << 32) | low) >> 11) + 0.5) * 0x1p-53;
  };
  return {to_unit(b[0], b[1]), to_unit(b[2], b[3])};
}

// How strong the input of a unit is: units take turns, so that quiet and driven ones stand side by side.
inline double input_scale(uint64_t unit, bool is_wide) {
  constexpr double moderate[] = {0.1, 1, 3, 10}, wide[] = {1, 10, 100, 1000};
  return (is_wide ? wide : moderate)[unit % 4];
}

// What arrives at a neuron's port. Ports for spikes get few of them, excitatory ports nothing negative, inhibitory
// ports weights of the sign their unit suggests (conductances are positive), rates nothing negative.
double input_value(const eg_column& port, uint32_t index, uint64_t unit, uint64_t step, bool is_wide, uint64_t stream);

// What a decoder reads: activity, never negative.
double activity_value(const eg_column& port, uint32_t index, uint64_t unit, uint64_t step, uint64_t stream);

// A random column's value. `events` is the mean number of events in a step, for Poisson columns.
double noise_value(const eg_column& column, uint32_t index, uint64_t unit, uint64_t step, double events,
                   uint64_t stream);

}  // namespace encephagen::conformance
