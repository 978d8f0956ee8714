// Poisson counts for random columns, exact and keyed by (key, step, unit).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace encephagen {

// The distribution function of one mean, kept from step to step.
struct PoissonTable {
  double mean = -1;
  std::vector<double> sums;    // P(N <= k)
  std::vector<uint16_t> cuts;  // floor(2^16 P(N <= k)) as far as a 16-bit word can exceed it; then zeros
  size_t n_cuts = 0;           // without the zeros
};

// Counts by inversion (Devroye 1986, III.2). Means up to 12 take 16 random bits per unit and 53 more in the rare case
// that those do not decide, so the result is as exact as with all of them; larger means take 52 bits. A count depends
// on key, step, unit and mean alone. Real: float or double. Throw std::invalid_argument for a mean that is negative,
// not finite or above 1e6. `table` is any table, used again by the next call. One mean for all:
template <class Real>
void fill_poisson(uint64_t key, uint64_t step, uint64_t first_unit, double mean, std::span<Real> out,
                  PoissonTable& table);
// Means rate_hz[i] * events_per_hz:
template <class Real>
void fill_poisson(uint64_t key, uint64_t step, uint64_t first_unit, std::span<const Real> rate_hz, double events_per_hz,
                  std::span<Real> out, PoissonTable& table);

// 16 random bits for every unit of `n` groups of 64 units, group `first_group` on: what most counts are decided by.
void fill_words16(uint64_t key, uint64_t step, uint64_t first_group, uint64_t n, uint16_t* out);

// One value, by the plainest code: what the tests compare with.
uint16_t reference_word16(uint64_t key, uint64_t step, uint64_t unit);
double reference_poisson(uint64_t key, uint64_t step, uint64_t unit, double mean);

}  // namespace encephagen
