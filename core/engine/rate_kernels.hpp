// The hot loops of rate coupling, for the widest registers there are. Sums have the same order on all of them.
#pragma once
#include <cstddef>
#include <cstdint>

#include "engine/rate_coupling.hpp"

namespace encephagen::rate_kernels {

// Targets come in eights; some of them make a tile, whose sums stay in registers while all sources pass by.
constexpr size_t eight = 8;
constexpr size_t padded(size_t n) { return (n + eight - 1) / eight * eight; }
// How many eights the next tile has.
constexpr size_t tile_eights(size_t left) { return left >= 12 ? 12 : left >= 6 ? 6 : left >= 2 ? 2 : 1; }

// sums[target] = sum over pairs of neighbouring sources of (w activity + w' activity'), for n_eights eights of targets.
// Weights lie in the order of tile, source, target of the tile.
void sum_doubles(const double* weights, const double* activity, size_t n_pairs, size_t n_eights, double* sums);

// The same, bit for bit, where weights have no more than `n_values` values: what a pair can contribute is worked out
// once for all targets, and chosen by code. A code is c + n_values c' for the numbers of the values of a pair; codes
// lie in the order of tile, eight pairs, eight of the tile, target, pair, and 8 more bytes can be read. Only where
// has_codes().
constexpr size_t n_values = 4;
bool has_codes();
void sum_codes(const uint8_t* codes, const double* values, const double* activity, size_t n_pairs, size_t n_eights,
               double* sums);

// One block of 8 or 16 steps. `recent` holds the rows of activity since the last block, oldest first: they join the
// lines. Then blocks.rows is worked out.
void block_of_8(RateBlocks& blocks, const double* recent);
void block_of_16(RateBlocks& blocks, const double* recent);

// out[i] = scale * (a[i] + b[i])
void scale_sum(double* out, double scale, const double* a, const double* b, size_t n);

}  // namespace encephagen::rate_kernels
