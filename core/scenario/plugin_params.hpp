// Checks a `params` table against what a plugin declares and turns it into values for the plugin.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/plugin_call.hpp"
#include "scenario/diagnostics.hpp"
#include "scenario/node.hpp"

namespace encephagen {

// A plugin named in a scenario, with its checked parameters.
struct PluginChoice {
  const FoundPlugin* found = nullptr;
  Node params;  // table, defaults filled in
  Position at;  // of the plugin's name
  bool usable() const { return found != nullptr; }
};

// How the text of an EG_DATASET or EG_FILE parameter becomes a path. Returns nullopt after reporting an error.
struct PathResolver {
  std::function<std::optional<std::string>(const std::string& id, const Position& at, Diagnostics&)> dataset;
  std::function<std::optional<std::string>(const std::string& path, const Position& at, Diagnostics&)> file;
};

// Looks up `table`'s "plugin" of this kind (of the first of several kinds that has one of this name) and checks its
// "params" (made if absent, defaults written into it). Errors: unknown plugin (exit status 4), unknown key ("'tau' is
// not a parameter of neuron 'core.lif'; did you mean 'tau_m_ms'?"), wrong types, values out of range, missing required
// parameters.
PluginChoice choose_plugin(const std::vector<std::string>& kinds, Node& table, PluginRegistry& registry,
                           Diagnostics& diagnostics);
inline PluginChoice choose_plugin(const std::string& kind, Node& table, PluginRegistry& registry, Diagnostics& d) {
  return choose_plugin(std::vector{kind}, table, registry, d);
}

// Another value for one parameter of a choice, checked as choose_plugin() checks it.
void replace_param(PluginChoice& choice, const std::string& key, const Node& value, Diagnostics& diagnostics);

// Values for the plugin's create(). Per-unit parameters that are no plain number get their default here; see
// per_unit_values. Dataset and file names become paths.
ParamValues param_values(const PluginChoice& choice, const PathResolver& resolver, Diagnostics& diagnostics);

}  // namespace encephagen
