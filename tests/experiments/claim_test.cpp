// Claims: every verdict, its reason, and the designs that are refused.
#include "experiment/claim.hpp"

#include <cmath>

#include "experiment/claim_report.hpp"
#include "run_tables.hpp"
#include "support.hpp"

using namespace encephagen;
using namespace encephagen::testing;
using stats::Tail;

namespace {

Runs two_arms(double shift) { return Runs().graphs("a", steps(8, shift, 1)).graphs("b", steps(8, 0, 1)); }

// One real graph (5 noise seeds around `value`) and 40 nulls from 0 to 39.
Runs one_among_nulls(double value) {
  return Runs().repeats("a", "real", {value - 2, value - 1, value, value + 1, value + 2}).graphs("b", steps(40, 0, 1));
}

}  // namespace

// ---- two arms
// --------------------------------------------------------------------------------------------------------

TEST_CASE("claim: the predicted direction beyond chance supports") {
  const auto r = judged(claim(TestKind::permutation), two_arms(6));
  CHECK(r.verdict == Verdict::supported);
  CHECK(r.unit == "graph");
  CHECK(r.method == "permutation test of the difference of means, 10000 random splits");
  CHECK(r.p < 0.01);
  CHECK(r.p >= 1.0 / 10001);
  CHECK(std::isnan(r.q));
  CHECK(r.reason.starts_with("'a' lies above 'b' as predicted: p = 0.00"));
  REQUIRE(r.effects.size() == 3);
  CHECK(r.effects[0].name == "difference of means");
  CHECK(r.effects[0].value == 6);
  CHECK(r.effects[1].name == "Cohen d");
  CHECK_CLOSE(r.effects[1].value, 6 / std::sqrt(6.0), 1e-14, 0);  // the SD of 0 ... 7 is sqrt(6)
  CHECK(r.effects[2].name == "Cliff delta");
  CHECK(r.interval.method == "BCa bootstrap");
  CHECK(r.interval.low > 3);
  CHECK(r.interval.low < 6);
  CHECK(r.interval.high > 6);
  REQUIRE(r.sides.size() == 2);
  CHECK(r.sides[0].mean == 9.5);
  CHECK(r.sides[0].values.size() == 8);
  CHECK(r.caveats.empty());
}

TEST_CASE("claim: the opposite direction beyond chance refutes") {
  const auto r = judged(claim(TestKind::mann_whitney), two_arms(-6.5));
  CHECK(r.verdict == Verdict::refuted);
  CHECK(r.p > 0.99);
  CHECK_CLOSE(r.p_opposite, 2.0 / 12870, 1e-12, 0);  // U = 1: two of C(16, 8) orders are as extreme
  CHECK(r.reason == "'a' lies below 'b', the opposite of what was predicted: p = 0.000155");
  const auto less = judged(claim(TestKind::mann_whitney, Tail::less), two_arms(6.5));
  CHECK(less.verdict == Verdict::refuted);
  CHECK(less.reason == "'a' lies above 'b', the opposite of what was predicted: p = 0.000155");
}

TEST_CASE("claim: neither direction beyond chance is inconclusive") {
  const auto r = judged(claim(TestKind::mann_whitney), two_arms(0.5));
  CHECK(r.verdict == Verdict::inconclusive);
  CHECK(r.reason == "p = 0.36 is above alpha = 0.05");
}

TEST_CASE("claim: a two-sided question is supported by either direction and never refuted") {
  for (const double shift : {6.5, -6.5}) {
    const auto r = judged(claim(TestKind::mann_whitney, Tail::two_sided), two_arms(shift));
    CHECK(r.verdict == Verdict::supported);
    CHECK(r.reason == "'a' and 'b' differ: p = 0.000311");
    CHECK(std::isnan(r.p_opposite));
  }
  CHECK(judged(claim(TestKind::mann_whitney, Tail::two_sided), two_arms(0.5)).verdict == Verdict::inconclusive);
}

TEST_CASE("claim: p equal to alpha is enough, so that 19 nulls are enough for 0.05") {
  const auto r = judged(claim(TestKind::rank), Runs().add("a", "real", 100).graphs("b", steps(19, 0, 1)));
  CHECK(r.p == 0.05);
  CHECK(r.verdict == Verdict::supported);
}

