// The synapses of a plastic projection onto the units of one slice: rows of axon branches, and an index of what each
// unit receives.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/large_array.hpp"
#include "engine/synapses.hpp"

namespace encephagen {

// A branch is the synapses of one source that share a delay; branches are in order of source and delay. Targets are
// numbered from the first unit of the slice.
struct PlasticSynapses {
  // Those onto [first_target, last_target). `with_incoming`: also the index. So many columns of traces for each side.
  PlasticSynapses(const Synapses& all, uint32_t first_target, uint32_t last_target, bool with_incoming,
                  size_t n_pre_traces, size_t n_post_traces);

  std::vector<uint32_t> branch_begin;  // [source .. n]; empty: one branch a source
  std::vector<uint16_t> branch_delay;  // [branch], steps; empty: all have one
  std::vector<uint32_t> row_begin;     // [branch .. n]
  std::vector<uint32_t> in_begin;      // [target .. n]; empty: no index
  std::span<double> weight;
  std::vector<std::span<double>> pre_trace, post_trace;  // [column][branch or target], 0
  std::span<uint32_t> target, in_synapse, in_branch;

  size_t n_branches() const { return row_begin.size() - 1; }
  size_t size() const { return target.size(); }
  std::pair<uint32_t, uint32_t> branches_of(uint32_t source) const {
    return branch_begin.empty() ? std::pair{source, source + 1}
                                : std::pair{branch_begin[source], branch_begin[source + 1]};
  }
  size_t bytes() const;

 private:
  LargeArray<std::byte> memory_;  // of the spans: together, since each alone may be too small for huge pages
};

}  // namespace encephagen
