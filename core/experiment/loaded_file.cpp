// A scenario or experiment file, read, changed by overrides and checked.
#include "experiment/loaded_file.hpp"

#include <fmt/format.h>

#include "scenario/data_paths.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;

// plugin_paths of a file and of the scenario it is based on, made absolute.
std::vector<std::string> plugin_paths_of(const Node& root, const fs::path& file) {
  std::vector<std::string> out;
  if (const auto* list = root.find("plugin_paths"); list && list->is(Node::Kind::array))
    for (const auto& i : list->items) out.push_back(fs::absolute(file.parent_path() / i.text).string());
  if (const auto* base = root.find("base"); base && base->is(Node::Kind::text)) {
    const fs::path below = file.parent_path() / base->text;
    std::error_code ec;
    if (fs::exists(below, ec))
      for (auto& p : plugin_paths_of(read_with_includes(below), below)) out.push_back(p);
  }
  return out;
}

}  // namespace

LoadedFile load_file(const fs::path& file, const LoadOptions& options) {
  LoadedFile out;
  Node root = read_with_includes(file);
  out.registry = std::make_unique<PluginRegistry>(plugin_search_path(options.plugin_paths, plugin_paths_of(root, file)),
                                                  options.allow_insecure_plugins);
  out.paths = make_path_resolver(file);
  Diagnostics d;
  if (is_experiment(root)) {
    out.experiment =
        plan_experiment(std::move(root), file, options.overrides, options.quick, *out.registry, out.paths, d);
  } else {
    if (options.quick) throw Failure(Exit::usage, fmt::format("{}: --quick is for experiments", file.string()));
    apply_overrides(root, options.overrides);
    root.erase("plugin_paths");
    out.scenario = resolve_scenario(std::move(root), file, *out.registry, out.paths, d);
  }
  d.throw_if_any();
  return out;
}

}  // namespace encephagen
