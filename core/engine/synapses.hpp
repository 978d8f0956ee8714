// Synapses of one projection, listed: what plasticity, files of weights and continuous projections start from.
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
  uint16_t delay(uint64_t k) const { return delay_steps.empty() ? shared_delay_steps : delay_steps[k]; }
};

// Draws them and sets what [projection] set_weight says. Throws Failure.
Synapses draw_synapses(const Wiring& wiring, size_t n_source);

// Number of a synapse. Throws Failure naming the reference if the source has no such synapse.
uint64_t synapse_at(const Synapses& synapses, const SynapseRef& ref);

}  // namespace encephagen
