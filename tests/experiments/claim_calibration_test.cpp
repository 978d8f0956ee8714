// How often claims err: false positives where there is nothing to find, hits where there is, and what the refused
// designs would have done.
#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "encephagen/sdk/random.hpp"
#include "experiment/claim.hpp"
#include "experiment/kolmogorov_smirnov.hpp"
#include "experiment/power.hpp"
#include "run_tables.hpp"
#include "support.hpp"

using namespace encephagen;
using namespace encephagen::testing;
using stats::Tail;

namespace {

constexpr size_t repetitions = 200;

// n normal values around `mean`.
std::vector<double> draw(eg::Random& random, size_t n, double mean = 0, double sd = 1) {
  std::vector<double> out;
  for (size_t i = 0; i < n; ++i) out.push_back(mean + sd * random.normal());
  return out;
}

template <class Make>
std::vector<ClaimResult> repeat(const ClaimSpec& spec, Make make) {
  std::vector<ClaimResult> out;
  for (size_t i = 0; i < repetitions; ++i) {
    eg::Random random(2026, "calibration", i);
    auto c = spec;
    c.seed = i;
    out.push_back(judged(c, make(random)));
  }
  return out;
}

std::vector<double> p_values(const std::vector<ClaimResult>& results) {
  std::vector<double> out;
  for (const auto& r : results) out.push_back(r.p);
  return out;
}

// Kolmogorov and Smirnov's p of the p-values being uniform; `step`: how far steps of p can carry it off by themselves.
double uniformity(const std::vector<ClaimResult>& results, double step = 0) {
  const auto distance = stats::ks_uniform(p_values(results)).statistic;
  return stats::kolmogorov_tail(distance - step, results.size());
}

constexpr double least_uniformity = 0.01;

double share(const std::vector<ClaimResult>& results, Verdict verdict) {
  return static_cast<double>(std::ranges::count(results, verdict, &ClaimResult::verdict)) /
         static_cast<double>(results.size());
}

Runs two_arms(eg::Random& random, size_t n_a, size_t n_b, double effect) {
  return Runs().graphs("a", draw(random, n_a, effect)).graphs("b", draw(random, n_b));
}
Runs two_equal_arms(eg::Random& random) { return two_arms(random, 12, 14, 0); }

// One graph with 5 noise seeds among `n` nulls from the same population of graphs, each with noise of its own.
Runs one_among_its_kind(eg::Random& random, size_t n, size_t runs_per_null, double effect = 0) {
  Runs runs;
  const double noise = 0.2, real = effect + random.normal();
  runs.repeats("a", "real", draw(random, 5, real, noise));
  for (size_t g = 0; g < n; ++g)
    runs.repeats("b", fmt::format("null:{}", g), draw(random, runs_per_null, random.normal(), noise));
  return runs;
}

// Whether a share of the repetitions has the probability p: within the interval that holds it 999 times in 1000.
bool has_probability(double share, double p) {
  const boost::math::binomial hits(static_cast<double>(repetitions), p);
  const double n = std::round(share * static_cast<double>(repetitions));
  return cdf(hits, n) > 0.0005 && cdf(complement(hits, n - 1)) > 0.0005;
}

// Probability that a value from N(d, 1) has rank p <= alpha among n values from N(0, 1).
double power_of_rank(double d, size_t n, double alpha) {
  const double allowed = std::floor(alpha * static_cast<double>(n + 1) + 1e-9) - 1;  // nulls that may lie above it
  const boost::math::normal null;
  constexpr int half = 800;
  constexpr double h = 0.01;
  double sum = 0;
  for (int k = -half; k < half; ++k) {
    const double z = d + h * k;
    sum += h * pdf(null, z - d) * cdf(boost::math::binomial(static_cast<double>(n), cdf(complement(null, z))), allowed);
  }
  return sum;
}

}  // namespace

TEST_CASE("calibration: p is uniform where the arms differ in nothing") {
  for (const auto test : {TestKind::permutation, TestKind::mann_whitney})
    for (const auto tail : {Tail::greater, Tail::two_sided}) {
      CAPTURE(name_of(test));
      CAPTURE(name_of(tail));
      auto c = claim(test, tail);
      c.permutations = 999;
      const auto results = repeat(c, two_equal_arms);
      // Mann-Whitney's p is stepped: its heights at these sizes are below 0.04.
      CHECK(uniformity(results, test == TestKind::mann_whitney ? 0.04 : 0) > least_uniformity);
      CHECK(share(results, Verdict::supported) <= 0.10);  // 0.05 expected; 0.10 or more has probability 0.003
      CHECK(share(results, Verdict::refuted) <= 0.10);
    }
}

TEST_CASE("calibration: p of a rank is uniform if the graph is one of its nulls' kind") {
  for (const auto tail : {Tail::greater, Tail::two_sided}) {
    const auto results =
        repeat(claim(TestKind::rank, tail), [](auto& random) { return one_among_its_kind(random, 99, 5); });
    CHECK(uniformity(results, 0.01) > least_uniformity);
    CHECK(share(results, Verdict::supported) <= 0.10);
  }
}

TEST_CASE("calibration: p of a sign-flip test is uniform around the true mean") {
  const auto results = repeat(one_arm_claim(TestKind::sign_flip, Tail::greater, 3),
                              [](auto& random) { return Runs().graphs("a", draw(random, 14, 3)); });
  CHECK(uniformity(results) > least_uniformity);
}

