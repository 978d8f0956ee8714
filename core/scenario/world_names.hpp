// What can be seen of a body and done to it, by name: its plugin tells once it is made.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "scenario/plugin_params.hpp"

namespace encephagen {

struct WorldNames {
  std::vector<std::string> observations, actions, rewards, disturbances;
  double dt_ms = 0;
  // Observations, "reward.TERM" of every term, and what else encoders can see.
  std::vector<std::string> seen() const;
};

// Makes the world and asks it. Nullopt, after an error, when it refuses its parameters or cannot be used.
std::optional<WorldNames> world_names(const PluginChoice& body, const PathResolver& paths, Diagnostics& d);

}  // namespace encephagen
