// Fills random columns: every value depends on (key, step, unit) alone, so any split of units and threads gives the
// same.
#pragma once
#include <cstdint>
#include <span>

namespace encephagen {

// All fill units first_unit .. first_unit + out.size() - 1 at one step, from blocks of Philox4x32-10 whose counter is
// (step, block of units); random_fill.cpp says which word belongs to which unit.

// Mean 0, variance 1 (Box & Muller 1958). The radius comes from 52 bits, the angle from 32: at most 8.57 standard
// deviations out, and steps below 1e-9 in the bulk.
void fill_normal(uint64_t key, uint64_t step, uint64_t first_unit, std::span<double> out);

// The centres of 2^52 equal parts of (0, 1). The lowest 20 bits of a value are shared with the lowest 20 of the first
// 32 bits of the unit eight further on: the two are independent down to differences of 2^-12 in one and 2^-32 in the
// other.
void fill_uniform(uint64_t key, uint64_t step, uint64_t first_unit, std::span<double> out);

// One value at a time, by the plainest code: what the tests compare with.
double reference_normal(uint64_t key, uint64_t step, uint64_t unit);
double reference_uniform(uint64_t key, uint64_t step, uint64_t unit);

}  // namespace encephagen
