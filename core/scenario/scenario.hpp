// A checked scenario: everything the engine needs to build and run one network.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenario/plugin_params.hpp"

namespace encephagen {

// "sensory.exc": all units of population exc in regions whose label or group matches the pattern before the last dot.
struct Selector {
  std::string region = "*", population = "*";
  Position at;
};

enum class RuleKind {
  bernoulli,
  fixed_indegree,
  fixed_total,
  all_to_all,
  one_to_one,
  bernoulli_per_weight,
  rate_per_weight
};

struct ConnectionRule {
  RuleKind kind = RuleKind::all_to_all;
  double value = 0;
};

struct PopulationSpec {
  std::string name;
  PluginChoice plugin;
  size_t n = 1;  // per region
  bool can_spike() const { return static_cast<const eg_unit*>(plugin.found->plugin->table)->can_spike != 0; }
  const eg_unit& unit() const { return *static_cast<const eg_unit*>(plugin.found->plugin->table); }
};

// Within regions, or between them scaled by the connectome. Indices refer to Scenario::populations.
struct ProjectionSpec {
  bool is_long_range = false;
  size_t from = 0, to = 0, port = 0;
  ConnectionRule rule;
  double weight = 0, global_coupling = 1;
  bool autapses = false;
  std::optional<double> delay_ms, velocity_m_per_s;  // neither: no delay (rates) or one step (spikes)
  double length_scale = 1, minimum_delay_ms = 0;
  std::vector<PluginChoice> plasticity;
  Position at;
};

struct EncoderSpec {
  PluginChoice plugin;
  Selector to;
  std::string port;
};

struct StimulusSpec {
  Selector to;
  std::string port;
  double onset_ms = 0, duration_ms = 0, amplitude = 0;
};

struct RecordSpec {
  std::string name;
  Selector from;
  size_t population = 0, state = 0;
  bool spikes = false, store = true;
  double every_ms = 1;
};

struct AnalyzerSpec {
  PluginChoice plugin;
  std::string name, prefix;
  size_t input = 0;  // index into Scenario::records
};

struct GroupRules {
  std::string attribute = "group", other = "other";
  bool substring = false, case_sensitive = false;
  std::vector<std::pair<std::string, std::vector<std::string>>> define;
};

struct StreamSeeds {
  uint64_t graph = 0, wiring = 0, noise = 0, initial = 0;
};

struct Scenario {
  std::filesystem::path file;
  Node resolved;  // every default filled in: what resolved.toml holds
  std::string title;
  StreamSeeds seeds;
  double dt_ms = 0.1, duration_ms = 0, transient_ms = 0;
  std::optional<PluginChoice> connectome, fallback;
  bool uses_fallback = false;
  std::vector<PluginChoice> null_models;
  GroupRules groups;
  std::vector<PopulationSpec> populations;
  std::vector<ProjectionSpec> projections;
  std::vector<EncoderSpec> encoders;
  std::vector<StimulusSpec> stimuli;
  std::vector<RecordSpec> records;
  std::vector<AnalyzerSpec> analyzers;
  std::vector<std::pair<std::string, std::string>> data_files;  // name as written, absolute path
  std::vector<std::string> warnings;

  // Every plugin the scenario uses, in the order of the file.
  std::vector<const PluginChoice*> plugins() const;
  uint64_t n_steps() const { return static_cast<uint64_t>(duration_ms / dt_ms + 1e-9); }
  uint64_t n_transient_steps() const { return static_cast<uint64_t>(transient_ms / dt_ms + 1e-9); }
};

// Reads a file and merges what it includes below it. Paths in it become absolute later, relative to `file`.
Node read_with_includes(const std::filesystem::path& file);

// Applies "key=value" texts of --set, in order. Throws Failure(usage) for a text without '='.
void apply_overrides(Node& root, const std::vector<std::string>& overrides);

// Checks everything but running and fills `root` with defaults. Reports all errors into `diagnostics`; the result is
// usable only if diagnostics.ok().
Scenario resolve_scenario(Node root, const std::filesystem::path& file, PluginRegistry& registry,
                          const PathResolver& resolver, Diagnostics& diagnostics);

// The index of an input port that a source can feed, or an error: by name, or the first that accepts the source
// (spikes or continuous) and the sign.
std::optional<size_t> choose_port(const PopulationSpec& target, const std::string& name, bool from_spikes, double sign,
                                  const Position& at, Diagnostics& diagnostics);

}  // namespace encephagen
