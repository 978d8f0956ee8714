// Scenarios from texts and from the corpus, resolved with the plugins of this build.
#pragma once
#include <filesystem>

#include "host/plugin_registry.hpp"
#include "scenario/data_paths.hpp"
#include "scenario/scenario.hpp"
#include "scenario/toml_document.hpp"
#include "support.hpp"

namespace encephagen::testing {

inline std::filesystem::path good_corpus() { return source_dir() / "tests/scenario/good"; }

// Files beside the scenario are those of the good corpus.
inline Scenario resolve(Node root, Diagnostics& d) {
  const char* binary = std::getenv("ENCEPHAGEN_BINARY_DIR");
  const std::filesystem::path folder = binary ? binary : ".";
  static PluginRegistry registry({folder / "lib/encephagen/plugins", folder / "tests/language_plugins"});
  static const auto file = good_corpus() / "scenario.toml";
  static const PathResolver paths = make_path_resolver(file);
  return resolve_scenario(std::move(root), file, registry, paths, d);
}

inline Scenario resolve(const std::string& text) {
  Diagnostics d;
  auto s = resolve(parse_toml(text, "scenario.toml"), d);
  d.throw_if_any();
  return s;
}

}  // namespace encephagen::testing