TEST_CASE("claim: too few graphs are not testable, and how many would do is said") {
  const auto r = judged(claim(TestKind::permutation), Runs().graphs("a", {5, 6}).graphs("b", {1, 2, 3}));
  CHECK(r.verdict == Verdict::not_testable);
  CHECK(r.reason ==
        "2 against 3 values cannot reach alpha = 0.05: the smallest p is 0.1; at least 3 on each side are needed");
  CHECK(r.p == 0.1);  // still reported, with its effect
  CHECK(r.effects[0].value == 3.5);
  const auto u =
      judged(claim(TestKind::mann_whitney, Tail::two_sided), Runs().graphs("a", {5, 6, 7}).graphs("b", {1, 2, 3}));
  CHECK(u.reason ==
        "3 against 3 values cannot reach alpha = 0.05: the smallest p is 0.1; at least 4 on each side are needed");
  auto few = claim(TestKind::permutation);
  few.permutations = 10;
  CHECK(judged(few, two_arms(6)).reason ==
        "10 permutations cannot reach alpha = 0.05: the smallest p is 0.0909; at least 19 are needed");
}

TEST_CASE("claim: the small-sample caveat of the interval is given") {
  const auto r = judged(claim(TestKind::permutation), Runs().graphs("a", {5, 6, 7}).graphs("b", {1, 2, 3}));
  CHECK(r.verdict == Verdict::supported);
  CHECK(has_caveat(r, "the interval comes from 3 values and is too narrow"));
}

// ---- one graph among nulls
// -------------------------------------------------------------------------------------------

TEST_CASE("claim: rank places the mean of one graph among its nulls") {
  const auto r = judged(claim(TestKind::rank), one_among_nulls(50));
  CHECK(r.verdict == Verdict::supported);
  CHECK(r.p == 1.0 / 41);
  CHECK(r.p_floor == 1.0 / 41);
  CHECK(r.method == "rank of one graph among 40 nulls");
  CHECK(r.reason == "'a' lies above 'b' as predicted: p = 0.0244");
  CHECK(r.sides[0].values == std::vector<double>{50});
  CHECK(r.sides[0].selected == 5);
  CHECK(r.sides[1].values.size() == 40);
  CHECK(r.effects[0].value == 30.5);
  CHECK(r.effects[1].name == "z against nulls");
  CHECK_CLOSE(r.effects[1].value, 30.5 / std::sqrt(40.0 * 41 / 12), 1e-12, 0);
  CHECK(r.interval.low < 30.5);
  CHECK(r.interval.high > 30.5);
  CHECK(has_caveat(
      r,
      "'a' is the mean of 5 runs, each null the mean of 1: nulls and graph carry different amounts of noise; "
      "the same number of runs per graph makes the rank exact"));
}

TEST_CASE("claim: rank refutes and stays inconclusive like any test") {
  CHECK(judged(claim(TestKind::rank), one_among_nulls(-10)).verdict == Verdict::refuted);
  CHECK(judged(claim(TestKind::rank), one_among_nulls(20)).verdict == Verdict::inconclusive);
  CHECK(judged(claim(TestKind::rank, Tail::two_sided), one_among_nulls(-30)).verdict == Verdict::supported);
}

TEST_CASE("claim: nulls that share a graph are averaged first") {
  Runs runs;
  runs.repeats("a", "real", {99, 101});
  for (int g = 0; g < 25; ++g) runs.repeats("b", "null:" + std::to_string(g), {g - 1.0, g + 1.0});
  const auto r = judged(claim(TestKind::rank), runs);
  CHECK(r.sides[1].values == steps(25, 0, 1));
  CHECK(r.p == 1.0 / 26);
  REQUIRE(r.caveats.size() == 1);  // two runs on each graph, real and null alike: nothing to say about noise
  CHECK(r.caveats[0] == "the interval comes from 2 values and is too narrow");
}

TEST_CASE("claim: too few nulls cannot reach alpha") {
  const auto r = judged(claim(TestKind::rank), Runs().repeats("a", "real", {9, 9.5}).graphs("b", steps(10, 0, 0.1)));
  CHECK(r.verdict == Verdict::not_testable);
  CHECK(r.reason == "10 nulls cannot reach alpha = 0.05: the smallest p is 0.0909; at least 19 are needed");
  CHECK(r.p == 1.0 / 11);
}

TEST_CASE("claim: rank refuses several graphs, and a graph that is its own null") {
  CHECK(judged(claim(TestKind::rank), two_arms(3)).reason ==
        "rank places one graph among its nulls, but the 8 runs of arm 'a' are on 8 graphs; to compare two sets of "
        "graphs write "
        "test = { permutation = 10000 } or { mann_whitney = true }");
  CHECK(judged(claim(TestKind::rank), Runs().repeats("a", "g", {1, 2}).repeats("b", "g", {1, 2})).reason ==
        "arms 'a' and 'b' are the same graph: there is nothing to rank");
  CHECK(has_caveat(judged(claim(TestKind::rank), Runs().add("a", "b:3", 99).graphs("b", steps(40, 0, 1))),
                   "the graph of 'a' is also one of the nulls 'b'"));
}

// ---- pseudo-replication
// ----------------------------------------------------------------------------------------------

