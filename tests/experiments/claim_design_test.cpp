// Equivalence claims, screens, claims about decompositions, and what is said of designs before they run.
#include <nlohmann/json.hpp>

#include "experiment/claim_report.hpp"
#include "run_tables.hpp"
#include "support.hpp"

using namespace encephagen;
using namespace encephagen::testing;
using stats::Tail;

namespace {

ClaimSpec equivalence(double margin, stats::Margin::Unit unit = stats::Margin::Unit::raw) {
  auto c = claim(TestKind::equivalence, Tail::two_sided);
  c.margin = {margin, unit};
  return c;
}

// Metric "m0" ... of two arms of ten graphs; only m0 and m1 differ.
RunTable many_metrics(size_t n_metrics) {
  Runs runs;
  runs.graphs("a", steps(10, 0, 1)).graphs("b", steps(10, 0.25, 1));
  RunTable t = runs.table;
  t.rows.clear();
  for (size_t run = 0; run < t.runs.size(); ++run)
    for (size_t m = 0; m < n_metrics; ++m) {
      const double shift = m < 2 && t.runs[run].arm == "a" ? 100 : 0;
      t.rows.push_back({run, "m", "", "g" + std::to_string(m), shift + static_cast<double>((run * 7 + m * 3) % 10)});
      t.rows.push_back({run, "m", "", "region:V1", 5});
    }
  return t;
}

Decomposition levels(const std::string& id, const std::vector<stats::Level>& all) {
  Decomposition d;
  d.spec.id = id;
  for (size_t i = 0; i < all.size(); ++i) {
    DecomposedMetric m;
    m.metric = "m" + std::to_string(i);
    m.level.level = all[i];
    d.metrics.push_back(m);
  }
  return d;
}

ClaimResult about(const std::vector<Decomposition>& all, TestKind test, const std::vector<std::string>& named,
                  size_t at_least = 1, double share = 0.8) {
  ClaimSpec c;
  c.id = "L", c.text = "levels";
  c.test = test;
  c.decompositions = named;
  c.levels = {stats::Level::wiring};
  c.at_least = at_least;
  c.share = share;
  return judge(std::vector{c}, RunTable{}, all)[0];
}

std::vector<std::string> problems(const std::vector<ClaimSpec>& claims, const Runs& runs,
                                  const std::vector<DecompositionSpec>& decompositions = {}) {
  std::vector<std::string> out;
  for (const auto& p : check_claims(claims, runs.table.runs, decompositions))
    out.push_back((p.is_warning ? "warning: " : "") + p.text);
  return out;
}

}  // namespace

TEST_CASE("equivalence: shown to be the same, shown to differ, and too few to tell") {
  Runs same, different, few;
  same.graphs("a", steps(30, 0, 0.1)).graphs("b", steps(30, 0.01, 0.1));
  different.graphs("a", steps(30, 10, 0.1)).graphs("b", steps(30, 0, 0.1));
  few.graphs("a", {0, 3}).graphs("b", {0.1, 2.5});
  const auto yes = judged(equivalence(1), same);
  CHECK(yes.verdict == Verdict::supported);
  CHECK(yes.reason.starts_with("the difference is smaller than the margin: p = "));
  CHECK(yes.interval.low > -1);
  CHECK(yes.interval.high < 1);
  const auto no = judged(equivalence(1), different);
  CHECK(no.verdict == Verdict::refuted);
  CHECK(no.reason.starts_with("the difference is larger than the margin: p = "));
  CHECK(judged(equivalence(1), few).verdict == Verdict::inconclusive);
  CHECK(judged(equivalence(0), same).reason == "equivalence needs a margin above 0");
  // In units of the SD: 0.01 of 0.88.
  CHECK(judged(equivalence(0.5, stats::Margin::Unit::cohen_d), same).verdict == Verdict::supported);
}

