// Judges claims: values of the runs in, verdicts out.
#include "experiment/claim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "encephagen/sdk/random.hpp"
#include "experiment/attribution.hpp"
#include "experiment/claim_design.hpp"
#include "host/text.hpp"

namespace encephagen {
namespace {

using stats::Tail;

// Was this claim tested, so that its verdict hangs on p?
bool hangs_on_p(const ClaimResult& r) { return r.verdict != Verdict::not_testable && !std::isnan(r.p); }

void correct_families(const std::vector<ClaimResult*>& results) {
  std::map<std::string, std::vector<ClaimResult*>> families;
  for (ClaimResult* r : results)
    if (r->spec.correction != Correction::none && hangs_on_p(*r)) families[family_of(r->spec)].push_back(r);
  for (const auto& [name, members] : families) {
    std::vector<double> p, opposite;
    for (const ClaimResult* r : members) {
      p.push_back(r->p);
      opposite.push_back(r->p_opposite);
    }
    // The opposite directions are a family of as many questions, also where some claims have none.
    for (double& v : opposite) v = std::isnan(v) ? 1 : v;
    const auto bh = stats::benjamini_hochberg(p), by = stats::benjamini_yekutieli(p);
    const auto bh_opposite = stats::benjamini_hochberg(opposite), by_opposite = stats::benjamini_yekutieli(opposite);
    for (size_t k = 0; k < members.size(); ++k) {
      auto& r = *members[k];
      const auto& c = r.spec;
      const bool is_bh = c.correction == Correction::bh;
      r.q = is_bh ? bh[k] : by[k];
      if (!std::isnan(r.p_opposite)) r.q_opposite = is_bh ? bh_opposite[k] : by_opposite[k];
      r.family_size = members.size();
      // SCIENCE: with a floor, several claims of a large family must sit on it together before any can be significant.
      const double at_floor = std::ceil(r.p_floor * static_cast<double>(members.size()) / c.alpha - 1e-9);
      if (is_bh && at_floor > 1)
        r.caveats.push_back(
            fmt::format("with {} claims in the family, {:.0f} must reach the smallest p, {:.3g}, together before "
                        "one can be significant",
                        members.size(), at_floor, r.p_floor));
    }
  }
}

std::string p_text(const ClaimSpec& c, const ClaimResult& r, double p, double q) {
  if (c.correction == Correction::none) return fmt::format("p = {:.3g}", p);
  return fmt::format("q = {:.3g} (p = {:.3g}, family of {})", q, p, r.family_size);
}

// The sides of a directed question, in words: "'real' above 'null'".
std::string direction(const ClaimSpec& c, const ClaimResult& r, Tail tail) {
  const char* word = tail == Tail::greater ? "above" : "below";
  if (r.sides.size() == 2) return fmt::format("'{}' lies {} '{}'", r.sides[0].name, word, r.sides[1].name);
  return fmt::format("'{}' lies {} {}", r.sides[0].name, word, c.against);
}

void conclude(ClaimResult& r) {
  if (!hangs_on_p(r)) return;
  const ClaimSpec& c = r.spec;
  const bool is_corrected = c.correction != Correction::none;
  const double p = is_corrected ? r.q : r.p, opposite = is_corrected ? r.q_opposite : r.p_opposite;
  const auto evidence = p_text(c, r, r.p, r.q), against = p_text(c, r, r.p_opposite, r.q_opposite);
  const bool is_directed = !std::isnan(r.p_opposite);
  const bool is_equivalence = c.test == TestKind::equivalence;
  if (p <= c.alpha) {
    r.verdict = Verdict::supported;
    r.reason = is_equivalence ? "the difference is smaller than the margin: " + evidence
               : is_directed  ? direction(c, r, c.tail) + " as predicted: " + evidence
               : r.sides.size() == 2
                   ? fmt::format("'{}' and '{}' differ: {}", r.sides[0].name, r.sides[1].name, evidence)
               : r.sides.size() == 1 ? fmt::format("'{}' differs from {}: {}", r.sides[0].name, c.against, evidence)
                                     : "the groups differ: " + evidence;
  } else if (is_directed && opposite <= c.alpha) {
    r.verdict = Verdict::refuted;
    r.reason = is_equivalence ? "the difference is larger than the margin: " + against
                              : fmt::format("{}, the opposite of what was predicted: {}",
                                            direction(c, r, stats::opposite(c.tail)), against);
  } else {
    r.verdict = Verdict::inconclusive;
    r.reason = fmt::format("{} is above alpha = {}", evidence, c.alpha);
  }
}

// ---- screens ----

bool is_screen(const ClaimSpec& c) { return !c.for_each.empty() && c.test != TestKind::attribution; }

ClaimResult observe_screen(const ClaimSpec& screen, const RunTable& table, const std::vector<RunMetrics>& metrics) {
  ClaimResult out;
  out.spec = screen;
  const auto arm = screen.compare.empty() ? screen.arm : screen.compare[0];
  for (const auto& metric : expand_metrics(screen.for_each, table, arm)) {
    ClaimSpec member = screen;
    member.for_each.clear();
    member.metric = metric;
    member.id = screen.id + ": " + metric;
    if (member.correction != Correction::none) member.family = family_of(screen);
    out.members.push_back(observe(member, table, metrics));
  }
  return out;
}

void conclude_screen(ClaimResult& r) {
  size_t supported = 0, tested = 0;
  std::vector<std::string> names;
  std::string why_not;
  for (const auto& m : r.members) {
    tested += m.verdict != Verdict::not_testable;
    if (m.verdict == Verdict::not_testable && why_not.empty()) why_not = m.spec.metric + ": " + m.reason;
    if (m.verdict != Verdict::supported) continue;
    ++supported;
    names.push_back(m.spec.metric);
  }
  if (tested == 0) {
    r.verdict = Verdict::not_testable;
    r.reason = r.members.empty() ? "no metric is there" : why_not;
    return;
  }
  const auto& first =
      *std::ranges::find_if(r.members, [](const auto& m) { return m.verdict != Verdict::not_testable; });
  r.method = first.method;
  r.unit = first.unit;
  r.family_size = first.family_size;
  r.effects = {{"significant metrics", static_cast<double>(supported)}, {"of", static_cast<double>(tested)}};
  if (tested < r.members.size())
    r.caveats.push_back(
        fmt::format("{} of {} metrics are not testable: {}", r.members.size() - tested, r.members.size(), why_not));
  for (const auto& c : first.caveats)
    if (std::ranges::find(r.caveats, c) == r.caveats.end()) r.caveats.push_back(c);
  const double by_chance = r.spec.alpha * static_cast<double>(tested);
  const bool is_corrected = r.spec.correction != Correction::none;
  r.verdict = supported >= r.spec.at_least ? Verdict::supported : Verdict::inconclusive;
  r.reason = fmt::format("{} of {} metrics significant{}, at least {} asked for{}", supported, tested,
                         is_corrected ? " after correction" : fmt::format(" ({:.2g} expected by chance)", by_chance),
                         r.spec.at_least, names.empty() ? "" : ": " + join(names, ", "));
}

// ---- attribution ----

void judge_attribution(ClaimResult& r, const RunTable& table, const std::vector<RunMetrics>& metrics) {
  constexpr size_t resamples = 2000;
  const ClaimSpec& c = r.spec;
  const auto refuse = [&](const std::string& why) { r.reason = why; };
  if (const auto why = misstatement(c); !why.empty()) return refuse(why);
  const auto selection = select_runs(table.runs, c.arm, c.where);
  if (!selection.error.empty()) return refuse(selection.error);
  const RunsInView all(table, metrics);
  std::vector<FactorialValue> values;
  Side side;
  side.name = c.arm;
  const auto expressions = c.for_each.empty() ? std::vector{c.metric} : c.for_each;
  for (const auto& text : expressions) {
    const MetricExpression expression(text);
    for (const size_t run : selection.runs) {
      ++side.selected;
      if (table.runs[run].failed) {
        ++side.failed;
        continue;
      }
      try {
        const double value = expression.evaluate(all, run);
        if (!std::isfinite(value)) {
          ++side.undetermined;
          continue;
        }
        auto levels = table.runs[run].sweep;
        levels.emplace_back("metric", text);
        side.values.push_back(value);
        values.push_back({std::move(levels), value});
      } catch (const ExpressionError& e) {
        return refuse(fmt::format("metric '{}', column {}: {}", text, e.column(), e.what()));
      }
    }
  }
  const auto shares = attribute(values, c.factors, interval_level(c), resamples, eg::mix_key(c.seed, c.id));
  if (!shares.refusal.empty()) return refuse(shares.refusal);
  side.mean = stats::mean(side.values);
  side.sd = stats::sd_sample(side.values);
  r.sides = {side};
  r.unit = "run";
  r.method = fmt::format("share of the variance between the {} cells of a complete design", shares.n_cells);
  const auto& asked = shares.joint;
  r.effects = {{fmt::format("share of '{}'", asked.factor), asked.share}};
  for (const auto& f : shares.factors)
    if (f.factor != asked.factor) r.effects.push_back({fmt::format("share of '{}'", f.factor), f.share});
  r.effects.push_back({"interactions", shares.interactions});
  r.interval = asked.interval;
  r.verdict = r.interval.low > c.share    ? Verdict::supported
              : r.interval.high < c.share ? Verdict::refuted
                                          : Verdict::inconclusive;
  r.reason = fmt::format(
      "'{}' accounts for {:.3g} % of the variance between cells ({:.4g} % interval {:.3g} to {:.3g} %), "
      "more than {:.3g} % asked for",
      asked.factor, 100 * asked.share, 100 * interval_level(c), 100 * r.interval.low, 100 * r.interval.high,
      100 * c.share);
}

// ---- claims about decompositions ----

const Decomposition* find(std::span<const Decomposition> all, const std::string& id) {
  const auto found = std::ranges::find(all, id, [](const auto& d) { return d.spec.id; });
  return found == all.end() ? nullptr : &*found;
}

void judge_level(ClaimResult& r, const Decomposition& d) {
  const auto is_asked = [&](stats::Level level) {
    return std::ranges::find(r.spec.levels, level) != r.spec.levels.end();
  };
  std::vector<std::string> names, levels;
  size_t open = 0;
  for (const auto& m : d.metrics) {
    const bool is_open =
        m.level.level == stats::Level::unresolved || (m.level.level == stats::Level::uninformative && d.is_too_small);
    if (is_asked(m.level.level))
      names.push_back(m.metric);
    else
      open += is_open;
  }
  for (const auto level : r.spec.levels) levels.emplace_back(stats::name_of(level));
  r.method = fmt::format("levels of the {} metrics of decomposition '{}'", d.metrics.size(), d.spec.id);
  r.unit = "metric";
  r.effects = {{"metrics at level " + join(levels, " or "), static_cast<double>(names.size())},
               {"open", static_cast<double>(open)},
               {"of", static_cast<double>(d.metrics.size())}};
  r.verdict = names.size() >= r.spec.at_least         ? Verdict::supported
              : names.size() + open < r.spec.at_least ? Verdict::refuted
                                                      : Verdict::inconclusive;
  r.reason =
      fmt::format("{} of {} metrics are at level {}, {} open, at least {} asked for{}", names.size(), d.metrics.size(),
                  join(levels, " or "), open, r.spec.at_least, names.empty() ? "" : ": " + join(names, ", "));
}

void judge_agreement(ClaimResult& r, const std::vector<const Decomposition*>& all) {
  size_t common = 0, same = 0;
  std::vector<std::string> different;
  for (const auto& m : all[0]->metrics) {
    std::vector<stats::Level> levels{m.level.level};
    std::vector<std::string> words{stats::name_of(m.level.level)};
    for (size_t k = 1; k < all.size(); ++k) {
      const auto other = std::ranges::find(all[k]->metrics, m.metric, &DecomposedMetric::metric);
      if (other == all[k]->metrics.end()) continue;
      levels.push_back(other->level.level);
      words.emplace_back(stats::name_of(other->level.level));
    }
    if (levels.size() < all.size()) continue;
    ++common;
    if (std::ranges::count(levels, levels[0]) == std::ssize(levels))
      ++same;
    else
      different.push_back(fmt::format("{} ({})", m.metric, join(words, ", ")));
  }
  if (common == 0) {
    r.verdict = Verdict::not_testable;
    r.reason = "the decompositions have no metric in common";
    return;
  }
  const double share = static_cast<double>(same) / static_cast<double>(common);
  r.method = fmt::format("levels of the {} metrics that {} decompositions have in common", common, all.size());
  r.unit = "metric";
  r.effects = {{"share of metrics at the same level", share}, {"of", static_cast<double>(common)}};
  r.verdict = share >= r.spec.share ? Verdict::supported : Verdict::refuted;
  r.reason = fmt::format("{} of {} metrics are at the same level in all, {:.0f} % asked for{}", same, common,
                         100 * r.spec.share, different.empty() ? "" : "; not " + join(different, ", "));
}

ClaimResult judge_decompositions(const ClaimSpec& c, std::span<const Decomposition> decompositions) {
  ClaimResult r;
  r.spec = c;
  r.reason = misstatement(c);
  if (!r.reason.empty()) return r;
  std::vector<const Decomposition*> named;
  for (const auto& id : c.decompositions) {
    const auto* d = find(decompositions, id);
    r.reason = !d                    ? fmt::format("there is no decomposition '{}'", id)
               : !d->refusal.empty() ? fmt::format("decomposition '{}': {}", id, d->refusal)
                                     : "";
    if (!r.reason.empty()) return r;
    r.caveats.insert(r.caveats.end(), d->caveats.begin(), d->caveats.end());
    named.push_back(d);
  }
  c.test == TestKind::level ? judge_level(r, *named[0]) : judge_agreement(r, named);
  return r;
}

}  // namespace

double interval_level(const ClaimSpec& c) { return 1 - (c.test == TestKind::equivalence ? 2 : 1) * c.alpha; }

std::string family_of(const ClaimSpec& c) {
  if (!c.family.empty()) return c.family;
  // A screen is a family; the claims without one are another, per correction. The space keeps them apart from any name.
  return c.for_each.empty() ? std::string(" ") + name_of(c.correction) : " " + c.id;
}

std::vector<ClaimResult> judge(std::span<const ClaimSpec> claims, const RunTable& table,
                               std::span<const Decomposition> decompositions) {
  const auto metrics = metrics_by_run(table);
  std::vector<ClaimResult> results;
  for (const auto& c : claims) {
    if (c.test == TestKind::attribution) {
      results.emplace_back().spec = c;
      judge_attribution(results.back(), table, metrics);
    } else {
      results.push_back(!c.decompositions.empty() ? judge_decompositions(c, decompositions)
                        : is_screen(c)            ? observe_screen(c, table, metrics)
                                                  : observe(c, table, metrics));
    }
  }
  std::vector<ClaimResult*> tested;
  for (auto& r : results) {
    if (!is_screen(r.spec)) tested.push_back(&r);
    for (auto& m : r.members) tested.push_back(&m);
  }
  correct_families(tested);
  for (auto* r : tested) conclude(*r);
  for (auto& r : results)
    if (is_screen(r.spec)) conclude_screen(r);
  for (auto& r : results)
    if (r.spec.exploratory)
      r.caveats.emplace_back(
          "exploratory: written, or tested in another way or on more runs, after runs were seen; new runs have to "
          "confirm it");
  return results;
}

}  // namespace encephagen
