// Reads connectomes for the audit, through the connectome plugins.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/text.hpp"
#include "scenario/audit/region_names.hpp"
#include "scenario/audit_command.hpp"
#include "scenario/connectome_arrays.hpp"
#include "scenario/plugin_params.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;

bool is_tvb(const fs::path& path) { return fs::is_directory(path) || lower(path.extension().string()) == ".zip"; }

void set_text(Node& params, const std::string& key, const std::string& value) { params.set(key, Node::of_text(value)); }

// Which plugin reads `path`, and with which parameters; the parts of a dataset go to the parameters of the same name.
Node plugin_table(const fs::path& path, const DatasetEntry* dataset, const Datasets& datasets) {
  Node table, params;
  if (dataset) params = dataset->params;
  if (is_tvb(path)) {
    set_text(table, "plugin", "core.tvb");
    set_text(params, "file", path.string());
  } else {
    set_text(table, "plugin", "core.matrix");
    set_text(params, "weights_file", path.string());
    const auto add = [&](const char* role, const char* key) {
      const DataFile* e = dataset ? datasets.entry(dataset->id + "." + role) : nullptr;
      if (!e || !datasets.locate(*e)) return false;
      set_text(params, key, datasets.resolve(e->id).path.string());
      return true;
    };
    add("lengths", "lengths_file");
    add("labels", "labels_file");
    if (!add("centres", "centres_file") && add("regions", "region_table") && !params.find("region_table_unmatched"))
      set_text(params, "region_table_unmatched", "keep");
  }
  table.set("params", params);
  return table;
}

BatchResult run_connectome(Node table, const std::string& name, PluginRegistry& registry) {
  Diagnostics d;
  PathResolver paths;
  paths.file = [](const std::string& file, const Position& at, Diagnostics& problems) -> std::optional<std::string> {
    std::error_code ec;
    const fs::path path = fs::absolute(file);
    if (fs::exists(path, ec)) return path.string();
    problems.error(at, fmt::format("there is no file '{}'", path.string()), Exit::data_unusable);
    return std::nullopt;
  };
  paths.dataset = paths.file;
  // Parameters come from the command line, so a wrong one is a matter of usage.
  const auto refuse_errors = [&] {
    try {
      d.throw_if_any();
    } catch (const Failure& e) {
      throw Failure(e.status() == Exit::scenario_invalid ? Exit::usage : e.status(), e.what());
    }
  };
  const PluginChoice choice = choose_plugin("connectome", table, registry, d);
  refuse_errors();
  const ParamValues values = param_values(choice, paths, d);
  refuse_errors();
  try {
    return run_batch(PluginInstance(*choice.found->plugin, values), 0, {});
  } catch (const PluginFailed& e) {
    throw Failure(Exit::data_unusable,
                  fmt::format("{}: connectome '{}': {}", name, choice.found->plugin->name, e.what()));
  }
}

// What `target` means: a dataset or file of a manifest, else a path.
struct Found {
  fs::path path;
  const DataFile* entry = nullptr;
  const DatasetEntry* dataset = nullptr;
};

Found find_target(const std::string& target, const Datasets& datasets) {
  if (const auto* dataset = datasets.dataset(target)) {
    const auto resolved = datasets.resolve(target);
    return {resolved.path, resolved.entry, dataset};
  }
  if (datasets.entry(target)) {
    const auto resolved = datasets.resolve(target);
    return {resolved.path, resolved.entry, nullptr};
  }
  std::error_code ec;
  if (fs::exists(target, ec)) return {fs::absolute(target), datasets.entry_of_path(target), nullptr};
  try {
    datasets.resolve(target);
  } catch (const Failure& e) {
    throw Failure(Exit::data_unusable, fmt::format("there is no file '{}', and {}", target, e.what()));
  }
  return {};
}

std::set<std::pair<std::string, Side>> names_of(const eg::Connectome& c) {
  std::set<std::pair<std::string, Side>> out;
  for (const auto& name : region_names(c)) out.insert({name.key, name.side});
  return out;
}

// Made from the same file, so that agreement would show nothing.
bool is_relative(const DataFile& a, const DataFile& b) {
  const auto made_from = [](const DataFile& x, const DataFile& y) {
    return std::ranges::find(x.from_files, y.file) != x.from_files.end();
  };
  return a.sha256 == b.sha256 || made_from(a, b) || made_from(b, a);
}

}  // namespace

LoadedConnectome load_for_audit(const std::string& target, PluginRegistry& registry, const Datasets& datasets,
                                const LoadOptions& options) {
  const Found found = find_target(target, datasets);
  LoadedConnectome out;
  out.name = target;
  out.path = found.path;
  out.entry = found.entry;
  const MatrixRows claimed = found.entry ? found.entry->rows() : MatrixRows::unknown;
  out.read_as = options.rows.value_or(claimed) == MatrixRows::sources ? MatrixRows::sources : MatrixRows::targets;
  Node table = plugin_table(found.path, found.dataset, datasets);
  Node& params = *table.find("params");
  set_text(params, "rows", out.read_as == MatrixRows::sources ? "sources" : "targets");
  set_text(params, "self_loops", "keep");
  set_text(params, "negative", "keep");
  for (const auto& [key, value] : options.params) params.set(key, parse_toml_value(value, {"--set", 0, 0}));
  const BatchResult result = run_connectome(std::move(table), target, registry);
  out.connectome = connectome_of(result);
  for (const auto& m : result.messages) out.messages.push_back(m.text);
  return out;
}

std::optional<LoadedConnectome> find_reference(const LoadedConnectome& loaded, PluginRegistry& registry,
                                               const Datasets& datasets) {
  constexpr size_t least_common = 20;
  const auto ours = names_of(loaded.connectome);
  std::vector<std::pair<double, LoadedConnectome>> candidates;
  for (const auto& status : datasets.list()) {
    const PartStatus& main = status.parts.front();
    if (!main.path || (main.role != "connectome" && main.role != "weights")) continue;
    if (loaded.entry && is_relative(*loaded.entry, *main.entry)) continue;
    try {
      auto candidate = load_for_audit(status.id, registry, datasets);
      const auto theirs = names_of(candidate.connectome);
      const auto common =
          static_cast<size_t>(std::ranges::count_if(ours, [&](const auto& name) { return theirs.contains(name); }));
      if (common < least_common) continue;
      const double likeness = static_cast<double>(common) / static_cast<double>(ours.size() + theirs.size() - common);
      const bool is_independent = !loaded.entry || loaded.entry->source != main.entry->source;
      candidates.emplace_back(is_independent ? likeness : 0.9 * likeness, std::move(candidate));
    } catch (const Failure&) {
      // A dataset that cannot be read is no reference; `data verify` and its own audit tell why.
    }
  }
  std::ranges::stable_sort(candidates, std::greater{}, [](const auto& c) { return c.first; });
  for (auto& [score, candidate] : candidates) {
    AuditContext context;
    context.read_as = candidate.read_as;
    context.random_orders = 200;
    if (worst(audit(candidate.connectome, context)) < Severity::error) return std::move(candidate);
  }
  return std::nullopt;
}

}  // namespace encephagen