TEST_CASE("claim: noise seeds of one graph are not several graphs, and what to write instead is said") {
  for (const auto test : {TestKind::mann_whitney, TestKind::permutation}) {
    const auto r = judged(claim(test), one_among_nulls(50));
    CHECK(r.verdict == Verdict::not_testable);
    CHECK(r.reason ==
          "the 5 runs of arm 'a' share one graph: they repeat its noise and are not 5 graphs. Ask where this graph "
          "stands among "
          "the 40 of 'b': compare = [\"a\", \"b\"], test = { rank = true, tail = \"greater\" }");
    CHECK(std::isnan(r.p));
    CHECK(r.sides[0].mean == 50);  // what was seen is still reported
  }
}

TEST_CASE("claim: if the second arm is the one graph, arms and tail are turned around in the advice") {
  Runs runs;
  runs.graphs("a", steps(40, 0, 1)).repeats("b", "real", {1, 2, 3});
  CHECK(judged(claim(TestKind::mann_whitney), runs).reason ==
        "the 3 runs of arm 'b' share one graph: they repeat its noise and are not 3 graphs. Ask where this graph "
        "stands among "
        "the 40 of 'a': compare = [\"b\", \"a\"], test = { rank = true, tail = \"less\" }");
}

TEST_CASE("claim: two single graphs cannot be told apart by noise") {
  const auto runs = Runs().repeats("a", "g", {1, 2, 3, 4}).repeats("b", "h", {5, 6, 7, 8});
  CHECK(judged(claim(TestKind::permutation, Tail::less), runs).reason ==
        "arm 'a' (4 runs) and arm 'b' (4 runs) are one graph each: repeats with other noise cannot tell what is due to "
        "the "
        "graphs. Give 'b' many graphs (null_model and replicates) and write compare = [\"a\", \"b\"], test = { rank = "
        "true, tail "
        "= \"less\" }");
}

TEST_CASE("claim: as published, such a design is computed and marked") {
  auto c = claim(TestKind::mann_whitney, Tail::two_sided);
  c.as_published = true;
  const auto r = judged(c, Runs().repeats("a", "real", {100, 101, 102, 103, 104}).graphs("b", steps(15, 0, 1)));
  CHECK(r.verdict == Verdict::supported);
  CHECK(r.unit == "run");
  CHECK_CLOSE(r.p, 2.0 / 15504, 1e-12, 0);
  CHECK(has_caveat(
      r,
      "as published, not independent: the 5 runs of arm 'a' are on 1 graph, taken as 5 graphs; p is too small "
      "wherever graphs differ from each other"));
}

TEST_CASE("claim: what was asked after runs were seen is marked") {
  auto c = claim(TestKind::rank, Tail::less);
  const Runs runs = Runs().repeats("a", "real", {100}).graphs("b", steps(19, 0, 1));
  const std::string caveat =
      "exploratory: written, or tested in another way or on more runs, after runs were seen; new runs have to confirm "
      "it";
  CHECK_FALSE(has_caveat(judged(c, runs), caveat));
  c.exploratory = true;
  const auto r = judged(c, runs);
  CHECK(has_caveat(r, caveat));
  CHECK(claims_table(std::vector{r}).find("  note: " + caveat) != std::string::npos);
}

TEST_CASE("claim: a single run of one graph against many graphs repeats nothing and is tested") {
  const auto r = judged(claim(TestKind::permutation), Runs().add("a", "real", 100).graphs("b", steps(40, 0, 1)));
  CHECK(r.verdict == Verdict::supported);
  CHECK_CLOSE(r.p, 1.0 / 41, 1e-14, 0);
}

TEST_CASE("claim: several runs on each of many graphs are averaged per graph") {
  Runs runs;
  for (int g = 0; g < 6; ++g) runs.repeats("a", "a:" + std::to_string(g), {g + 9.0, g + 11.0});
  runs.graphs("b", steps(6, 0, 1));
  const auto r = judged(claim(TestKind::mann_whitney), runs);
  CHECK(r.verdict == Verdict::supported);
  CHECK(r.sides[0].values == steps(6, 10, 1));
  CHECK_CLOSE(r.p, 1.0 / 924, 1e-12, 0);
  CHECK(has_caveat(r, "the 12 runs of arm 'a' are on 6 graphs: averaged per graph"));
}

TEST_CASE("claim: two conditions on one graph are compared run by run, about this graph") {
  const auto r =
      judged(claim(TestKind::mann_whitney), Runs().repeats("a", "g", steps(5, 9, 1)).repeats("b", "g", steps(5, 0, 1)));
  CHECK(r.verdict == Verdict::supported);
  CHECK(r.unit == "run");
  CHECK(has_caveat(r, "all runs are on one graph: the verdict is about this graph, not about others like it"));
}

