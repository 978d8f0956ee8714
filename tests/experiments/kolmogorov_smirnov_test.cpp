// Kolmogorov-Smirnov distances against published tables and scipy 1.10.1 (s is scipy.stats).
#include "experiment/kolmogorov_smirnov.hpp"

#include <algorithm>
#include <limits>

#include "encephagen/sdk/random.hpp"
#include "support.hpp"

using namespace encephagen::stats;
using List = std::vector<double>;

TEST_CASE("kolmogorov_smirnov: the tail agrees with published tables") {
  // Miller 1956, J Am Stat Assoc 51:111, table 1: critical values to five digits, two-sided 0.05 and 0.01.
  CHECK_CLOSE(kolmogorov_tail(0.56328, 5), 0.05, 0, 1e-5);
  CHECK_CLOSE(kolmogorov_tail(0.40925, 10), 0.05, 0, 1e-5);
  CHECK_CLOSE(kolmogorov_tail(0.29408, 20), 0.05, 0, 1e-5);
  CHECK_CLOSE(kolmogorov_tail(0.13403, 100), 0.05, 0, 1e-5);
  CHECK_CLOSE(kolmogorov_tail(0.48893, 10), 0.01, 0, 1e-5);
  CHECK_CLOSE(1 - kolmogorov_tail(0.274, 10), 0.6284796154565, 1e-12, 0);  // the example of Marsaglia et al. 2003
}

TEST_CASE("kolmogorov_smirnov: the tail agrees with scipy in all its branches") {
  // s.kstwo.sf(d, n); for n > 140 it is itself off by up to 1e-6, so 1 - s._ksstats._kolmogn_DMTW(n, d) there
  CHECK_CLOSE(kolmogorov_tail(0.6, 30), 7.392006292214292e-11, 1e-9, 0);
  CHECK_CLOSE(kolmogorov_tail(0.05, 1500), 0.001066610219403432, 1e-8, 0);
  CHECK_CLOSE(kolmogorov_tail(0.035, 2000), 0.014538075222901292, 1e-9, 0);
  CHECK_CLOSE(kolmogorov_tail(0.02, 4000), 0.08043072865191048, 0.01, 0);  // the limit
  CHECK(kolmogorov_tail(0.05, 10) == 1);                                   // no sample comes closer
  CHECK(kolmogorov_tail(0.0001, 5000) == 1);
  CHECK(kolmogorov_tail(1, 10) == 0);
}

TEST_CASE("kolmogorov_smirnov: distances and p agree with scipy") {
  // s.kstest([.02,.1,.15,.3,.31,.6,.7], "uniform")
  const auto one = ks_uniform(List{.31, .1, .15, .3, .02, .6, .7});
  CHECK_CLOSE(one.statistic, 0.4042857142857143, 1e-14, 0);
  CHECK_CLOSE(one.p, 0.15129497384509072, 1e-11, 0);
  const List a5{5.1, 4.9, 6.2, 5.8, 7.0}, b7{4.0, 5.0, 4.4, 6.1, 3.9, 4.8, 5.5};
  const auto two = ks_two_sample(a5, b7);  // s.ks_2samp(a5, b7)
  CHECK_CLOSE(two.statistic, 0.5714285714285714, 1e-14, 0);
  CHECK_CLOSE(two.p, 0.23737373737373738, 1e-13, 0);
  CHECK(ks_two_sample(b7, a5).p == two.p);
  // s.ks_2samp([1,2,2,3,4,4,5], [2,3,3,4,5,6,6,7]), with ties
  const auto tied = ks_two_sample(List{1, 2, 2, 3, 4, 4, 5}, List{2, 3, 3, 4, 5, 6, 6, 7});
  CHECK_CLOSE(tied.statistic, 0.375, 1e-14, 0);
  CHECK_CLOSE(tied.p, 0.5076923076923078, 1e-13, 0);
  // x=np.arange(4000); y=np.arange(3000)*1.36+.5; s.ks_2samp(x, y, method="exact"): too many pairs to count here
  List x, y;
  for (int i = 0; i < 4000; ++i) x.push_back(i);
  for (int i = 0; i < 3000; ++i) y.push_back(i * 1.36 + 0.5);
  const auto many = ks_two_sample(x, y);
  CHECK_CLOSE(many.statistic, 0.019916666666666666, 1e-12, 0);
  CHECK_CLOSE(many.p, 0.4991478291540035, 0.01, 0);
}

TEST_CASE("kolmogorov_smirnov: complete separation has the smallest p there is, equal samples have none") {
  const auto apart = ks_two_sample(List{1, 2, 3, 4}, List{5, 6, 7, 8, 9});
  CHECK(apart.statistic == 1);
  CHECK_CLOSE(apart.p, 2.0 / 126, 1e-13, 0);  // 2 of C(9, 4) orders
  CHECK_CLOSE(apart.p_floor, 2.0 / 126, 1e-13, 0);
  CHECK(ks_two_sample(List{1, 2, 3}, List{1, 2, 3}).p == 1);
  CHECK(ks_uniform(List{-1, -2, -3}).p == 0);  // impossible under uniformity
  CHECK(std::isnan(ks_uniform({}).p));
  CHECK(std::isnan(ks_uniform(List{0.5, std::numeric_limits<double>::quiet_NaN()}).p));
  CHECK(std::isnan(ks_two_sample(List{1}, {}).p));
}

TEST_CASE("kolmogorov_smirnov: p is itself uniform, and finds values that are not") {
  List of_uniform, of_two, of_squares;
  for (uint64_t i = 0; i < 400; ++i) {
    eg::Random random(5, "ks", i);
    List u, a, b, squares;
    for (int k = 0; k < 40; ++k) {
      u.push_back(random.uniform()), squares.push_back(u.back() * u.back());
      a.push_back(random.normal()), b.push_back(random.normal());
    }
    of_uniform.push_back(ks_uniform(u).p), of_squares.push_back(ks_uniform(squares).p);
    of_two.push_back(ks_two_sample(a, b).p);
  }
  CHECK(ks_uniform(of_uniform).p > 0.01);
  // Distances of two samples of 40 are multiples of 1/40: p is stepped, and larger than uniform values.
  CHECK(std::ranges::count_if(of_two, [](double p) { return p <= 0.05; }) <= 30);  // 20 expected at most
  CHECK(std::ranges::count_if(of_squares, [](double p) { return p <= 0.05; }) >= 300);
  CHECK(ks_uniform(of_squares).p < 1e-10);
}
