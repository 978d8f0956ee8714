// `encephagen data audit`: loads a connectome as a scenario would, audits it and prints the findings.
#pragma once
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/plugin_registry.hpp"
#include "scenario/audit.hpp"
#include "scenario/datasets.hpp"

namespace encephagen {

// A connectome read from a dataset or file with self-loops and negative weights kept.
struct LoadedConnectome {
  std::string name;  // the id or the path
  std::filesystem::path path;
  eg::Connectome connectome;
  MatrixRows read_as = MatrixRows::targets;
  const DataFile* entry = nullptr;    // of its weights, owned by the Datasets object; null for an unknown file
  std::vector<std::string> messages;  // of the plugin
};

// How to read it. `rows` overrides what the manifest says; without either, rows are taken for targets. `params` go to
// the connectome plugin (values as in TOML; file names relative to the working folder).
struct LoadOptions {
  std::optional<MatrixRows> rows;
  std::vector<std::pair<std::string, std::string>> params;
};

// `target` is the id of a dataset or the path of a file or folder: zip files and folders are read by core.tvb,
// everything else by core.matrix. Throws Failure: data_unusable, plugin_unusable, usage (a parameter the plugin does
// not have).
LoadedConnectome load_for_audit(const std::string& target, PluginRegistry& registry, const Datasets& datasets,
                                const LoadOptions& options = {});

// A dataset that is here, shares regions with `loaded` (at least 20), was not made from the same file and passes its
// own audit without errors. Of several, the one with the most similar set of regions; one of another source is
// preferred to one of the same.
std::optional<LoadedConnectome> find_reference(const LoadedConnectome& loaded, PluginRegistry& registry,
                                               const Datasets& datasets);

struct AuditOptions {
  std::string target;
  LoadOptions load = {};
  std::string reference = {};  // id or file of another connectome; empty: found by itself; "none"
  int random_orders = 1000;
  uint64_t seed = 1;
  bool json = false;
};

// Prints the findings, most severe first. 5 if one of them is an error, else 0: the audit of data is part of finding
// out whether they can be used, so that a script may stop where they cannot.
int run_audit(const AuditOptions& options, PluginRegistry& registry, const Datasets& datasets, std::ostream& out);

}  // namespace encephagen
