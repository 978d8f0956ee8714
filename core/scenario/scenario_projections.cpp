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
  const bool is_listed = r && r->kind == RuleKind::listed;
  if (is_listed) listed_rule(t, p);
  const Node* rule = t.find("rule");
  const bool has_file = rule && rule->find("file");
  const View v{t};
  p.autapses = v.flag("autapses");
  const auto from = v.text("from").empty() ? std::nullopt : population_of(of_template, v.text("from"), v.at("from"));
  std::vector<size_t> to;
  for (const auto* name : v.text_nodes("to"))
    if (const auto found = population_of(of_template, name->text, name->at)) to.push_back(*found);
  const auto weight = with_unit(t, "weight");
  const auto value = initial_weight(t, weight, has_file);
  const auto delay = delay_value(*t.find("delay_ms"), "delay_ms", s_.dt_ms, d_);
  p.delay_ms = delay;
  plasticity(t, p, to);
  if (!weight.member && !value)
    d_.error(t.at, fmt::format("{} needs a weight with its unit, for example weight_mv",
                               of_template == 0 ? "[[region.projection]]" : "[[template.NAME.projection]]"));
  if (!r || !from || !can_send(s_.populations[*from], p, v)) return;
  if (!value || !delay) return;
  p.from = *from;
  p.weight = *value;
  for (const size_t target : to) {
    p.to = target;
    if (!reach_port(p, weight, v) || !check_feasible(p, s_.populations[p.from], s_.populations[p.to], v.at("rule"), d_))
      continue;
    if (is_listed) check_listed_sign(p, v);
    s_.projections.push_back(p);
  }
}

std::optional<ValueSpec> Resolver::initial_weight(const Node& t, const WithUnit& weight, bool is_listed) {
  if (!weight.member) {
    const Node* follows = t.find("follows");
    const Node* how = follows ? follows->find("how") : nullptr;
    if (is_listed || (how && how->text == "copy")) return ValueSpec{.a = 1};
    return std::nullopt;
  }
  return weight_value(weight.member->value, weight.member->key, d_);
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

bool Resolver::can_send(const PopulationSpec& source, ProjectionSpec& p, const View& v) {
  const char* plugin = source.plugin.found->plugin->name;
  const bool has_output = source.unit().n_outputs > 0;
  if (p.rule.kind == RuleKind::rate_per_weight) {
    if (!has_output)
      d_.error(v.at("rule"), fmt::format("population '{}' ({}) has no continuous output for a rate coupling; use "
                                         "bernoulli_per_weight for spikes",
                                         source.name, plugin));
    return has_output;
  }
  p.is_continuous = !source.can_spike();
  if (p.is_continuous && !has_output)
    d_.error(v.at("from"), fmt::format("population '{}' ({}) neither spikes nor has an output: it cannot be a source",
                                       source.name, plugin));
  if (p.is_continuous && v.has("plasticity") && !p.plasticity.empty())
    d_.error(
        v.at("plasticity"),
        fmt::format("plasticity goes by spikes of the source, and population '{}' ({}) has none", source.name, plugin));
  return source.can_spike() || has_output;
}

bool Resolver::reach_port(ProjectionSpec& p, const WithUnit& weight, const View& v) {
  const auto& target = s_.populations[p.to];
  const auto port = choose_port(target, v.text("port"), !p.is_continuous && p.rule.kind != RuleKind::rate_per_weight,
                                centre(p.weight), v.at(v.text("port").empty() ? "to" : "port"), d_);
  if (!port) return false;
  p.port = *port;
  return check_unit(weight, target, *port);
}

}  // namespace encephagen
