// Turns an experiment file into the list of runs it asks for.
#include "experiment/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "encephagen/sdk/random.hpp"
#include "experiment/claim_loader.hpp"
#include "experiment/experiment_spec.hpp"
#include "host/text.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;
using Point = std::vector<std::pair<std::string, Node>>;

const std::vector<std::string> kStreams = {"graph", "wiring", "noise", "initial"};

// All combinations of the lists of a sweep table; one empty point for no sweep.
std::vector<Point> sweep_points(const Node* sweep, Diagnostics& d) {
  std::vector<Point> points(1);
  if (!sweep) return points;
  for (const auto& m : sweep->members) {
    if (!m.value.is(Node::Kind::array) || m.value.items.empty()) {
      d.error(m.value.at, fmt::format("sweep over '{}' needs a list of values", m.key));
      continue;
    }
    std::vector<Point> next;
    for (const auto& p : points)
      for (const auto& v : m.value.items) {
        next.push_back(p);
        next.back().emplace_back(m.key, v);
      }
    points = std::move(next);
  }
  return points;
}

std::string text_of(const Node& table, std::string_view key) {
  const auto* n = table.find(key);
  return n && n->is(Node::Kind::text) ? n->text : "";
}

// A connectome that draws says so by declaring the parameter graph_seed (sdk/connectome.hpp).
bool draws(const Scenario& s) {
  if (!s.connectome) return false;
  const auto& choice = s.uses_fallback ? *s.fallback : *s.connectome;
  return choice.params.find("graph_seed") != nullptr;
}

class Planner {
 public:
  Planner(Node root, const fs::path& file, const std::vector<std::string>& overrides, PluginRegistry& registry,
          const PathResolver& paths, Diagnostics& d)
      : registry_(registry), paths_(paths), d_(d) {
    for (const auto& o : overrides) {
      const bool for_experiment =
          o.starts_with("arm.") || o.starts_with("sweep.") || o.starts_with("claim.") || o.starts_with("seed=");
      (for_experiment ? experiment_overrides_ : scenario_overrides_).push_back(o);
    }
    e_.file = file;
    e_.resolved = std::move(root);
  }

  Experiment plan() {
    Node& root = e_.resolved;
    apply_overrides(root, experiment_overrides_);
    check_table(experiment_spec(), root, d_);
    const auto* arms = root.find("arm");
    const auto* base = root.find("base");
    if (!arms || !arms->is(Node::Kind::array) || !base || !base->is(Node::Kind::text)) return std::move(e_);
    e_.title = text_of(root, "title");
    e_.question = text_of(root, "question");
    e_.seed = static_cast<uint64_t>(std::max<int64_t>(0, root.find("seed")->integer));
    std::vector<std::string> names;
    for (auto& arm : root.find("arm")->items) {
      if (!arm.is(Node::Kind::table)) continue;
      const std::string name = text_of(arm, "name");
      if (std::ranges::find(names, name) != names.end()) d_.error(arm.at, fmt::format("two arms are named '{}'", name));
      names.push_back(name);
      plan_arm(arm, name);
    }
    plan_claims();
    if (e_.runs.empty() && d_.ok()) d_.error(root.at, "the experiment has no run");
    return std::move(e_);
  }

 private:
  // Designs that cannot answer their question are refused before anything runs.
  void plan_claims() {
    if (!d_.ok()) return;
    std::vector<std::string> as_published;
    for (const auto& arm : e_.arms)
      if (arm.as_published) as_published.push_back(arm.name);
    e_.claims = load_claims(e_.resolved, as_published, e_.seed, d_);
    std::vector<RunInfo> planned;
    for (const auto& run : e_.runs) {
      RunInfo info;
      info.arm = run.arm;
      info.replicate = run.replicate;
      info.sweep = run.sweep;
      // Equal where the graph will be: same connectome and null models, and the same seed where one of them draws.
      const auto& tree = run.scenario.resolved;
      const auto text = [&](const char* key) {
        return tree.find(key) ? write_toml_value(*tree.find(key)) : std::string();
      };
      const bool is_drawn = !run.scenario.null_models.empty() || draws(run.scenario);
      info.graph_id =
          text("connectome") + text("null_model") + (is_drawn ? fmt::format("{}", run.scenario.seeds.graph) : "");
      planned.push_back(std::move(info));
    }
    if (!d_.ok()) return;
    for (const auto& problem : check_claims(e_.claims, planned)) d_.error(problem.at, problem.text);
  }

