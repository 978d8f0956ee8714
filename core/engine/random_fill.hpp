// Fills random columns: every value depends on (key, step, unit) alone, so any split of units and threads gives the same.
#pragma once
#include <cstdint>
#include <span>

namespace encephagen {

// Units first_unit .. first_unit + out.size() - 1 at one step. Normals have mean 0 and variance 1 (Box & Muller 1958 from two
// 32-bit words: at most 6.66 standard deviations out, in steps finer than 1e-9 in the bulk). Uniforms lie in (0, 1) in steps
// of 2^-32. Blocks of Philox4x32-10 are keyed by (step, unit): see random_fill.cpp for which word belongs to which unit.
void fill_normal(uint64_t key, uint64_t step, uint64_t first_unit, std::span<double> out);
void fill_uniform(uint64_t key, uint64_t step, uint64_t first_unit, std::span<double> out);

// Poisson counts with out.size() means, by exact inversion of a 53-bit uniform (Devroye 1986, III.2); means up to 500.
// Throws std::invalid_argument for a mean that is negative, not finite or larger.
void fill_poisson(uint64_t key, uint64_t step, uint64_t first_unit, std::span<const double> mean, std::span<double> out);

// One number at a time, by the plainest code: what the tests compare with.
double reference_normal(uint64_t key, uint64_t step, uint64_t unit);
double reference_uniform(uint64_t key, uint64_t step, uint64_t unit);

}  // namespace encephagen