TEST_CASE("claim: two conditions on the same many graphs are compared graph by graph") {
  Runs runs;
  for (const char* arm : {"a", "b"})
    for (int g = 0; g < 6; ++g) runs.repeats(arm, "g" + std::to_string(g), {g + 0.0, g + 1.0});
  const auto r = judged(claim(TestKind::mann_whitney), runs);
  CHECK(r.unit == "graph");
  CHECK(r.sides[0].values.size() == 6);
  CHECK(has_caveat(r, "the arms share their graphs; the test does not pair them and is therefore cautious"));
}

TEST_CASE("claim: networks without a graph are replicated by run") {
  const auto r =
      judged(claim(TestKind::mann_whitney), Runs().repeats("a", "", steps(5, 9, 1)).repeats("b", "", steps(5, 0, 1)));
  CHECK(r.verdict == Verdict::supported);
  CHECK(r.unit == "run");
  CHECK(r.caveats.empty());
  const auto alone =
      judged(one_arm_claim(TestKind::sign_flip, Tail::greater, 0), Runs().repeats("a", "", steps(8, 1, 0.5)));
  CHECK(alone.verdict == Verdict::supported);
  CHECK(alone.unit == "run");
  CHECK(alone.caveats.empty());
}

// ---- one arm against a number
// ----------------------------------------------------------------------------------------

TEST_CASE("claim: sign-flip holds the runs of one arm against a number") {
  const Runs runs = Runs().graphs("a", steps(8, 1, 0.5));
  const auto r = judged(one_arm_claim(TestKind::sign_flip, Tail::greater, 0), runs);
  CHECK(r.verdict == Verdict::supported);
  CHECK(r.p == 1.0 / 256);
  CHECK(r.reason == "'a' lies above 0 as predicted: p = 0.00391");
  CHECK(r.effects[0].name == "mean");
  CHECK(r.effects[0].value == 2.75);
  CHECK(judged(one_arm_claim(TestKind::sign_flip, Tail::greater, 9), runs).reason ==
        "'a' lies below 9, the opposite of what was predicted: p = 0.00391");
  CHECK(judged(one_arm_claim(TestKind::sign_flip, Tail::greater, 9), runs).verdict == Verdict::refuted);
  CHECK(judged(one_arm_claim(TestKind::sign_flip, Tail::greater, 2.7), runs).verdict == Verdict::inconclusive);
  CHECK(judged(one_arm_claim(TestKind::sign_flip, Tail::two_sided, 9), runs).reason ==
        "'a' differs from 9: p = 0.00781");
  CHECK(judged(one_arm_claim(TestKind::sign_flip, Tail::greater, 0), Runs().graphs("a", {1, 2, 3, 4})).reason ==
        "4 values cannot reach alpha = 0.05: the smallest p is 0.0625; at least 5 are needed");
}

TEST_CASE("claim: a threshold is judged by the interval of the mean") {
  const Runs runs = Runs().repeats("a", "g", steps(12, 1, 0.1));
  const auto above = judged(one_arm_claim(TestKind::threshold, Tail::greater, 0.5), runs);
  CHECK(above.verdict == Verdict::supported);
  CHECK(above.reason.starts_with("the 95 % interval of the mean, 1.3"));
  CHECK(above.reason.ends_with(", lies above 0.5"));
  CHECK(std::isnan(above.p));
  CHECK(has_caveat(above, "all runs are on one graph: the verdict is about this graph, not about others like it"));
  const auto refuted = judged(one_arm_claim(TestKind::threshold, Tail::greater, 5), runs);
  CHECK(refuted.verdict == Verdict::refuted);
  CHECK(refuted.reason.ends_with(", lies below 5"));
  CHECK(judged(one_arm_claim(TestKind::threshold, Tail::less, 5), runs).verdict == Verdict::supported);
  CHECK(judged(one_arm_claim(TestKind::threshold, Tail::less, 0.5), runs).verdict == Verdict::refuted);
  const auto open = judged(one_arm_claim(TestKind::threshold, Tail::greater, 1.5), runs);
  CHECK(open.verdict == Verdict::inconclusive);
  CHECK(open.reason.ends_with(", holds 1.5"));
}

TEST_CASE("claim: one run against a threshold is not testable, but computed as published") {
  auto c = one_arm_claim(TestKind::threshold, Tail::greater, 0.1);
  const Runs runs = Runs().add("a", "g", 1.93);
  CHECK(judged(c, runs).verdict == Verdict::not_testable);
  CHECK(judged(c, runs).reason == "one graph gives no interval; at least 2 are needed, 10 or more make it trustworthy");
  c.as_published = true;
  CHECK(judged(c, runs).verdict == Verdict::supported);
  CHECK(judged(c, runs).reason == "the one value, 1.93, lies above 0.1");
  CHECK(has_caveat(judged(c, runs), "as published: one run and no test"));
  c.tail = Tail::less;
  CHECK(judged(c, runs).verdict == Verdict::refuted);
}

