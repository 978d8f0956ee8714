// Turns an experiment file into the list of runs it asks for.
#include "experiment/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "encephagen/sdk/random.hpp"
#include "experiment/claim_loader.hpp"
#include "experiment/cma_es.hpp"
#include "experiment/experiment_spec.hpp"
#include "experiment/sweep.hpp"
#include "host/failure.hpp"
#include "host/text.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> all_streams = {"graph", "wiring", "noise", "initial"};
const std::vector<std::string> repeated_streams = {"noise", "initial"};  // what the repeats of a replicate differ in

bool holds(const std::vector<std::string>& list, const std::string& item) {
  return std::ranges::find(list, item) != list.end();
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

// Does a key change the experiment, and not every scenario of it?
bool is_of_experiment(std::string_view key) {
  static constexpr std::string_view tables[] = {"arm.", "sweep.", "claim.", "decomposition.", "collapse."};
  return key == "seed" || std::ranges::any_of(tables, [&](const auto& table) { return key.starts_with(table); });
}

class Planner {
 public:
  Planner(Node root, const fs::path& file, const std::vector<std::string>& overrides, bool quick,
          PluginRegistry& registry, const PathResolver& paths, Diagnostics& d)
      : registry_(registry), paths_(paths), d_(d) {
    for (const auto& o : overrides)
      (is_of_experiment(std::string_view(o).substr(0, o.find('='))) ? experiment_overrides_ : scenario_overrides_)
          .push_back(o);
    e_.file = file;
    e_.resolved = std::move(root);
    e_.is_quick = quick;
  }

  Experiment plan() {
    Node& root = e_.resolved;
    if (e_.is_quick) shrink(root);
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
  // Sets the keys of [quick].
  void shrink(Node& root) {
    const auto* quick = root.find("quick");
    if (!quick || !quick->is(Node::Kind::table)) {
      d_.error(root.at, "--quick needs the table [quick]: what is smaller then, \"arm.NAME.replicates\" = 19");
      return;
    }
    for (const auto& m : Node(*quick).members) {
      if (!is_of_experiment(m.key))
        quick_settings_.push_back(m);
      else if (!set_path(root, m.key, m.value))
        d_.error(m.key_at, fmt::format("there is no place '{}' in the experiment", m.key));
    }
  }

  // Designs that cannot answer their question are refused before anything runs.
  void plan_claims() {
    if (!d_.ok()) return;
    std::vector<std::string> as_published;
    for (const auto& arm : e_.arms)
      if (arm.as_published) as_published.push_back(arm.name);
    e_.collapses = load_collapses(e_.resolved, d_);
    for (const auto& c : e_.collapses)
      if (holds(as_published, c.arm)) as_published.push_back(c.name);
    e_.decompositions = load_decompositions(e_.resolved, as_published, e_.seed, d_);
    e_.claims = load_claims(e_.resolved, as_published, e_.seed, d_);
    RunTable planned;
    for (const auto& run : e_.runs) {
      RunInfo info;
      info.arm = run.arm;
      info.replicate = run.replicate;
      info.repeat = run.repeat;
      info.sweep = run.sweep;
      // Equal where the graph will be: same connectome and null models, and the same seed where one of them draws.
      const auto& tree = run.scenario.resolved;
      const auto text = [&](const char* key) {
        return tree.find(key) ? write_toml_value(*tree.find(key)) : std::string();
      };
      const bool is_drawn = !run.scenario.null_models.empty() || draws(run.scenario);
      info.graph_id =
          text("connectome") + text("null_model") + (is_drawn ? fmt::format("{}", run.scenario.seeds.graph) : "");
      planned.runs.push_back(std::move(info));
    }
    if (!d_.ok()) return;
    check_collapses(planned);
    if (!d_.ok()) return;
    collapse(e_.collapses, planned);
    for (const auto& problem : check_claims(e_.claims, planned.runs, e_.decompositions)) {
      if (problem.is_warning)
        e_.warnings.push_back(problem.at.text() + ": " + problem.text);
      else
        d_.error(problem.at, problem.text);
    }
  }

  void check_collapses(const RunTable& planned) {
    for (const auto& c : e_.collapses) {
      const auto selection = select_runs(planned.runs, c.arm, {});
      if (!selection.error.empty()) d_.error(c.at, "collapse: " + selection.error);
      if (std::ranges::any_of(e_.arms, [&](const auto& arm) { return arm.name == c.name; }))
        d_.error(c.at,
                 fmt::format("collapse: '{}' is an arm of runs already; give the collapsed runs a name of their own",
                             c.name));
      for (const size_t r : selection.runs) {
        const auto& sweep = planned.runs[r].sweep;
        const auto found = std::ranges::find(sweep, c.along, &std::pair<std::string, std::string>::first);
        if (found != sweep.end() && parse_toml_value(found->second, {}).is_number()) continue;
        d_.error(c.at, found == sweep.end()
                           ? fmt::format("collapse: arm '{}' does not sweep '{}'", c.arm, c.along)
                           : fmt::format("collapse: '{}' takes the value {}: only numbers have an order", c.along,
                                         found->second));
        break;
      }
    }
  }

  // The random streams listed under a key of an arm.
  std::vector<std::string> streams(const Node& arm, const char* key) {
    std::vector<std::string> out;
    const auto* list = arm.find(key);
    if (!list) return out;
    for (const auto& i : list->items) {
      if (!holds(all_streams, i.text))
        d_.error(i.at, fmt::format("no random stream '{}'{}; there are graph, wiring, noise, initial", i.text,
                                   did_you_mean(i.text, all_streams)));
      out.push_back(i.text);
    }
    return out;
  }

  // Streams depend on arm, replicate and repeat, not on the sweep point: points of a sweep share their random numbers.
  struct StreamPlan {
    std::vector<std::string> shared, paired;
  };
  uint64_t stream_seed(const StreamPlan& plan, const PlannedRun& run, const std::string& stream) const {
    const bool is_shared = holds(plan.shared, stream), is_paired = holds(plan.paired, stream);
    const std::string owner = is_shared ? "shared" : is_paired ? "paired" : run.arm;
    uint64_t seed = eg::mix_key(e_.seed, owner + ":" + stream, is_shared ? 0 : run.replicate);
    if (run.repeat > 0 && !is_shared && holds(repeated_streams, stream)) seed = eg::mix_key(seed, "repeat", run.repeat);
    return seed >> 2;
  }

  // A swept key would be labelled with a value that it does not have; one that is given is where the search begins,
  // unless that is said elsewhere.
  void check_given_twice(const OptimizationSpec& spec, const Node& arm, const Node* sweep, Diagnostics& d) const {
    const auto* set = arm.find("set");
    for (const auto& p : spec.parameters) {
      const auto is_it = [&](const auto& member) { return member.key == p.key; };
      const auto is_override = [&](const auto& text) { return text.starts_with(p.key + "="); };
      const char* where = set && std::ranges::any_of(set->members, is_it)         ? "set in this arm"
                          : std::ranges::any_of(quick_settings_, is_it)           ? "in [quick]"
                          : std::ranges::any_of(scenario_overrides_, is_override) ? "given with --set"
                                                                                  : nullptr;
      if (sweep && std::ranges::any_of(sweep->members, is_it))
        d.error(p.at, fmt::format("optimize: '{}' is swept: it cannot be looked for as well", p.key));
      else if (where && p.first)
        d.error(p.at,
                fmt::format("optimize: '{}' is {} and has an 'initial': where does the search begin?", p.key, where));
    }
  }

  // Where a search begins, from the scenario at its sweep point.
  bool begin_search(Optimization& search, const OptimizationSpec& spec, const Node& tree, const fs::path& base_file) {
    search.spec = spec;
    Diagnostics ignored, found;  // the scenario may be incomplete without the values
    const Node resolved = resolve_scenario(tree, base_file, registry_, paths_, ignored).resolved;
    search.parameters = searched_parameters(spec, tree, resolved, found);
    d_.take(found);
    return found.ok();
  }

  // All else that a search needs, from the first run at its values in the beginning. `fixed`: streams whose seeds are
  // those of the arm's runs.
  bool complete_search(Optimization& search, const PlannedRun& run, Node tree, const fs::path& base_file,
                       const std::vector<std::string>& fixed) {
    search.arm = run.arm;
    search.sweep = run.sweep;
    search.population = search.spec.population.value_or(CmaEs::default_population(search.n()));
    search.run_s = run.scenario.duration_ms * 1e-3;
    search.seed = eg::mix_key(e_.seed, "optimize:" + run.arm);
    search.scenario = [tree = std::move(tree), base_file, parameters = search.parameters, &registry = registry_,
                       paths = paths_](std::span<const double> values, const StreamSeeds& seeds) {
      Node with_values = tree;
      Diagnostics d;
      set_values(parameters, values, with_values, d);
      for (const auto& [stream, seed] : {std::pair{"graph", seeds.graph},
                                         {"wiring", seeds.wiring},
                                         {"noise", seeds.noise},
                                         {"initial", seeds.initial}})
        set_path(with_values, std::string("run.seeds.") + stream, Node::of_integer(static_cast<int64_t>(seed)));
      Scenario out = resolve_scenario(std::move(with_values), base_file, registry, paths, d);
      d.throw_if_any();
      return out;
    };
    search.training_seeds = [first = run.scenario.seeds, fixed, arm = run.arm, seed = e_.seed](size_t generation,
                                                                                               size_t replicate) {
      const auto one = [&](const char* stream, uint64_t of_arm) {
        if (holds(fixed, stream)) return of_arm;
        const uint64_t key = eg::mix_key(seed, fmt::format("optimize:{}:{}", arm, stream), generation);
        return eg::mix_key(key, "replicate", replicate) >> 2;
      };
      return StreamSeeds{one("graph", first.graph), one("wiring", first.wiring), one("noise", first.noise),
                         one("initial", first.initial)};
    };
    if (std::ranges::all_of(all_streams, [&](const auto& stream) { return holds(fixed, stream); }))
      warn_once(
          fmt::format("{}: arm '{}' has the seeds of all its streams given or shared: the search sees the very "
                      "runs that the arm is judged by",
                      search.spec.at.text(), run.arm));
    return check_bounds(search, run.scenario.seeds);
  }

  // What a plugin refuses at a bound is said now and not by a candidate.
  bool check_bounds(const Optimization& search, const StreamSeeds& seeds) {
    for (const bool is_high : {false, true}) {
      std::vector<double> values;
      for (const auto& p : search.parameters)
        for (const double v : p.initial) values.push_back((is_high ? p.spec.high : p.spec.low).value_or(v));
      try {
        (void)search.scenario(values, seeds);
      } catch (const Failure& e) {
        d_.error(search.spec.at, fmt::format("optimize: the scenario is not valid at the {} bounds of the parameters:\n"
                                             "  {}",
                                             is_high ? "upper" : "lower", e.what()));
        return false;
      }
    }
    return true;
  }

  void warn_once(const std::string& text) {
    if (!holds(e_.warnings, text)) e_.warnings.push_back(text);
  }

  // A name for files that no other search has: the arm's, without what folders and shells stumble over. `point`: from
  // 1, 0 if there is one only.
  std::string file_name(const std::string& arm, size_t point) const {
    std::string base;
    for (const char c : arm) base += std::isalnum(static_cast<unsigned char>(c)) || c == '-' ? c : '_';
    if (point > 0) base += fmt::format("-{}", point);
    std::string out = base;
    for (int k = 2; std::ranges::find(e_.optimizations, out, &Optimization::name) != e_.optimizations.end(); ++k)
      out = fmt::format("{}_{}", base, k);
    return out;
  }

  void plan_arm(const Node& arm, const std::string& name) {
    const StreamPlan streams_of_arm{streams(arm, "shared_streams"), streams(arm, "paired_streams")};
    for (const auto& stream : streams_of_arm.shared)
      if (holds(streams_of_arm.paired, stream))
        d_.error(arm.find("paired_streams")->at,
                 fmt::format("stream '{}' is in shared_streams and in paired_streams of arm '{}': one number for all "
                             "replicates, or one per replicate for all arms?",
                             stream, name));
    const std::string base_text = text_of(arm, "base").empty() ? text_of(e_.resolved, "base") : text_of(arm, "base");
    const fs::path base_file = e_.file.parent_path() / base_text;
    const Node& base_node = text_of(arm, "base").empty() ? *e_.resolved.find("base") : *arm.find("base");
    if (!fs::exists(base_file)) {
      d_.error(base_node.at, fmt::format("the scenario '{}' does not exist", base_text));
      return;
    }
    Node base = read_with_includes(base_file);
    if (const auto* phases = e_.resolved.find("phase"); phases && !phases->items.empty()) {
      base.set("phase", *phases);
      if (Node* run = base.find("run")) run->erase("duration_ms");  // it was that of other phases, or of none
    }
    if (const auto* nulls = arm.find("null_model")) base.set("null_model", *nulls);
    if (const auto* set = arm.find("set"))
      for (const auto& m : set->members)
        if (!set_path(base, m.key, m.value))
          d_.error(m.key_at, fmt::format("there is no place '{}' in the scenario", m.key));
    for (const auto& m : quick_settings_)
      if (!set_path(base, m.key, m.value))
        d_.error(m.key_at, fmt::format("there is no place '{}' in the scenario", m.key));
    apply_overrides(base, scenario_overrides_);

    const auto* sweep = arm.find("sweep") ? arm.find("sweep") : e_.resolved.find("sweep");
    const auto count = [&](const char* key) {
      return static_cast<size_t>(std::max<int64_t>(1, arm.find(key)->integer));
    };
    const size_t replicates = count("replicates"), repeats = count("repeats");
    const auto* optimize = arm.find("optimize");
    if (optimize && !optimize->is(Node::Kind::table)) return;  // reported by the table's check
    std::optional<OptimizationSpec> searched;
    if (optimize) {
      Diagnostics found;
      searched = load_optimization(*optimize, found);
      check_given_twice(*searched, arm, sweep, found);
      d_.take(found);
      if (!found.ok()) return;
    }
    ArmPlan plan{name, text_of(arm, "text"), arm.find("as_published")->flag, 0};
    const auto points = sweep_points(sweep, e_.seed, d_);
    for (size_t p = 0; p < points.size(); ++p) {
      Optimization search;
      for (size_t k = 0; k < replicates * repeats; ++k) {
        PlannedRun run{name, k / repeats, k % repeats, {}, {}};
        Node tree = base;
        for (const auto& [key, value] : points[p]) {
          run.sweep.emplace_back(key, write_toml_value(value));
          if (!set_path(tree, key, value))
            d_.error(value.at, fmt::format("there is no place '{}' in the scenario", key));
          if (!holds(e_.sweep_keys, key)) e_.sweep_keys.push_back(key);
        }
        if (searched && k == 0 && !begin_search(search, *searched, tree, base_file)) return;
        if (searched && !set_values(search.parameters, search.initial(), tree, d_)) return;
        std::vector<std::string> given;
        for (const auto& stream : all_streams)
          if (find_path(tree, "run.seeds." + stream))
            given.push_back(stream);
          else
            set_path(tree, "run.seeds." + stream,
                     Node::of_integer(static_cast<int64_t>(stream_seed(streams_of_arm, run, stream))));
        Diagnostics found;
        const Node as_written = searched && k == 0 ? tree : Node();
        run.scenario = resolve_scenario(std::move(tree), base_file, registry_, paths_, found);
        for (const auto& w : found.warnings())
          if (!holds(e_.warnings, w)) e_.warnings.push_back(w);
        d_.take(found);
        if (!found.ok()) return;  // the other runs of this arm would say the same
        run.keep_everything = text_of(arm, "keep") == "everything";
        run.keep_regions = text_of(arm, "keep") != "group_metrics";
        if (searched && k == 0) {
          given.insert(given.end(), streams_of_arm.shared.begin(), streams_of_arm.shared.end());
          search.name = file_name(name, points.size() > 1 ? p + 1 : 0);
          if (!complete_search(search, run, as_written, base_file, given)) return;
        }
        if (searched) search.runs.push_back(e_.runs.size());
        e_.runs.push_back(std::move(run));
        ++plan.n_runs;
      }
      if (searched) e_.optimizations.push_back(std::move(search));
    }
    e_.arms.push_back(plan);
  }

  PluginRegistry& registry_;
  const PathResolver& paths_;
  Diagnostics& d_;
  std::vector<std::string> experiment_overrides_, scenario_overrides_;
  std::vector<Node::Member> quick_settings_;  // of scenarios
  Experiment e_;
};

}  // namespace

bool is_experiment(const Node& root) { return root.find("arm") != nullptr || root.find("base") != nullptr; }

Experiment plan_experiment(Node root, const fs::path& file, const std::vector<std::string>& overrides, bool quick,
                           PluginRegistry& registry, const PathResolver& paths, Diagnostics& diagnostics) {
  return Planner(std::move(root), file, overrides, quick, registry, paths, diagnostics).plan();
}

}  // namespace encephagen
