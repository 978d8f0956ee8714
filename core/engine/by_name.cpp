// The parts of a running simulation by the names a person calls them.
#include "engine/by_name.hpp"

#include <fmt/format.h>

#include <limits>
#include <sstream>

#include "host/text.hpp"
#include "scenario/table_spec.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {

size_t population_called(const Scenario& scenario, const std::string& name) {
  std::vector<std::string> names;
  for (size_t p = 0; p < scenario.populations.size(); ++p) {
    if (scenario.populations[p].name == name) return p;
    names.push_back(scenario.populations[p].name);
  }
  throw Failure(Exit::usage, fmt::format("there is no population '{}'{}; there are {}", name, did_you_mean(name, names),
                                         join(names, ", ")));
}

void set_param(Simulation& simulation, const Scenario& scenario, const std::string& path, const std::string& value) {
  std::vector<std::string> parts;
  std::stringstream in(path);
  for (std::string part; std::getline(in, part, '.');) parts.push_back(part);
  std::erase(parts, "params");
  if (parts.size() > 2 && parts[0] == "region" && parts[1] == "population")
    parts.erase(parts.begin(), parts.begin() + 2);
  const Node node = parse_toml_value(value, {path, 0, 0});
  if (parts.size() == 3 && parts[0] == "encoder") {
    for (size_t e = 0; e < scenario.encoders.size(); ++e)
      if (parts[1] == scenario.encoders[e].name || parts[1] == std::to_string(e))
        return simulation.set_encoder_param(e, parts[2], node);
    throw Failure(Exit::usage,
                  fmt::format("{}: there is no encoder '{}'; the scenario has {}, called by name or number from 0",
                              path, parts[1], scenario.encoders.size()));
  }
  if (parts.size() != 2)
    throw Failure(Exit::usage, fmt::format("{}: names no parameter that can change while a simulation runs; write "
                                           "POPULATION.KEY, for example exc.tau_m_ms, or encoder.NAME.KEY",
                                           path));
  simulation.set_param(population_called(scenario, parts[0]), parts[1], node);
}

std::vector<ParamNow> params_now(const Simulation& simulation, const Scenario& scenario) {
  std::vector<ParamNow> out;
  const auto add = [&](const std::string& owner, const PluginChoice& choice) {
    const eg_plugin& plugin = *choice.found->plugin;
    for (uint32_t i = 0; i < plugin.n_params; ++i) {
      const Field f = field_of(plugin.params[i]);
      const Node* value = choice.params.find(f.name);
      if (!value) continue;
      const double none = std::numeric_limits<double>::infinity();
      out.push_back({owner, f.name, f.doc, write_toml_value(*value), value->is_number(), f.low > -1e300 ? f.low : -none,
                     f.high < 1e300 ? f.high : none});
    }
  };
  for (size_t p = 0; p < scenario.populations.size(); ++p) add(scenario.populations[p].name, simulation.params_of(p));
  for (size_t e = 0; e < scenario.encoders.size(); ++e) {
    const auto& name = scenario.encoders[e].name;
    add("encoder." + (name.empty() ? std::to_string(e) : name), simulation.params_of_encoder(e));
  }
  return out;
}

}  // namespace encephagen
