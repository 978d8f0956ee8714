// The values of per-unit parameters: numbers, lists, distributions, maps from region attributes.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/brain.hpp"

namespace encephagen {

// The values of one per-unit parameter: a number, a list (per unit, or per region), a distribution drawn with `key`, or
// a map from a region attribute. Throws Failure(scenario_invalid) when a list or attribute does not fit.
std::vector<double> per_unit_values(const Node& value, const eg_param& param, const Brain& brain,
                                    std::span<const uint32_t> unit_region, uint64_t key);

}  // namespace encephagen