TEST_CASE("equivalence: one real graph against its nulls, and one arm against a number") {
  Runs runs;
  runs.repeats("a", "real", {5.0, 5.1, 4.9, 5.0}).graphs("b", steps(40, 4.8, 0.01));
  const auto r = judged(equivalence(0.5), runs);
  CHECK(r.verdict == Verdict::supported);
  CHECK(r.unit == "graph");
  CHECK(r.sides[0].values.size() == 1);
  CHECK(r.sides[0].repeats.size() == 4);
  auto number = one_arm_claim(TestKind::equivalence, Tail::two_sided, 5);
  number.margin = {0.3};
  CHECK(judged(number, runs).verdict == Verdict::supported);
  number.against = 6;
  CHECK(judged(number, runs).verdict == Verdict::refuted);
}

TEST_CASE(
    "equivalence: the interval is of the effect shown, lies within the margin if and only if p <= alpha, and says its "
    "level") {
  Runs runs;
  runs.graphs("a", {4.7, 4.9, 5.0, 5.1, 5.2}).graphs("b", {5.0, 5.1});
  auto number = one_arm_claim(TestKind::equivalence, Tail::two_sided, 5);
  // t of .95 with 4 degrees of freedom is 2.1318; mean 4.98, SD .19235.
  for (const double margin : {0.2033, 0.2035}) {
    number.margin = {margin};
    const auto r = judged(number, runs);
    CHECK(r.effects[0].name == "mean");
    CHECK(r.interval.low == doctest::Approx(4.98 - 2.1318 * 0.19235 / std::sqrt(5.0)).epsilon(1e-5));
    CHECK(r.interval.high == doctest::Approx(4.98 + 2.1318 * 0.19235 / std::sqrt(5.0)).epsilon(1e-5));
    CHECK((r.p <= 0.05) == (r.interval.low >= 5 - margin && r.interval.high <= 5 + margin));
    CHECK((r.verdict == Verdict::supported) == (margin > 0.2034));
    const auto json = nlohmann::json::parse(claims_json(std::vector{r}));
    CHECK(json["claims"][0]["interval"]["level"] == 0.9);
    CHECK(claims_table(std::vector{r}).find("90 % interval") != std::string::npos);
  }
  // Levels that differ stand beside each interval. Three values are few for a bootstrap, not for t.
  runs.graphs("c", {4.9, 5.0, 5.2});
  auto few = number;
  few.id = "few";
  few.arm = "c";
  const auto r = judge(std::vector{number, few, one_arm_claim(TestKind::threshold, Tail::greater, 4)}, runs.table);
  CHECK(r[1].caveats.empty());
  const auto table = claims_table(r);
  CHECK(table.find("  interval ") != std::string::npos);
  CHECK(table.find(" (90 %) ") != std::string::npos);
  CHECK(table.find(" (95 %) ") != std::string::npos);
}

TEST_CASE("screen: a test per metric, corrected as one family, with members that can be looked at") {
  auto screen = claim(TestKind::mann_whitney, Tail::two_sided);
  screen.metric.clear();
  screen.for_each = {"m[*]"};
  screen.correction = Correction::bh;
  const auto t = many_metrics(6);
  const auto r = judge(std::vector{screen}, t)[0];
  REQUIRE(r.members.size() == 6);
  CHECK(r.members[0].spec.metric == "m[g0]");  // regions are no groups
  CHECK(r.verdict == Verdict::supported);
  CHECK(r.effects[0].value == 2);
  CHECK(r.effects[1].value == 6);
  CHECK(r.reason == "2 of 6 metrics significant after correction, at least 1 asked for: m[g0], m[g1]");
  CHECK(r.members[0].family_size == 6);
  screen.at_least = 3;
  CHECK(judge(std::vector{screen}, t)[0].verdict == Verdict::inconclusive);
  screen.correction = Correction::none;
  CHECK(judge(std::vector{screen}, t)[0].reason.starts_with(
      "2 of 6 metrics significant (0.3 expected by chance), at least 3 asked for"));
  screen.for_each = {"k[*]"};
  CHECK(judge(std::vector{screen}, t)[0].reason.find("there is no metric 'k'") != std::string::npos);
  const auto json = nlohmann::json::parse(claims_json(judge(std::vector{screen}, t)));
  CHECK(json["claims"][0]["members"].size() == 1);
}

