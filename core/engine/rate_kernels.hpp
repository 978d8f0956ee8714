// The hot loops of rate coupling, for the widest registers there are. Sums have the order of the sources on all of
// them.
#pragma once
#include <cstddef>
#include <cstdint>

#include "engine/rate_coupling.hpp"

namespace encephagen::rate_kernels {

// Targets come in eights; some of them make a tile, whose sums stay in registers while all sources pass by.
constexpr size_t eight = 8;
constexpr size_t padded(size_t n) { return (n + eight - 1) / eight * eight; }
// How many eights the next tile has.
constexpr size_t tile_eights(size_t left) { return left >= 6 ? 6 : left >= 2 ? 2 : 1; }

// sums[target] = sum over sources of weight * activity[source], for n_eights eights of targets. Weights lie in the
// order of tile, source, target of the tile. Words hold two weights by their upper halves: in the lower half that of a
// target in an even eight, in the upper half that of the same place in the next eight; n_eights is even.
void sum_doubles(const double* weights, const double* activity, size_t n_source, size_t n_eights, double* sums);
void sum_halves(const uint64_t* weights, const double* activity, size_t n_source, size_t n_eights, double* sums);

// One block of 8 or 16 steps. `recent` holds the rows of activity since the last block, oldest first: they join the
// lines. Then blocks.rows is worked out.
void block_of_8(RateBlocks& blocks, const double* recent);
void block_of_16(RateBlocks& blocks, const double* recent);

// out[i] += scale * (a[i] + b[i])
void add_scaled(double* out, double scale, const double* a, const double* b, size_t n);

}  // namespace encephagen::rate_kernels
