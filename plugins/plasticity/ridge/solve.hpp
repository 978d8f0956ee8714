// Ridge regression.
#pragma once
#include <span>
#include <vector>

namespace core {

// The w that minimises |x w - y|^2 + ridge |w|^2. x is [rows][columns], row-major; y has one number per row.
// Needs ridge > 0, and memory for the square of the smaller of both numbers.
std::vector<double> solve_ridge(std::span<const double> x, std::span<const double> y, size_t columns, double ridge);

}  // namespace core