TEST_CASE("screen: two screens are two families") {
  auto one = claim(TestKind::mann_whitney, Tail::two_sided);
  one.metric.clear();
  one.for_each = {"m[*]"};
  one.correction = Correction::bh;
  auto two = one;
  two.id = "D";
  two.for_each = {"m[g5]"};
  const auto both = judge(std::vector{one, two}, many_metrics(6));
  CHECK(both[0].members[0].family_size == 6);
  CHECK(both[1].members[0].family_size == 1);
  two.family = one.family = "all";
  CHECK(judge(std::vector{one, two}, many_metrics(6))[1].members[0].family_size == 7);
}

TEST_CASE("level claims: supported, refuted, or open where metrics are unresolved") {
  using enum stats::Level;
  const std::vector all{levels("d", {wiring, strength, unresolved, degree})};
  CHECK(about(all, TestKind::level, {"d"}).verdict == Verdict::supported);
  CHECK(about(all, TestKind::level, {"d"}, 2).verdict == Verdict::inconclusive);
  CHECK(about(all, TestKind::level, {"d"}, 3).verdict == Verdict::refuted);
  CHECK(about(all, TestKind::level, {"d"}, 3).reason ==
        "1 of 4 metrics are at level W, 1 open, at least 3 asked for: m0");
  CHECK(about(all, TestKind::level, {"e"}).reason == "there is no decomposition 'e'");
  auto small = std::vector{levels("d", {wiring, uninformative, uninformative})};
  CHECK(about(small, TestKind::level, {"d"}, 3).verdict == Verdict::refuted);
  small[0].is_too_small = true;  // what is not significant may still be anything
  CHECK(about(small, TestKind::level, {"d"}, 3).verdict == Verdict::inconclusive);
  auto refused = all;
  refused[0].refusal = "saturated";
  CHECK(about(refused, TestKind::level, {"d"}).verdict == Verdict::not_testable);
  CHECK(about(refused, TestKind::level, {"d"}).reason == "decomposition 'd': saturated");
}

TEST_CASE("agreement claims: the share of metrics at one level everywhere") {
  using enum stats::Level;
  const std::vector all{levels("d", {wiring, strength, degree, degree}),
                        levels("e", {wiring, strength, degree, wiring})};
  const auto r = about(all, TestKind::agreement, {"d", "e"}, 1, 0.75);
  CHECK(r.verdict == Verdict::supported);
  CHECK(r.reason == "3 of 4 metrics are at the same level in all, 75 % asked for; not m3 (D, W)");
  CHECK(about(all, TestKind::agreement, {"d", "e"}, 1, 0.8).verdict == Verdict::refuted);
  CHECK(about(all, TestKind::agreement, {"d"}).reason == "agreement compares two decompositions or more");
}

