// Statistics against scipy 1.10.1 and against values known in closed form.
#include "experiment/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "experiment/bootstrap.hpp"
#include "experiment/hypothesis_tests.hpp"
#include "support.hpp"

using namespace encephagen::stats;
using List = std::vector<double>;

namespace {

const List a5{5.1, 4.9, 6.2, 5.8, 7.0}, b7{4.0, 5.0, 4.4, 6.1, 3.9, 4.8, 5.5};
const List tied7{1, 2, 2, 3, 4, 4, 5}, tied8{2, 3, 3, 4, 5, 6, 6, 7};
const List a9{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
const List b9{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
const List c9{3, 1, 4, 1, 5, 9, 2, 6, 5}, d9{2, 7, 1, 8, 2, 8, 1, 8, 2};
const double missing = std::numeric_limits<double>::quiet_NaN();

List numbers(int n, double start, double step, int factor, int modulus) {
  List out;
  for (int i = 0; i < n; ++i) out.push_back(start + step * ((i * i * factor) % modulus));
  return out;
}

}  // namespace

// The figures of this file come from python3 -c "import numpy as np, scipy.stats as s; print(<expression>)", the
// expression standing beside them (a5, b7 ... are the lists above).

TEST_CASE("statistics: mean, SD and median agree with numpy") {
  CHECK_CLOSE(mean(a5), 5.8, 1e-15, 0);                          // np.mean(a5)
  CHECK_CLOSE(sd_population(a5), 0.7615773105863909, 1e-15, 0);  // np.std(a5)
  CHECK_CLOSE(sd_sample(a5), 0.8514693182963201, 1e-15, 0);      // np.std(a5, ddof=1)
  CHECK(median(a5) == 5.8);
  CHECK(median(List{4, 1, 3, 2}) == 2.5);
}

TEST_CASE("statistics: what the data cannot determine is NaN") {
  CHECK(std::isnan(mean({})));
  CHECK(std::isnan(median({})));
  CHECK(std::isnan(median(List{1, missing, 2})));
  CHECK(std::isnan(sd_sample(List{1})));
  CHECK(std::isnan(cohen_d(List{2, 2}, List{1, 1})));
  CHECK(std::isnan(z_score(1, List{0.1, 0.1, 0.1})));  // their mean is not exactly 0.1
  CHECK(std::isnan(pearson(List{1, 2, 3}, List{0.1, 0.1, 0.1})));
  CHECK(std::isnan(pearson(List{1, 2}, List{1, 2, 3})));
  CHECK(std::isnan(mann_whitney(List{1, missing}, b7, Tail::greater).p));
  CHECK(std::isnan(permutation_test({}, b7, Tail::greater, 100, 1).p));
  CHECK(std::isnan(sign_flip_test(List{missing}, 0, Tail::greater, 100, 1).p));
  CHECK(std::isnan(rank_among(1, {}, Tail::greater).p));
  CHECK(std::isnan(kruskal_wallis(std::vector<List>{{1, 2}, {}}).p));
}

TEST_CASE("statistics: effect sizes agree with numpy and with counting") {
  // (np.mean(a)-np.mean(b))/np.sqrt((4*np.var(a,ddof=1)+6*np.var(b,ddof=1))/10)
  CHECK_CLOSE(cohen_d(a5, b7), 1.20168216945943, 1e-14, 0);
  CHECK_CLOSE(cliff_delta(a5, b7), 0.6571428571428571, 1e-15, 0);  // np.mean(np.sign(np.subtract.outer(a,b))) = 23/35
  CHECK(cliff_delta(List{2, 3}, List{0, 1}) == 1);
  CHECK(cliff_delta(List{1}, List{1}) == 0);
  CHECK_CLOSE(z_score(5, List{1, 2, 3}), 3, 1e-15, 0);
}

TEST_CASE("statistics: correlations agree with scipy") {
  CHECK_CLOSE(pearson(a9, b9), 0.8478765191153645, 1e-14, 0);   // s.pearsonr(a9, b9)
  CHECK_CLOSE(spearman(a9, b9), 0.6470816712483338, 1e-14, 0);  // s.spearmanr(a9, b9), with ties
  CHECK(midranks(tied7) == List{1, 2.5, 2.5, 4, 5.5, 5.5, 7});  // s.rankdata(tied7)
  CHECK_CLOSE(pearson(List{1, 2, 3}, List{-2, -4, -6}), -1, 1e-15, 0);
}

TEST_CASE("statistics: Hedges g and Cohen d_z agree with numpy") {
  // d=1.20168216945943; d*np.exp(gammaln(5)-gammaln(4.5))/np.sqrt(5), gammaln of scipy.special
  CHECK_CLOSE(hedges_g(a5, b7), 1.1088469441443944, 1e-13, 0);
  CHECK(std::isnan(hedges_g(List{1, 2}, List{3})));
  // np.mean(np.subtract(a9,b9))/np.std(np.subtract(a9,b9),ddof=1); the samples taken as independent give d = 0.60
  CHECK_CLOSE(cohen_dz(a9, b9), 1.0117918052161972, 1e-14, 0);
  CHECK(std::isnan(cohen_dz(a9, b7)));
  CHECK(std::isnan(cohen_dz(List{1, 2}, List{0, 1})));
}

TEST_CASE("statistics: Kendall's tau b agrees with scipy, with ties") {
  CHECK_CLOSE(kendall_tau_b(a9, b9), 0.5144957554275265, 1e-14, 0);     // s.kendalltau(a9, b9)
  CHECK_CLOSE(kendall_tau_b(b9, c9), 0.2941176470588235, 1e-14, 0);     // s.kendalltau(b9, c9)
  CHECK_CLOSE(kendall_tau_b(tied7, b7), 0.2503130871608794, 1e-14, 0);  // s.kendalltau(tied7, b7)
  CHECK(kendall_tau_b(List{1, 2, 3}, List{7, 8, 9}) == 1);
  CHECK(kendall_tau_b(List{1, 2, 3}, List{9, 8, 7}) == -1);
  CHECK(std::isnan(kendall_tau_b(List{1, 1, 1}, List{1, 2, 3})));
  CHECK(std::isnan(kendall_tau_b(List{1, missing, 1}, List{1, 2, 3})));
}

TEST_CASE("statistics: partial correlations agree with the residuals of numpy's regression") {
  // r(x)=x-D@np.linalg.lstsq(D,x)[0], D=np.column_stack([np.ones(9),*z]); s.pearsonr(r(a9), r(b9)); ranks: s.rankdata
  const std::vector<Values> one{c9}, two{c9, d9}, repeated{c9, d9, c9};
  CHECK_CLOSE(partial_pearson(a9, b9, {}), pearson(a9, b9), 1e-14, 0);
  CHECK_CLOSE(partial_pearson(a9, b9, one), 0.8381692381033035, 1e-14, 0);
  CHECK_CLOSE(partial_pearson(a9, b9, two), 0.8398986901501394, 1e-14, 0);
  CHECK_CLOSE(partial_spearman(a9, b9, two), 0.32177419307669197, 1e-13, 0);
  CHECK_CLOSE(partial_pearson(a9, b9, repeated), 0.8398986901501394, 1e-13, 0);  // says nothing new
  // Two things driven by a third are correlated, but not given the third.
  List driver, x, y;
  for (int i = 0; i < 40; ++i) driver.push_back(i), x.push_back(i + (i % 2)), y.push_back(2 * i + (i / 2 % 2));
  CHECK(pearson(x, y) > 0.99);
  CHECK(std::abs(partial_pearson(x, y, std::vector<Values>{driver})) < 0.1);
  CHECK(std::isnan(partial_pearson(driver, y, std::vector<Values>{driver})));
  CHECK(std::isnan(partial_pearson(List{1, 2, 4}, List{1, 3, 2}, std::vector<Values>{List{1, 5, 2}})));
  CHECK(std::isnan(partial_pearson(x, y, std::vector<Values>{c9})));
}

TEST_CASE("statistics: Mann-Whitney is exact for small samples without ties") {
  // s.mannwhitneyu(a5, b7, alternative=...)
  CHECK(mann_whitney(a5, b7, Tail::two_sided).statistic == 29);
  CHECK_CLOSE(mann_whitney(a5, b7, Tail::two_sided).p, 0.07323232323232323, 1e-14, 0);
  CHECK_CLOSE(mann_whitney(a5, b7, Tail::greater).p, 0.036616161616161616, 1e-14, 0);
  CHECK_CLOSE(mann_whitney(a5, b7, Tail::less).p, 0.9760101010101009, 1e-14, 0);
  CHECK(mann_whitney(a5, b7, Tail::less).method == "Mann-Whitney U, exact");
  // s.mannwhitneyu(range(5), [x+.5 for x in range(-3,57)])
  List many;
  for (int x = -3; x < 57; ++x) many.push_back(x + 0.5);
  CHECK_CLOSE(mann_whitney(List{0, 1, 2, 3, 4}, many, Tail::two_sided).p, 0.0006300327558920896, 1e-12, 0);
}

TEST_CASE("statistics: five against fifteen fully separated values give Mann-Whitney's floor, 2 in 15504") {
  List high, low;
  for (int i = 0; i < 15; ++i) low.push_back(i);
  for (int i = 0; i < 5; ++i) high.push_back(100 + i);
  const auto r = mann_whitney(high, low, Tail::two_sided);
  CHECK_CLOSE(r.p, 2.0 / 15504, 1e-14, 0);
  CHECK_CLOSE(r.p_floor, 2.0 / 15504, 1e-14, 0);
}

TEST_CASE("statistics: the exact Mann-Whitney counts stay exact beyond 2^64 rankings") {
  // C(2008, 8) = 6.6e21 rankings; fully separated, exactly one is as extreme.
  List low, high;
  for (int i = 0; i < 2000; ++i) low.push_back(i);
  for (int i = 0; i < 8; ++i) high.push_back(5000 + i);
  const auto r = mann_whitney(high, low, Tail::greater);
  CHECK(r.method == "Mann-Whitney U, exact");
  CHECK_CLOSE(r.p, r.p_floor, 1e-12, 0);
  CHECK_CLOSE(mann_whitney(high, low, Tail::less).p, 1, 1e-12, 0);
}

TEST_CASE("statistics: Mann-Whitney with ties or large samples is scipy's normal approximation") {
  // s.mannwhitneyu(tied7, tied8, alternative=...)
  CHECK(mann_whitney(tied7, tied8, Tail::two_sided).statistic == 14.5);
  CHECK_CLOSE(mann_whitney(tied7, tied8, Tail::two_sided).p, 0.12760278918146736, 1e-13, 0);
  CHECK_CLOSE(mann_whitney(tied7, tied8, Tail::greater).p, 0.9495831584302612, 1e-13, 0);
  CHECK_CLOSE(mann_whitney(tied7, tied8, Tail::less).p, 0.06380139459073368, 1e-13, 0);
  CHECK(mann_whitney(tied7, tied8, Tail::less).method == "Mann-Whitney U, normal approximation");
  // s.mannwhitneyu(a9, b9, alternative=...)
  CHECK_CLOSE(mann_whitney(a9, b9, Tail::two_sided).p, 0.13291945818531892, 1e-13, 0);
  CHECK_CLOSE(mann_whitney(a9, b9, Tail::greater).p, 0.06645972909265946, 1e-13, 0);
  // L=[9.1+.37*((i*i*7)%23) for i in range(12)]; M=[10.3+.41*((i*i*5)%19) for i in range(14)]; s.mannwhitneyu(L, M)
  const List l = numbers(12, 9.1, 0.37, 7, 23), m = numbers(14, 10.3, 0.41, 5, 19);
  CHECK_CLOSE(mann_whitney(l, m, Tail::two_sided).p, 0.8368581909316893, 1e-12, 0);
  CHECK_CLOSE(mann_whitney(l, m, Tail::less).p, 0.6015620412603077, 1e-12, 0);
  CHECK(mann_whitney(List{1, 1, 1}, List{1, 1}, Tail::two_sided).p == 1);
}

TEST_CASE("statistics: a normal approximation below the floor is raised to the floor") {
  // Without the floor: 0.5*erfc(z/sqrt(2)) = .032 for three tied values above three tied ones; 1/C(6,3) = .05.
  CHECK_CLOSE(mann_whitney(List{2, 2, 2}, List{1, 1, 1}, Tail::greater).p, 0.05, 1e-15, 0);
}

TEST_CASE("statistics: Kruskal-Wallis agrees with scipy, with and without ties") {
  const auto tied = kruskal_wallis(std::vector<List>{a5, b7, tied7});  // s.kruskal(a5, b7, tied7)
  CHECK_CLOSE(tied.statistic, 10.204535147392287, 1e-13, 0);
  CHECK_CLOSE(tied.p, 0.006082937405932237, 1e-12, 0);
  const auto untied = kruskal_wallis(std::vector<List>{a5, b7, {6.5, 7.1, 8.2}});  // s.kruskal(a5, b7, [6.5,7.1,8.2])
  CHECK_CLOSE(untied.statistic, 8.523809523809518, 1e-13, 0);
  CHECK_CLOSE(untied.p, 0.014095428388956676, 1e-12, 0);
  CHECK(kruskal_wallis(std::vector<List>{{1, 1}, {1, 1}}).p == 1);
  // Three pairs: 90 arrangements, and the 3! orders of the pairs share an H.
  CHECK_CLOSE(kruskal_wallis(std::vector<List>{{1, 2}, {3, 4}, {5, 6}}).p_floor, 6.0 / 90, 1e-15, 0);
}

TEST_CASE("statistics: the permutation test enumerates all splits when they fit") {
  // s.permutation_test((a5,b7), lambda x,y,axis: x.mean(axis)-y.mean(axis), vectorized=True, n_resamples=np.inf,
  // alternative="greater"). Two-sided, scipy doubles the smaller tail (60/792); ours counts |difference|:
  // x=np.array(a5+b7); D=np.array([x[list(c)].mean()-np.delete(x,c).mean() for c in
  // itertools.combinations(range(12),5)]); (abs(D)>=abs(D[0])-1e-12).sum()
  const auto r = permutation_test(a5, b7, Tail::two_sided, 10000, 1);
  CHECK_CLOSE(r.statistic, 0.9857142857142849, 1e-14, 0);
  CHECK_CLOSE(r.p, 56.0 / 792, 1e-14, 0);
  CHECK(r.method == "permutation test of the difference of means, all 792 splits");
  CHECK_CLOSE(permutation_test(a5, b7, Tail::greater, 792, 1).p, 30.0 / 792, 1e-14, 0);
  CHECK_CLOSE(permutation_test(a5, b7, Tail::less, 10000, 1).p, 766.0 / 792, 1e-14, 0);
}

TEST_CASE("statistics: random splits come close to all splits, repeat for a seed, and never fall below 1/(n+1)") {
  const auto r = permutation_test(a5, b7, Tail::greater, 791, 7);  // one too few to enumerate
  CHECK(r.method == "permutation test of the difference of means, 791 random splits");
  CHECK_CLOSE(r.p, 30.0 / 792, 0, 3.5 * std::sqrt(0.0379 * 0.9621 / 791));
  CHECK(std::round(r.p * 792) / 792 == r.p);  // (1 + hits) / 792, not hits / 791
  CHECK(r.p == permutation_test(a5, b7, Tail::greater, 791, 7).p);
  CHECK(permutation_test(a5, b7, Tail::greater, 791, 8).p != r.p);
  CHECK_CLOSE(permutation_test(b7, a5, Tail::less, 791, 7).p, 30.0 / 792, 0, 3.5 * std::sqrt(0.0379 * 0.9621 / 791));
  List low, high;
  for (int i = 0; i < 20; ++i) low.push_back(i), high.push_back(1000 + i);
  CHECK(permutation_test(high, low, Tail::greater, 999, 1).p == 0.001);
  CHECK(permutation_test(high, low, Tail::two_sided, 999, 1).p == 0.001);
  CHECK(permutation_test(high, low, Tail::less, 999, 1).p == 1);
}

TEST_CASE("statistics: splits that tie in exact arithmetic count as extreme whatever the rounding") {
  // 0.1 + 0.2 != 0.3 in doubles. Sums of two from {.1,.2,.3,.0}: greater or equal to .1+.2 are .1+.2, .3+.0, .1+.3,
  // .2+.3.
  CHECK_CLOSE(permutation_test(List{0.1, 0.2}, List{0.3, 0.0}, Tail::greater, 100, 1).p, 4.0 / 6, 1e-15, 0);
  CHECK(permutation_test(List{1e9 + 0.1, 1e9 + 0.1}, List{1e9 + 0.1}, Tail::greater, 100, 1).p == 1);
}

TEST_CASE("statistics: the sign-flip test enumerates up to twenty values") {
  const List x{0.3, 1.2, -0.4, 2.2, 0.9, 1.7, -0.1, 0.8};
  // x=np.array(...); S=np.array(list(itertools.product([1,-1],repeat=8)))@x; (S>=x.sum()-1e-12).mean()
  CHECK(sign_flip_test(x, 0, Tail::greater, 10, 1).p == 0.0234375);
  CHECK(sign_flip_test(x, 0, Tail::two_sided, 10, 1).p == 0.046875);
  CHECK(sign_flip_test(x, 0, Tail::less, 10, 1).p == 0.98046875);
  CHECK_CLOSE(sign_flip_test(x, 0.5, Tail::greater, 10, 1).statistic, 0.325, 1e-14, 0);
  List many;
  for (int i = 0; i < 25; ++i) many.push_back(1 + i % 3);
  CHECK(sign_flip_test(many, 0, Tail::greater, 999, 1).p == 0.001);
  CHECK(sign_flip_test(List(5, 1.0), 0, Tail::greater, 10, 1).p == 1.0 / 32);
}

TEST_CASE("statistics: random signs come close to all signs") {
  List x;
  for (int i = 0; i < 20; ++i) x.push_back(0.25 + ((i * 7) % 20 - 9.5) / 9);
  const double exact = sign_flip_test(x, 0, Tail::greater, 10, 1).p;
  List padded = x;
  padded.push_back(0);  // a 21st value of 0 changes no sum, only the method
  const auto drawn = sign_flip_test(padded, 0, Tail::greater, 20000, 3);
  CHECK(drawn.method == "sign-flip test of the mean, 20000 random signs");
  CHECK(std::round(drawn.p * 20001) / 20001 == drawn.p);
  CHECK(exact > 0.01);
  CHECK_CLOSE(drawn.p, exact, 0, 3.5 * std::sqrt(exact * (1 - exact) / 20000));
}

TEST_CASE("statistics: the rank of one value among nulls counts ties and itself") {
  const List nulls{1, 2, 3, 4, 5, 6, 7, 8, 9};
  CHECK(rank_among(10, nulls, Tail::greater).p == 0.1);
  CHECK(rank_among(9, nulls, Tail::greater).p == 0.2);
  CHECK(rank_among(10, nulls, Tail::less).p == 1);
  CHECK(rank_among(0, nulls, Tail::less).p == 0.1);
  CHECK(rank_among(100, nulls, Tail::two_sided).p == 0.1);
  CHECK(rank_among(5, nulls, Tail::two_sided).p == 1);
  CHECK(rank_among(100, nulls, Tail::greater).p_floor == 0.1);
}

TEST_CASE("statistics: BCa intervals agree with scipy's up to the noise of resampling") {
  const List log_skewed{0.1, 0.5, -0.7, 1.9, 0.3, -1.1, 0.8, 0.0, 2.4, -0.2};
  List skewed;
  for (const double v : log_skewed) skewed.push_back(std::exp(v));
  // s.bootstrap((skewed,), np.mean, method='BCa', n_resamples=1000000, random_state=1)
  const auto one = bootstrap_mean(skewed, 0.95, 200000, 5);
  CHECK(one.method == "BCa bootstrap");
  CHECK_CLOSE(one.low, 1.1641061995677913, 0, 0.015);
  CHECK_CLOSE(one.high, 5.7863204000189565, 0, 0.06);
  // s.bootstrap((skewed, b7), lambda x,y,axis=-1: x.mean(axis)-y.mean(axis), method='BCa', n_resamples=1000000, ...)
  const auto two = bootstrap_difference(skewed, b7, 0.95, 200000, 5);
  CHECK_CLOSE(two.low, -3.6818319548770218, 0, 0.02);
  CHECK_CLOSE(two.high, 0.9884598602064073, 0, 0.06);
  const auto swapped = bootstrap_difference(b7, skewed, 0.95, 200000, 5);
  CHECK_CLOSE(swapped.low, -two.high, 0, 0.06);
  CHECK(bootstrap_mean(skewed, 0.95, 999, 5).low == bootstrap_mean(skewed, 0.95, 999, 5).low);
}

TEST_CASE("statistics: an interval says when it falls back or cannot be had") {
  CHECK(bootstrap_mean(List{1}, 0.95, 100, 1).method == "none: one value has no scatter");
  CHECK(std::isnan(bootstrap_mean(List{1}, 0.95, 100, 1).low));
  CHECK(bootstrap_difference(List{1}, b7, 0.95, 100, 1).method == "none: a side with one value has no scatter");
  // One resample: on one side of the mean or the other, so the bias is infinite.
  CHECK(bootstrap_mean(b7, 0.95, 1, 1).method == "percentile bootstrap");
  const auto constant = bootstrap_mean(List{3, 3, 3}, 0.95, 100, 1);
  CHECK(constant.low == 3);
  CHECK(constant.high == 3);
}

TEST_CASE("statistics: the distance to nulls takes the value as known") {
  const auto r = bootstrap_distance(10, b7, 0.95, 20000, 1);
  const auto m = bootstrap_mean(b7, 0.95, 20000, 1);
  CHECK_CLOSE(r.low, 10 - m.high, 0, 0.03);
  CHECK_CLOSE(r.high, 10 - m.low, 0, 0.03);
}

TEST_CASE("statistics: the interval of a function of means is that of the means, where the function is one of them") {
  const auto first = [](std::span<const double> m) { return m[0] - m[1]; };
  const List known{2};
  const auto of_function = bootstrap_of_means(std::vector<Values>{b7, known}, first, 0.9, 20000, 1);
  const auto of_mean = bootstrap_mean(b7, 0.9, 20000, 1);
  CHECK_CLOSE(of_function.low + 2, of_mean.low, 0, 0.06);  // percentile against BCa
  CHECK_CLOSE(of_function.high + 2, of_mean.high, 0, 0.06);
  CHECK(of_function.method == "percentile bootstrap");
  const auto ratio = [](std::span<const double> m) { return 1 / (m[0] - 1); };
  CHECK(bootstrap_of_means(std::vector<Values>{List{1, 1, 2}}, ratio, 0.9, 200, 1).method ==
        "none: some resamples leave it undetermined");
  CHECK(bootstrap_of_means(std::vector<Values>{known, known}, first, 0.9, 200, 1).method ==
        "none: no sample has two values");
  CHECK(bootstrap_of_means(std::vector<Values>{b7, {}}, first, 0.9, 200, 1).method == "none: a sample is empty");
}

TEST_CASE("statistics: Benjamini-Hochberg and Benjamini-Yekutieli on the example of 1995") {
  // The 15 p-values of Benjamini & Hochberg 1995, section 3.2, out of order; 4 are rejected at .05.
  const List p{.0459, .0001, .3240, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .4262, .5719, .6528, .7590, 1.0};
  // o=np.argsort(p); m=15; q[o]=np.minimum.accumulate((p[o]*m/np.arange(1,m+1))[::-1])[::-1]
  const List bh{0.0765,
                0.0015,
                0.486,
                0.003,
                0.0095,
                0.035625,
                0.0603,
                0.06385714285714286,
                0.06385714285714286,
                0.0645,
                0.5811818181818182,
                0.714875,
                0.7532307692307694,
                0.8132142857142857,
                1.0};
  const auto q = benjamini_hochberg(p);
  for (size_t i = 0; i < p.size(); ++i) CHECK_CLOSE(q[i], bh[i], 1e-14, 0);
  CHECK(std::ranges::count_if(q, [](double v) { return v <= 0.05; }) == 4);
  const auto y = benjamini_yekutieli(p);  // the same times sum(1/k for k in range(1,16)), at most 1
  CHECK_CLOSE(y[1], 0.004977343489843491, 1e-14, 0);
  CHECK_CLOSE(y[5], 0.11821190788378289, 1e-14, 0);
  CHECK_CLOSE(y[9], 0.2140257700632701, 1e-14, 0);
  CHECK(y[2] == 1);
}

TEST_CASE("statistics: claims that were not tested do not count in a correction") {
  const auto q = benjamini_hochberg(List{0.01, missing, 0.04});
  CHECK_CLOSE(q[0], 0.02, 1e-15, 0);
  CHECK(std::isnan(q[1]));
  CHECK_CLOSE(q[2], 0.04, 1e-15, 0);
}
