// The explained fraction, its interval, and the level it gives a metric.
#include "experiment/decomposition.hpp"

#include <stdexcept>

#include "encephagen/sdk/random.hpp"
#include "experiment/hypothesis_tests.hpp"
#include "support.hpp"

using namespace encephagen::stats;
using List = std::vector<double>;

namespace {

List draw(eg::Random& random, int n, double mean, double sd) {
  List out;
  for (int i = 0; i < n; ++i) out.push_back(mean + sd * random.normal());
  return out;
}

Rung er(bool is_significant = true) { return {"N0", RungClass::er, 0.002, is_significant, {}}; }
Rung different(const char* name, RungClass keeps) {
  return {name, keeps, 0.002, true, {0.3, {0.2, 0.4, "percentile bootstrap"}}};
}
Rung reproducing(const char* name, RungClass keeps) {
  return {name, keeps, 0.5, false, {0.95, {0.9, 0.99, "percentile bootstrap"}}};
}
constexpr auto degree = RungClass::degree, strength = RungClass::strength, constraint = RungClass::constraint;

Level level_of(const std::vector<Rung>& ladder) { return classify_level(ladder).level; }

}  // namespace

TEST_CASE("decomposition: the explained fraction is the share of the distance from Erdos-Renyi graphs") {
  const List nulls{8, 9, 10}, far{0, -1, 1};
  CHECK(explained_fraction(List{10}, nulls, far, 0.95, 200, 1).value == 0.9);
  CHECK(explained_fraction(List{10}, List{10, 10}, far, 0.95, 200, 1).value == 1);
  CHECK(explained_fraction(List{10}, far, far, 0.95, 200, 1).value == 0);
  CHECK(explained_fraction(List{10}, List{-10, -10}, far, 0.95, 200, 1).value == -1);
  CHECK(explained_fraction(List{10}, List{11, 11}, far, 0.95, 200, 1).value == 0.9);  // beyond is as bad as short of
  CHECK(explained_fraction(List{9, 11}, nulls, far, 0.95, 200, 1).value == 0.9);
  CHECK(std::isnan(explained_fraction(List{0}, nulls, far, 0.95, 200, 1).value));
  CHECK(std::isnan(explained_fraction({}, nulls, far, 0.95, 200, 1).value));
  CHECK(std::isnan(explained_fraction(List{0}, nulls, far, 0.95, 200, 1).interval.low));
}

TEST_CASE("decomposition: the interval holds the true fraction, never claims too much, and widens with repeats") {
  int held = 0, too_high = 0;
  constexpr double truth = 0.8;  // real 10, nulls around 8, er around 0
  for (uint64_t i = 0; i < 300; ++i) {
    eg::Random random(1, "explained", i);
    const auto nulls = draw(random, 50, 8, 2), far = draw(random, 50, 0, 2);
    const auto e = explained_fraction(List{10}, nulls, far, 0.95, 500, i);
    held += e.interval.low <= truth && truth <= e.interval.high;
    // At E = 1, where BCa would put both ends at 1 about half of the time.
    const auto at_fold = explained_fraction(List{10}, draw(random, 50, 10, 2), far, 0.95, 500, i);
    too_high += at_fold.interval.low > 0.99;
    if (i == 0) {
      const auto noisy = explained_fraction(List{9, 11, 10}, nulls, far, 0.95, 500, i);
      CHECK(noisy.interval.high - noisy.interval.low > 1.2 * (e.interval.high - e.interval.low));
    }
  }
  CHECK(held >= 270);  // 285 expected; the percentile interval of 50 values holds some 0.94
  CHECK(held <= 297);
  CHECK(too_high <= 10);
}

TEST_CASE("decomposition: reproduced needs p, the fraction and its lower bound") {
  Rung r = reproducing("N1", degree);
  CHECK(is_reproduced_by(r));
  r.p = 0.1;
  CHECK_FALSE(is_reproduced_by(r));
  r = reproducing("N1", degree), r.explained.value = 0.79;
  CHECK_FALSE(is_reproduced_by(r));
  r = reproducing("N1", degree), r.explained.interval.low = 0.59;
  CHECK_FALSE(is_reproduced_by(r));
  r = reproducing("N1", degree), r.explained.interval = {};  // none could be had
  CHECK_FALSE(is_reproduced_by(r));
  r = reproducing("N0", RungClass::er);
  CHECK_FALSE(is_reproduced_by(r));
  // The mutant: few nulls make anything insignificant, which reproduces nothing.
  r = {"N1", degree, 0.3, false, {0.2, {-0.5, 0.7, "percentile bootstrap"}}};
  CHECK_FALSE(is_reproduced_by(r));
}

