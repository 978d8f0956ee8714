// A checked scenario: from a tree of TOML to what the engine needs.
#include "scenario/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "encephagen/sdk/random.hpp"
#include "host/text.hpp"
#include "scenario/scenario_spec.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;

// Reads typed values out of a table that passed its check.
struct View {
  const Node& table;
  double number(std::string_view key, double otherwise = 0) const {
    const auto* n = table.find(key);
    return n && n->is_number() ? n->number : otherwise;
  }
  int64_t integer(std::string_view key, int64_t otherwise = 0) const {
    const auto* n = table.find(key);
    return n ? n->integer : otherwise;
  }
  bool flag(std::string_view key) const {
    const auto* n = table.find(key);
    return n && n->flag;
  }
  std::string text(std::string_view key) const {
    const auto* n = table.find(key);
    return n ? n->text : "";
  }
  std::vector<std::string> texts(std::string_view key) const {
    std::vector<std::string> out;
    if (const auto* n = table.find(key))
      for (const auto& i : n->items) out.push_back(i.text);
    return out;
  }
  Position at(std::string_view key) const {
    const auto* n = table.find(key);
    return n ? n->at : table.at;
  }
};

Selector parse_selector(const Node& node) {
  Selector s;
  s.at = node.at;
  const auto dot = node.text.rfind('.');
  if (dot == std::string::npos) {
    s.population = node.text;
  } else {
    s.region = node.text.substr(0, dot);
    s.population = node.text.substr(dot + 1);
  }
  return s;
}

// The one member whose key is `name` or name_UNIT; its unit is what follows.
const Node::Member* member_with_unit(const Node& table, std::string_view name, std::string& unit) {
  for (const auto& m : table.members)
    if (m.key == name || m.key.starts_with(std::string(name) + "_")) {
      unit = m.key == name ? "" : m.key.substr(name.size() + 1);
      return &m;
    }
  return nullptr;
}

bool port_has_unit(const char* port, const std::string& unit) {
  const std::string_view p = port;
  return p.ends_with("_" + unit) || p == unit;
}

class Resolver {
 public:
  Resolver(Node root, const fs::path& file, PluginRegistry& registry, const PathResolver& paths, Diagnostics& d)
      : registry_(registry), paths_(paths), d_(d) {
    s_.file = file;
    s_.resolved = std::move(root);
  }

  Scenario resolve() {
    Node& root = s_.resolved;
    root.erase("include");
    check_table(scenario_spec(), root, d_);
    s_.title = View{root}.text("title");
    if (Node* t = root.find("run"); t && t->is(Node::Kind::table)) run(*t);
    groups();
    connectome();
    if (Node* t = root.find("region"); t && t->is(Node::Kind::table)) regions(*t);
    for_each_in("long_range", [&](Node& t) { projection(t, true); });
    for_each_in("encoder", [&](Node& t) { encoder(t); });
    for_each_in("stimulus", [&](Node& t) { stimulus(t); });
    records();
    for_each_in("analyzer", [&](Node& t) { analyzer(t); });
    s_.calibrate = parse_calibrate(s_, d_);
    for (const auto* choice : s_.plugins()) use_files(*choice);
    s_.warnings = d_.warnings();
    return std::move(s_);
  }

 private:
  template <class F>
  void for_each_in(std::string_view key, F&& f) {
    if (Node* list = s_.resolved.find(key); list && list->is(Node::Kind::array))
      for (auto& item : list->items)
        if (item.is(Node::Kind::table)) f(item);
  }

