// What the runs show on one claim: values, effects, p, and why it cannot be tested.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "encephagen/sdk/random.hpp"
#include "experiment/claim.hpp"
#include "experiment/claim_design.hpp"
#include "experiment/metric_expression.hpp"
#include "host/text.hpp"

namespace encephagen {
namespace {

using stats::Tail;

constexpr double max_missing_share = 0.25;  // of the runs of an arm; beyond, what is left is a selection
constexpr size_t resamples = 10000;
constexpr size_t few_for_interval = 5;  // bootstrap intervals of fewer values are clearly too narrow

// Ends the judging of one claim: not testable, for this reason.
struct Refusal {
  std::string reason;
};

std::string plural(size_t n, const char* word) { return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s"); }

bool is_group(const std::string& group, const std::string& wanted) {
  return !group.empty() && equal_ignoring_case(group, wanted);
}

// What the metric is in the runs of one arm.
struct ArmValues {
  Side side;
  std::vector<size_t> usable;  // runs with a finite value
  std::map<size_t, double> by_run;
};

// The sets of regions of a claim, as labels, in the order of the regions' names.
struct RegionSets {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> labels;
};

RegionSets region_sets(const ClaimSpec& claim, const std::map<std::string, std::string>& group_of) {
  const auto position = [](const std::vector<std::string>& names, const std::string& group) {
    return std::ranges::find_if(names, [&](const auto& name) { return is_group(group, name); }) - names.begin();
  };
  std::vector<std::string> groups;
  for (const auto& region : group_of)
    if (!region.second.empty() && position(groups, region.second) == std::ssize(groups))
      groups.push_back(region.second);
  RegionSets out;
  out.names = claim.regions.empty() ? groups : claim.regions;
  out.labels.resize(out.names.size());
  for (const auto& [label, group] : group_of) {
    auto set = position(out.names, group);
    if (set == std::ssize(out.names)) set = std::ranges::find(out.names, "rest") - out.names.begin();
    if (set < std::ssize(out.names)) out.labels[static_cast<size_t>(set)].push_back(label);
  }
  for (size_t i = 0; i < out.names.size(); ++i) {
    if (!out.labels[i].empty()) continue;
    if (out.names[i] == "rest") throw Refusal{"no region is left for 'rest'"};
    const auto suggestion = did_you_mean(out.names[i], groups);
    throw Refusal{fmt::format("no region of arm '{}' is in group '{}'{} {}", claim.arm, out.names[i],
                              suggestion.empty() ? ";" : suggestion,
                              groups.empty() ? "no region has a group" : "groups: " + join(groups, ", "))};
  }
  return out;
}

class Observer {
 public:
  Observer(const ClaimSpec& claim, const RunTable& table, const std::vector<RunMetrics>& metrics)
      : claim_(claim), table_(table), in_view_(table, metrics), seed_(eg::mix_key(claim.seed, claim.id)) {
    out_.spec = claim;
  }

  // Everything but what depends on the other claims of the family.
  ClaimResult observe() {
    try {
      if (const auto why = misstatement(claim_); !why.empty()) throw Refusal{why};
      expression_.emplace(claim_.metric);
      is_regional() ? observe_regions() : observe_arms();
      describe();
      test();
    } catch (const Refusal& refusal) {
      out_.verdict = Verdict::not_testable;
      out_.reason = refusal.reason;
    }
    return std::move(out_);
  }

 private:
  bool is_regional() const { return !claim_.regions.empty() || claim_.test == TestKind::kruskal_wallis; }

  RunSelection select(const std::string& arm) {
    auto selection = select_runs(table_.runs, arm, claim_.where);
    if (!selection.error.empty()) throw Refusal{selection.error};
    out_.caveats.insert(out_.caveats.end(), selection.caveats.begin(), selection.caveats.end());
    if (const auto text = ambiguous_point(arm, selection); !text.empty()) {
      if (!claim_.as_published) throw Refusal{text + ": say which one with where"};
      out_.caveats.push_back("as published: " + text + ", taken together");
    }
    return selection;
  }

  // The runs of an arm with a finite value; says what is missing, and refuses if too much is.
  ArmValues evaluate(const std::string& arm) {
    ArmValues out;
    out.side.name = arm;
    const auto selection = select(arm);
    out.side.selected = selection.runs.size();
    std::string failure, lack;
    for (const size_t r : selection.runs) {
      if (table_.runs[r].failed) {
        ++out.side.failed;
        if (failure.empty()) failure = fmt::format("run {}: {}", r, table_.runs[r].error);
        continue;
      }
      double value = std::numeric_limits<double>::quiet_NaN();
      try {
        value = expression_->evaluate(in_view_, r);
      } catch (const ExpressionError& e) {
        if (lack.empty()) lack = fmt::format("metric '{}', column {}: {}", claim_.metric, e.column(), e.what());
      }
      if (std::isfinite(value)) {
        out.usable.push_back(r);
        out.by_run[r] = value;
      } else {
        ++out.side.undetermined;
      }
    }
    const size_t missing = out.side.failed + out.side.undetermined;
    if (missing == 0) return out;
    std::string text = fmt::format("{} of {} of arm '{}' have no value ({} failed, {} undetermined)", missing,
                                   plural(out.side.selected, "run"), arm, out.side.failed, out.side.undetermined);
    for (const auto& first : {failure, lack})
      if (!first.empty()) text += "; " + first;
    const bool too_many = static_cast<double>(missing) > max_missing_share * static_cast<double>(out.side.selected);
    if (out.usable.empty() || (too_many && !claim_.as_published)) {
      out_.sides.push_back(out.side);
      if (!out.usable.empty()) text += "; with more than a quarter missing, the rest is a selection";
      throw Refusal{text};
    }
    out_.caveats.push_back(text);
    return out;
  }

  void observe_arms() {
    std::vector<ArmValues> arms;
    if (claim_.compare.empty()) {
      arms.push_back(evaluate(claim_.arm));
    } else {
      for (const auto& arm : claim_.compare) arms.push_back(evaluate(arm));
    }
    std::vector<std::vector<size_t>> usable;
    for (const auto& a : arms) usable.push_back(a.usable);
    const auto replication = replicate(claim_, table_.runs, usable);
    out_.caveats.insert(out_.caveats.end(), replication.caveats.begin(), replication.caveats.end());
    for (size_t s = 0; s < arms.size(); ++s) {
      Side side = arms[s].side;
      if (replication.refusal.empty()) {
        for (const auto& unit : replication.units[s]) {
          std::vector<double> repeats;
          for (const size_t r : unit) repeats.push_back(arms[s].by_run.at(r));
          side.values.push_back(stats::mean(repeats));
          if (replication.one_graph_among_many && s == 0) side.repeats = repeats;
        }
      } else {
        // Not what a test may take for its n, but what was seen.
        for (const size_t r : arms[s].usable) side.values.push_back(arms[s].by_run.at(r));
      }
      add_side(std::move(side));
    }
    if (!replication.refusal.empty()) throw Refusal{replication.refusal};
    out_.unit = replication.unit;
  }

  void observe_regions() {
    const auto selection = select(claim_.arm);
    std::vector<size_t> runs;
    size_t failed = 0;
    for (const size_t r : selection.runs) table_.runs[r].failed ? void(++failed) : runs.push_back(r);
    if (runs.empty()) throw Refusal{fmt::format("all {} of arm '{}' failed", plural(failed, "run"), claim_.arm)};
    if (failed > 0)
      out_.caveats.push_back(
          fmt::format("{} of {} runs of arm '{}' failed", failed, selection.runs.size(), claim_.arm));
    const auto sets = region_sets(claim_, table_.runs[runs[0]].region_group);
    out_.unit = "region";
    std::string lack;
    for (size_t s = 0; s < sets.names.size(); ++s) {
      Side side;
      side.name = sets.names[s];
      side.selected = sets.labels[s].size();
      for (const auto& label : sets.labels[s]) {
        std::vector<double> values;
        for (const size_t r : runs) {
          try {
            const double v = expression_->evaluate(in_view_, r, "region:" + label);
            if (std::isfinite(v)) values.push_back(v);
          } catch (const ExpressionError& e) {
            if (lack.empty()) lack = fmt::format("metric '{}', column {}: {}", claim_.metric, e.column(), e.what());
          }
        }
        if (values.empty()) {
          ++side.undetermined;
        } else {
          side.values.push_back(stats::mean(values));
        }
      }
      if (side.undetermined > 0)
        missing_regions_.push_back(fmt::format("{} of the {} of '{}' have no value", side.undetermined,
                                               plural(side.selected, "region"), side.name));
      const bool is_small = claim_.test == TestKind::kruskal_wallis && claim_.regions.empty() && side.values.size() < 2;
      if (is_small) {
        out_.caveats.push_back(fmt::format("group '{}' is left out: fewer than two regions with a value", side.name));
      } else {
        add_side(std::move(side));
      }
    }
    for (const auto& text : missing_regions_) out_.caveats.push_back(text);
    for (const auto& side : out_.sides)
      if (side.values.empty())
        throw Refusal{lack.empty() ? fmt::format("no region of '{}' has a value", side.name) : lack};
    if (out_.sides.size() < 2) throw Refusal{"fewer than two groups have two regions with a value"};
    if (runs.size() > 1)
      out_.caveats.push_back(fmt::format("the values of a region are averaged over {} runs", runs.size()));
    if (claim_.test == TestKind::none) return;
    if (!claim_.as_published) throw Refusal{dependent_regions() + ". " + network_instead(claim_)};
    out_.caveats.push_back("as published, not independent: " + dependent_regions() + "; p is too small");
  }

  void add_side(Side side) {
    side.mean = stats::mean(side.values);
    side.sd = stats::sd_sample(side.values);
    out_.sides.push_back(std::move(side));
  }

  // Effect sizes and the interval of the first of them.
  void describe() {
    const auto& sides = out_.sides;
    const double level = interval_level(claim_);
    const auto effect = [&](const char* name, double value) {
      if (std::isfinite(value)) out_.effects.push_back({name, value});
    };
    if (claim_.test == TestKind::kruskal_wallis) return;  // its effect size is made of its statistic
    if (sides.size() == 1) {
      const auto& x = sides[0];
      effect("mean", x.mean);
      if (claim_.test != TestKind::none) {
        effect("mean minus against", x.mean - claim_.against);
        effect("d", x.sd > 0 ? (x.mean - claim_.against) / x.sd : std::numeric_limits<double>::quiet_NaN());
      }
      out_.interval = stats::bootstrap_mean(x.values, level, resamples, seed_);
    } else if (sides.size() == 2) {
      const auto &a = sides[0], &b = sides[1];
      effect("difference of means", a.mean - b.mean);
      if (claim_.test == TestKind::rank) {
        effect("z against nulls", stats::z_score(a.mean, b.values));
        // The graph is given; what is uncertain is the mean of its noise repeats, if there are any, and that of the
        // nulls.
        out_.interval = a.repeats.size() > 1 ? stats::bootstrap_difference(a.repeats, b.values, level, resamples, seed_)
                                             : stats::bootstrap_distance(a.mean, b.values, level, resamples, seed_);
      } else {
        effect("Cohen d", stats::cohen_d(a.values, b.values));
        effect("Cliff delta", stats::cliff_delta(a.values, b.values));
        out_.interval = stats::bootstrap_difference(a.values, b.values, level, resamples, seed_);
      }
      const auto positive = [](const Side& s) { return std::ranges::all_of(s.values, [](double v) { return v > 0; }); };
      if (positive(a) && positive(b)) effect("ratio of means", a.mean / b.mean);
    }
    size_t fewest = sides.back().values.size();
    if (claim_.test != TestKind::rank) {
      for (const auto& s : sides) fewest = std::min(fewest, s.values.size());
    } else if (sides[0].repeats.size() > 1) {
      fewest = std::min(fewest, sides[0].repeats.size());
    }
    if (claim_.test != TestKind::equivalence && std::isfinite(out_.interval.low) && fewest < few_for_interval)
      out_.caveats.push_back(fmt::format("the interval comes from {} and is too narrow", plural(fewest, "value")));
  }

  stats::TestResult run_test(Tail tail) const {
    const auto& sides = out_.sides;
    switch (claim_.test) {
      case TestKind::permutation:
        return stats::permutation_test(sides[0].values, sides[1].values, tail, claim_.permutations, seed_);
      case TestKind::mann_whitney:
        return stats::mann_whitney(sides[0].values, sides[1].values, tail);
      case TestKind::rank:
        return stats::rank_among(sides[0].mean, sides[1].values, tail);
      case TestKind::sign_flip:
        return stats::sign_flip_test(sides[0].values, claim_.against, tail, claim_.permutations, seed_);
      default:
        break;
    }
    std::vector<std::vector<double>> samples;
    for (const auto& s : sides) samples.push_back(s.values);
    return stats::kruskal_wallis(samples);
  }

  void test() {
    if (claim_.test == TestKind::none) throw Refusal{"no test was asked for; the observed values are reported"};
    if (claim_.test == TestKind::threshold) return judge_threshold();
    if (claim_.test == TestKind::equivalence) return judge_equivalence();
    const bool is_directed = claim_.tail != Tail::two_sided && claim_.test != TestKind::kruskal_wallis;
    const auto result = run_test(claim_.tail);
    out_.method = result.method;
    out_.statistic = result.statistic;
    out_.p = result.p;
    out_.p_floor = result.p_floor;
    if (is_directed) out_.p_opposite = run_test(opposite(claim_.tail)).p;
    if (claim_.test == TestKind::kruskal_wallis) {
      double n = 0;
      for (const auto& s : out_.sides) n += static_cast<double>(s.values.size());
      out_.effects.push_back({"epsilon squared", result.statistic / (n - 1)});
    }
    std::vector<size_t> sizes;
    for (const auto& s : out_.sides) sizes.push_back(s.values.size());
    if (const auto why = out_of_reach(claim_, sizes); !why.empty()) throw Refusal{why};
    out_.verdict = Verdict::inconclusive;  // until the family is known
  }

  void judge_threshold() {
    const auto& x = out_.sides[0];
    const bool above = claim_.tail == Tail::greater;
    const char* predicted = above ? "above" : "below";
    const char* other = above ? "below" : "above";
    out_.method = "bootstrap interval of the mean against a number";
    if (!std::isfinite(out_.interval.low)) {
      if (const auto why = one_value(claim_, out_.unit, x.values.size()); !why.empty()) throw Refusal{why};
      out_.method = "one number against another, without a test";
      out_.caveats.emplace_back("as published: one run and no test");
      const bool holds = above ? x.mean > claim_.against : x.mean < claim_.against;
      out_.verdict = holds ? Verdict::supported : Verdict::refuted;
      out_.reason = fmt::format("the one value, {:.4g}, lies {} {}", x.mean, holds ? predicted : other, claim_.against);
      return;
    }
    const auto& i = out_.interval;
    const bool is_above = i.low > claim_.against, is_below = i.high < claim_.against;
    out_.verdict = (above ? is_above : is_below)   ? Verdict::supported
                   : (above ? is_below : is_above) ? Verdict::refuted
                                                   : Verdict::inconclusive;
    const char* lies = out_.verdict == Verdict::supported ? predicted : other;
    const auto interval = fmt::format("the {:.4g} % interval of the mean, {:.4g} to {:.4g},",
                                      100 * interval_level(claim_), i.low, i.high);
    out_.reason = out_.verdict == Verdict::inconclusive ? fmt::format("{} holds {}", interval, claim_.against)
                                                        : fmt::format("{} lies {} {}", interval, lies, claim_.against);
  }

  void judge_equivalence() {
    const auto& sides = out_.sides;
    const auto& x = sides[0];
    const bool is_ensemble = !x.repeats.empty();
    const auto tost =
        sides.size() == 1 ? stats::equivalence_to_number(x.values, claim_.against, claim_.margin, claim_.alpha)
        : is_ensemble     ? stats::equivalence_to_ensemble(x.repeats, sides[1].values, claim_.margin, claim_.alpha)
                          : stats::equivalence_of_means(x.values, sides[1].values, claim_.margin, claim_.alpha);
    if (std::isnan(tost.p)) throw Refusal{tost.method};
    out_.method = tost.method;
    out_.p = tost.p;
    out_.statistic = tost.difference;
    out_.interval = tost.interval;
    if (sides.size() == 1) {  // that of the mean, like the effect; the test's is of the difference
      out_.interval.low += claim_.against;
      out_.interval.high += claim_.against;
    }
    out_.effects.push_back({"margin", tost.margin});
    out_.p_opposite = 1 - std::max(tost.p_lower, tost.p_upper);  // of the difference lying beyond the margin
    out_.verdict = Verdict::inconclusive;                        // until the family is known
  }

  const ClaimSpec& claim_;
  const RunTable& table_;
  const RunsInView in_view_;
  const uint64_t seed_;
  std::optional<MetricExpression> expression_;
  std::vector<std::string> missing_regions_;
  ClaimResult out_;
};

}  // namespace

ClaimResult observe(const ClaimSpec& claim, const RunTable& table, const std::vector<RunMetrics>& metrics) {
  return Observer(claim, table, metrics).observe();
}

}  // namespace encephagen
