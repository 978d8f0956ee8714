// What a network will take, before it is built: units, synapses and how they are stored, bytes, delays. What
// Simulation::size() counts, and the history of spikes besides.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/brain.hpp"
#include "engine/synapse_table.hpp"

namespace encephagen {

struct NetworkEstimate {
  struct Population {
    std::string name;
    size_t n_units = 0;
    bool is_single = false;
    double bytes = 0;
  };
  struct Projection {
    std::string from, to, port;
    bool is_long_range = false;
    bool is_coupling = false;  // of rates: connections between regions instead of synapses
    bool is_plastic = false;
    bool shares_weight = false;                // of synapses that are not plastic
    Fan::Delays delays = Fan::Delays::shared;  // likewise
    double n_synapses = 0, bytes = 0;
    // What may be expected to exist: tails that hold less than half a synapse are left out.
    std::map<uint64_t, double> synapses_by_delay_steps;
  };

  std::vector<Population> populations;
  std::vector<Projection> projections;
  size_t n_units = 0;
  double n_synapses = 0;
  double unit_bytes = 0;  // populations and encoders
  double synapse_bytes = 0, arena_bytes = 0, history_bytes = 0;
  uint64_t block_steps = 1;
  bool steps_singly = false;  // because numbers pass at every step, whatever the delays
  double dt_ms = 0.1;
  double bytes() const { return unit_bytes + synapse_bytes + arena_bytes + history_bytes; }
};

// For one thread; others add 8 bytes per source and kind of synapses each. Throws Failure(scenario_invalid) when a
// velocity meets a connectome without lengths.
NetworkEstimate estimate_network(const Scenario& scenario, const Brain& brain);

}  // namespace encephagen