  void run(Node& t) {
    const View v{t};
    s_.dt_ms = v.number("dt_ms", 0.1);
    s_.duration_ms = v.number("duration_ms");
    s_.transient_ms = v.number("transient_ms");
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

  void groups() {
    Node* t = s_.resolved.find("groups");
    if (!t || !t->is(Node::Kind::table)) {
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

  void connectome() {
    Node* t = s_.resolved.find("connectome");
    if (t && t->is(Node::Kind::table)) {
      const auto chosen = choose_plugin("connectome", *t, registry_, d_);
      if (Node* f = t->find("fallback"); f && f->is(Node::Kind::table)) {
        const auto other = choose_plugin("connectome", *f, registry_, d_);
        if (other.usable()) s_.fallback = other;
      }
      if (chosen.usable()) s_.connectome = chosen, find_data(chosen);
    }
    for_each_in("null_model", [&](Node& n) {
      const auto chosen = choose_plugin("null_model", n, registry_, d_);
      if (chosen.usable()) s_.null_models.push_back(chosen);
      if (!s_.connectome) d_.error(n.at, "a null model needs a [connectome] to start from");
    });
  }

  // Data that is not there is an error, or the reason to use the fallback.
  void find_data(const PluginChoice& chosen) {
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

  // Notes the files that a plugin's parameters name. Missing ones are errors, except the connectome's, reported
  // already.
  void use_files(const PluginChoice& choice) {
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

  void regions(Node& t) {
    s_.templates.emplace_back();
    if (Node* map = t.find("population"); map && map->is(Node::Kind::table)) {
      if (map->members.empty()) d_.error(map->at, "[region] needs at least one population");
      for (auto& m : map->members) {
        if (!m.value.is(Node::Kind::table)) continue;
        PopulationSpec p;
        p.name = p.short_name = m.key;
        p.plugin = choose_plugin("neuron", m.value, registry_, d_);
        p.n = static_cast<size_t>(std::max<int64_t>(1, View{m.value}.integer("n", 1)));
        if (p.plugin.usable())
          s_.populations.push_back(p);
        else
          broken_.push_back(m.key);
      }
    }
    if (Node* list = t.find("projection"); list && list->is(Node::Kind::array))
      for (auto& item : list->items)
        if (item.is(Node::Kind::table)) projection(item, false);
  }

  std::optional<size_t> population(const std::string& name, const Position& at) {
    std::vector<std::string> names;
    for (size_t i = 0; i < s_.populations.size(); ++i) {
      if (s_.populations[i].name == name) return i;
      names.push_back(s_.populations[i].name);
    }
    // A population whose plugin is missing has been reported already.
    if (std::ranges::find(broken_, name) == broken_.end())
      d_.error(at, fmt::format("no population named '{}'{}", name, did_you_mean(name, names)));
    return std::nullopt;
  }

  std::optional<ConnectionRule> rule(const Node& t, bool is_long_range) {
    const Node* r = t.find("rule");
    if (!r || !r->is(Node::Kind::table)) return std::nullopt;
    static constexpr std::pair<std::string_view, RuleKind> kinds[] = {
        {"bernoulli", RuleKind::bernoulli},
        {"fixed_indegree", RuleKind::fixed_indegree},
        {"fixed_total", RuleKind::fixed_total},
        {"all_to_all", RuleKind::all_to_all},
        {"one_to_one", RuleKind::one_to_one},
        {"bernoulli_per_weight", RuleKind::bernoulli_per_weight},
        {"rate_per_weight", RuleKind::rate_per_weight}};
    std::optional<ConnectionRule> out;
    for (const auto& [name, kind] : kinds)
      if (const auto* v = r->find(name)) {
        if (out) {
          d_.error(
              r->at,
              "a connection rule is exactly one of bernoulli, fixed_indegree, fixed_total, all_to_all, one_to_one, "
              "bernoulli_per_weight, rate_per_weight");
          return std::nullopt;
        }
        out = ConnectionRule{kind, v->number};
      }
    if (!out) {
      if (r->members.empty()) d_.error(r->at, "the connection rule is empty; write for example { bernoulli = 0.1 }");
      return std::nullopt;
    }
    const bool scaled = out->kind == RuleKind::bernoulli_per_weight || out->kind == RuleKind::rate_per_weight;
    if (scaled != is_long_range) {
      d_.error(r->at, is_long_range ? "between regions the rule must say what a connectome weight means: "
                                      "bernoulli_per_weight or rate_per_weight"
                                    : "rules per connectome weight belong to [[long_range]]");
      return std::nullopt;
    }
    return out;
  }

  void projection(Node& t, bool is_long_range) {
    const View v{t};
    ProjectionSpec p;
    p.is_long_range = is_long_range;
    p.at = t.at;
    const auto r = rule(t, is_long_range);
    const auto from = population(v.text("from"), v.at("from"));
    std::string unit;
    const auto* weight = member_with_unit(t, "weight", unit);
    if (weight && weight->value.is_number()) p.weight.a = weight->value.number;
    if (is_long_range) {
      if (!s_.connectome && !s_.resolved.find("connectome")) d_.error(t.at, "[[long_range]] needs a [connectome]");
      p.global_coupling = v.number("global_coupling", 1);
      if (const auto* delay = t.find("delay"); delay && delay->is(Node::Kind::table)) {
        const View dv{*delay};
        if (delay->find("velocity_m_per_s")) p.velocity_m_per_s = dv.number("velocity_m_per_s");
        if (delay->find("fixed_ms")) p.delay_ms = ValueSpec{.a = dv.number("fixed_ms")};
        p.length_scale = dv.number("length_scale", 1);
        p.minimum_delay_ms = dv.number("minimum_ms");
        if (p.velocity_m_per_s.has_value() == p.delay_ms.has_value())
          d_.error(delay->at, "a delay is exactly one of velocity_m_per_s, fixed_ms");
      }
    } else {
      p.delay_ms = ValueSpec{.a = v.number("delay_ms", 0.1)};
      p.autapses = v.flag("autapses");
    }
    if (Node* rules = t.find("plasticity"); rules && rules->is(Node::Kind::array))
      for (auto& item : rules->items) {
        const auto chosen = choose_plugin("plasticity", item, registry_, d_);
        if (chosen.usable()) p.plasticity.push_back(chosen), plastic(p.plasticity.back(), t, item.at);
      }
    if (!r || !from) {
      for (const auto& name : v.texts("to")) (void)population(name, v.at("to"));
      return;
    }
    p.rule = *r;
    p.from = *from;
    const auto& source = s_.populations[p.from];
    const bool rate = p.rule.kind == RuleKind::rate_per_weight;
    if (rate && source.unit().n_outputs == 0) {
      d_.error(
          v.at("rule"),
          fmt::format(
              "population '{}' ({}) has no continuous output for a rate coupling; use bernoulli_per_weight for spikes",
              source.name, source.plugin.found->plugin->name));
      return;
    }
    if (!rate && !source.can_spike()) {
      d_.error(v.at("rule"), fmt::format("population '{}' ({}) does not spike; between regions use rate_per_weight",
                                         source.name, source.plugin.found->plugin->name));
      return;
    }
    if (rate && !p.plasticity.empty()) d_.error(t.at, "plasticity acts on spikes, not on a rate coupling");
    if (!rate && !weight) {
      d_.error(t.at, fmt::format("{} needs a weight with its unit, for example weight_mv",
                                 is_long_range ? "[[long_range]]" : "[[region.projection]]"));
      return;
    }
    for (const auto& name : v.texts("to")) {
      const auto to = population(name, v.at("to"));
      if (!to) continue;
      const auto& target = s_.populations[*to];
      const auto port = choose_port(target, v.text("port"), !rate, p.weight.a,
                                    v.at(t.find("port") && !v.text("port").empty() ? "port" : "to"), d_);
      if (!port) continue;
      if (!unit.empty() && !port_has_unit(target.unit().inputs[*port].name, unit)) {
        d_.error(weight->key_at,
                 fmt::format("'{}' is in {}, but port '{}' of {} '{}' is not", weight->key, unit,
                             target.unit().inputs[*port].name, "neuron", target.plugin.found->plugin->name));
        continue;
      }
      if (p.rule.kind == RuleKind::one_to_one && source.n != target.n) {
        d_.error(v.at("rule"), fmt::format("one_to_one needs populations of one size, '{}' has {} and '{}' {}",
                                           source.name, source.n, target.name, target.n));
        continue;
      }
      p.to = *to;
      p.port = *port;
      s_.projections.push_back(p);
    }
  }

  // A rule may need state of the postsynaptic neuron and signals that nothing provides yet.
  void plastic(const PluginChoice& chosen, const Node& projection, const Position& at) {
    const auto& edge = *static_cast<const eg_edge*>(chosen.found->plugin->table);
    for (uint32_t m = 0; m < edge.n_modulators; ++m)
      d_.error(at, fmt::format("plasticity '{}' needs the modulator '{}', which this scenario does not provide",
                               chosen.found->plugin->name, edge.modulators[m]));
    for (const auto& name : View{projection}.texts("to"))
      for (const auto& pop : s_.populations) {
        if (pop.name != name) continue;
        for (uint32_t k = 0; k < edge.n_post_ports; ++k) {
          bool found = false;
          for (uint32_t c = 0; c < pop.unit().n_state; ++c)
            found |= std::string_view(pop.unit().state[c].name) == edge.post_ports[k];
          if (!found)
            d_.error(at, fmt::format("plasticity '{}' needs the state '{}' of its targets, which neuron '{}' of "
                                     "population '{}' does not have",
                                     chosen.found->plugin->name, edge.post_ports[k], pop.plugin.found->plugin->name,
                                     pop.name));
        }
      }
  }

  // Populations a selector means; an error if none.
  std::vector<size_t> selected(const Selector& s) {
    std::vector<size_t> out;
    std::vector<std::string> names;
    for (size_t i = 0; i < s_.populations.size(); ++i) {
      names.push_back(s_.populations[i].name);
      if (glob_match(s.population, names.back(), true)) out.push_back(i);
    }
    if (out.empty() && broken_.empty() && !names.empty())
      d_.error(s.at, fmt::format("no population named '{}'{}", s.population, did_you_mean(s.population, names)));
    return out;
  }

  void encoder(Node& t) {
    EncoderSpec e;
    e.plugin = choose_plugin("encoder", t, registry_, d_);
    const Node* to = t.find("to");
    if (!to || !to->is(Node::Kind::text)) return;
    e.to = parse_selector(*to);
    e.port = View{t}.text("port");
    for (const size_t p : selected(e.to)) (void)choose_port(s_.populations[p], e.port, true, 1.0, to->at, d_);
    if (e.plugin.usable()) s_.encoders.push_back(e);
  }

  void stimulus(Node& t) {
    const View v{t};
    const Node* to = t.find("to");
    if (!to || !to->is(Node::Kind::text)) return;
    StimulusSpec s;
    s.to = parse_selector(*to);
    s.port = v.text("port");
    s.onset_ms = v.number("onset_ms");
    s.duration_ms = v.number("duration_ms");
    std::string unit;
    const auto* amplitude = member_with_unit(t, "amplitude", unit);
    if (amplitude) s.amplitude = amplitude->value.number;
    for (const size_t p : selected(s.to)) {
      const auto port = choose_port(s_.populations[p], s.port, false, 1.0, to->at, d_);
      if (port && amplitude && !unit.empty() && !port_has_unit(s_.populations[p].unit().inputs[*port].name, unit))
        d_.error(amplitude->key_at, fmt::format("'{}' is in {}, but port '{}' of neuron '{}' is not", amplitude->key,
                                                unit, s_.populations[p].unit().inputs[*port].name,
                                                s_.populations[p].plugin.found->plugin->name));
    }
    s_.stimuli.push_back(s);
  }

  void records() {
    Node* list = s_.resolved.find("record");
    if (!list || !list->is(Node::Kind::array) || list->items.empty()) {
      Node defaults = Node::of_array({});
      for (const auto& p : s_.populations) {
        Node t;
        t.set("from", Node::of_text("*." + p.name));
        if (p.can_spike()) t.set("spikes", Node::of_flag(true));
        check_table(*scenario_spec().find("record")->table, t, d_);
        defaults.items.push_back(t);
      }
      list = &s_.resolved.set("record", defaults);
    }
    for (auto& item : list->items)
      if (item.is(Node::Kind::table)) record(item);
  }

  void record(Node& t) {
    const View v{t};
    const Node* from = t.find("from");
    if (!from || !from->is(Node::Kind::text)) return;
    RecordSpec r;
    r.from = parse_selector(*from);
    r.spikes = v.flag("spikes");
    r.store = v.flag("store");
    r.every_ms = v.number("every_ms", 1);
    const double steps = r.every_ms / s_.dt_ms;
    if (!r.spikes && (std::abs(steps - std::round(steps)) > 1e-6 || steps < 0.5))
      d_.error(v.at("every_ms"), fmt::format("'every_ms' = {} is not a multiple of dt_ms = {}", r.every_ms, s_.dt_ms));
    for (const size_t p : selected(r.from)) {
      const auto& pop = s_.populations[p];
      r.population = p;
      if (r.spikes && !pop.can_spike()) {
        d_.error(v.at("spikes"),
                 fmt::format("population '{}' ({}) does not spike", pop.name, pop.plugin.found->plugin->name));
        continue;
      }
      if (!r.spikes && !state(r, pop, v)) continue;
      r.name = v.text("name").empty() ? pop.name + "." + (r.spikes ? "spikes" : pop.unit().state[r.state].name)
                                      : v.text("name");
      for (const auto& other : s_.records)
        if (other.name == r.name)
          d_.error(t.at, fmt::format("two recordings are named '{}'; give one another 'name'", r.name));
      s_.records.push_back(r);
    }
  }

  bool state(RecordSpec& r, const PopulationSpec& pop, const View& v) {
    const auto& unit = pop.unit();
    const std::string wanted = v.text("state");
    if (wanted.empty()) {
      if (unit.n_state == 0) return false;
      r.state = unit.n_outputs > 0 ? unit.outputs[0].exposes : 0;
      return true;
    }
    std::vector<std::string> names;
    for (uint32_t c = 0; c < unit.n_state; ++c) {
      names.emplace_back(unit.state[c].name);
      if (names.back() == wanted) return r.state = c, true;
    }
    d_.error(v.at("state"), fmt::format("neuron '{}' has no state '{}'{}", pop.plugin.found->plugin->name, wanted,
                                        did_you_mean(wanted, names)));
    return false;
  }

  void analyzer(Node& t) {
    AnalyzerSpec a;
    a.plugin = choose_plugin("analyzer", t, registry_, d_);
    const View v{t};
    a.name = v.text("name");
    a.prefix = v.text("prefix");
    const std::string input = v.text("input");
    std::vector<std::string> names;
    for (const auto& r : s_.records) names.push_back(r.name);
    const auto at = input.empty() ? names.begin() : std::ranges::find(names, input);
    if (at == names.end()) {
      if (!input.empty())
        d_.error(v.at("input"), fmt::format("no recording named '{}'{}", input, did_you_mean(input, names)));
      return;
    }
    a.input = static_cast<size_t>(at - names.begin());
    if (!a.plugin.usable()) return;
    if (a.name.empty()) a.name = a.plugin.found->plugin->name;
    const auto taken = [&](const std::string& n) {
      return std::ranges::any_of(s_.analyzers, [&](const auto& o) { return o.name == n; });
    };
    const std::string base = a.name;
    for (int k = 2; taken(a.name); ++k) a.name = fmt::format("{}-{}", base, k);
    s_.analyzers.push_back(a);
  }

  PluginRegistry& registry_;
  const PathResolver& paths_;
  Diagnostics& d_;
  Scenario s_;
  std::vector<std::string> broken_;  // populations whose plugin could not be used
};

}  // namespace

std::vector<const PluginChoice*> Scenario::plugins() const {
  std::vector<const PluginChoice*> out;
  if (connectome) out.push_back(uses_fallback ? &*fallback : &*connectome);
  for (const auto& n : null_models) out.push_back(&n);
  for (const auto& p : populations) out.push_back(&p.plugin);
  for (const auto& p : projections)
    for (const auto& rule : p.plasticity) out.push_back(&rule);
  for (const auto& e : encoders) out.push_back(&e.plugin);
  for (const auto& a : analyzers) out.push_back(&a.plugin);
  return out;
}

Node read_with_includes(const fs::path& file) {
  Node root = read_toml(file);
  const Node* include = root.find("include");
  if (!include) return root;
  std::vector<Node> names = include->is(Node::Kind::array) ? include->items : std::vector<Node>{*include};
  Node merged;
  merged.at = root.at;
  for (const auto& name : names) {
    if (!name.is(Node::Kind::text))
      throw Failure(Exit::scenario_invalid, name.at.text() + ": 'include' needs file names");
    const fs::path path = file.parent_path() / name.text;
    if (!fs::exists(path))
      throw Failure(Exit::scenario_invalid,
                    fmt::format("{}: included file '{}' does not exist", name.at.text(), name.text));
    merge(merged, read_with_includes(path));
  }
  root.erase("include");
  merge(merged, root);
  return merged;
}

void apply_overrides(Node& root, const std::vector<std::string>& overrides) {
  for (const auto& text : overrides) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      throw Failure(Exit::usage, fmt::format("--set {}: write key=value, for example run.seed=7", text));
    const Position origin{"--set " + text, 0, 0};
    if (!set_path(root, text.substr(0, equals), parse_toml_value(text.substr(equals + 1), origin)))
      throw Failure(Exit::usage, fmt::format("--set {}: there is no such place in the scenario", text));
  }
}

Scenario resolve_scenario(Node root, const fs::path& file, PluginRegistry& registry, const PathResolver& resolver,
                          Diagnostics& diagnostics) {
  return Resolver(std::move(root), file, registry, resolver, diagnostics).resolve();
}

std::optional<size_t> choose_port(const PopulationSpec& target, const std::string& name, bool from_spikes, double sign,
                                  const Position& at, Diagnostics& d) {
  const auto& unit = target.unit();
  const char* plugin = target.plugin.found->plugin->name;
  const auto accepts = [&](const eg_column& c) {
    return c.accepts == EG_ACCEPTS_ANY || (c.accepts == EG_ACCEPTS_SPIKES) == from_spikes;
  };
  std::vector<std::string> names;
  for (uint32_t i = 0; i < unit.n_inputs; ++i) {
    const auto& c = unit.inputs[i];
    names.emplace_back(c.name);
    if (!name.empty()) {
      if (names.back() != name) continue;
      if (accepts(c)) return i;
      d.error(at, fmt::format("port '{}' of neuron '{}' does not take {}", name, plugin,
                              from_spikes ? "spikes" : "a continuous input"));
      return std::nullopt;
    }
    const uint32_t want = sign < 0 ? EG_SIGN_INHIBITORY : EG_SIGN_EXCITATORY;
    if (accepts(c) && (c.sign == EG_SIGN_ANY || c.sign == want)) return i;
  }
  if (name.empty())
    d.error(at,
            fmt::format("neuron '{}' of population '{}' has no input port for {}", plugin, target.name,
                        from_spikes ? (sign < 0 ? "inhibitory spikes" : "excitatory spikes") : "a continuous input"));
  else
    d.error(at, fmt::format("neuron '{}' has no input port '{}'{}", plugin, name, did_you_mean(name, names)));
  return std::nullopt;
}

}  // namespace encephagen
