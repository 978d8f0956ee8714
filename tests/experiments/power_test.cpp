// The power of t tests against published tables, and against tests on drawn values.
#include "experiment/power.hpp"

#include "encephagen/sdk/random.hpp"
#include "support.hpp"

using namespace encephagen::stats;

TEST_CASE("power: agrees with published tables") {
  // Cohen 1988, table 2.4.1: values per sample for a power of 0.80, two-sided 0.05: d = 0.8 needs 26, 0.5 needs 64, 0.2
  // needs 393; one value fewer falls short.
  const auto with = [](double d, size_t n) { return power_of_two_means(d, n, n, Tail::two_sided, 0.05); };
  CHECK(with(0.8, 26) >= 0.80);
  CHECK(with(0.8, 25) < 0.80);
  CHECK(with(0.5, 64) >= 0.80);
  CHECK(with(0.5, 63) < 0.80);
  CHECK(with(0.2, 393) >= 0.7995);  // rounded to 0.80 in the table
  CHECK(with(0.2, 392) < 0.7995);
  // R's manual of power.t.test(n = 20, delta = 1, sd = 1): power = 0.8689528, the other tail's 2e-7 left out.
  CHECK_CLOSE(power_of_two_means(1, 20, 20, Tail::greater, 0.025), 0.8689528, 0, 1e-7);
  CHECK_CLOSE(power_of_two_means(1, 20, 20, Tail::two_sided, 0.05), 0.8689528 + 2.26e-7, 0, 1e-7);
  // Cohen 1988, table 2.3.5 and G*Power's example of pairs: d_z = 0.5, n = 34, two-sided 0.05 reaches 0.80.
  CHECK(power_of_one_mean(0.5, 34, Tail::two_sided, 0.05) >= 0.80);
  CHECK(power_of_one_mean(0.5, 33, Tail::two_sided, 0.05) < 0.80);
}

TEST_CASE("power: without an effect it is alpha, against the predicted tail less, and nothing without data") {
  CHECK_CLOSE(power_of_two_means(0, 10, 12, Tail::two_sided, 0.05), 0.05, 1e-9, 0);
  CHECK_CLOSE(power_of_one_mean(0, 10, Tail::greater, 0.01), 0.01, 1e-9, 0);
  CHECK(power_of_two_means(-0.8, 10, 12, Tail::greater, 0.05) < 0.001);
  CHECK_CLOSE(power_of_two_means(0.8, 10, 12, Tail::less, 0.05), power_of_two_means(0.8, 10, 12, Tail::greater, 0.05),
              1e-9, 0);
  CHECK(std::isnan(power_of_two_means(1, 1, 1, Tail::greater, 0.05)));
}

TEST_CASE("power: a permutation test of drawn values finds as many differences") {
  int found = 0;
  constexpr int repetitions = 1000;
  for (uint64_t i = 0; i < repetitions; ++i) {
    eg::Random random(3, "power", i);
    std::vector<double> a, b;
    for (int k = 0; k < 15; ++k) a.push_back(0.8 + random.normal()), b.push_back(random.normal());
    found += permutation_test(a, b, Tail::greater, 499, i).p <= 0.05;
  }
  const double expected = power_of_two_means(0.8, 15, 15, Tail::greater, 0.05);
  CHECK_CLOSE(found / double{repetitions}, expected, 0, 3.3 * std::sqrt(expected * (1 - expected) / repetitions));
}