TEST_CASE("attribution: shares of a planted design, and of metrics as a factor") {
  Runs runs;
  for (const char* a : {"1", "2"})
    for (const char* b : {"x", "y", "z"})
      for (int k = 0; k < 3; ++k) {
        const double effect = 4 * (std::string(a) == "2") + (std::string(b) == "z") + 0.01 * k;
        runs.add("a", "graph", effect, {{"A", a}, {"B", b}});
        runs.table.rows.push_back({runs.table.runs.size() - 1, "flat", "", "", 0.001 * k});
      }
  auto c = one_arm_claim(TestKind::attribution, Tail::greater, 0);
  c.share = 0.5;
  c.factors = {"A"};
  const auto r = judged(c, runs);
  // Cells 0 0 1 4 4 5 about 7/3: A gives 6 * 4, B gives 2 (1/9 + 1/9 + 4/9) of 24 + 4/3.
  CHECK(r.verdict == Verdict::supported);
  CHECK_CLOSE(r.effects[0].value, 24 / (24 + 4.0 / 3), 0, 1e-9);
  CHECK_CLOSE(r.effects[1].value, (4.0 / 3) / (24 + 4.0 / 3), 0, 1e-9);
  CHECK_CLOSE(r.effects.back().value, 0, 0, 1e-9);
  c.factors = {"B"};
  CHECK(judged(c, runs).verdict == Verdict::refuted);
  c.factors = {"A", "B"};
  CHECK_CLOSE(judged(c, runs).effects[0].value, 1, 0, 1e-9);
  c.factors = {"C"};
  CHECK(judged(c, runs).reason == "'C' is no factor with two levels; factors: A, B");
  c.factors = {"metric"};
  c.for_each = {"x", "flat"};
  c.metric.clear();
  CHECK(judged(c, runs).effects.size() == 4);
  c.for_each = {"x", "x * -1"};
  c.share = 0.3;
  CHECK(judged(c, runs).verdict == Verdict::supported);
  runs.table.runs.back().sweep = {{"A", "3"}, {"B", "z"}};
  CHECK(judged(c, runs).reason == "4 of the 18 cells have no run: the shares need a complete design");
}

TEST_CASE("check: a family whose corrected level the smallest p cannot reach is told before it runs") {
  Runs runs;
  runs.add("a", "real", 0).graphs("b", steps(99, 0, 1));
  auto screen = claim(TestKind::rank, Tail::two_sided);
  screen.metric.clear();
  screen.correction = Correction::bh;
  screen.for_each = {"x", "y", "z"};
  CHECK(problems({screen}, runs).empty());  // 3 x 0.01 is below 0.05
  for (int i = 0; i < 5; ++i) screen.for_each.push_back("x");
  CHECK(problems({screen}, runs) ==
        std::vector<std::string>{
            "warning: 8 claims corrected together: 2 must sit on the smallest p, 0.01, together before "
            "one can be significant at alpha = 0.05; with rank, 159 nulls let one be significant "
            "alone"});
  screen.alpha = 0.01;
  screen.correction = Correction::by;
  CHECK(problems({screen}, runs) ==
        std::vector<std::string>{
            "warning: 8 claims corrected together: none can reach alpha = 0.01, even if all sit on the "
            "smallest p, 0.01; a smallest p of 0.00046 (with rank: 2174 nulls) lets one be "
            "significant alone"});
  screen.for_each = {"x[*]", "y"};
  screen.alpha = 0.05;
  screen.correction = Correction::bh;
  CHECK(problems({screen}, runs).empty());
}

TEST_CASE("check: rungs that cannot be ranked, arms and decompositions that do not exist") {
  Runs runs;
  runs.add("real", "real", 0).graphs("er", steps(99, 0, 1)).graphs("few", steps(5, 0, 1));
  DecompositionSpec d;
  d.id = "d", d.real = "real";
  d.metrics = {"x"};
  d.ladder = {{"er", stats::RungClass::er}, {"few", stats::RungClass::degree}, {"none", stats::RungClass::strength}};
  ClaimSpec c;
  c.id = "C", c.test = TestKind::level, c.decompositions = {"e"}, c.levels = {stats::Level::wiring};
  const auto said = problems({c}, runs, {d});
  REQUIRE(said.size() == 3);
  CHECK(said[0] == "claim 'C' is not testable: there is no decomposition 'e'");
  CHECK(said[1].starts_with("decomposition 'd', rung 'few': 5 nulls cannot reach alpha = 0.05"));
  CHECK(said[2].starts_with("decomposition 'd', rung 'none': there is no arm 'none'"));
  auto at = claim(TestKind::rank);
  at.metric = "spearman(x, y@nowhere)";
  at.compare = {"real", "er"};
  CHECK(problems({at}, runs)[0].starts_with(
      "claim 'C' is not testable: metric 'spearman(x, y@nowhere)': there is no arm 'nowhere'"));
}
