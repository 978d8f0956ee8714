// Projections between regions.
#include <fmt/format.h>

#include <algorithm>

#include "host/text.hpp"
#include "scenario/scenario_resolver.hpp"
#include "scenario/scenario_rules.hpp"
#include "scenario/scenario_values.hpp"

namespace encephagen {

void Resolver::long_range(Node& t) {
  ProjectionSpec p;
  p.is_long_range = true;
  p.at = t.at;
  const auto r = read_rule(t, true, d_);
  if (r) p.rule = *r, multapses(t, p);
  const View v{t};
  const bool is_rate = p.rule.kind == RuleKind::rate_per_weight;
  p.scales_weight = r && !is_per_weight(r->kind);
  p.global_coupling = v.number("global_coupling", 1);
  if (!s_.connectome && !s_.resolved.find("connectome")) d_.error(t.at, "[[long_range]] needs a [connectome]");
  tract_delay(t, p);
  const Node* from_text = t.find("from");
  const auto from = from_text && from_text->is(Node::Kind::text) ? ends({from_text}, "from") : std::vector<End>{};
  const auto to = ends(v.text_nodes("to"), "to");
  const auto factor_of = target_factors(t, to);
  const auto weight = with_unit(t, "weight");
  const auto value = is_rate && !weight.member ? std::nullopt : initial_weight(t, weight, false);
  std::vector<size_t> targets;
  for (const auto& end : to)
    if (std::ranges::find(targets, end.population) == targets.end()) targets.push_back(end.population);
  if (r && is_rate)
    has_no_synapses(t);
  else
    plasticity(t, p, targets);
  if (r && !is_rate && !weight.member && !value)
    d_.error(t.at, "[[long_range]] needs a weight with its unit, for example weight_mv");
  if (r && is_rate && weight.member)
    d_.error(weight.member->key_at,
             fmt::format("'{}' is of synapses, and a rate coupling has none: rate_per_weight is its strength",
                         weight.member->key));
  if (!r || is_rate == value.has_value()) return;
  for (const auto& source : from) {
    p.from = source.population;
    p.from_region = source.region;
    if (!can_send(s_.populations[p.from], p, v)) continue;
    for (const auto& target : to) {
      p.to = target.population;
      p.to_region = target.region;
      p.rule = *r;
      if (value) p.weight = *value;
      if (!reach_port(p, weight, v)) continue;
      if (!check_feasible(p, s_.populations[p.from], s_.populations[p.to], v.at("rule"), d_)) continue;
      if (const auto factor = factor_of.find(p.to); factor != factor_of.end()) {
        p.weight = scaled(p.weight, factor->second);
        if (is_rate) p.rule.value *= factor->second;  // a rate coupling has its strength here
      }
      s_.projections.push_back(p);
    }
  }
}

void Resolver::has_no_synapses(const Node& t) {
  for (const char* key : {"plasticity", "follows", "set_weight", "dendritic_delay_ms"})
    if (const Node* n = t.find(key); n && !n->at.file.empty() && (n->number != 0 || !n->is_number()))
      d_.error(t.key_position(key), fmt::format("'{}' is about synapses, and a rate coupling has none", key));
}

std::vector<Resolver::End> Resolver::ends(const std::vector<const Node*>& names, std::string_view key) {
  std::vector<End> out;
  for (const auto* name : names) {
    const Selector s = parse_selector(*name);
    if (s.region.empty() || s.region == "!") {
      d_.error(name->at, fmt::format("'{}' names no region; write REGION.POPULATION or POPULATION", name->text));
      continue;
    }
    for (const size_t p : populations_called(s.population, name->at)) {
      const End end{p, s.region};
      if (std::ranges::find(out, end) == out.end())
        out.push_back(end);
      else
        d_.error(name->at, fmt::format("'{}' names population '{}' twice", key, s_.populations[p].name));
    }
  }
  return out;
}

std::map<size_t, double> Resolver::target_factors(const Node& t, const std::vector<End>& to) {
  std::map<size_t, double> out;
  const Node* given = t.find("target_factor");
  if (!given || !given->is(Node::Kind::table)) return out;
  std::vector<std::string> names;
  for (const auto& end : to) {
    const auto& p = s_.populations[end.population];
    names.push_back(p.short_name);
    if (p.name != p.short_name) names.push_back(p.name);
    // The full name says more than the short one.
    for (const auto& name : {p.short_name, p.name})
      if (const auto* factor = given->find(name)) out[end.population] = factor->number;
  }
  for (const auto& m : given->members)
    if (std::ranges::find(names, m.key) == names.end() && !is_broken(m.key))
      d_.error(m.key_at, fmt::format("'{}' is not a target of this projection{}", m.key, did_you_mean(m.key, names)));
  return out;
}

void Resolver::tract_delay(const Node& t, ProjectionSpec& p) {
  const auto* delay = t.find("delay");
  if (!delay || !delay->is(Node::Kind::table)) return;
  const View v{*delay};
  if (v.has("velocity_m_per_s")) p.velocity_m_per_s = v.number("velocity_m_per_s");
  if (v.has("fixed_ms")) p.delay_ms = ValueSpec{.a = v.number("fixed_ms")};
  p.length_scale = v.number("length_scale", 1);
  p.minimum_delay_ms = v.number("minimum_ms");
  p.delay_sd_ms = v.number("sd_ms");
  if (p.velocity_m_per_s.has_value() == p.delay_ms.has_value())
    d_.error(delay->at, "a delay is exactly one of velocity_m_per_s, fixed_ms");
  if (p.delay_sd_ms > 0 && p.rule.kind == RuleKind::rate_per_weight)
    d_.error(v.at("sd_ms"), "'sd_ms' scatters the delays of synapses, and a rate coupling has none");
}

}  // namespace encephagen
