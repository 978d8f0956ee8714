// Reference pages in Markdown, made from the declarations that check the files.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "host/plugin_registry.hpp"
#include "scenario/table_spec.hpp"

namespace encephagen::cli {

struct ColumnList {
  std::string title;  // "state", "inputs", "pre traces"
  const eg_column* columns;
  uint32_t n;
};

// The column lists of a plugin, empty ones included; none for shapes without columns.
std::vector<ColumnList> columns_of(const eg_plugin& plugin);

// "required", or the default as it would be written in TOML; "" for a key that may be left out and has no default.
std::string default_text(const Field& field);

// plugins.md: every plugin with its parameters, columns and ports. `plugins` as PluginRegistry::all() sorts them. Names
// no file and no compiler, so the same declarations give the same bytes on every machine.
std::string plugins_page(const std::vector<const FoundPlugin*>& plugins);

// language.md: every table of the scenario and experiment languages, each once, in the order in which they are met.
std::string language_page();

// verbs.md: every verb with what its --help says. For one thread: standard output is diverted meanwhile.
std::string verbs_page();

}  // namespace encephagen::cli
