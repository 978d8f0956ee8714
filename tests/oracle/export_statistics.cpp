// Writes random samples and what our statistics say of them, one JSON object a line, for compare_with_scipy.py.
#include <fmt/ranges.h>

#include <cmath>

#include "encephagen/sdk/random.hpp"
#include "experiment/equivalence.hpp"
#include "experiment/kolmogorov_smirnov.hpp"
#include "experiment/power.hpp"

using namespace encephagen::stats;
using List = std::vector<double>;

namespace {

// Values around `mean`; coarse ones are tied.
List draw(eg::Random& random, size_t n, double mean, bool is_coarse) {
  List out;
  for (size_t i = 0; i < n; ++i) {
    const double v = mean + random.normal();
    out.push_back(is_coarse ? std::round(2 * v) / 2 : v);
  }
  return out;
}

void print(const char* what, const List& x, const List& y, const std::vector<List>& z, const List& found) {
  fmt::print("{{\"what\":\"{}\",\"x\":{},\"y\":{},\"z\":{},\"found\":{}}}\n", what, x, y, z, found);
}

}  // namespace

int main() {
  for (uint64_t trial = 0; trial < 60; ++trial) {
    eg::Random random(11, "statistics", trial);
    const bool is_coarse = trial % 3 == 0;
    const size_t n = 6 + random.below(60), m = 4 + random.below(40);
    const double shift = random.uniform(-1, 1);
    const List x = draw(random, n, 0, is_coarse), b = draw(random, m, shift, is_coarse);
    List y = draw(random, n, 0, is_coarse), uniform;
    for (size_t i = 0; i < n; ++i)
      y[i] += std::round(x[i]), uniform.push_back(std::pow(random.uniform(), 1 + shift / 2));
    std::vector<List> z;
    for (uint64_t k = 0; k < trial % 4; ++k) z.push_back(draw(random, n, 0, is_coarse));
    if (z.size() > 1)
      for (size_t i = 0; i < n; ++i) z[1][i] += x[i];
    const std::vector<Values> covariates(z.begin(), z.end());

    print("kendall_tau_b", x, y, {}, {kendall_tau_b(x, y)});
    print("partial_pearson", x, y, z, {partial_pearson(x, y, covariates)});
    print("partial_spearman", x, y, z, {partial_spearman(x, y, covariates)});
    print("hedges_g", x, b, {}, {hedges_g(x, b)});
    print("cohen_dz", x, y, {}, {cohen_dz(x, y)});
    const auto one = ks_uniform(uniform), two = ks_two_sample(x, b);
    print("ks_uniform", uniform, {}, {}, {one.statistic, one.p});
    print("ks_two_sample", x, b, {}, {two.statistic, two.p});
    const auto means = equivalence_of_means(x, b, {0.9}, 0.05), number = equivalence_to_number(x, 0.1, {0.4}, 0.05);
    print("equivalence_of_means", x, b, {{0.9}},
          {means.p_lower, means.p_upper, means.interval.low, means.interval.high});
    print("equivalence_to_number", x, {0.1}, {{0.4}},
          {number.p_lower, number.p_upper, number.interval.low, number.interval.high});
    const double d = random.uniform(0, 2);
    print("power", {d, static_cast<double>(n), static_cast<double>(m)}, {}, {},
          {power_of_two_means(d, n, m, Tail::two_sided, 0.05), power_of_two_means(d, n, m, Tail::greater, 0.01),
           power_of_one_mean(d, n, Tail::greater, 0.05)});
  }
}
