// Kolmogorov and Smirnov's distance of a sample from the uniform distribution, and of two samples from each other.
#include "experiment/kolmogorov_smirnov.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace encephagen::stats {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr size_t largest_exact_n = 2000;     // milliseconds
constexpr double largest_exact_pairs = 1e7;  // tens of milliseconds

double real(size_t n) { return static_cast<double>(n); }

bool is_usable(Values x) {
  return !x.empty() && std::ranges::all_of(x, [](double v) { return std::isfinite(v); });
}

TestResult undetermined() { return {nan, nan, nan, "a sample is empty or holds values that are not finite"}; }

std::vector<double> sorted(Values x) {
  std::vector<double> out(x.begin(), x.end());
  std::ranges::sort(out);
  return out;
}

using Matrix = std::vector<double>;  // square, by rows

Matrix product(const Matrix& a, const Matrix& b, size_t m) {
  Matrix c(m * m, 0.0);
  for (size_t i = 0; i < m; ++i)
    for (size_t k = 0; k < m; ++k)
      for (size_t j = 0; j < m; ++j) c[i * m + j] += a[i * m + k] * b[k * m + j];
  return c;
}

// P(D < d) by the power of a matrix; their eq. for n! / n^n H^n, its middle element (Marsaglia, Tsang & Wang 2003, J
// Stat Softw 8:18).
double inner_probability(double d, size_t n) {
  const auto k = static_cast<size_t>(real(n) * d) + 1;
  const size_t m = 2 * k - 1;
  const double h = real(k) - real(n) * d;
  Matrix step(m * m, 0.0);
  for (size_t i = 0; i < m; ++i)
    for (size_t j = 0; j < std::min(m, i + 2); ++j) step[i * m + j] = 1;
  for (size_t i = 0; i < m; ++i) {
    step[i * m] -= std::pow(h, real(i + 1));
    step[(m - 1) * m + i] -= std::pow(h, real(m - i));
  }
  step[(m - 1) * m] += 2 * h > 1 ? std::pow(2 * h - 1, real(m)) : 0;
  for (size_t i = 0; i < m; ++i)
    for (size_t j = 0; j < i + 1 && j < m; ++j) step[i * m + j] /= std::tgamma(real(i - j + 2));
  // n! / n^n of the power is spread over its factors: n! / n^n = e^-n sqrt(2 pi n) ..., so each step is divided by e.
  for (double& v : step) v /= std::exp(1.0);
  Matrix power(m * m, 0.0);
  for (size_t i = 0; i < m; ++i) power[i * m + i] = 1;
  for (size_t left = n; left > 0; left /= 2) {
    if (left % 2 == 1) power = product(power, step, m);
    if (left > 1) step = product(step, step, m);
  }
  const double scale = std::lgamma(real(n) + 1) - real(n) * std::log(real(n)) + real(n);
  return power[(k - 1) * m + k - 1] * std::exp(scale);
}

// P(D+ >= d) (Birnbaum & Tingey 1951).
double one_sided_tail(double d, size_t n) {
  double sum = 0;
  for (size_t j = 0; real(j) < real(n) * (1 - d); ++j) {
    const double at = d + real(j) / real(n);
    const double choose = std::lgamma(real(n) + 1) - std::lgamma(real(j) + 1) - std::lgamma(real(n - j) + 1);
    sum += std::exp(choose + (real(j) - 1) * std::log(at) + real(n - j) * std::log1p(-at));
  }
  return d * sum;
}

// 2 sum (-1)^(k-1) exp(-2 k^2 x^2); Kolmogorov 1933.
double limit_tail(double x) {
  if (x < 0.2) return 1;  // to 1e-12; the series does not converge at 0
  double sum = 0;
  for (int k = 1; k <= 100; ++k) sum += (k % 2 ? 2 : -2) * std::exp(-2.0 * k * k * x * x);
  return std::clamp(sum, 0.0, 1.0);
}

}  // namespace

double kolmogorov_tail(double d, size_t n) {
  const double root = std::sqrt(real(n));
  if (2 * real(n) * d <= 1) return 1;
  if (d >= 1) return 0;
  if (n > largest_exact_n) return limit_tail(d * (root + 0.12 + 0.11 / root));
  // Both sides at once have a share of exp(-6 n d^2) < 4e-11 in the tail; for d > 1/2 none.
  if (real(n) * d * d >= 4 || d >= 0.5) return std::min(1.0, 2 * one_sided_tail(d, n));
  return std::clamp(1 - inner_probability(d, n), 0.0, 1.0);
}

TestResult ks_uniform(Values x) {
  if (!is_usable(x)) return undetermined();
  const auto v = sorted(x);
  const double n = real(v.size());
  double d = 0;
  for (size_t i = 0; i < v.size(); ++i) {
    const double expected = std::clamp(v[i], 0.0, 1.0);
    d = std::max({d, real(i + 1) / n - expected, expected - real(i) / n});
  }
  return {d, kolmogorov_tail(d, v.size()), 0, "Kolmogorov-Smirnov distance from the uniform distribution"};
}

TestResult ks_two_sample(Values a, Values b) {
  if (!is_usable(a) || !is_usable(b)) return undetermined();
  const auto x = sorted(a), y = sorted(b);
  const auto n = static_cast<int64_t>(x.size()), m = static_cast<int64_t>(y.size());
  int64_t i = 0, j = 0, largest = 0;  // the distance times n m, an integer
  while (i < n && j < m) {
    const double at = std::min(x[static_cast<size_t>(i)], y[static_cast<size_t>(j)]);
    while (i < n && x[static_cast<size_t>(i)] == at) ++i;
    while (j < m && y[static_cast<size_t>(j)] == at) ++j;
    largest = std::max(largest, std::abs(i * m - j * n));
  }
  const double floor = mann_whitney_floor(x.size(), y.size(), Tail::two_sided);  // one of the two full separations
  const double pairs = real(x.size()) * real(y.size()), d = static_cast<double>(largest) / pairs;
  if (pairs > largest_exact_pairs) {
    const double size = pairs / (real(x.size()) + real(y.size()));
    return {d, std::max(floor, kolmogorov_tail(d, static_cast<size_t>(std::round(size)))), floor,
            "Kolmogorov-Smirnov distance of two samples, approximate"};
  }
  // The share of the ways to order the first i and j values that have been as far apart as d: by the last of them.
  std::vector<double> far(static_cast<size_t>(m) + 1);
  for (int64_t row = 0; row <= n; ++row)
    for (int64_t column = 0; column <= m; ++column) {
      const auto c = static_cast<size_t>(column);
      const auto all = static_cast<double>(row + column);
      if (std::abs(row * m - column * n) >= largest)
        far[c] = 1;
      else if (row == 0)
        far[c] = column == 0 ? 0 : far[c - 1];
      else
        far[c] =
            (far[c] * static_cast<double>(row) + (column > 0 ? far[c - 1] * static_cast<double>(column) : 0)) / all;
    }
  return {d, far.back(), floor, "Kolmogorov-Smirnov distance of two samples, exact"};
}

}  // namespace encephagen::stats
