// Synapses of one projection and the delivery of spikes through them.
#pragma once
#include <cstdint>
#include <vector>

#include "engine/population.hpp"

namespace encephagen {

// What arrives at one input port in the steps to come.
class ArrivalRing {
 public:
  ArrivalRing(size_t n_units, size_t max_delay_steps)
      : n_(n_units), slots_(max_delay_steps + 1), data_(n_ * slots_, 0.0) {}
  double* slot(uint64_t step) { return data_.data() + (step % slots_) * n_; }
  // Adds what arrives in `step` to `port` and clears the slot for reuse.
  void drain(uint64_t step, AlignedVector<double>& port);
  size_t n_slots() const { return slots_; }

 private:
  size_t n_, slots_;
  AlignedVector<double> data_;
};

// Compressed rows: synapses of source unit s are row_begin[s] .. row_begin[s+1], targets increasing.
struct Synapses {
  std::vector<uint64_t> row_begin;
  std::vector<uint32_t> target;
  std::vector<uint16_t> delay_steps;  // per synapse; empty if all share `shared_delay_steps`
  std::vector<double> weight;         // per synapse; empty if all share `shared_weight`
  uint16_t shared_delay_steps = 1;
  double shared_weight = 0;

  uint64_t size() const { return target.size(); }
  uint16_t max_delay_steps() const;
};

// Draws the synapses of a projection. Each source unit draws from its own stream below `wiring_key`, so the result does
// not depend on the order of construction. Throws Failure when the rule cannot be satisfied or a delay is too long.
Synapses connect(const ProjectionSpec& spec, const Population& from, const Population& to, const Brain& brain,
                 double dt_ms, uint64_t wiring_key);

// Delay in whole steps, at least `minimum`: round to nearest.
uint64_t delay_in_steps(const ProjectionSpec& spec, double length_mm, double dt_ms, uint64_t minimum);

// Sends the spikes of the last step on their way: a spike of step k with delay d arrives in step k + d.
void deliver(const Synapses& synapses, std::span<const uint32_t> spikes, uint64_t step, ArrivalRing& ring);

}  // namespace encephagen
