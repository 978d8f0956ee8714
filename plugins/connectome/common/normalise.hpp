// Ways to bring the weights of a connectome to a common scale.
#pragma once
#include <span>
#include <string>

#include "encephagen/sdk/base.hpp"

namespace connectomes {

enum class Normalise { none, max, mean_in_strength, in_strength, spectral_radius };
inline constexpr auto normalise_choices =
    eg::choices("none", "max", "mean_in_strength", "in_strength", "spectral_radius");

// Divides the weights (row-major, n x n, row = target) in place and says what was done, for the history:
//   max               by the largest |weight|
//   mean_in_strength  by the mean over regions of the in-strength, the sum of |weight| of a row
//   in_strength       each row by its own in-strength; rows without input stay 0
//   spectral_radius   by the largest |eigenvalue|
// Throws std::runtime_error when there is nothing to divide by (no edges; no cycle for the spectral radius).
std::string normalise(std::span<double> weights, size_t n, Normalise how);

// The largest |eigenvalue| of a square row-major matrix; exactly 0 for one without directed cycles.
double spectral_radius(std::span<const double> weights, size_t n);

}  // namespace connectomes
