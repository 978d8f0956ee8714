// The parts of a running simulation by the names a person calls them.
#pragma once
#include <string>

#include "engine/simulation.hpp"

namespace encephagen {

// Its index. Throws Failure(usage) with the nearest names.
size_t population_called(const Scenario& scenario, const std::string& name);

// "region.population.exc.params.tau_m_ms", a path of --set, or short: "exc.tau_m_ms"; of an encoder
// "encoder.0.rate_hz", by its number or name. `value` as behind '=' in --set. See Simulation::set_param.
void set_param(Simulation& simulation, const Scenario& scenario, const std::string& path, const std::string& value);

}  // namespace encephagen
