// run.json: where results come from.
#include "experiment/provenance.hpp"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "host/sha256.hpp"
#include "host/version.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

using Json = nlohmann::ordered_json;

// Plugin and data files do not change while the program runs; hashing each once is enough.
std::string file_hash(const std::string& path) {
  static std::mutex lock;
  static std::map<std::string, std::string> known;
  const std::lock_guard guard(lock);
  auto& hash = known[path];
  if (hash.empty()) hash = sha256_of_file(path);
  return hash;
}

Json plugins_json(const std::vector<const PluginChoice*>& choices) {
  Json out = Json::array();
  std::set<const FoundPlugin*> seen;
  for (const auto* c : choices) {
    if (!seen.insert(c->found).second) continue;
    const auto& p = *c->found->plugin;
    out.push_back({{"kind", p.kind},
                   {"name", p.name},
                   {"version", p.version},
                   {"file", c->found->file.string()},
                   {"abi", fmt::format("{}.{}", c->found->library->abi_major, c->found->library->abi_minor)},
                   {"compiler", c->found->library->compiler},
                   {"sha256", file_hash(c->found->file.string())}});
  }
  return out;
}

Json data_json(const std::vector<std::pair<std::string, std::string>>& files) {
  Json out = Json::array();
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& file : files)
    if (seen.insert(file).second)
      out.push_back({{"name", file.first}, {"file", file.second}, {"sha256", file_hash(file.second)}});
  return out;
}

Json versions_json() {
  Json out;
  for (const auto& [name, value] : build_facts()) out[name] = value;
  return out;
}

}  // namespace

std::string content_key(const Scenario& s) {
  std::string text = write_toml(s.resolved) + build_facts().front().second;
  for (const auto* c : s.plugins()) text += file_hash(c->found->file.string());
  for (const auto& [name, path] : s.data_files) text += file_hash(path);
  return sha256_of_bytes(text);
}

std::string provenance_json(const Scenario& s, const RunOutcome& o, const RunProvenance& run) {
  Json groups = Json::object(), history = Json::array();
  for (const auto& [label, group] : o.region_group) groups[label] = group;
  for (const auto& [what, how] : o.connectome_history) history.push_back({{"step", what}, {"what", how}});
  const Json seeds{
      {"graph", s.seeds.graph}, {"wiring", s.seeds.wiring}, {"noise", s.seeds.noise}, {"initial", s.seeds.initial}};
  if (!run.is_full) {
    const Json j{{"status", "done"},
                 {"key", run.key},
                 {"metrics_sha256", run.metrics_sha256},
                 {"synthetic_fallback", s.uses_fallback},
                 {"graph_id", o.graph_id},
                 {"region_group", groups},
                 {"seeds", seeds},
                 {"notes", o.notes},
                 {"warnings", o.warnings}};
    return j.dump() + "\n";
  }
  const Json j{{"status", "done"},
               {"key", run.key},
               {"metrics_sha256", run.metrics_sha256},
               {"title", s.title},
               {"scenario", s.file.string()},
               {"command_line", run.command_line},
               {"versions", versions_json()},
               {"plugins", plugins_json(s.plugins())},
               {"data", data_json(s.data_files)},
               {"synthetic_fallback", s.uses_fallback},
               {"connectome_history", history},
               {"graph_id", o.graph_id},
               {"region_group", groups},
               {"seeds", seeds},
               {"network", {{"units", o.size.n_units}, {"synapses", o.size.n_synapses}, {"bytes", o.size.bytes}}},
               {"simulated_ms", s.duration_ms},
               {"steps", s.n_steps()},
               {"wall_s", {{"build", o.build_s}, {"simulate", o.simulate_s}, {"analyze", o.analyze_s}}},
               {"real_time_factor", o.simulate_s > 0 ? s.duration_ms * 1e-3 / o.simulate_s : 0.0},
               {"notes", o.notes},
               {"warnings", o.warnings}};
  return j.dump(1) + "\n";
}

std::string experiment_provenance_json(const ExperimentFacts& f) {
  std::vector<const PluginChoice*> plugins;
  std::vector<std::pair<std::string, std::string>> files;
  bool fallback = false;
  for (const auto* s : f.scenarios) {
    const auto used = s->plugins();
    plugins.insert(plugins.end(), used.begin(), used.end());
    files.insert(files.end(), s->data_files.begin(), s->data_files.end());
    fallback = fallback || s->uses_fallback;
  }
  const Json j{{"status", f.n_failed == 0 ? "done" : "some runs failed"},
               {"title", f.title},
               {"question", f.question},
               {"experiment", f.file},
               {"command_line", f.command_line},
               {"seed", f.seed},
               {"versions", versions_json()},
               {"plugins", plugins_json(plugins)},
               {"data", data_json(files)},
               {"synthetic_fallback", fallback},
               {"runs", f.n_runs},
               {"failed", f.n_failed},
               {"failures", f.failures},
               {"warnings", f.warnings},
               {"wall_s", f.wall_s}};
  return j.dump(1) + "\n";
}

}  // namespace encephagen
