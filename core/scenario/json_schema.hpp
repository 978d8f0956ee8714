// JSON Schemas for editors, made from the same declarations that check the files.
#pragma once
#include <string>
#include <vector>

#include "host/plugin_registry.hpp"
#include "scenario/table_spec.hpp"

namespace encephagen {

struct SchemaOptions {
  std::string title;
  bool is_fragment = false;  // files that are included: nothing is required at the top
};

// One self-contained draft-07 schema (editors such as taplo follow no references between files): `spec` with, for every
// place that names a plugin, the parameters of each plugin of that kind among `plugins`. Deterministic text.
std::string json_schema(const TableSpec& spec, const std::vector<const FoundPlugin*>& plugins,
                        const SchemaOptions& options);

// The schema of one plugin's parameters alone.
std::string plugin_schema(const eg_plugin& plugin);

}  // namespace encephagen
