// Synapses with a changing weight each, in rows of their sources: what plasticity works on.
#pragma once
#include <cstdint>
#include <vector>

#include "engine/wiring.hpp"

namespace encephagen {

// Synapses of source unit s are row_begin[s] .. row_begin[s+1], targets increasing.
struct Synapses {
  std::vector<uint64_t> row_begin;
  std::vector<uint32_t> target;
  std::vector<uint16_t> delay_steps;  // per synapse; empty if all share `shared_delay_steps`
  std::vector<double> weight;
  uint16_t shared_delay_steps = 1;

  uint64_t size() const { return target.size(); }
  uint16_t max_delay_steps() const;
  size_t bytes() const { return row_begin.size() * 8 + target.size() * 4 + delay_steps.size() * 2 + weight.size() * 8; }
};

Synapses draw_synapses(const Wiring& wiring, size_t n_source);

}  // namespace encephagen
