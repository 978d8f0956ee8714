// Finds the plugins with one mistake each that stand beside these tests.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "host/plugin_registry.hpp"

namespace encephagen::testing {

inline std::filesystem::path mutant_file(const std::string& kind) {
  const char* dir = std::getenv("ENCEPHAGEN_BINARY_DIR");
  return std::filesystem::path(dir ? dir : ".") / "tests/mutants" / library_file_name(kind, "mutants.all");
}

// All mutants of a kind, in the order of their library. The files may lie in a folder that everybody can write to.
inline const std::vector<const FoundPlugin*>& mutants_of(const std::string& kind) {
  static PluginRegistry registry({}, true);
  static std::map<std::string, std::vector<const FoundPlugin*>> known;
  auto& list = known[kind];
  if (list.empty()) list = registry.open_file(mutant_file(kind));
  return list;
}

inline const FoundPlugin& mutant(const std::string& kind, const std::string& fault) {
  for (const auto* m : mutants_of(kind))
    if (m->plugin->name == "mutant." + fault) return *m;
  throw std::runtime_error("there is no mutant " + kind + " '" + fault + "'");
}

}  // namespace encephagen::testing
