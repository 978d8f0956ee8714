// Rank correlations and random orders.
#include "scenario/audit/order_test.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "encephagen/sdk/random.hpp"
#include "support.hpp"

using namespace encephagen;

namespace {

std::vector<double> random_matrix(size_t n, uint64_t seed) {
  eg::Random r(seed, "matrix");
  std::vector<double> m(n * n);
  for (double& v : m) v = r.uniform();
  return m;
}

Block all(size_t n) {
  Block b{"all", std::vector<size_t>(n)};
  std::iota(b.regions.begin(), b.regions.end(), size_t{0});
  return b;
}

}  // namespace

TEST_CASE("order test: ties share their rank") {
  CHECK(ranks(std::vector<double>{3, 1, 3, 2, 3}) == std::vector<double>{3, 0, 3, 1, 3});
  CHECK(ranks(std::vector<double>{}).empty());
}

TEST_CASE("order test: correlations of known data") {
  // Anscombe's first quartet has r = 0.816; its ranks give 0.818 (36 / 44).
  const std::vector<double> x = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5},
                            y = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
  CHECK_CLOSE(pearson(x, y), 0.81642051634484, 1e-12, 0);
  CHECK_CLOSE(spearman(x, y), 0.81818181818182, 1e-12, 0);
  CHECK(std::isnan(pearson(std::vector<double>{1, 1}, std::vector<double>{1, 2})));
}

TEST_CASE("order test: median of odd and even counts") {
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 2, 3}) == 2.5);
  CHECK(std::isnan(median({})));
}

TEST_CASE("order test: a matrix against itself is 1 in its own order, and random orders give 0") {
  const size_t n = 30;
  const auto m = random_matrix(n, 1);
  const OrderTest test(n, m, m, all(n));
  CHECK_CLOSE(test.value(), 1.0, 1e-12, 0);
  const auto random = test.random(1000, 7);
  CHECK_CLOSE(random.mean, 0, 0, 0.005);
  // Under random orders the correlation of N pairs spreads about 1 / sqrt(N).
  CHECK_CLOSE(random.sd, 1 / std::sqrt(30.0 * 29.0), 0.2, 0);
  CHECK_CLOSE(random.p_high(1.0), 1.0 / 1001, 1e-12, 0);
  CHECK_CLOSE(random.p_low(1.0), 1.0, 1e-12, 0);
}

TEST_CASE("order test: the order that undoes a permutation gives 1") {
  const size_t n = 20;
  const auto labels = random_matrix(n, 2);
  eg::Random r(3, "order");
  std::vector<size_t> row_of(n);
  std::iota(row_of.begin(), row_of.end(), size_t{0});
  r.shuffle(std::span(row_of));
  std::vector<double> rows(n * n);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) rows[row_of[i] * n + row_of[j]] = labels[i * n + j];
  const OrderTest test(n, labels, rows, all(n));
  CHECK(std::abs(test.value()) < 0.3);
  CHECK_CLOSE(test.value(row_of), 1.0, 1e-12, 0);
}

TEST_CASE("order test: only pairs within the block count") {
  const size_t n = 20;
  auto a = random_matrix(n, 4), b = a;
  Block half{"half", std::vector<size_t>(n / 2)};
  std::iota(half.regions.begin(), half.regions.end(), size_t{0});
  for (size_t i = n / 2; i < n; ++i)
    for (size_t j = 0; j < n; ++j) b[i * n + j] = b[j * n + i] = 5;
  for (size_t i = 0; i < n; ++i) b[i * n + i] = -100;  // the diagonal does not count either
  const OrderTest test(n, a, b, half);
  CHECK_CLOSE(test.value(), 1.0, 1e-12, 0);
  CHECK(test.n_pairs() == 90);
}

TEST_CASE("order test: the same seed gives the same random orders, another seed others") {
  const size_t n = 12;
  const OrderTest test(n, random_matrix(n, 5), random_matrix(n, 6), all(n));
  CHECK(test.random(50, 1).values == test.random(50, 1).values);
  CHECK(test.random(50, 1).values != test.random(50, 2).values);
}

TEST_CASE("order test: p-values count orders at least as extreme and are never zero") {
  const RandomOrders r{{-1, 0, 1}, 0, 1};
  CHECK(r.p_low(-2) == 0.25);
  CHECK(r.p_low(-1) == 0.5);
  CHECK(r.p_high(1) == 0.5);
  CHECK(r.p_high(0.5) == 0.5);
  CHECK(r.p_high(-1) == 1.0);
}

TEST_CASE("order test: numbers are written with their sign, and zero without") {
  CHECK(signed_text(0.314) == "+0.31");
  CHECK(signed_text(-0.3) == "-0.30");
  CHECK(signed_text(-0.001) == "0.00");
}
