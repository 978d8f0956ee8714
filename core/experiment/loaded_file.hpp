// A scenario or experiment file, read, changed by overrides and checked: what can be run.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiment/plan.hpp"

namespace encephagen {

// One of the two is there. Both point into the registry.
struct LoadedFile {
  std::unique_ptr<PluginRegistry> registry;
  PathResolver paths;
  std::optional<Experiment> experiment;
  std::optional<Scenario> scenario;
};

struct LoadOptions {
  std::vector<std::string> overrides;     // key=value, as --set
  std::vector<std::string> plugin_paths;  // searched before all others
  bool allow_insecure_plugins = false, quick = false;
};

// Throws Failure with all that is wrong with the file.
LoadedFile load_file(const std::filesystem::path& file, const LoadOptions& options);

}  // namespace encephagen