TEST_CASE("decomposition: the level is the class of the first rung that reproduces the metric") {
  const auto n1 = different("N1", degree), n2 = different("N2", strength), n3 = different("N3", constraint),
             n5 = different("N5", constraint);
  const auto r1 = reproducing("N1", degree), r2 = reproducing("N2", strength), r5 = reproducing("N5", constraint);
  CHECK(level_of({er(), r1, r2, r5}) == Level::degree);
  CHECK(level_of({er(), n1, r2, r5}) == Level::strength);
  CHECK(level_of({er(), n1, n2, n3, r5}) == Level::constraint);
  CHECK(level_of({er(), n1, n2, n3, n5}) == Level::wiring);
  CHECK(level_of({n5, r2, n1, er()}) == Level::strength);  // the order does not matter, the class does
  CHECK(level_of({er(false), r1, r2, r5}) == Level::uninformative);
  CHECK(level_of({er(false), n1, n2, n3}) == Level::uninformative);
  CHECK(std::string(name_of(level_of({er(), n1, n2, n3, n5}))) == "W");
}

TEST_CASE("decomposition: reasons hold the figures that decided") {
  const auto n1 = different("N1", degree);
  CHECK(classify_level(std::vector{er(false), n1}).reason == "not different from N0 (p = 0.002)");
  CHECK(classify_level(std::vector{er(), n1, reproducing("N2", strength)}).reason ==
        "reproduced by N2 (p = 0.5, E = 0.95, 0.9 to 0.99); not by N1 (p = 0.002, E = 0.3, 0.2 to 0.4)");
  const auto odd = classify_level(std::vector{er(), reproducing("N1", degree), different("N2", strength)});
  CHECK(odd.level == Level::degree);
  CHECK(odd.reason ==
        "reproduced by N1 (p = 0.5, E = 0.95, 0.9 to 0.99); but different from N2 (p = 0.002, E = 0.3, 0.2 to 0.4), "
        "which "
        "keeps more");
}

TEST_CASE("decomposition: what is neither is unresolved, with the reason") {
  const Rung unsure{"N2", strength, 0.06, false, {0.7, {0.5, 0.8, "percentile bootstrap"}}};
  const auto n1 = different("N1", degree), n3 = different("N3", constraint);
  const auto r = classify_level(std::vector{er(), n1, unsure, n3});
  CHECK(r.level == Level::unresolved);
  CHECK(r.reason ==
        "neither different from nor reproduced by N2 (p = 0.06, E = 0.7, 0.5 to 0.8): reproduction needs p > 0.1, E >= "
        "0.8 "
        "and a lower bound >= 0.6");
  CHECK(classify_level(std::vector{er(), n1, different("N2", strength)}).reason ==
        "no rung keeps more: add one to tell the levels apart");
  CHECK(level_of({er(), n1, different("N2", strength)}) == Level::unresolved);
  CHECK(level_of({er(), reproducing("N2", strength)}) == Level::unresolved);  // degrees alone may do
  auto missing = er();
  missing.p = std::nan("");
  CHECK(classify_level(std::vector{missing, n1}).reason == "there is no p against N0");
  CHECK_THROWS_WITH_AS(
      classify_level(std::vector{n1}),
      "a ladder of null models needs exactly one rung of class er, the reference of the explained fraction",
      std::invalid_argument);
  CHECK_THROWS_AS(classify_level(std::vector{er(), er()}), std::invalid_argument);
}

TEST_CASE("decomposition: a planted strength effect is found from values alone") {
  // The metric is 0 in er, 3 with the degrees, 10 with the strengths and in the real graph.
  eg::Random random(2, "planted");
  const double real = 10.3;
  const auto n0 = draw(random, 200, 0, 1), n1 = draw(random, 200, 3, 1), n2 = draw(random, 200, 10, 1),
             n3 = draw(random, 200, 10, 1);
  const auto rung = [&](const char* name, RungClass keeps, const List& nulls) {
    const double p = rank_among(real, nulls, Tail::two_sided).p;
    return Rung{name, keeps, p, p <= 0.05, explained_fraction(List{real}, nulls, n0, 0.95, 1000, 1)};
  };
  const auto c = classify_level(std::vector{rung("N0", RungClass::er, n0), rung("N1", degree, n1),
                                            rung("N2", strength, n2), rung("N3", constraint, n3)});
  CHECK_MESSAGE(c.level == Level::strength, c.reason);
}
