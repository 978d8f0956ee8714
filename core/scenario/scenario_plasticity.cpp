// What changes the weights of projections, and what sets single ones.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/text.hpp"
#include "scenario/scenario_resolver.hpp"
#include "scenario/scenario_values.hpp"

namespace encephagen {
namespace {

// The shortest delay that any synapse can have; nullopt where the connectome decides.
std::optional<double> shortest_delay_ms(const ProjectionSpec& p, double dt_ms) {
  if (p.velocity_m_per_s || p.rule.kind == RuleKind::listed) return std::nullopt;
  double out = dt_ms;
  if (p.delay_ms) {
    const auto& delay = *p.delay_ms;
    out = delay.is_constant() ? delay.a : delay.low;
    if (delay.kind == ValueSpec::Kind::uniform) out = std::max(out, delay.a);
    if (p.delay_sd_ms > 0) out = 0;
  }
  return std::max({out, p.minimum_delay_ms, dt_ms});
}

std::vector<std::string> missing_states(const eg_unit& unit, const std::vector<std::string>& needed) {
  std::vector<std::string> out;
  for (const auto& name : needed) {
    const bool has =
        std::any_of(unit.state, unit.state + unit.n_state, [&](const eg_column& c) { return name == c.name; });
    if (!has) out.push_back(name);
  }
  return out;
}

}  // namespace

void Resolver::plasticity(Node& t, ProjectionSpec& p, const std::vector<size_t>& to) {
  for_each_in(t, "plasticity", [&](Node& item) {
    const auto chosen = choose_plugin("plasticity", item, registry_, d_);
    if (!chosen.usable()) return;
    p.plasticity.push_back({chosen, modulators_of(chosen, item)});
    for (const size_t target : to) check_post_state(chosen, s_.populations[target], item.at);
  });
  const View v{t};
  p.dendritic_delay_ms = v.number("dendritic_delay_ms");
  if (p.dendritic_delay_ms > 0) dendritic_delay(v, p);
}

void Resolver::dendritic_delay(const View& v, const ProjectionSpec& p) {
  const auto& at = v.at("dendritic_delay_ms");
  const double delay = p.dendritic_delay_ms, steps = delay / s_.dt_ms;
  const Node* rules = v.table.find("plasticity");
  if (!rules || rules->items.empty())
    return d_.error(at, "'dendritic_delay_ms' says how plasticity sees spikes, and this projection has no plasticity");
  if (std::abs(steps - std::round(steps)) > 1e-6)
    d_.error(at, fmt::format("'dendritic_delay_ms' = {} is not a multiple of dt_ms = {}", delay, s_.dt_ms));
  if (const auto shortest = shortest_delay_ms(p, s_.dt_ms); shortest && delay > *shortest - s_.dt_ms + 1e-9)
    d_.error(at, fmt::format("'dendritic_delay_ms' = {} must leave a step of the shortest delay, {} ms, to the axon{}",
                             delay, *shortest,
                             p.delay_ms && !p.delay_ms->is_constant() ? "; give the distribution a 'low'" : ""));
}

std::vector<size_t> Resolver::modulators_of(const PluginChoice& rule, const Node& t) {
  const auto& edge = *static_cast<const eg_edge*>(rule.found->plugin->table);
  const std::string plugin = rule.found->plugin->name;
  std::vector<std::string> declared, known;
  for (uint32_t m = 0; m < edge.n_modulators; ++m) declared.emplace_back(edge.modulators[m]);
  for (const auto& m : s_.modulators) known.push_back(m.name);
  const Node* map = t.find("modulators");
  if (map && map->is(Node::Kind::table))
    for (const auto& m : map->members)
      if (std::ranges::find(declared, m.key) == declared.end())
        d_.error(m.key_at, declared.empty()
                               ? fmt::format("plasticity '{}' reads no modulators", plugin)
                               : fmt::format("'{}' is not a modulator of plasticity '{}', which reads {}{}", m.key,
                                             plugin, join(declared, ", "), did_you_mean(m.key, declared)));
  std::vector<size_t> out;
  for (const auto& name : declared) {
    const Node* bound = map ? map->find(name) : nullptr;
    const std::string wanted = bound ? bound->text : name;
    const auto found = std::ranges::find(known, wanted);
    out.push_back(found == known.end() ? 0 : static_cast<size_t>(found - known.begin()));
    if (found != known.end() || (bound && !bound->is(Node::Kind::text))) continue;
    if (bound)
      d_.error(bound->at, fmt::format("no modulator named '{}'; write a table [modulator.{}]{}", wanted, wanted,
                                      did_you_mean(wanted, known)));
    else
      d_.error(t.at, fmt::format("plasticity '{}' reads the modulator '{}', and this scenario has no [modulator.{}]; "
                                 "write that table, or modulators = {{ {} = \"NAME\" }} for one of another name{}",
                                 plugin, name, name, name, did_you_mean(name, known)));
  }
  return out;
}

void Resolver::check_post_state(const PluginChoice& rule, const PopulationSpec& target, const Position& at) {
  const auto& edge = *static_cast<const eg_edge*>(rule.found->plugin->table);
  const std::vector<std::string> needed(edge.post_ports, edge.post_ports + edge.n_post_ports);
  const auto missing = missing_states(target.unit(), needed);
  if (missing.empty()) return;
  std::vector<std::string> have_them;  // three are enough
  for (const FoundPlugin* p : registry_.all()) {
    const std::string_view kind = p->plugin->kind;
    if (have_them.size() < 3 && (kind == "neuron" || kind == "decoder") &&
        missing_states(*static_cast<const eg_unit*>(p->plugin->table), needed).empty())
      have_them.push_back(fmt::format("{} '{}'", kind, p->plugin->name));
  }
  d_.error(at,
           fmt::format("plasticity '{}' needs states of its targets that {} of population '{}' does not have: {}; {}",
                       rule.found->plugin->name, target.plugin_text(), target.name, join(missing, ", "),
                       have_them.empty() ? "no plugin found has them" : join(have_them, ", ") + " would do"));
}

void Resolver::follows_and_set_weights() {
  for (const auto& table : projection_tables_)
    for (size_t k = table.first; k < table.first + table.n; ++k) {
      auto& p = s_.projections[k];
      if (p.rule.kind == RuleKind::rate_per_weight) continue;  // its keys have been refused
      if (const Node* t = table.table->find("follows"); t && t->is(Node::Kind::table)) follow(*t, p);
      if (Node* list = table.table->find("set_weight"); list && !list->items.empty()) {
        if (table.n == 1 && p.plasticity.empty() && !p.is_continuous)
          d_.error(list->at,
                   "'set_weight' is for projections that learn, or whose source does not spike; of others list the "
                   "synapses: rule = { file = \"synapses.csv\" }");
        else if (table.n == 1)
          set_weights(*table.table, p);
        else if (k == table.first)
          d_.error(list->at, fmt::format("'set_weight' is about one projection, and this table means {}", table.n));
      }
    }
}

void Resolver::follow(const Node& t, ProjectionSpec& p) {
  const View v{t};
  if (!v.has("projection")) return;
  const auto found = plastic_called(v.text("projection"), v.at("projection"));
  if (!found) return;
  const auto& other = s_.projections[*found];
  FollowSpec f{other.name, v.text("how") == "change" ? FollowSpec::How::change : FollowSpec::How::copy,
               v.number("decay")};
  if (f.decay > 0 && f.how == FollowSpec::How::copy)
    d_.error(v.at("decay"), "'decay' is for how = \"change\"; a copy is what it follows");
  if (!p.is_continuous)
    d_.error(t.at, fmt::format("projection '{}' carries spikes; only one from a population that does not spike can "
                               "follow another",
                               p.name));
  const auto name = [&](size_t population) { return s_.populations[population].name; };
  if (other.is_long_range != p.is_long_range)
    d_.error(v.at("projection"),
             fmt::format("projection '{}' is {} regions, and '{}' is {} them", other.name,
                         other.is_long_range ? "between" : "within", p.name, p.is_long_range ? "between" : "within"));
  else if (other.from != p.to || other.to != p.from)
    d_.error(
        v.at("projection"),
        fmt::format("projection '{}' goes from '{}' to '{}'; one that follows it goes back, from '{}' to '{}', not "
                    "from '{}' to '{}'",
                    other.name, name(other.from), name(other.to), name(other.to), name(other.from), name(p.from),
                    name(p.to)));
  p.follows = f;
}

void Resolver::set_weights(Node& t, ProjectionSpec& p) {
  const auto number = static_cast<size_t>(&p - s_.projections.data());
  for_each_in(t, "set_weight", [&](Node& item) {
    const auto weight = with_unit(item, "weight");
    if (!weight.member || !weight.member->value.is_number() || !item.find("source")) return;
    if (!check_unit(weight, s_.populations[p.to], p.port)) return;
    const double value = weight.member->value.number;
    const bool is_known = p.rule.kind != RuleKind::listed;
    if (is_known && !has_both_signs(p.weight) && value * centre(p.weight) < 0)
      d_.error(weight.member->value.at,
               fmt::format("'{}' = {} has another sign than the weights of this projection: it either excites or "
                           "inhibits",
                           weight.member->key, value));
    p.set_weight.emplace_back(synapse_of(item, number), value);
  });
}

}  // namespace encephagen
