// Which runs are independent of which: what may be tested against what, and what to write instead.
#include "experiment/claim_design.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>
#include <unordered_map>

#include "experiment/metric_expression.hpp"

namespace encephagen {
namespace {

using stats::Tail;
using Units = std::vector<std::vector<size_t>>;

bool compares_two(TestKind test) { return test == TestKind::permutation || test == TestKind::mann_whitney; }

std::string quoted(const std::string& s) { return "\"" + s + "\""; }

std::string rank_instead(const std::string& real, const std::string& nulls, Tail tail) {
  return fmt::format("compare = [{}, {}], test = {{ rank = true, tail = \"{}\" }}", quoted(real), quoted(nulls),
                     name_of(tail));
}

// Runs on the same graph, in order of first appearance. A run on no graph (one region alone) stands for itself.
Units by_graph(std::span<const RunInfo> runs, const std::vector<size_t>& chosen) {
  Units out;
  std::unordered_map<std::string_view, size_t> unit_of;
  for (const size_t r : chosen) {
    const std::string& graph = runs[r].graph_id;
    const auto [same, is_new] = graph.empty() ? std::pair(unit_of.end(), true) : unit_of.try_emplace(graph, out.size());
    if (is_new)
      out.push_back({r});
    else
      out[same->second].push_back(r);
  }
  return out;
}

Units each_alone(const std::vector<size_t>& chosen) {
  Units out;
  for (const size_t r : chosen) out.push_back({r});
  return out;
}

std::set<std::string> graphs_of(std::span<const RunInfo> runs, const std::vector<size_t>& chosen) {
  std::set<std::string> out;
  for (const size_t r : chosen) out.insert(runs[r].graph_id);
  return out;
}

bool repeats_a_graph(const Units& units) {
  return std::ranges::any_of(units, [](const auto& unit) { return unit.size() > 1; });
}

size_t n_runs(const Units& units) {
  size_t n = 0;
  for (const auto& u : units) n += u.size();
  return n;
}

std::string runs_and_graphs(const std::string& arm, const Units& units) {
  return fmt::format("the {} runs of arm '{}' are on {} graph{}", n_runs(units), arm, units.size(),
                     units.size() == 1 ? "" : "s");
}

void note_averages(Replication& out, const std::string& arm, const Units& units) {
  if (repeats_a_graph(units)) out.caveats.push_back(runs_and_graphs(arm, units) + ": averaged per graph");
}

Replication rank_design(const ClaimSpec& claim, const Units& real, const Units& nulls, bool share_graphs) {
  Replication out;
  const auto &a = claim.compare[0], &b = claim.compare[1];
  out.unit = "graph";
  out.one_graph_among_many = true;
  if (real.size() > 1) {
    out.refusal = fmt::format(
        "rank places one graph among its nulls, but {}; to compare two sets of graphs write test = {{ permutation = "
        "10000 }} "
        "or {{ mann_whitney = true }}",
        runs_and_graphs(a, real));
    return out;
  }
  if (share_graphs && nulls.size() == 1) {
    out.refusal = fmt::format("arms '{}' and '{}' are the same graph: there is nothing to rank", a, b);
    return out;
  }
  if (share_graphs) out.caveats.push_back(fmt::format("the graph of '{}' is also one of the nulls '{}'", a, b));
  out.units = {real, nulls};
  const double per_null = static_cast<double>(n_runs(nulls)) / static_cast<double>(nulls.size());
  if (static_cast<double>(real[0].size()) != per_null)
    out.caveats.push_back(
        fmt::format("'{}' is the mean of {} run{}, each null the mean of {:.3g}: nulls and graph carry different "
                    "amounts of noise; the "
                    "same number of runs per graph makes the rank exact",
                    a, real[0].size(), real[0].size() == 1 ? "" : "s", per_null));
  return out;
}

std::string two_single_graphs(const ClaimSpec& claim, const Units& a, const Units& b) {
  return fmt::format(
      "arm '{}' ({} run{}) and arm '{}' ({} run{}) are one graph each: repeats with other noise cannot tell what is "
      "due to "
      "the graphs. Give '{}' many graphs (null_model and replicates) and write {}",
      claim.compare[0], n_runs(a), n_runs(a) == 1 ? "" : "s", claim.compare[1], n_runs(b), n_runs(b) == 1 ? "" : "s",
      claim.compare[1], rank_instead(claim.compare[0], claim.compare[1], claim.tail));
}

std::string one_graph_repeated(const ClaimSpec& claim, const Units& a, const Units& b) {
  const bool is_a = a.size() == 1;
  const auto &one = claim.compare[is_a ? 0 : 1], &many = claim.compare[is_a ? 1 : 0];
  const size_t repeats = n_runs(is_a ? a : b), n_graphs = (is_a ? b : a).size();
  return fmt::format(
      "the {} runs of arm '{}' share one graph: they repeat its noise and are not {} graphs. Ask where this graph "
      "stands "
      "among the {} of '{}': {}",
      repeats, one, repeats, n_graphs, many, rank_instead(one, many, is_a ? claim.tail : opposite(claim.tail)));
}

Replication two_arms(const ClaimSpec& claim, std::span<const RunInfo> runs,
                     const std::vector<std::vector<size_t>>& sides) {
  Replication out;
  const auto graphs_a = graphs_of(runs, sides[0]), graphs_b = graphs_of(runs, sides[1]);
  const Units a = by_graph(runs, sides[0]), b = by_graph(runs, sides[1]);
  const bool have_graphs = !graphs_a.contains("") && !graphs_b.contains("");
  std::vector<std::string> common;
  std::ranges::set_intersection(graphs_a, graphs_b, std::back_inserter(common));
  const bool is_ensemble = claim.test == TestKind::equivalence && have_graphs && a.size() == 1 && b.size() > 1;
  if (claim.test == TestKind::rank || is_ensemble) return rank_design(claim, a, b, have_graphs && !common.empty());

  const auto &name_a = claim.compare[0], &name_b = claim.compare[1];
  const bool same_graphs = have_graphs && graphs_a == graphs_b;
  const bool about_graphs = have_graphs && !same_graphs;
  if (!have_graphs || (same_graphs && graphs_a.size() == 1)) {
    out.unit = "run";
    out.units = {each_alone(sides[0]), each_alone(sides[1])};
    if (same_graphs)
      out.caveats.emplace_back("all runs are on one graph: the verdict is about this graph, not about others like it");
    return out;
  }
  const bool one_a = a.size() == 1 && repeats_a_graph(a), one_b = b.size() == 1 && repeats_a_graph(b);
  if (claim.as_published && claim.test != TestKind::none && (repeats_a_graph(a) || repeats_a_graph(b))) {
    out.unit = "run";
    out.units = {each_alone(sides[0]), each_alone(sides[1])};
    for (const auto& [name, units] : {std::pair{name_a, a}, std::pair{name_b, b}})
      if (repeats_a_graph(units))
        out.caveats.push_back(
            fmt::format("as published, not independent: {}, taken as {} graphs; p is too small wherever "
                        "graphs differ from each other",
                        runs_and_graphs(name, units), n_runs(units)));
  } else if (about_graphs && claim.test != TestKind::none && (one_a || one_b)) {
    out.refusal = a.size() == 1 && b.size() == 1 ? two_single_graphs(claim, a, b) : one_graph_repeated(claim, a, b);
  } else {
    out.unit = "graph";
    out.units = {a, b};
    note_averages(out, name_a, a);
    note_averages(out, name_b, b);
    if (same_graphs)
      out.caveats.emplace_back("the arms share their graphs; the test does not pair them and is therefore cautious");
  }
  return out;
}

Replication one_arm(const ClaimSpec& claim, std::span<const RunInfo> runs, const std::vector<size_t>& chosen) {
  Replication out;
  const Units graphs = by_graph(runs, chosen);
  if (graphs.size() == 1 && graphs[0].size() > 1) {
    out.unit = "run";
    out.units = {each_alone(chosen)};
    out.caveats.emplace_back("all runs are on one graph: the verdict is about this graph, not about others like it");
  } else {
    out.unit = runs[chosen[0]].graph_id.empty() ? "run" : "graph";
    out.units = {graphs};
    note_averages(out, claim.arm, graphs);
  }
  return out;
}

std::string syntax_error(const std::string& metric) {
  try {
    MetricExpression parsed(metric);
  } catch (const ExpressionError& e) {
    return fmt::format("metric '{}', column {}: {}", metric, e.column(), e.what());
  }
  return "";
}

template <class Floor>
size_t smallest_size(double alpha, Floor floor) {
  size_t n = 1;
  while (n < 1'000'000 && floor(n) > alpha) ++n;
  return n;
}

}  // namespace

std::string misstatement(const ClaimSpec& c) {
  const char* test = name_of(c.test);
  const bool is_about_levels = c.test == TestKind::level || c.test == TestKind::agreement;
  if (is_about_levels == c.decompositions.empty())
    return is_about_levels ? fmt::format("{} needs decomposition, whose levels it is about", test)
                           : "a claim about a decomposition needs test = { level = ... } or { agreement = ... }";
  if (c.test == TestKind::level && c.decompositions.size() != 1) return "level is about one decomposition";
  if (c.test == TestKind::agreement && c.decompositions.size() < 2)
    return "agreement compares two decompositions or more";
  if (is_about_levels) return "";
  if (c.test == TestKind::equivalence && !(c.margin.size > 0)) return "equivalence needs a margin above 0";
  if (c.test == TestKind::attribution) {
    if (c.arm.empty() || c.factors.empty())
      return "attribution needs arm, whose sweep is the design, and factor, keys of it or \"metric\"";
    for (const auto& metric : c.for_each)
      if (const auto why = syntax_error(metric); !why.empty()) return why;
    return c.for_each.empty() ? syntax_error(c.metric) : "";
  }
  if (const auto why = syntax_error(c.metric); !why.empty()) return why;
  const bool is_regional = !c.regions.empty() || c.test == TestKind::kruskal_wallis;
  if (is_regional && !MetricExpression(c.metric).has_bare_metric())
    return fmt::format("metric '{}' is the same for every region: a metric without brackets is taken per region",
                       c.metric);
  if (!(c.alpha > 0 && c.alpha < 1)) return fmt::format("alpha must lie between 0 and 1, not {}", c.alpha);
  if (!c.compare.empty() && (!c.arm.empty() || !c.regions.empty()))
    return "give either compare (two arms) or arm (one), not both";
  if (!c.compare.empty() && c.compare.size() != 2)
    return fmt::format("compare takes two arms, not {}", c.compare.size());
  if (!c.compare.empty() && c.compare[0] == c.compare[1])
    return fmt::format("arm '{}' is compared with itself", c.compare[0]);
  if (c.compare.empty() && c.arm.empty()) return "neither compare (two arms) nor arm (one) is given";
  if (std::set(c.regions.begin(), c.regions.end()).size() != c.regions.size()) return "regions names a set twice";
  if ((c.test == TestKind::permutation || c.test == TestKind::sign_flip) && c.permutations == 0)
    return fmt::format("{} needs at least one permutation", test);
  if (compares_two(c.test) && c.compare.empty() && c.regions.size() != 2)
    return fmt::format("{} compares two sides: give compare = [\"ARM\", \"ARM\"], or arm and two sets of regions",
                       test);
  if (c.test == TestKind::rank && c.compare.empty()) return "rank needs compare = [\"ARM\", \"ARM OF NULLS\"]";
  if (c.test == TestKind::kruskal_wallis && c.arm.empty())
    return "kruskal_wallis compares groups of regions within one arm: give arm";
  if (c.test == TestKind::kruskal_wallis && c.regions.size() == 1)
    return "kruskal_wallis compares two sets of regions or more; without regions, all groups";
  if (c.test == TestKind::equivalence && !c.regions.empty())
    return "equivalence compares two arms, or the runs of one arm with a number: it takes no regions";
  if ((c.test == TestKind::sign_flip || c.test == TestKind::threshold) && (c.arm.empty() || !c.regions.empty()))
    return fmt::format("{} holds the runs of one arm against a number: give arm, and neither compare nor regions",
                       test);
  if (c.test == TestKind::threshold && c.tail == Tail::two_sided) return "threshold needs above or below";
  return "";
}

Replication replicate(const ClaimSpec& claim, std::span<const RunInfo> runs,
                      const std::vector<std::vector<size_t>>& sides) {
  return sides.size() == 2 ? two_arms(claim, runs, sides) : one_arm(claim, runs, sides[0]);
}

std::string ambiguous_point(const std::string& arm, const RunSelection& selection) {
  if (selection.points.size() < 2) return "";
  return fmt::format("the runs of arm '{}' are at {} sweep points ({}; ...)", arm, selection.points.size(),
                     selection.points[0]);
}

std::string dependent_regions() {
  return "the regions of one network are not independent: they drive each other and lie side by side";
}

std::string network_instead(const ClaimSpec& c) {
  const bool has_rest = std::ranges::find(c.regions, "rest") != c.regions.end();
  const auto contrast = c.regions.size() == 2 && !has_rest
                            ? fmt::format("metric = \"{0}[{1}] - {0}[{2}]\"", c.metric, c.regions[0], c.regions[1])
                            : std::string("a metric that is one number per network");
  return fmt::format("Take the network as the unit: {}, compare = [{}, \"ARM OF NULLS\"], test = {{ rank = true }}",
                     contrast, quoted(c.arm));
}

std::string one_value(const ClaimSpec& claim, const std::string& unit, size_t n) {
  if (n > 1 || claim.as_published) return "";
  return fmt::format("one {} gives no interval; at least 2 are needed, 10 or more make it trustworthy", unit);
}

double smallest_p(const ClaimSpec& c, std::span<const size_t> n) {
  switch (c.test) {
    case TestKind::permutation:
      return stats::permutation_floor(n[0], n[1], c.tail, c.permutations);
    case TestKind::mann_whitney:
      return stats::mann_whitney_floor(n[0], n[1], c.tail);
    case TestKind::kruskal_wallis:
      return stats::kruskal_wallis_floor(n);
    case TestKind::rank:
      return stats::rank_floor(n[1]);
    case TestKind::sign_flip:
      return stats::sign_flip_floor(n[0], c.tail, c.permutations);
    default:
      break;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::string out_of_reach(const ClaimSpec& c, std::span<const size_t> n) {
  const double floor = smallest_p(c, n);
  if (std::isnan(floor) || floor <= c.alpha) return "";
  const auto too_few = [&](const std::string& have, const std::string& need) {
    return fmt::format("{} cannot reach alpha = {}: the smallest p is {:.3g}; {}", have, c.alpha, floor, need);
  };
  const size_t draws_needed =
      smallest_size(c.alpha, stats::rank_floor);  // 1 / (N + 1), for nulls and permutations alike
  const std::string more_draws = fmt::format("at least {} are needed", draws_needed);
  const size_t plenty = std::numeric_limits<size_t>::max();
  switch (c.test) {
    case TestKind::rank:
      return too_few(fmt::format("{} null{}", n[1], n[1] == 1 ? "" : "s"), more_draws);
    case TestKind::permutation:
      if (stats::permutation_floor(n[0], n[1], c.tail, plenty) <= c.alpha)
        return too_few(fmt::format("{} permutations", c.permutations), more_draws);
      return too_few(fmt::format("{} against {} values", n[0], n[1]),
                     fmt::format("at least {} on each side are needed", smallest_size(c.alpha, [&](size_t k) {
                                   return stats::permutation_floor(k, k, c.tail, plenty);
                                 })));
    case TestKind::mann_whitney:
      return too_few(fmt::format("{} against {} values", n[0], n[1]),
                     fmt::format("at least {} on each side are needed", smallest_size(c.alpha, [&](size_t k) {
                                   return stats::mann_whitney_floor(k, k, c.tail);
                                 })));
    case TestKind::sign_flip:
      if (stats::sign_flip_floor(n[0], c.tail, plenty) <= c.alpha)
        return too_few(fmt::format("{} sign flips", c.permutations), more_draws);
      return too_few(fmt::format("{} value{}", n[0], n[0] == 1 ? "" : "s"),
                     fmt::format("at least {} are needed", smallest_size(c.alpha, [&](size_t k) {
                                   return stats::sign_flip_floor(k, c.tail, plenty);
                                 })));
    default:
      return too_few("so few regions", "larger groups are needed");
  }
}

}  // namespace encephagen