TEST_CASE("claim: without a test the observed values are reported") {
  const auto r = judged(claim(TestKind::none), one_among_nulls(50));
  CHECK(r.verdict == Verdict::not_testable);
  CHECK(r.reason == "no test was asked for; the observed values are reported");
  CHECK(r.sides[0].mean == 50);
  CHECK(r.effects[0].value == 30.5);
}

// ---- runs without a value
// --------------------------------------------------------------------------------------------

TEST_CASE("claim: a few runs without a value are counted, not dropped in silence") {
  auto runs = two_arms(6.5);
  runs.fail("a", "a:9", "diverged at t = 3 ms").add("a", "a:10", undetermined);
  const auto r = judged(claim(TestKind::mann_whitney), runs);
  CHECK(r.verdict == Verdict::supported);
  CHECK(r.sides[0].selected == 10);
  CHECK(r.sides[0].failed == 1);
  CHECK(r.sides[0].undetermined == 1);
  CHECK(r.sides[0].values.size() == 8);
  CHECK(
      has_caveat(r, "2 of 10 runs of arm 'a' have no value (1 failed, 1 undetermined); run 16: diverged at t = 3 ms"));
}

TEST_CASE("claim: more than a quarter without a value is not testable, unless published so") {
  auto runs = two_arms(6.5);
  for (int i = 0; i < 3; ++i) runs.add("b", "b:1" + std::to_string(i), undetermined);
  auto c = claim(TestKind::mann_whitney);
  const auto r = judged(c, runs);
  CHECK(r.verdict == Verdict::not_testable);
  CHECK(r.reason ==
        "3 of 11 runs of arm 'b' have no value (0 failed, 3 undetermined); with more than a quarter missing, the rest "
        "is a "
        "selection");
  c.as_published = true;
  CHECK(judged(c, runs).verdict == Verdict::supported);
  CHECK(judged(c, runs).caveats.size() == 1);
}

TEST_CASE("claim: if no run has a value the reason says what there is instead") {
  auto c = claim(TestKind::mann_whitney);
  c.metric = "2 * y[motor]";
  const auto r = judged(c, two_arms(1));
  CHECK(r.verdict == Verdict::not_testable);
  CHECK(r.reason ==
        "8 of 8 runs of arm 'a' have no value (0 failed, 8 undetermined); metric '2 * y[motor]', column 5: there is no "
        "metric "
        "'y'; did you mean 'x'? There are: x");
  CHECK(judged(claim(TestKind::rank), Runs().fail("a", "g", "no data").graphs("b", {1, 2})).reason ==
        "1 of 1 run of arm 'a' have no value (1 failed, 0 undetermined); run 0: no data");
}

// ---- sweeps
// ----------------------------------------------------------------------------------------------------------

TEST_CASE("claim: where picks a sweep point, and more than one is refused") {
  Runs runs;
  for (const auto& [g, shift] : {std::pair{"0.01", 0.0}, std::pair{"0.050", 50.0}})
    for (int i = 0; i < 6; ++i) {
      runs.add("a", "a:" + std::to_string(i), i + shift, {{"g", g}, {"net", "\"big\""}});
      runs.add("b", "b:" + std::to_string(i), i, {{"g", g}, {"net", "\"big\""}});
    }
  auto c = claim(TestKind::mann_whitney);
  CHECK(judged(c, runs).reason ==
        "the runs of arm 'a' are at 2 sweep points (g = 0.01, net = \"big\"; ...): say which one with where");
  c.where = {{"g", "0.05"}, {"net", "big"}};
  CHECK(judged(c, runs).verdict == Verdict::supported);
  CHECK(judged(c, runs).sides[0].selected == 6);
  c.where = {{"g", "0.010"}};
  CHECK(judged(c, runs).verdict == Verdict::inconclusive);
  c.where = {{"g", "0.02"}};
  CHECK(judged(c, runs).reason == "no run of arm 'a' has g = 0.02; it has: 0.01, 0.050");
  c.where = {{"gc", "0.02"}};
  CHECK(judged(c, runs).reason == "where: 'gc' is not swept; did you mean 'g'? swept: g, net");
  c.where = {};
  c.compare = {"a", "bb"};
  CHECK(judged(c, runs).reason.starts_with("the runs of arm 'a' are at 2"));
  c.where = {{"g", "0.01"}};
  CHECK(judged(c, runs).reason == "there is no arm 'bb'; did you mean 'b'? arms: a, b");
  c = claim(TestKind::mann_whitney);
  c.as_published = true;
  CHECK(judged(c, runs).verdict != Verdict::not_testable);
}

