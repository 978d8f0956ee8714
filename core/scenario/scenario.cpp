// Scenarios: what they use, what they include, what the command line changes in them.
#include "scenario/scenario.hpp"

#include <fmt/format.h>

#include "scenario/toml_document.hpp"

namespace encephagen {

namespace fs = std::filesystem;

std::vector<const PluginChoice*> Scenario::plugins() const {
  std::vector<const PluginChoice*> out;
  if (connectome) out.push_back(uses_fallback ? &*fallback : &*connectome);
  for (const auto& n : null_models) out.push_back(&n);
  for (const auto& p : populations) out.push_back(&p.plugin);
  for (const auto& p : projections)
    for (const auto& rule : p.plasticity) out.push_back(&rule.plugin);
  for (const auto& e : encoders) out.push_back(&e.plugin);
  for (const auto& b : bodies) {
    if (b.plugin.usable()) out.push_back(&b.plugin);
    if (b.controller) out.push_back(&*b.controller);
  }
  for (const auto& a : analyzers) out.push_back(&a.plugin);
  return out;
}

Node read_with_includes(const fs::path& file) {
  Node root = read_toml(file);
  const Node* include = root.find("include");
  if (!include) return root;
  std::vector<Node> names = include->is(Node::Kind::array) ? include->items : std::vector<Node>{*include};
  Node merged;
  merged.at = root.at;
  for (const auto& name : names) {
    if (!name.is(Node::Kind::text))
      throw Failure(Exit::scenario_invalid, name.at.text() + ": 'include' needs file names");
    const fs::path path = file.parent_path() / name.text;
    if (!fs::exists(path))
      throw Failure(Exit::scenario_invalid,
                    fmt::format("{}: included file '{}' does not exist", name.at.text(), name.text));
    merge(merged, read_with_includes(path));
  }
  root.erase("include");
  merge(merged, root);
  return merged;
}

void apply_overrides(Node& root, const std::vector<std::string>& overrides) {
  for (const auto& text : overrides) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      throw Failure(Exit::usage, fmt::format("--set {}: write key=value, for example run.seed=7", text));
    const Position origin{"--set " + text, 0, 0};
    if (!set_path(root, text.substr(0, equals), parse_toml_value(text.substr(equals + 1), origin)))
      throw Failure(Exit::usage, fmt::format("--set {}: there is no such place in the scenario", text));
  }
}

}  // namespace encephagen