  void plan_arm(const Node& arm, const std::string& name) {
    std::vector<std::string> shared;
    if (const auto* list = arm.find("shared_streams"))
      for (const auto& i : list->items) {
        if (std::ranges::find(kStreams, i.text) == kStreams.end())
          d_.error(i.at, fmt::format("no random stream '{}'{}; there are graph, wiring, noise, initial", i.text,
                                     did_you_mean(i.text, kStreams)));
        shared.push_back(i.text);
      }
    const std::string base_text = text_of(arm, "base").empty() ? text_of(e_.resolved, "base") : text_of(arm, "base");
    const fs::path base_file = e_.file.parent_path() / base_text;
    const Node& base_node = text_of(arm, "base").empty() ? *e_.resolved.find("base") : *arm.find("base");
    if (!fs::exists(base_file)) {
      d_.error(base_node.at, fmt::format("the scenario '{}' does not exist", base_text));
      return;
    }
    Node base = read_with_includes(base_file);
    if (const auto* nulls = arm.find("null_model")) base.set("null_model", *nulls);
    if (const auto* set = arm.find("set"))
      for (const auto& m : set->members)
        if (!set_path(base, m.key, m.value))
          d_.error(m.key_at, fmt::format("there is no place '{}' in the scenario", m.key));
    apply_overrides(base, scenario_overrides_);

    const auto* sweep = arm.find("sweep") ? arm.find("sweep") : e_.resolved.find("sweep");
    const auto n = static_cast<size_t>(std::max<int64_t>(1, arm.find("replicates")->integer));
    ArmPlan plan{name, text_of(arm, "text"), arm.find("as_published")->flag, 0};
    for (const auto& point : sweep_points(sweep, d_))
      for (size_t replicate = 0; replicate < n; ++replicate) {
        Node tree = base;
        PlannedRun run{name, replicate, {}, {}, true};
        for (const auto& [key, value] : point) {
          run.sweep.emplace_back(key, write_toml_value(value));
          if (!set_path(tree, key, value))
            d_.error(value.at, fmt::format("there is no place '{}' in the scenario", key));
          if (std::ranges::find(e_.sweep_keys, key) == e_.sweep_keys.end()) e_.sweep_keys.push_back(key);
        }
        // Streams depend on arm and replicate, not on the sweep point: points of a sweep share their random numbers.
        for (const auto& stream : kStreams) {
          if (find_path(tree, "run.seeds." + stream)) continue;  // given by the user
          const bool is_shared = std::ranges::find(shared, stream) != shared.end();
          const uint64_t seed =
              eg::mix_key(e_.seed, is_shared ? "shared:" + stream : name + ":" + stream, is_shared ? 0 : replicate) >>
              2;
          set_path(tree, "run.seeds." + stream, Node::of_integer(static_cast<int64_t>(seed)));
        }
        Diagnostics found;
        run.scenario = resolve_scenario(std::move(tree), base_file, registry_, paths_, found);
        for (const auto& w : found.warnings())
          if (std::ranges::find(e_.warnings, w) == e_.warnings.end()) e_.warnings.push_back(w);
        d_.take(found);
        if (!found.ok()) return;  // the other runs of this arm would say the same
        run.keep_everything = text_of(arm, "keep") != "metrics";
        e_.runs.push_back(std::move(run));
        ++plan.n_runs;
      }
    e_.arms.push_back(plan);
  }

  PluginRegistry& registry_;
  const PathResolver& paths_;
  Diagnostics& d_;
  std::vector<std::string> experiment_overrides_, scenario_overrides_;
  Experiment e_;
};

}  // namespace

bool is_experiment(const Node& root) { return root.find("arm") != nullptr || root.find("base") != nullptr; }

Experiment plan_experiment(Node root, const fs::path& file, const std::vector<std::string>& overrides,
                           PluginRegistry& registry, const PathResolver& paths, Diagnostics& diagnostics) {
  return Planner(std::move(root), file, overrides, registry, paths, diagnostics).plan();
}

}  // namespace encephagen
