// Sweeps: the values that scenario keys take in the runs of an arm.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "scenario/diagnostics.hpp"
#include "scenario/node.hpp"

namespace encephagen {

using AssignedKeys = std::vector<std::pair<std::string, Node>>;  // scenario key, its value

// All points of a sweep; one without keys if `sweep` is null. Lists and ranges are combined with each other. Keys with
// a distribution are drawn together (random search): their points are one list of n, combined with the rest. Draws
// depend on `seed`, the key and the point alone, so that a longer search begins with the shorter one.
std::vector<AssignedKeys> sweep_points(const Node* sweep, uint64_t seed, Diagnostics& diagnostics);

}  // namespace encephagen