TEST_CASE("claim: an arm that does not sweep a key is taken as it is, and this is said") {
  Runs runs;
  for (int i = 0; i < 6; ++i) runs.add("a", "a:" + std::to_string(i), i + 50, {{"g", "1"}});
  runs.graphs("b", steps(6, 0, 1));
  auto c = claim(TestKind::mann_whitney);
  c.where = {{"g", "1.0"}};
  CHECK(has_caveat(judged(c, runs), "arm 'b' does not sweep 'g': where does not apply to it"));
  c.where = {{"h", "1"}};
  CHECK(judged(c, two_arms(1)).reason == "where: 'h' is not swept: the experiment has no sweep");
}

// ---- families
// --------------------------------------------------------------------------------------------------------

TEST_CASE("claim: a family is corrected together") {
  const Runs runs =
      two_arms(2.5);  // s.mannwhitneyu([i+2.5 for i in range(8)], range(8), alternative="greater"): 0.0415
  auto c = claim(TestKind::mann_whitney);
  const double p = judged(c, runs).p;
  CHECK_CLOSE(p, 0.041491841491841486, 1e-12, 0);
  c.correction = Correction::bh;
  CHECK(judged(c, runs).verdict == Verdict::supported);  // alone in its family
  auto weak = c;
  weak.compare = {"b", "a"};
  auto by = c;
  by.correction = Correction::by;
  auto untestable = c;
  untestable.compare = {"a", "zzz"};
  const auto r = judge(std::vector{c, weak, untestable, by}, runs.table);
  CHECK(r[0].family_size == 2);  // the untestable one was not tested; `by` is another family
  CHECK_CLOSE(r[0].q, 2 * p, 1e-12, 0);
  CHECK(r[0].verdict == Verdict::inconclusive);
  CHECK(r[0].reason.starts_with("q = 0.0"));
  CHECK(r[0].reason.find("family of 2) is above alpha = 0.05") != std::string::npos);
  CHECK(r[1].verdict == Verdict::inconclusive);  // refuted alone, not after correction
  CHECK(std::isnan(r[2].q));
  CHECK(r[3].family_size == 1);
  auto named = c, named_by = by;
  named.family = named_by.family = "primary";
  const auto s = judge(std::vector{named, named_by}, runs.table);
  CHECK(s[0].family_size == 2);
  CHECK_CLOSE(s[0].q, p, 1e-12, 0);        // both have the same p
  CHECK_CLOSE(s[1].q, 1.5 * p, 1e-12, 0);  // times 1 + 1/2
}

TEST_CASE("claim: a refuted claim of a corrected family is refuted by its corrected opposite") {
  auto c = claim(TestKind::mann_whitney);
  c.correction = Correction::bh;
  const auto r = judge(std::vector{c, c}, two_arms(-6.5).table);
  CHECK(r[0].verdict == Verdict::refuted);
  CHECK(r[0].reason ==
        "'a' lies below 'b', the opposite of what was predicted: q = 0.000155 (p = 0.000155, family of 2)");
}

TEST_CASE("claim: a family that is large for its nulls is told how many must reach the floor together") {
  auto c = claim(TestKind::rank);
  c.correction = Correction::bh;
  Runs runs = one_among_nulls(20);
  const auto r = judge(std::vector(5, c), runs.table);
  // 5 claims x 1/41 / 0.05 = 2.4: three must sit at the floor.
  CHECK(has_caveat(
      r[0],
      "with 5 claims in the family, 3 must reach the smallest p, 0.0244, together before one can be significant"));
}

// ---- regions of one network
// ------------------------------------------------------------------------------------------

namespace {

Runs regional() {
  Runs runs;
  for (const double shift : {0.0, 2.0}) {  // two runs: the values of a region are averaged
    runs.add("a", "g", 0);
    for (int i = 0; i < 6; ++i)
      runs.region("P" + std::to_string(i), i % 2 ? "Prefrontal" : "prefrontal", 20 + i + shift);
    for (int i = 0; i < 6; ++i) runs.region("S" + std::to_string(i), "sensory", i + shift);
    for (int i = 0; i < 4; ++i) runs.region("M" + std::to_string(i), "motor", 10 + i + shift);
    runs.region("H", "hippocampus", 50).region("X", "", 1);
  }
  return runs;
}

ClaimSpec regional_claim(TestKind test, std::vector<std::string> regions) {
  auto c = one_arm_claim(test, Tail::greater, 0);
  c.regions = std::move(regions);
  c.as_published = true;
  return c;
}

const char* const dependent =
    "as published, not independent: the regions of one network are not independent: they drive each other and lie side "
    "by "
    "side; p is too small";

}  // namespace

