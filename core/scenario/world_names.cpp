// What can be seen of a body and done to it, by name.
#include "scenario/world_names.hpp"

#include <fmt/format.h>

#include <cmath>

namespace encephagen {

std::vector<std::string> WorldNames::seen() const {
  std::vector<std::string> out = observations;
  for (const auto& r : rewards) out.push_back("reward." + r);
  for (const char* name : {"reward", "is_over", "is_terminated", "is_first"}) out.emplace_back(name);
  return out;
}

std::optional<WorldNames> world_names(const PluginChoice& body, const PathResolver& paths, Diagnostics& d) {
  const eg_plugin& plugin = *body.found->plugin;
  Diagnostics refused;
  const ParamValues values = param_values(body, paths, refused);
  if (!refused.ok()) return std::nullopt;  // reported elsewhere
  try {
    const PluginInstance instance(plugin, values);
    const eg_spaces s = spaces_of(instance);
    if (!(s.dt_ms > 0) || !std::isfinite(s.dt_ms)) throw PluginFailed("it says that it moves in steps of no length");
    WorldNames out;
    const auto copy = [](std::vector<std::string>& to, const eg_channel* from, uint32_t n) {
      for (uint32_t k = 0; k < n; ++k) to.emplace_back(from[k].name);
    };
    copy(out.observations, s.observations, s.n_observations);
    copy(out.actions, s.actions, s.n_actions);
    copy(out.rewards, s.rewards, s.n_rewards);
    copy(out.disturbances, s.disturbances, s.n_disturbances);
    out.dt_ms = s.dt_ms;
    return out;
  } catch (const PluginFailed& e) {
    d.error(body.at, fmt::format("body '{}' {} refuses its parameters: {}", plugin.name, plugin.version, e.what()));
    return std::nullopt;
  }
}

}  // namespace encephagen
