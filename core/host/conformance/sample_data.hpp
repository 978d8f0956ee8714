// Built-in input for batch plugins: three graphs and recordings of a small brain that nobody ever measured.
#pragma once
#include <string>
#include <vector>

#include "host/plugin_call.hpp"

namespace encephagen::conformance {

struct Sample {
  std::string name;
  std::vector<ArrayData> arrays;
};

// Connectomes with lengths, centres, and the attributes hemisphere and group: "directed" (random, 24 regions),
// "symmetric" (20 regions), "sparse" (18 regions, one without any connection).
std::vector<Sample> sample_graphs();

// Four seconds of two units in each of six regions at 1 ms, with spikes and a stimulus. Two regions belong to the group
// "sensory", two to "prefrontal", two to none.
Sample sample_recording();

// The same with something missing or degenerate: no signal, no spikes, nothing at all, constant, one sample, no groups,
// no stimulus, no connectome.
std::vector<Sample> odd_recordings();

}  // namespace encephagen::conformance