TEST_CASE("claim: regions of one network are refused as replicates, and what to write instead is said") {
  auto c = regional_claim(TestKind::mann_whitney, {"prefrontal", "sensory"});
  c.as_published = false;
  const auto r = judged(c, regional());
  CHECK(r.verdict == Verdict::not_testable);
  CHECK(r.reason ==
        "the regions of one network are not independent: they drive each other and lie side by side. Take the network "
        "as the "
        "unit: metric = \"x[prefrontal] - x[sensory]\", compare = [\"a\", \"ARM OF NULLS\"], test = { rank = true }");
  CHECK(r.sides[0].mean == 23.5);
}

TEST_CASE("claim: as published, sets of regions are compared over run means, in any case of their names") {
  const auto r = judged(regional_claim(TestKind::mann_whitney, {"PREFRONTAL", "sensory"}), regional());
  CHECK(r.verdict == Verdict::supported);
  CHECK(r.unit == "region");
  CHECK(r.sides[0].values == steps(6, 21, 1));
  CHECK(r.sides[1].values == steps(6, 1, 1));
  CHECK(has_caveat(r, dependent));
  CHECK(has_caveat(r, "the values of a region are averaged over 2 runs"));
  CHECK(r.effects.back().name == "ratio of means");
  CHECK_CLOSE(r.effects.back().value, 23.5 / 3.5, 1e-14, 0);
}

TEST_CASE("claim: rest is every region that no other set has, with or without a group") {
  const auto r = judged(regional_claim(TestKind::permutation, {"prefrontal", "rest"}), regional());
  CHECK(r.sides[1].selected == 12);
  CHECK(r.verdict == Verdict::supported);
}

TEST_CASE("claim: Kruskal-Wallis takes all groups of two regions or more") {
  const auto r = judged(regional_claim(TestKind::kruskal_wallis, {}), regional());
  CHECK(r.verdict == Verdict::supported);
  CHECK(r.sides.size() == 3);
  CHECK(r.reason.starts_with("the groups differ: p = 0.00"));
  // H of three separated groups of 6, 6 and 4: rank sums 81 (11-16), 21 (1-6), 34 (7-10).
  const double h = 12.0 / (16 * 17) * (81.0 * 81 / 6 + 21.0 * 21 / 6 + 34.0 * 34 / 4) - 3 * 17;
  CHECK_CLOSE(r.statistic, h, 1e-12, 0);
  REQUIRE(r.effects.size() == 1);
  CHECK(r.effects[0].name == "epsilon squared");
  CHECK_CLOSE(r.effects[0].value, h / 15, 1e-12, 0);
  CHECK(has_caveat(r, "group 'hippocampus' is left out: fewer than two regions with a value"));
  CHECK(judged(regional_claim(TestKind::kruskal_wallis, {"motor", "rest"}), regional()).sides.size() == 2);
}

TEST_CASE("claim: groups that differ in nothing are inconclusive, groups too small not testable") {
  Runs same;
  same.add("a", "g", 0);
  for (int i = 0; i < 12; ++i) same.region("R" + std::to_string(i), i % 2 ? "one" : "two", i / 2);
  CHECK(judged(regional_claim(TestKind::kruskal_wallis, {}), same).verdict == Verdict::inconclusive);
  Runs tiny;
  tiny.add("a", "g", 0).region("A", "one", 1).region("B", "one", 2).region("C", "two", 3).region("D", "two", 4);
  CHECK(judged(regional_claim(TestKind::kruskal_wallis, {}), tiny).reason ==
        "so few regions cannot reach alpha = 0.05: the smallest p is 0.333; larger groups are needed");
}

TEST_CASE("claim: regions without a value are counted, groups without regions are named") {
  auto runs = regional();
  for (auto& row : runs.table.rows)
    if (row.group == "region:S0") row.value = undetermined;
  const auto r = judged(regional_claim(TestKind::mann_whitney, {"prefrontal", "sensory"}), runs);
  CHECK(r.sides[1].undetermined == 1);
  CHECK(has_caveat(r, "1 of the 6 regions of 'sensory' have no value"));
  CHECK(judged(regional_claim(TestKind::mann_whitney, {"prefontal", "sensory"}), runs).reason ==
        "no region of arm 'a' is in group 'prefontal'; did you mean 'prefrontal'? groups: hippocampus, motor, "
        "prefrontal, sensory");
  for (auto& row : runs.table.rows)
    if (row.group.starts_with("region:S")) row.value = undetermined;
  CHECK(judged(regional_claim(TestKind::mann_whitney, {"prefrontal", "sensory"}), runs).reason ==
        "no region of 'sensory' has a value");
  auto no_metric = regional_claim(TestKind::mann_whitney, {"prefrontal", "sensory"});
  no_metric.metric = "y";
  CHECK(judged(no_metric, runs).reason ==
        "metric 'y', column 1: there is no metric 'y'; did you mean 'x'? There are: x");
}

