// How many actions the units of a decoder give.
#pragma once
#include <encephagen/sdk/decoder.hpp>
#include <stdexcept>
#include <string>

namespace core {

// Throws std::invalid_argument when more actions are asked for than there are units for, at `per_action` each.
inline void check_actions(const eg::DecoderBlock& b, size_t per_action = 1) {
  const size_t n = b.action().size();
  if (per_action * n <= b.size()) return;
  throw std::invalid_argument(std::to_string(n) + " actions are asked of " + std::to_string(b.size()) + " units: " +
                              (per_action == 1 ? "each unit gives one, so set n to the number of actions"
                                               : "every two give one, so set n to twice the number of actions"));
}

}  // namespace core