TEST_CASE("calibration: p of Kruskal-Wallis is uniform where independent regions differ in nothing") {
  auto c = one_arm_claim(TestKind::kruskal_wallis, Tail::two_sided, 0);
  c.as_published = true;
  const auto results = repeat(c, [](auto& random) {
    Runs runs;
    runs.add("a", "g", 0);
    for (int i = 0; i < 40; ++i) runs.region(fmt::format("R{}", i), fmt::format("group {}", i % 4), random.normal());
    return runs;
  });
  CHECK(uniformity(results) > least_uniformity);
}

TEST_CASE("calibration: of ten claims about nothing, a corrected family rarely supports any") {
  size_t with_any = 0;
  for (size_t i = 0; i < 100; ++i) {
    eg::Random random(7, "family", i);
    Runs runs;
    std::vector<ClaimSpec> claims;
    for (int k = 0; k < 10; ++k) {
      auto c = claim(TestKind::mann_whitney, Tail::two_sided);
      c.id = fmt::format("C{}", k);
      c.compare = {fmt::format("a{}", k), fmt::format("b{}", k)};
      c.correction = Correction::bh;
      runs.graphs(c.compare[0], draw(random, 9)).graphs(c.compare[1], draw(random, 9));
      claims.push_back(c);
    }
    const auto results = judge(claims, runs.table);
    with_any += std::ranges::count(results, Verdict::supported, &ClaimResult::verdict) > 0;
  }
  CHECK(with_any <= 12);  // 0.05 of 100 = 5 expected; above 12 has probability 0.0015. Uncorrected it would be 40.
}

TEST_CASE("calibration: a real difference of two SDs is found") {
  for (const auto test : {TestKind::permutation, TestKind::mann_whitney}) {
    auto c = claim(test);
    c.permutations = 999;
    const auto found =
        repeat(c, [](auto& random) { return Runs().graphs("a", draw(random, 10, 2)).graphs("b", draw(random, 10)); });
    CHECK(share(found, Verdict::supported) >= 0.95);  // power of the t test: 0.996
    c.tail = Tail::less;
    const auto against =
        repeat(c, [](auto& random) { return Runs().graphs("a", draw(random, 10, 2)).graphs("b", draw(random, 10)); });
    CHECK(share(against, Verdict::refuted) >= 0.95);
  }
  const auto ranked = repeat(claim(TestKind::rank), [](auto& random) { return one_among_its_kind(random, 99, 5, 4); });
  CHECK(share(ranked, Verdict::supported) >= 0.90);  // P(N(4,1) above the 95th percentile of N(0,1)) = 0.99
}

TEST_CASE("calibration: an effect of 0.8 SDs is found as often as the power of each test says") {
  const double d = 0.8, alpha = 0.05;
  auto permutation = claim(TestKind::permutation);
  permutation.permutations = 999;
  const auto twenty = [](auto& random) { return two_arms(random, 20, 20, 0.8); };
  const double by_permutation = share(repeat(permutation, twenty), Verdict::supported);
  CHECK_MESSAGE(has_probability(by_permutation, stats::power_of_two_means(d, 20, 20, Tail::greater, alpha)),
                by_permutation);
  // Mann-Whitney on normal values needs pi / 3 times as many: 20 do what 19 do for the t test.
  const double by_rank_sum = share(repeat(claim(TestKind::mann_whitney), twenty), Verdict::supported);
  CHECK_MESSAGE(has_probability(by_rank_sum, stats::power_of_two_means(d, 19, 19, Tail::greater, alpha)), by_rank_sum);
  const double by_signs = share(repeat(one_arm_claim(TestKind::sign_flip, Tail::greater, 3),
                                       [](auto& random) { return Runs().graphs("a", draw(random, 12, 3.8)); }),
                                Verdict::supported);
  CHECK_MESSAGE(has_probability(by_signs, stats::power_of_one_mean(d, 12, Tail::greater, alpha)), by_signs);
  // Five noise seeds per graph add a fifth of 0.2^2 to the variance of 1.
  const double by_rank =
      share(repeat(claim(TestKind::rank), [](auto& random) { return one_among_its_kind(random, 99, 5, 0.8); }),
            Verdict::supported);
  CHECK_MESSAGE(has_probability(by_rank, power_of_rank(d / std::sqrt(1.008), 99, alpha)), by_rank);

  // The mutant: half of the graphs thrown away without a word.
  const double by_half =
      share(repeat(permutation, [](auto& random) { return two_arms(random, 10, 10, 0.8); }), Verdict::supported);
  CHECK_FALSE(has_probability(by_half, stats::power_of_two_means(d, 20, 20, Tail::greater, alpha)));
}

TEST_CASE("calibration: noise seeds taken for graphs find differences where there are none") {
  auto c = claim(TestKind::mann_whitney, Tail::two_sided);
  c.as_published = true;
  const auto published = repeat(c, [](auto& random) { return one_among_its_kind(random, 15, 1); });
  CHECK(share(published, Verdict::supported) > 0.30);  // the nominal rate is 0.05
  CHECK(uniformity(published, 0.04) < 1e-6);
  c.as_published = false;
  CHECK(share(repeat(c, [](auto& random) { return one_among_its_kind(random, 15, 1); }), Verdict::not_testable) == 1);
}

TEST_CASE("calibration: intervals hold the true difference about as often as they say") {
  const auto results = repeat(claim(TestKind::permutation), [](auto& random) {
    return Runs().graphs("a", draw(random, 20, 1)).graphs("b", draw(random, 20));
  });
  const auto hits =
      std::ranges::count_if(results, [](const auto& r) { return r.interval.low <= 1 && 1 <= r.interval.high; });
  CHECK(hits >=
        178);  // 0.95 of 200 = 190; bootstrap intervals of 20 values hold about 0.94; below 178 has probability 0.001
  CHECK(hits <= 199);
}
