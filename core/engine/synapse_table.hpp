// The synapses of a network as delivery reads them: rows of a source's targets, cut into slices of targets.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/large_array.hpp"
#include "engine/wiring.hpp"

namespace encephagen {

// Steps of the longest block: inputs of a chunk for all of them should stay in the second-level cache.
inline constexpr uint64_t longest_block = 32;

// Who owns which units. Every thread owns one slice of every population and is the only one that writes to its units'
// inputs: hence no atomics, and sums whose order is that of the sources whatever the number of slices.
struct Slices {
  size_t n = 1;
  std::vector<std::vector<uint32_t>> bound;  // [population][slice .. n]

  uint32_t first(size_t population, size_t slice) const { return bound[population][slice]; }
  uint32_t last(size_t population, size_t slice) const { return bound[population][slice + 1]; }
  size_t of(size_t population, uint32_t unit) const {
    size_t s = 0;
    while (bound[population][s + 1] <= unit) ++s;
    return s;
  }
};

// An input port that synapses feed. Its units of a slice stand at `base[slice]` in every slot of the slice's arena,
// which holds what arrives step by step (arena.hpp).
struct SpikePort {
  size_t population, port;
  uint32_t element;
  std::vector<uint32_t> base;
};

// One projection to be drawn.
struct Connection {
  Wiring wiring;
  size_t from;  // population
  const SpikePort* to;
};

// All synapses from one population that are stored alike: with one weight or one each, with one delay or one each, into
// populations of one precision.
struct Fan {
  // A run costs about as much as a few synapses; where runs would be shorter, each synapse is sent on its own.
  static constexpr double worth_a_run = 4;
  enum class Delays {
    shared,    // one delay: a row arrives as a whole
    runs,      // rows sorted by delay: a run arrives as a whole. For long rows.
    scattered  // every synapse on its own, by way of the block it arrives in. For short rows with many delays.
  };
  struct Run {
    uint16_t delay_steps, n;  // rows of more synapses with one delay have several runs
  };
  struct Slice {
    std::vector<uint64_t> row_begin;  // [source .. n]
    LargeArray<uint16_t> index16;     // places in the slot of the arena; 16 bits where they suffice, else 32
    LargeArray<uint32_t> index32;
    LargeArray<float> weight;          // empty: shared
    LargeArray<uint16_t> delay_steps;  // Delays::scattered
    std::vector<uint64_t> run_begin;   // Delays::runs: [source .. n]
    LargeArray<Run> runs;
  };

  size_t from = 0;
  uint32_t element = EG_F64;
  Delays delays = Delays::shared;
  bool shares_weight = true;
  double shared_weight = 0;
  uint16_t min_delay_steps = 1, max_delay_steps = 1;
  std::vector<Slice> slices;
  uint64_t n_synapses = 0;
  size_t bytes() const;
};

// Draws everything. `arena_units[slice]` is the size of a slot. The result does not depend on `threads`, nor do sums
// over it depend on the slices.
std::vector<Fan> build_fans(const std::vector<Connection>& connections, const Slices& slices,
                            std::span<const size_t> arena_units, unsigned threads);

}  // namespace encephagen
