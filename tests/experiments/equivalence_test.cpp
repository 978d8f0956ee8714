// Two one-sided t tests against scipy 1.10.1 (s is scipy.stats), and how often they err.
#include "experiment/equivalence.hpp"

#include "encephagen/sdk/random.hpp"
#include "support.hpp"

using namespace encephagen::stats;
using List = std::vector<double>;
using Unit = Margin::Unit;

namespace {
const List a5{5.1, 4.9, 6.2, 5.8, 7.0}, b7{4.0, 5.0, 4.4, 6.1, 3.9, 4.8, 5.5};

List draw(eg::Random& random, int n, double mean, double sd) {
  List out;
  for (int i = 0; i < n; ++i) out.push_back(mean + sd * random.normal());
  return out;
}
}  // namespace

TEST_CASE("equivalence: p agrees with scipy's one-sided Welch tests of shifted samples") {
  // s.ttest_ind(np.array(a5)+1.5, b7, equal_var=False, alternative="greater"), (a5-1.5 ..., alternative="less")
  const auto r = equivalence_of_means(a5, b7, {1.5}, 0.05);
  CHECK_CLOSE(r.p_lower, 0.00039248982596932987, 1e-12, 0);
  CHECK_CLOSE(r.p_upper, 0.15970667755433268, 1e-12, 0);
  CHECK(r.p == r.p_upper);
  CHECK(r.interval.high > 1.5);
  const auto wide = equivalence_of_means(a5, b7, {3}, 0.05);
  CHECK_CLOSE(wide.p, 0.001454036399688073, 1e-12, 0);
  CHECK(wide.interval.high < 3);
  CHECK(wide.interval.low > -3);
  CHECK(wide.method == "two one-sided t tests of a difference of two means within 3");
}

TEST_CASE("equivalence: of one mean agrees with scipy's one-sample tests") {
  // s.ttest_1samp(b7, 4.9-.7, alternative="greater"), s.ttest_1samp(b7, 4.9+.7, alternative="less")
  const auto r = equivalence_to_number(b7, 4.9, {0.7}, 0.05);
  CHECK_CLOSE(r.p_lower, 0.04405104456831912, 1e-12, 0);
  CHECK_CLOSE(r.p_upper, 0.020266272747637783, 1e-12, 0);
  CHECK_CLOSE(r.p, 0.04405104456831912, 1e-12, 0);
}

TEST_CASE("equivalence: a margin in Cohen's d is the same in raw units of the data's SD") {
  CHECK_CLOSE(equivalence_of_means(a5, b7, {2, Unit::cohen_d}, 0.05).p,
              equivalence_of_means(a5, b7, {2 * sd_pooled(a5, b7)}, 0.05).p, 1e-14, 0);
  CHECK_CLOSE(equivalence_to_number(b7, 4.9, {2, Unit::cohen_d}, 0.05).margin, 2 * 0.7988086367179801, 1e-14, 0);
  const List equal{1, 2, 3};
  CHECK_CLOSE(equivalence_of_means(equal, equal, {0.3, Unit::cohen_d}, 0.05).margin, 0.3, 1e-14, 0);
}

TEST_CASE("equivalence: p <= alpha if and only if the interval lies within the margin") {
  int equivalent = 0;
  for (uint64_t i = 0; i < 400; ++i) {
    eg::Random random(4, "equivalence", i);
    const auto a = draw(random, 9, 0.3, 1), b = draw(random, 14, 0, 2);
    const auto r = equivalence_of_means(a, b, {1.2}, 0.05);
    CHECK((r.p <= 0.05) == (r.interval.low >= -1.2 && r.interval.high <= 1.2));
    equivalent += r.p <= 0.05;
  }
  CHECK(equivalent > 20);
  CHECK(equivalent < 380);
}

TEST_CASE("equivalence: a difference as large as the margin is called none at the rate alpha") {
  int wrong = 0, right = 0, missed_by_t_test = 0;
  for (uint64_t i = 0; i < 1000; ++i) {
    eg::Random random(5, "equivalence", i);
    const auto a = draw(random, 30, 1, 1), b = draw(random, 20, 0, 1.5), c = draw(random, 30, 0, 1);
    wrong += equivalence_of_means(a, b, {1}, 0.05).p <= 0.05;
    right += equivalence_of_means(c, b, {1}, 0.05).p <= 0.05;
    // The mutant: taking "no significant difference" for equivalence.
    const auto difference = equivalence_of_means(a, b, {1}, 0.025).interval;
    missed_by_t_test += difference.low <= 0 && 0 <= difference.high;
  }
  CHECK(wrong >= 30);  // 50 expected, SD 7
  CHECK(wrong <= 72);
  CHECK(right > 600);
  CHECK(missed_by_t_test > 200);
}

TEST_CASE("equivalence: a real graph is known, or repeated with noise, against its nulls") {
  const auto known = equivalence_to_ensemble(List{4.9}, b7, {0.7}, 0.05),
             number = equivalence_to_number(b7, 4.9, {0.7}, 0.05);
  CHECK(known.p == number.p);
  CHECK(known.difference == -number.difference);
  CHECK(known.p_lower == number.p_upper);
  CHECK(known.interval.low == -number.interval.high);
  CHECK(known.interval.high == -number.interval.low);
  const List repeats{4.7, 5.1, 4.9};
  CHECK(equivalence_to_ensemble(repeats, b7, {0.7}, 0.05).p == equivalence_of_means(repeats, b7, {0.7}, 0.05).p);
  CHECK(equivalence_to_ensemble(repeats, b7, {0.7}, 0.05).p > known.p);
}

TEST_CASE("equivalence: what cannot be tested says why") {
  CHECK(equivalence_of_means(List{1}, b7, {1}, 0.05).method ==
        "each sample needs two values or more, all of them finite");
  CHECK(std::isnan(equivalence_of_means(List{1}, b7, {1}, 0.05).p));
  CHECK(equivalence_to_number(List{1, std::nan("")}, 1, {1}, 0.05).method ==
        "each sample needs two values or more, all of them finite");
  CHECK(equivalence_of_means(List{1, 1}, List{1, 1}, {1}, 0.05).method ==
        "nothing scatters: compare the values themselves");
  CHECK(equivalence_of_means(a5, b7, {0}, 0.05).method == "needs a margin above 0 and an alpha between 0 and 0.5");
  CHECK(equivalence_of_means(a5, b7, {1}, 0.5).method == "needs a margin above 0 and an alpha between 0 and 0.5");
}
