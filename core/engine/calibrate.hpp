// Sets weights and external input by theory ([calibrate] of a scenario), after the graph is known and before synapses
// are made.
#pragma once
#include <functional>

#include "engine/brain.hpp"

namespace encephagen {

// Writes weights, global_coupling, factors of regions and encoder parameters into the scenario and (all but the
// factors) into its tree, and what it chose into `metrics` as calibrate.*. Does nothing without [calibrate]; doing it
// twice is doing it once. `simulated_hz` runs the scenario it is given and returns the mean rate of everything it
// records, nothing when it was stopped; called only for the finite-size correction. Returns false when that was
// stopped. Throws Failure(scenario_invalid) with the reason when no calibration exists.
bool calibrate(Scenario& scenario, const Brain& brain, std::vector<MetricData>& metrics,
               const std::function<std::optional<double>(const Scenario&)>& simulated_hz);

}  // namespace encephagen
