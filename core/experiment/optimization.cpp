// [arm.optimize]: which values of scenario keys are looked for.
#include "experiment/optimization.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiment/cma_es.hpp"
#include "experiment/metric_expression.hpp"
#include "scenario/table_view.hpp"

namespace encephagen {
namespace {

std::optional<double> number_of(const Node& table, std::string_view key) {
  const auto* n = table.find(key);
  return n && n->is_number() ? std::optional(n->number) : std::nullopt;
}

std::optional<size_t> count_of(const Node& table, std::string_view key) {
  const auto* n = table.find(key);
  return n && n->is(Node::Kind::integer) ? std::optional(static_cast<size_t>(n->integer)) : std::nullopt;
}

void check_metric(const Node& table, Diagnostics& d) {
  const View optimize{table};
  const std::string metric = optimize.text("metric");
  if (metric.empty()) return;
  try {
    const MetricExpression parsed(metric);
    if (!parsed.other_arms().empty())
      d.error(optimize.at("metric"),
              fmt::format("optimize: metric '{}' looks at arm '{}': only the run itself can be optimized", metric,
                          parsed.other_arms().front()));
  } catch (const ExpressionError& e) {
    d.error(optimize.at("metric"), fmt::format("optimize: metric '{}', column {}: {}", metric, e.column(), e.what()));
  }
}

OptimizedParameter load_parameter(const Node& table, Diagnostics& d) {
  const View given{table};
  OptimizedParameter p{given.text("key"),
                       count_of(table, "size"),
                       number_of(table, "initial"),
                       given.number("sigma"),
                       number_of(table, "low"),
                       number_of(table, "high"),
                       table.at};
  if (given.has("sigma") && !(p.sigma > 0)) d.error(given.at("sigma"), "optimize: 'sigma' must be above 0");
  if (p.low && p.high && !(*p.low < *p.high))
    d.error(given.at("low"), fmt::format("optimize: 'low' = {} is not below 'high' = {}", *p.low, *p.high));
  else if (p.low && p.high && p.sigma > *p.high - *p.low)
    d.error(given.at("sigma"), fmt::format("optimize: 'sigma' = {} is more than there is between 'low' and 'high'; "
                                           "take about a third of it",
                                           p.sigma));
  return p;
}

Node node_of(const SearchedParameter& p, std::span<const double> values) {
  Node out;
  if (p.is_list) {
    std::vector<Node> items;
    for (const double v : values) {
      items.push_back(Node::of_number(v));
      items.back().at = p.spec.at;
    }
    out = Node::of_array(std::move(items));
  } else {
    out = Node::of_number(values.front());
  }
  out.at = p.spec.at;
  return out;
}

// The numbers that the scenario has at the key; none if there are none.
std::optional<std::vector<double>> numbers_at(const Node& tree, const std::string& key, bool& is_list) {
  Node copy = tree;
  const auto* found = find_path(copy, key);
  if (!found) return std::nullopt;
  is_list = found->is(Node::Kind::array);
  if (!is_list) return found->is_number() ? std::optional(std::vector{found->number}) : std::nullopt;
  std::vector<double> out;
  for (const auto& i : found->items) {
    if (!i.is_number()) return std::nullopt;
    out.push_back(i.number);
  }
  return out;
}

std::optional<SearchedParameter> searched(const OptimizedParameter& p, const Node& tree, const Node& resolved,
                                          Diagnostics& d) {
  SearchedParameter out{p, p.size.has_value(), {}};
  bool is_list = false;
  auto there = numbers_at(tree, p.key, is_list);
  if (!there) there = numbers_at(resolved, p.key, is_list);
  if (!p.size) out.is_list = there && is_list;
  const size_t n = p.size ? *p.size : there ? there->size() : 1;
  if (p.first) {
    out.initial.assign(std::max<size_t>(n, 1), *p.first);
  } else if (there && there->size() == n && n > 0) {
    out.initial = *there;
  } else {
    d.error(p.at, there && is_list
                      ? fmt::format("optimize: '{}' is a list of {} in the scenario{}; say where the search begins: "
                                    "'initial', with 'size'",
                                    p.key, there->size(), p.size ? fmt::format(", not of {}", n) : "")
                      : fmt::format("optimize: the scenario has no number at '{}'; say where the search begins: "
                                    "'initial'",
                                    p.key));
    return std::nullopt;
  }
  if (out.is_list && n == 0) {
    d.error(p.at, fmt::format("optimize: '{}' is an empty list in the scenario: say its 'size'", p.key));
    return std::nullopt;
  }
  for (const double v : out.initial)
    if ((p.low && v < *p.low) || (p.high && v > *p.high)) {
      d.error(p.at, fmt::format("optimize: the search for '{}' begins at {}, outside its bounds", p.key, v));
      return std::nullopt;
    }
  return out;
}

}  // namespace

double reflected(double v, std::optional<double> low, std::optional<double> high) {
  if ((!low || v >= *low) && (!high || v <= *high)) return v;
  if (low && high) {
    const double width = *high - *low;
    const double along = std::fmod(std::abs(v - *low), 2 * width);
    return std::clamp(*low + (along <= width ? along : 2 * width - along), *low, *high);
  }
  if (low && v < *low) return 2 * *low - v;
  if (high && v > *high) return 2 * *high - v;
  return v;
}

size_t Optimization::n() const {
  size_t sum = 0;
  for (const auto& p : parameters) sum += p.initial.size();
  return sum;
}

std::vector<double> Optimization::initial() const {
  std::vector<double> out;
  for (const auto& p : parameters) out.insert(out.end(), p.initial.begin(), p.initial.end());
  return out;
}

std::vector<double> Optimization::values_at(std::span<const double> point) const {
  std::vector<double> out;
  for (const auto& p : parameters)
    for (const double first : p.initial)
      out.push_back(reflected(first + p.spec.sigma * point[out.size()], p.spec.low, p.spec.high));
  return out;
}

std::vector<std::string> Optimization::names() const {
  std::vector<std::string> out;
  for (const auto& p : parameters)
    for (size_t i = 0; i < p.initial.size(); ++i)
      out.push_back(p.is_list ? fmt::format("{}[{}]", p.spec.key, i) : p.spec.key);
  return out;
}

OptimizationSpec load_optimization(const Node& table, Diagnostics& d) {
  const View optimize{table};
  OptimizationSpec out;
  out.at = table.at;
  out.metric = optimize.text("metric");
  out.metric_at = optimize.at("metric");
  out.maximizes = optimize.text("goal") != "minimize";
  out.uses_best = optimize.text("use") == "best";
  out.generations = count_of(table, "generations").value_or(1);
  out.replicates = count_of(table, "replicates").value_or(1);
  out.population = count_of(table, "population");
  out.stop_at = number_of(table, "stop_at");
  check_metric(table, d);
  const auto* list = table.find("parameter");
  if (!list || !list->is(Node::Kind::array)) return out;
  if (list->items.empty()) d.error(list->at, "optimize: there is no parameter to look for");
  for (const auto& p : list->items) {
    if (!p.is(Node::Kind::table)) continue;
    out.parameters.push_back(load_parameter(p, d));
    const auto same = std::ranges::count(out.parameters, out.parameters.back().key, &OptimizedParameter::key);
    if (same > 1) d.error(p.at, fmt::format("optimize: '{}' is there twice", out.parameters.back().key));
  }
  return out;
}

std::vector<SearchedParameter> searched_parameters(const OptimizationSpec& spec, const Node& tree, const Node& resolved,
                                                   Diagnostics& d) {
  std::vector<SearchedParameter> out;
  for (const auto& p : spec.parameters)
    if (auto one = searched(p, tree, resolved, d)) out.push_back(std::move(*one));
  return out;
}

bool set_values(const std::vector<SearchedParameter>& parameters, std::span<const double> values, Node& tree,
                Diagnostics& d) {
  bool ok = true;
  for (size_t at = 0; const auto& p : parameters) {
    const bool is_set = set_path(tree, p.spec.key, node_of(p, values.subspan(at, p.initial.size())));
    if (!is_set) d.error(p.spec.at, fmt::format("there is no place '{}' in the scenario", p.spec.key));
    ok = ok && is_set;
    at += p.initial.size();
  }
  return ok;
}

}  // namespace encephagen
