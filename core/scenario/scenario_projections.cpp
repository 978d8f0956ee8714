// Projections within regions, and what they share with those between regions.
#include <fmt/format.h>

#include <algorithm>

#include "host/text.hpp"
#include "scenario/scenario_resolver.hpp"
#include "scenario/scenario_rules.hpp"
#include "scenario/scenario_values.hpp"

namespace encephagen {

void Resolver::projection(Node& t, size_t of_template) {
  ProjectionSpec p;
  p.at = t.at;
  const auto r = read_rule(t, false, d_);
  if (r) p.rule = *r, multapses(t, p);
  const View v{t};
  p.autapses = v.flag("autapses");
  const auto from = v.text("from").empty() ? std::nullopt : population_of(of_template, v.text("from"), v.at("from"));
  std::vector<size_t> to;
  for (const auto* name : v.text_nodes("to"))
    if (const auto found = population_of(of_template, name->text, name->at)) to.push_back(*found);
  const auto weight = with_unit(t, "weight");
  const auto value = weight.member ? weight_value(weight.member->value, weight.member->key, d_) : std::nullopt;
  const auto delay = delay_value(*t.find("delay_ms"), "delay_ms", s_.dt_ms, d_);
  p.delay_ms = delay;
  for_each_in(t, "plasticity", [&](Node& item) {
    const auto chosen = choose_plugin("plasticity", item, registry_, d_);
    if (!chosen.usable()) return;
    p.plasticity.push_back({chosen, {}});
    check_modulators(chosen, item.at);
    for (const size_t target : to) check_post_state(chosen, s_.populations[target], item.at);
  });
  if (!weight.member)
    d_.error(t.at, fmt::format("{} needs a weight with its unit, for example weight_mv",
                               of_template == 0 ? "[[region.projection]]" : "[[template.NAME.projection]]"));
  if (!r || !from || !can_send(s_.populations[*from], p, v)) return;
  if (!value || !delay) return;
  p.from = *from;
  p.weight = *value;
  for (const size_t target : to) {
    p.to = target;
    if (reach_port(p, weight, v) && check_feasible(p, s_.populations[p.from], s_.populations[p.to], v.at("rule"), d_))
      s_.projections.push_back(p);
  }
}

// Where the rule counts synapses, several between a pair are allowed unless the file forbids them, as in NEST.
void Resolver::multapses(Node& t, ProjectionSpec& p) {
  const Node* given = t.find("multapses");
  p.multapses = counts_synapses(p.rule.kind) && (!given || given->flag);
  if (!given && counts_synapses(p.rule.kind)) t.set("multapses", Node::of_flag(true));
  if (given && given->flag && !counts_synapses(p.rule.kind))
    d_.error(given->at, fmt::format("multapses need a rule that counts synapses (fixed_indegree, fixed_outdegree, "
                                    "fixed_total or indegree_per_weight), not {}",
                                    rule_name(p.rule.kind)));
}

bool Resolver::can_send(const PopulationSpec& source, const ProjectionSpec& p, const View& v) {
  const char* plugin = source.plugin.found->plugin->name;
  const bool is_rate = p.rule.kind == RuleKind::rate_per_weight;
  if (is_rate && source.unit().n_outputs == 0) {
    d_.error(v.at("rule"), fmt::format("population '{}' ({}) has no continuous output for a rate coupling; use "
                                       "bernoulli_per_weight for spikes",
                                       source.name, plugin));
    return false;
  }
  if (!is_rate && !source.can_spike()) {
    d_.error(v.at("rule"), fmt::format("population '{}' ({}) does not spike; between regions use rate_per_weight",
                                       source.name, plugin));
    return false;
  }
  return true;
}

bool Resolver::reach_port(ProjectionSpec& p, const WithUnit& weight, const View& v) {
  const auto& target = s_.populations[p.to];
  const auto port = choose_port(target, v.text("port"), p.rule.kind != RuleKind::rate_per_weight, centre(p.weight),
                                v.at(v.text("port").empty() ? "to" : "port"), d_);
  if (!port) return false;
  p.port = *port;
  return check_unit(weight, target, *port);
}

void Resolver::check_modulators(const PluginChoice& rule, const Position& at) {
  const auto& edge = *static_cast<const eg_edge*>(rule.found->plugin->table);
  for (uint32_t m = 0; m < edge.n_modulators; ++m)
    d_.error(at, fmt::format("plasticity '{}' needs the modulator '{}', which this scenario does not provide",
                             rule.found->plugin->name, edge.modulators[m]));
}

void Resolver::check_post_state(const PluginChoice& rule, const PopulationSpec& target, const Position& at) {
  const auto& edge = *static_cast<const eg_edge*>(rule.found->plugin->table);
  for (uint32_t k = 0; k < edge.n_post_ports; ++k) {
    bool found = false;
    for (uint32_t c = 0; c < target.unit().n_state; ++c)
      found |= std::string_view(target.unit().state[c].name) == edge.post_ports[k];
    if (!found)
      d_.error(at, fmt::format("plasticity '{}' needs the state '{}' of its targets, which neuron '{}' of population "
                               "'{}' does not have",
                               rule.found->plugin->name, edge.post_ports[k], target.plugin.found->plugin->name,
                               target.name));
  }
}

}  // namespace encephagen
