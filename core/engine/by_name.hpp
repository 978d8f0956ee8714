// The parts of a running simulation by the names a person calls them.
#pragma once
#include <string>
#include <vector>

#include "engine/simulation.hpp"

namespace encephagen {

// Its index. Throws Failure(usage) with the nearest names.
size_t population_called(const Scenario& scenario, const std::string& name);

// "region.population.exc.params.tau_m_ms", a path of --set, or short: "exc.tau_m_ms"; of an encoder
// "encoder.0.rate_hz", by its number or name. `value` as behind '=' in --set. See Simulation::set_param.
void set_param(Simulation& simulation, const Scenario& scenario, const std::string& path, const std::string& value);

// All parameters that set_param() may change, of populations and encoders, as they are now.
struct ParamNow {
  std::string owner, key, doc;  // "exc" or "encoder.0", "tau_m_ms"
  std::string value;            // as TOML
  bool is_number = false;       // one number, from low to high (infinite where there is no limit)
  double low = 0, high = 0;
  std::string path() const { return owner + "." + key; }
};
std::vector<ParamNow> params_now(const Simulation& simulation, const Scenario& scenario);

}  // namespace encephagen
