// Executable claims: what an experiment is said to show, and the verdict its runs give.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiment/bootstrap.hpp"
#include "experiment/equivalence.hpp"
#include "experiment/hypothesis_tests.hpp"
#include "experiment/level_decomposition.hpp"
#include "experiment/metric_expression.hpp"
#include "experiment/run_selection.hpp"
#include "experiment/run_table.hpp"
#include "scenario/node.hpp"

namespace encephagen {

enum class TestKind {
  permutation,
  mann_whitney,
  kruskal_wallis,
  rank,
  sign_flip,
  threshold,
  equivalence,
  attribution,
  level,
  agreement,
  none
};

struct Published {
  std::optional<double> value, p;
  std::string verdict, source;
};

// Four designs. Two arms (`compare`): permutation, mann_whitney, rank, equivalence. Sets of regions within one arm
// (`arm` and `regions`): permutation, mann_whitney with two sets, kruskal_wallis with two or more. The runs of one arm
// against a number (`arm` and `against`): sign_flip, threshold, equivalence; or the sweep of one arm: attribution.
// Decompositions: level, agreement. `none` tests nothing and reports the observed values.
struct ClaimSpec {
  std::string id, text;
  std::string metric;  // a MetricExpression
  // Instead of one metric: a screen, one test per metric. NAME[*] stands for every group that NAME has.
  std::vector<std::string> for_each;
  size_t at_least = 1;                      // screen: members supported; level: metrics at the levels
  std::vector<std::string> decompositions;  // level: one; agreement: two or more
  std::vector<stats::Level> levels;         // level
  double share = 1;                         // agreement, attribution
  std::vector<std::string> factors;         // attribution: swept keys, or "metric"
  stats::Margin margin{0};                  // equivalence
  std::vector<std::string> compare;         // {A, B}; rank: {the one graph, its nulls}
  std::string arm;
  std::vector<std::string> regions;  // names of groups, or "rest"; none with kruskal_wallis: all groups of two or more
  SweepPoint where;
  TestKind test = TestKind::none;
  size_t permutations = 10000;  // permutation, sign_flip; more than needed to enumerate all is never too many
  stats::Tail tail =
      stats::Tail::two_sided;  // greater: the first side is the larger one; threshold: greater is "above"
  double against = 0;          // sign_flip, threshold, equivalence of one arm
  double alpha = 0.05;
  Correction correction = Correction::none;
  std::string family;  // claims corrected together; "": all without a family that ask for the same correction
  std::optional<Published> published;
  // Computes a design that would be refused (noise seeds of one graph, or regions of one network, taken as replicates)
  // and says in the caveats what is wrong with it.
  bool as_published = false;
  // Written, or tested in another way or on more runs, after runs were seen: a caveat says so.
  bool exploratory = false;
  uint64_t seed = 1;
  Position at;
};

enum class Verdict { supported, refuted, inconclusive, not_testable };

struct Effect {
  std::string name;
  double value;
};

// One of the things compared.
struct Side {
  std::string name;             // of the arm, or of the set of regions
  size_t selected = 0;          // runs (or regions) chosen
  size_t failed = 0;            // of these, runs that failed
  size_t undetermined = 0;      // of these, without a finite value
  std::vector<double> values;   // one per unit of replication: what was tested
  std::vector<double> repeats;  // of the one graph of a rank: the runs whose mean its value is
  double mean = std::numeric_limits<double>::quiet_NaN();
  double sd = std::numeric_limits<double>::quiet_NaN();  // sample SD over the units
};

// What share of such intervals hold the true effect: 1 - alpha; in tests of equivalence 1 - 2 alpha, since that
// interval lies within the margin if and only if p <= alpha (Schuirmann 1987).
double interval_level(const ClaimSpec& c);

// NaN: not computed, or not to be determined.
struct ClaimResult {
  ClaimSpec spec;
  Verdict verdict = Verdict::not_testable;
  std::string reason;
  std::string method;  // the test, in words
  std::string unit;    // of replication: "graph", "run" or "region"
  std::vector<Side> sides;
  std::vector<Effect> effects;  // the first is what `interval` is about
  stats::Interval interval;     // at interval_level(spec)
  double statistic = std::numeric_limits<double>::quiet_NaN();
  double p = std::numeric_limits<double>::quiet_NaN();  // never below p_floor
  double p_floor = std::numeric_limits<double>::quiet_NaN();
  double p_opposite = std::numeric_limits<double>::quiet_NaN();  // of the direction opposite to the predicted one
  double q = std::numeric_limits<double>::quiet_NaN();           // p corrected for the claims of the family
  double q_opposite = std::numeric_limits<double>::quiet_NaN();
  size_t family_size = 0;  // claims tested and corrected together; 0 without correction
  std::vector<std::string> caveats;
  std::vector<ClaimResult> members;  // of a screen
};

// One result per claim, in order. Rules:
// supported: the predicted direction holds with p (or q) <= alpha. refuted: the opposite direction does; never for a
// two-sided question. threshold: the interval of the mean lies beyond the number, on the predicted or on the other
// side. The unit of replication is the graph where the arms are different graphs: runs on one graph are averaged first,
// and a test that would take several runs on one graph for several graphs is not testable. It is the run where the arms
// share one graph. More than a quarter of the runs of an arm without a value: not testable.
// equivalence: supported if the difference is shown to be within the margin, refuted if shown to be beyond it. A screen
// is supported by `at_least` members, and never refuted. attribution: the interval of the factors' share of the
// variance between the cells lies above or below `share`. level: supported or refuted where the count of metrics is
// certain. `decompositions` are those the claims may name.
std::vector<ClaimResult> judge(std::span<const ClaimSpec> claims, const RunTable& table,
                               std::span<const Decomposition> decompositions = {});

// One claim without what depends on the others of its family: for the rungs of a decomposition.
ClaimResult observe(const ClaimSpec& claim, const RunTable& table, const std::vector<RunMetrics>& metrics);

// The claims that are corrected together.
std::string family_of(const ClaimSpec& claim);

struct ClaimProblem {
  Position at;
  std::string text;
  bool is_warning = false;
};

// What can be said before anything is run: claims whose words, arms, sweep points or numbers of graphs will make them
// not testable. The runs need arm, replicate, sweep and a graph_id that is equal where the graph will be.
// Warns of families whose corrected level the smallest p cannot reach, or only if several claims reach it together.
std::vector<ClaimProblem> check_claims(std::span<const ClaimSpec> claims, std::span<const RunInfo> planned,
                                       std::span<const DecompositionSpec> decompositions = {});

const char* name_of(Verdict verdict);
const char* name_of(TestKind kind);
const char* name_of(stats::Tail tail);

}  // namespace encephagen
