// From a tree of TOML to a scenario: the order of the work, and what is not about populations.
#include "scenario/scenario_resolver.hpp"

#include <fmt/format.h>

#include "encephagen/sdk/random.hpp"
#include "scenario/calibrate.hpp"
#include "scenario/scenario_spec.hpp"

namespace encephagen {

Scenario Resolver::resolve() {
  Node& root = s_.resolved;
  root.erase("include");
  check_table(scenario_spec(), root, d_);
  s_.title = View{root}.text("title");
  if (Node* t = top_table("run"))
    run(*t);
  else
    phases();
  weights();
  groups();
  connectome();
  modulators();
  bodies();
  templates();
  for_each_in(root, "long_range", [&](Node& t) { projections_of(t, [&] { long_range(t); }); });
  name_projections();
  follows_and_set_weights();
  modulator_events();
  body_actors();
  for_each_in(root, "perturbation", [&](Node& t) { perturbation(t); });
  for_each_in(root, "encoder", [&](Node& t) { encoder(t); });
  for_each_in(root, "stimulus", [&](Node& t) { stimulus(t); });
  for_each_in(root, "spike_train", [&](Node& t) { spike_train(t); });
  phase_choices();
  records();
  for_each_in(root, "analyzer", [&](Node& t) { analyzer(t); });
  modulator_analyzers();
  s_.calibrate = parse_calibrate(s_, d_);
  for (const auto* choice : s_.plugins()) use_files(*choice);
  s_.warnings = d_.warnings();
  return std::move(s_);
}

void Resolver::run(Node& t) {
  const View v{t};
  s_.dt_ms = v.number("dt_ms", 0.1);
  s_.checkpoint_every_ms = v.number("checkpoint_every_ms");
  phases();
  duration(t);
  s_.transient_ms = v.number("transient_ms");
  s_.single_precision = v.text("precision") == "single";
  s_.runaway_hz = v.number("runaway_hz");
  if (s_.transient_ms >= s_.duration_ms && s_.duration_ms > 0)
    d_.error(v.at("transient_ms"), fmt::format("'transient_ms' = {} leaves nothing of 'duration_ms' = {} to record",
                                               s_.transient_ms, s_.duration_ms));
  const auto seed = static_cast<uint64_t>(v.integer("seed", 1));
  Node* seeds = t.find("seeds");
  if (!seeds) seeds = &t.set("seeds", Node{});
  const auto stream = [&](const char* name) {
    if (const auto* n = seeds->find(name)) return static_cast<uint64_t>(n->integer);
    // 62 bits, so that a TOML integer holds it.
    const uint64_t derived = eg::mix_key(seed, name) >> 2;
    seeds->set(name, Node::of_integer(static_cast<int64_t>(derived)));
    return derived;
  };
  s_.seeds = {stream("graph"), stream("wiring"), stream("noise"), stream("initial")};
}

void Resolver::weights() {
  Node* t = top_table("weights");
  if (!t) {
    Node empty;
    check_table(*scenario_spec().find("weights")->table, empty, d_);
    t = &s_.resolved.set("weights", empty);
  }
  s_.saves_weights = View{*t}.flag("save");
}

void Resolver::groups() {
  Node* t = top_table("groups");
  if (!t) {
    Node empty;
    check_table(*scenario_spec().find("groups")->table, empty, d_);
    t = &s_.resolved.set("groups", empty);
  }
  const View v{*t};
  s_.groups.attribute = v.text("attribute");
  s_.groups.other = v.text("other");
  s_.groups.substring = v.text("match") == "substring";
  s_.groups.case_sensitive = v.flag("case_sensitive");
  if (const auto* list = t->find("define"))
    for (const auto& g : list->items) s_.groups.define.emplace_back(View{g}.text("name"), View{g}.texts("labels"));
}

void Resolver::connectome() {
  if (Node* t = top_table("connectome")) {
    const auto chosen = choose_plugin("connectome", *t, registry_, d_);
    if (Node* f = t->find("fallback"); f && f->is(Node::Kind::table)) {
      const auto other = choose_plugin("connectome", *f, registry_, d_);
      if (other.usable()) s_.fallback = other;
    }
    if (chosen.usable()) s_.connectome = chosen, find_data(chosen);
  }
  for_each_in(s_.resolved, "null_model", [&](Node& n) {
    const auto chosen = choose_plugin("null_model", n, registry_, d_);
    if (chosen.usable()) s_.null_models.push_back(chosen);
    if (!s_.connectome) d_.error(n.at, "a null model needs a [connectome] to start from");
  });
}

// Data that is not there is an error, or the reason to use the fallback.
void Resolver::find_data(const PluginChoice& chosen) {
  Diagnostics missing;
  (void)param_values(chosen, paths_, missing);
  if (missing.ok()) return;
  if (s_.fallback) {
    s_.uses_fallback = true;
    d_.warning(chosen.at,
               fmt::format("the data of connectome '{}' were not found; the run uses the fallback '{}', a synthetic "
                           "connectome: its results say nothing about real brains",
                           chosen.found->plugin->name, s_.fallback->found->plugin->name));
    return;
  }
  (void)param_values(chosen, paths_, d_);
}

// Notes the files that a plugin's parameters name. Missing ones are errors, except the connectome's, reported already.
void Resolver::use_files(const PluginChoice& choice) {
  const eg_plugin& plugin = *choice.found->plugin;
  for (uint32_t i = 0; i < plugin.n_params; ++i) {
    const auto& p = plugin.params[i];
    const Node* v = choice.params.find(p.name);
    if ((p.type != EG_FILE && p.type != EG_DATASET) || !v || v->text.empty()) continue;
    Diagnostics unheard;
    const bool reported = s_.connectome && &choice == &*s_.connectome;
    const auto path = (p.type == EG_FILE ? paths_.file : paths_.dataset)(v->text, v->at, reported ? unheard : d_);
    if (path) s_.data_files.emplace_back(v->text, *path);
  }
}

Scenario resolve_scenario(Node root, const std::filesystem::path& file, PluginRegistry& registry,
                          const PathResolver& resolver, Diagnostics& diagnostics) {
  return Resolver(std::move(root), file, registry, resolver, diagnostics).resolve();
}

}  // namespace encephagen
