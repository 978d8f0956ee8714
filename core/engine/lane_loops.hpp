// Plain loops over a chunk, for the widest registers there are.
#pragma once
#include <cstddef>

namespace encephagen {

// to[i] += from[i]
void add_to(float* to, const float* from, size_t n);
void add_to(double* to, const double* from, size_t n);
// Whether all are finite.
bool are_finite(const float* x, size_t n);
bool are_finite(const double* x, size_t n);

}  // namespace encephagen
