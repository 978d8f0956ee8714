// The bounds of weights that rules keep, and the refusal of weights that start outside them.
#pragma once
#include <cstdio>
#include <encephagen/sdk/plasticity.hpp>
#include <stdexcept>
#include <string>

namespace core {

inline std::string number_text(double x) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%g", x);
  return buffer;
}

inline void check_bounds(double w_min, double w_max) {
  if (!(w_min < w_max)) throw std::invalid_argument("w_min is not below w_max: set them apart");
}

// Throws std::invalid_argument for the first synapse of the block whose weight is outside [w_min, w_max].
inline void check_weights(const eg::EdgeBlock& b, double w_min, double w_max) {
  for (size_t k = 0; k < b.size(); ++k)
    if (!(b.weight(k) >= w_min && b.weight(k) <= w_max))
      throw std::invalid_argument("a synapse starts with weight " + number_text(b.weight(k)) + ", outside [" +
                                  number_text(w_min) + ", " + number_text(w_max) +
                                  "]: change the weight, w_min or w_max");
}

}  // namespace core
