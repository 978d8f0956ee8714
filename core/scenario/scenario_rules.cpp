// Who is connected to whom: the rules of projections.
#include "scenario/scenario_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/text.hpp"

namespace encephagen {
namespace {

constexpr std::pair<std::string_view, RuleKind> kRules[] = {{"bernoulli", RuleKind::bernoulli},
                                                            {"fixed_indegree", RuleKind::fixed_indegree},
                                                            {"fixed_outdegree", RuleKind::fixed_outdegree},
                                                            {"fixed_total", RuleKind::fixed_total},
                                                            {"all_to_all", RuleKind::all_to_all},
                                                            {"one_to_one", RuleKind::one_to_one},
                                                            {"bernoulli_per_weight", RuleKind::bernoulli_per_weight},
                                                            {"indegree_per_weight", RuleKind::indegree_per_weight},
                                                            {"rate_per_weight", RuleKind::rate_per_weight},
                                                            {"file", RuleKind::listed}};

}  // namespace

std::string_view rule_name(RuleKind kind) {
  return std::ranges::find(kRules, kind, [](const auto& r) { return r.second; })->first;
}

bool is_per_weight(RuleKind k) {
  return k == RuleKind::bernoulli_per_weight || k == RuleKind::indegree_per_weight || k == RuleKind::rate_per_weight;
}

bool counts_synapses(RuleKind k) {
  return k == RuleKind::fixed_indegree || k == RuleKind::fixed_outdegree || k == RuleKind::fixed_total ||
         k == RuleKind::indegree_per_weight;
}

std::optional<ConnectionRule> read_rule(const Node& projection, bool is_long_range, Diagnostics& d) {
  const Node* r = projection.find("rule");
  if (!r || !r->is(Node::Kind::table)) return std::nullopt;
  std::optional<ConnectionRule> out;
  for (const auto& [name, kind] : kRules)
    if (const auto* v = r->find(name)) {
      if (out) {
        std::vector<std::string> names;
        for (const auto& rule : kRules) names.emplace_back(rule.first);
        d.error(r->at, "a connection rule is exactly one of " + join(names, ", "));
        return std::nullopt;
      }
      if (v->is(Node::Kind::flag) && !v->flag) {
        d.error(v->at, fmt::format("'{}' = false is no rule; write true", name));
        return std::nullopt;
      }
      out = ConnectionRule{kind, v->number, {}};
    }
  if (!out && r->members.empty()) d.error(r->at, "the connection rule is empty; write for example { bernoulli = 0.1 }");
  if (out && is_per_weight(out->kind) && !is_long_range) {
    d.error(r->at, "rules per connectome weight belong to [[long_range]]");
    return std::nullopt;
  }
  if (out && out->kind == RuleKind::listed && is_long_range) {
    d.error(r->at, "synapses from a file belong to [[region.projection]] of a network with one region");
    return std::nullopt;
  }
  if (out && out->kind == RuleKind::listed && !r->find("file")->is(Node::Kind::text)) return std::nullopt;
  return out;
}

bool check_feasible(const ProjectionSpec& p, const PopulationSpec& source, const PopulationSpec& target,
                    const Position& at, Diagnostics& d) {
  const auto ns = static_cast<double>(source.n), nt = static_cast<double>(target.n);
  const bool is_recurrent = !p.is_long_range && p.from == p.to;
  const double itself = is_recurrent && !p.autapses ? 1 : 0;  // partners that each unit loses
  const auto fail = [&](const std::string& text) {
    d.error(at, text);
    return false;
  };
  if (p.rule.kind == RuleKind::one_to_one) {
    if (source.n != target.n)
      return fail(fmt::format("one_to_one needs populations of one size, '{}' has {} and '{}' {}", source.name,
                              source.n, target.name, target.n));
    if (itself > 0) return fail("one_to_one from a population to itself makes nothing but autapses; allow them");
    return true;
  }
  double available = 0;
  std::string needs;
  switch (p.rule.kind) {
    case RuleKind::fixed_indegree:
      available = ns - itself;
      needs = fmt::format("sources of a target, and '{}' has {}", source.name, available);
      break;
    case RuleKind::fixed_outdegree:
      available = nt - itself;
      needs = fmt::format("targets of a source, and '{}' has {}", target.name, available);
      break;
    case RuleKind::fixed_total:
      available = ns * (nt - itself);
      needs = fmt::format("pairs of units, and '{}' to '{}' has {}", source.name, target.name, available);
      break;
    default:
      return true;
  }
  if (p.rule.value > 0 && available == 0)
    return fail("a population of one unit cannot connect to itself without autapses");
  if (p.multapses || p.rule.value <= available) return true;
  return fail(fmt::format("{0} = {1} without multapses needs {1} {2}{3}", rule_name(p.rule.kind), p.rule.value, needs,
                          itself > 0 ? " without autapses" : ""));
}

}  // namespace encephagen