// ---- the words of a claim
// --------------------------------------------------------------------------------------------

TEST_CASE("claim: a claim whose words do not fit together says so") {
  const auto reason = [](auto change) {
    auto c = claim(TestKind::mann_whitney);
    change(c);
    return judged(c, two_arms(1)).reason;
  };
  CHECK(reason([](auto& c) { c.metric = "x +"; }) ==
        "metric 'x +', column 4: a number, a metric or '(' is missing at the end");
  CHECK(reason([](auto& c) { c.alpha = 0; }) == "alpha must lie between 0 and 1, not 0");
  CHECK(reason([](auto& c) { c.arm = "a"; }) == "give either compare (two arms) or arm (one), not both");
  CHECK(reason([](auto& c) { c.compare = {"a"}; }) == "compare takes two arms, not 1");
  CHECK(reason([](auto& c) { c.compare = {"a", "a"}; }) == "arm 'a' is compared with itself");
  CHECK(reason([](auto& c) { c.compare = {}; }) == "neither compare (two arms) nor arm (one) is given");
  CHECK(reason([](auto& c) { c.test = TestKind::permutation, c.permutations = 0; }) ==
        "permutation needs at least one permutation");
  CHECK(reason([](auto& c) { c.compare = {}, c.arm = "a"; }) ==
        "mann_whitney compares two sides: give compare = [\"ARM\", \"ARM\"], or arm and two sets of regions");
  CHECK(reason([](auto& c) { c.compare = {}, c.arm = "a", c.test = TestKind::rank; }) ==
        "rank needs compare = [\"ARM\", \"ARM OF NULLS\"]");
  CHECK(reason([](auto& c) { c.test = TestKind::kruskal_wallis; }) ==
        "kruskal_wallis compares groups of regions within one arm: give arm");
  CHECK(reason([](auto& c) { c.compare = {}, c.arm = "a", c.regions = {"one"}, c.test = TestKind::kruskal_wallis; }) ==
        "kruskal_wallis compares two sets of regions or more; without regions, all groups");
  CHECK(reason([](auto& c) { c.test = TestKind::sign_flip; }) ==
        "sign_flip holds the runs of one arm against a number: give arm, and neither compare nor regions");
  CHECK(reason([](auto& c) { c.compare = {}, c.arm = "a", c.test = TestKind::threshold, c.tail = Tail::two_sided; }) ==
        "threshold needs above or below");
  CHECK(reason([](auto& c) {
          c.compare = {}, c.arm = "a", c.regions = {"one", "one"};
        }) == "regions names a set twice");
  CHECK(reason([](auto& c) {
          c.compare = {}, c.arm = "a", c.regions = {"one", "two"}, c.metric = "x[one]";
        }) == "metric 'x[one]' is the same for every region: a metric without brackets is taken per region");
}

TEST_CASE("claim: what will not be testable is known before anything runs") {
  Runs runs;
  runs.repeats("a", "real", {0, 0, 0}).graphs("b", steps(40, 0, 0)).repeats("c", "other", {0});
  runs.table.rows.clear();
  auto good = claim(TestKind::rank), pseudo = claim(TestKind::mann_whitney), typo = claim(TestKind::rank),
       few = claim(TestKind::rank);
  pseudo.id = "P", typo.id = "T", few.id = "F";
  pseudo.at = {"experiment.toml", 7, 1};
  typo.compare = {"a", "bee"};
  few.compare = {"a", "c"};
  auto regions = regional_claim(TestKind::kruskal_wallis, {});
  regions.as_published = false;
  regions.id = "R";
  auto one = one_arm_claim(TestKind::threshold, Tail::greater, 0);
  one.arm = "c";
  one.id = "O";
  const auto problems = check_claims(std::vector{good, pseudo, typo, few, regions, one}, runs.table.runs);
  REQUIRE(problems.size() == 5);
  CHECK(problems[0].at.line == 7);
  CHECK(problems[0].text.starts_with(
      "claim 'P' is not testable: the 3 runs of arm 'a' share one graph: they repeat its noise"));
  CHECK(problems[1].text == "claim 'T' is not testable: there is no arm 'bee'; did you mean 'b'? arms: a, b, c");
  CHECK(problems[2].text ==
        "claim 'F' is not testable: 1 null cannot reach alpha = 0.05: the smallest p is 0.5; at least 19 are needed");
  CHECK(problems[3].text ==
        "claim 'R' is not testable: the regions of one network are not independent: they drive each other and lie side "
        "by side. "
        "Take the network as the unit: a metric that is one number per network, compare = [\"a\", \"ARM OF NULLS\"], "
        "test = { "
        "rank = true }");
  CHECK(
      problems[4].text ==
      "claim 'O' is not testable: one graph gives no interval; at least 2 are needed, 10 or more make it trustworthy");
}
