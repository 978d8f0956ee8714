// What is kept of a run, and what is computed from it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "host/text.hpp"
#include "scenario/scenario_resolver.hpp"
#include "scenario/scenario_spec.hpp"

namespace encephagen {
namespace {

// Without a name, the first output.
bool has_state(const PopulationSpec& p, const std::string& name) {
  const auto& unit = p.unit();
  for (uint32_t c = 0; c < unit.n_state; ++c)
    if (name.empty() || unit.state[c].name == name) return true;
  return false;
}

}  // namespace

void Resolver::records() {
  Node* list = s_.resolved.find("record");
  if (!list || !list->is(Node::Kind::array) || list->items.empty())
    list = &s_.resolved.set("record", default_records());
  for (auto& item : list->items)
    if (item.is(Node::Kind::table)) record(item);
}

// Spikes of all that spike, the first output of everything else. A short name stands for a population of every
// template; where not all of them spike, naming the state keeps the others out.
Node Resolver::default_records() {
  Node out = Node::of_array({});
  std::set<std::tuple<std::string, bool, std::string>> seen;
  for (const auto& p : s_.populations) {
    const bool is_mixed = std::ranges::any_of(s_.populations, [&](const auto& other) {
      return other.short_name == p.short_name && other.can_spike() != p.can_spike();
    });
    const auto& unit = p.unit();
    const std::string state =
        is_mixed && !p.can_spike() && unit.n_outputs > 0 ? unit.state[unit.outputs[0].exposes].name : "";
    if (!seen.emplace(p.short_name, p.can_spike(), state).second) continue;
    Node t;
    t.set("from", Node::of_text("*." + p.short_name));
    if (p.can_spike()) t.set("spikes", Node::of_flag(true));
    if (!state.empty()) t.set("state", Node::of_text(state));
    check_table(*scenario_spec().find("record")->table, t, d_);
    out.items.push_back(t);
  }
  return out;
}

void Resolver::record(Node& t) {
  const View v{t};
  if (!v.text("body").empty()) return body_record(t);
  if (v.flag("poses")) d_.error(v.at("poses"), "'poses' are of a body: name it with 'body'");
  const Node* from = t.find("from");
  if (!from || !from->is(Node::Kind::text)) return;
  RecordSpec r;
  r.from = parse_selector(*from);
  r.spikes = v.flag("spikes");
  r.rates = v.flag("rates");
  r.store = v.flag("store");
  r.every_ms = v.number("every_ms", 1);
  r.weights_of = v.text("weights");
  r.phases = phases_chosen(v, "phases");
  const bool of_state = !r.spikes && !r.rates && r.weights_of.empty();
  std::vector<std::string> kinds;
  if (r.spikes) kinds.emplace_back("spikes");
  if (r.rates) kinds.emplace_back("rates");
  if (!v.text("state").empty()) kinds.emplace_back("state");
  if (!r.weights_of.empty()) kinds.emplace_back("weights");
  if (kinds.size() > 1) {
    d_.error(v.at(kinds.back()),
             fmt::format("a recording has one of spikes, rates, state, weights; this has {}", join(kinds, " and ")));
    return;
  }
  const double steps = r.every_ms / s_.dt_ms;
  if (!r.spikes && (std::abs(steps - std::round(steps)) > 1e-6 || steps < 0.5))
    d_.error(v.at("every_ms"), fmt::format("'every_ms' = {} is not a multiple of dt_ms = {}", r.every_ms, s_.dt_ms));
  if (v.has("synapses") && r.weights_of.empty())
    d_.error(v.at("synapses"), "'synapses' are of the projection that 'weights' names");
  if (!r.weights_of.empty()) return weight_record(t, std::move(r));
  const auto populations = selected(r.from);
  const auto can_give = [&](size_t p) {
    const auto& pop = s_.populations[p];
    return of_state ? has_state(pop, v.text("state")) : pop.can_spike();
  };
  const bool any = std::ranges::any_of(populations, can_give);
  for (const size_t p : populations) {
    const auto& pop = s_.populations[p];
    r.population = p;
    if (any && !can_give(p)) continue;  // "*.*" means all that can
    if (!of_state && !pop.can_spike()) {
      d_.error(v.at(r.spikes ? "spikes" : "rates"),
               fmt::format("population '{}' ({}) does not spike", pop.name, pop.plugin.found->plugin->name));
      continue;
    }
    if (of_state && !state(r, pop, v)) continue;
    r.name = v.text("name");
    if (r.name.empty()) {
      r.name = pop.name + "." + (r.spikes ? "spikes" : r.rates ? "rate" : pop.unit().state[r.state].name);
      std::ranges::replace(r.name, '/', '.');  // in results.h5 a slash opens a group
    }
    keep(r, t.at);
  }
}

void Resolver::keep(RecordSpec r, const Position& at) {
  for (const auto& other : s_.records)
    if (other.name == r.name)
      d_.error(at, fmt::format("two recordings are named '{}'; give one another 'name'", r.name));
  s_.records.push_back(std::move(r));
}

void Resolver::body_record(Node& t) {
  const View v{t};
  const auto body = body_called(v, "body");
  for (const char* key : {"from", "state", "spikes", "rates", "weights", "every_ms", "synapses", "name"}) {
    if (t.find(key) && !v.at(key).file.empty())
      d_.error(t.key_position(key), fmt::format("'{}' is not of a body: it is kept at each of its steps", key));
    t.erase(key);
  }
  if (body) s_.body_records.push_back({*body, phases_chosen(v, "phases"), v.flag("poses"), v.flag("store")});
}

void Resolver::weight_record(Node& t, RecordSpec r) {
  const View v{t};
  if (!v.at("from").file.empty()) d_.error(t.key_position("from"), "'weights' are of a projection, not 'from' units");
  t.erase("from");
  const auto found = plastic_called(r.weights_of, v.at("weights"));
  if (!found) return;
  for_each_in(t, "synapses", [&](Node& item) {
    if (item.find("source")) r.synapses.push_back(synapse_of(item, *found));
  });
  r.name = v.text("name").empty() ? r.weights_of + ".weight" : v.text("name");
  keep(std::move(r), t.at);
}

bool Resolver::state(RecordSpec& r, const PopulationSpec& pop, const View& v) {
  const auto& unit = pop.unit();
  const std::string wanted = v.text("state");
  if (wanted.empty()) {
    if (unit.n_state == 0) return false;
    r.state = unit.n_outputs > 0 ? unit.outputs[0].exposes : 0;
    return true;
  }
  const auto found = state_called(pop, wanted, v.at("state"));
  if (found) r.state = *found;
  return found.has_value();
}

std::optional<size_t> Resolver::state_called(const PopulationSpec& pop, const std::string& wanted, const Position& at) {
  const auto& unit = pop.unit();
  std::vector<std::string> names;
  for (uint32_t c = 0; c < unit.n_state; ++c) {
    names.emplace_back(unit.state[c].name);
    if (names.back() == wanted) return c;
  }
  d_.error(at, fmt::format("{} has no state '{}'{}", pop.plugin_text(), wanted, did_you_mean(wanted, names)));
  return std::nullopt;
}

void Resolver::analyzer(Node& t) {
  AnalyzerSpec a;
  a.plugin = choose_plugin("analyzer", t, registry_, d_);
  const View v{t};
  a.name = v.text("name");
  a.prefix = v.text("prefix");
  a.phase = v.text("phase");
  check_phase(v, "phase");
  const std::string input = v.text("input");
  a.body = body_called(v, "body");
  if (!v.text("body").empty() && !input.empty())
    d_.error(v.at("body"), "an analyzer looks at one thing: give it 'body' or 'input'");
  std::vector<std::string> names;
  for (const auto& r : s_.records) names.push_back(r.name);
  const auto at = input.empty() ? names.begin() : std::ranges::find(names, input);
  if (at == names.end() && !a.body) {
    if (input.empty() && v.text("body").empty() && !s_.bodies.empty())
      d_.error(t.at, "nothing is recorded that this analyzer could look at; give it body = \"NAME\"");
    if (!input.empty())
      d_.error(v.at("input"), fmt::format("no recording named '{}'{}", input, did_you_mean(input, names)));
    return;
  }
  a.input = a.body ? s_.records.size() : static_cast<size_t>(at - names.begin());
  if (!a.plugin.usable()) return;
  if (a.name.empty()) a.name = a.plugin.found->plugin->name;
  const auto taken = [&](const std::string& n) {
    return std::ranges::any_of(s_.analyzers, [&](const auto& o) { return o.name == n; });
  };
  const std::string base = a.name;
  for (int k = 2; taken(a.name); ++k) a.name = fmt::format("{}-{}", base, k);
  s_.analyzers.push_back(a);
}

}  // namespace encephagen
