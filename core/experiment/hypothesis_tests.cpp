// Tests that turn samples into p-values.
#include "experiment/hypothesis_tests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "encephagen/sdk/random.hpp"

namespace encephagen::stats {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr size_t max_exact_flips = 20;  // 2^20 sums: some 20 ms

double real(size_t n) { return static_cast<double>(n); }

bool is_finite(Values x) {
  return std::ranges::all_of(x, [](double v) { return std::isfinite(v); });
}

TestResult undetermined(const char* why) { return {nan, nan, nan, why}; }

double binomial(size_t n, size_t k) {
  double c = 1;
  for (size_t i = 1; i <= std::min(k, n - k); ++i) c = std::round(c * real(n - std::min(k, n - k) + i) / real(i));
  return c;
}

double normal_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

TestResult at_least_floor(TestResult r) {
  r.p = std::clamp(r.p, std::min(r.p_floor, 1.0), 1.0);
  return r;
}

// Whether a sum counts as at least as extreme as the observed one. The slack keeps sums that are equal in exact
// arithmetic equal here, whatever the order in which they were added.
struct Extreme {
  double observed, slack;
  Tail tail;
  bool operator()(double sum) const {
    if (tail == Tail::greater) return sum >= observed - slack;
    if (tail == Tail::less) return sum <= observed + slack;
    return std::abs(sum) >= std::abs(observed) - slack;
  }
};

double rounding_slack(Values centered, double largest) {
  double total = 0;
  for (const double v : centered) total += std::abs(v);
  return 1e-12 * total + 4 * epsilon * real(centered.size()) * largest;
}

double largest_magnitude(Values x) {
  double m = 0;
  for (const double v : x) m = std::max(m, std::abs(v));
  return m;
}

// Steps to the next k-subset of 0 ... n - 1 in lexicographic order; false after the last.
bool next_subset(std::vector<size_t>& subset, size_t n) {
  const size_t k = subset.size();
  for (size_t i = k; i > 0; --i) {
    if (subset[i - 1] < n - (k - i) - 1) {
      ++subset[i - 1];
      for (size_t j = i; j < k; ++j) subset[j] = subset[j - 1] + 1;
      return true;
    }
  }
  return false;
}

// How many of the C(m + n, m) rankings give U = 0 ... m n: the coefficients of the Gaussian binomial
// prod_{i=1..m} (1 - q^(n+i)) / (1 - q^i) (Mann & Whitney 1947). Exact, modulo 2^128.
std::vector<eg::Wide> u_counts(size_t m, size_t n) {
  std::vector<eg::Wide> c(m * n + 1, 0);
  c[0] = 1;
  for (size_t i = 1; i <= m; ++i) {
    for (size_t k = c.size(); k > n + i; --k) c[k - 1] -= c[k - 1 - (n + i)];
    for (size_t k = i; k < c.size(); ++k) c[k] += c[k - i];
  }
  return c;
}

double u_upper_tail(double u, size_t n_a, size_t n_b) {
  const auto counts = u_counts(std::min(n_a, n_b), std::max(n_a, n_b));
  double tail = 0;
  for (size_t k = counts.size(); real(k) > u; --k) tail += static_cast<double>(counts[k - 1]);
  return tail / binomial(n_a + n_b, n_a);
}

// Sum of t^3 - t over the groups of tied ranks.
double tie_term(std::vector<double> ranks) {
  std::ranges::sort(ranks);
  double sum = 0;
  for (size_t first = 0; first < ranks.size();) {
    size_t last = first;
    while (last < ranks.size() && ranks[last] == ranks[first]) ++last;
    const double t = real(last - first);
    sum += t * t * t - t;
    first = last;
  }
  return sum;
}

}  // namespace

Tail opposite(Tail tail) {
  if (tail == Tail::two_sided) return tail;
  return tail == Tail::greater ? Tail::less : Tail::greater;
}

double mann_whitney_floor(size_t n_a, size_t n_b, Tail tail) {
  return std::min(1.0, (tail == Tail::two_sided ? 2 : 1) / binomial(n_a + n_b, n_a));
}

double permutation_floor(size_t n_a, size_t n_b, Tail tail, size_t permutations) {
  const double splits = binomial(n_a + n_b, n_a);
  if (splits > real(permutations)) return 1 / (real(permutations) + 1);
  // With equal sizes the mirrored split differs by as much.
  return std::min(1.0, (tail == Tail::two_sided && n_a == n_b ? 2 : 1) / splits);
}

double sign_flip_floor(size_t n, Tail tail, size_t permutations) {
  if (n > max_exact_flips) return 1 / (real(permutations) + 1);
  return std::min(1.0, std::ldexp(tail == Tail::two_sided ? 2.0 : 1.0, -static_cast<int>(n)));
}

double rank_floor(size_t n_nulls) { return 1 / (real(n_nulls) + 1); }

double kruskal_wallis_floor(std::span<const size_t> sizes) {
  // H is the same after exchanging samples of equal size, so no arrangement of the ranks is alone with its H.
  double arrangements = 1, same = 1;
  size_t n = 0;
  std::map<size_t, size_t> of_size;
  for (const size_t s : sizes) {
    n += s;
    arrangements *= binomial(n, s);
    same *= real(++of_size[s]);
  }
  return std::min(1.0, same / arrangements);
}

TestResult mann_whitney(Values a, Values b, Tail tail) {
  if (a.empty() || b.empty()) return undetermined("a sample is empty");
  if (!is_finite(a) || !is_finite(b)) return undetermined("a sample holds values that are not finite");
  std::vector<double> pooled(a.begin(), a.end());
  pooled.insert(pooled.end(), b.begin(), b.end());
  const auto ranks = midranks(pooled);
  const double n_a = real(a.size()), n_b = real(b.size()), n = n_a + n_b;
  const double rank_sum = std::accumulate(ranks.begin(), ranks.begin() + static_cast<std::ptrdiff_t>(a.size()), 0.0);
  const double u_a = rank_sum - n_a * (n_a + 1) / 2, u_b = n_a * n_b - u_a;
  const double u = tail == Tail::greater ? u_a : tail == Tail::less ? u_b : std::max(u_a, u_b);
  const double sides = tail == Tail::two_sided ? 2 : 1;
  const double ties = tie_term(ranks);
  TestResult r{u_a, nan, mann_whitney_floor(a.size(), b.size(), tail), {}};
  if (std::min(a.size(), b.size()) <= 8 && ties == 0 && binomial(a.size() + b.size(), a.size()) < 0x1p127) {
    r.p = sides * u_upper_tail(u, a.size(), b.size());
    r.method = "Mann-Whitney U, exact";
  } else {
    const double sd = std::sqrt(n_a * n_b / 12 * (n + 1 - ties / (n * (n - 1))));
    r.p = sd > 0 ? sides * normal_tail((u - n_a * n_b / 2 - 0.5) / sd) : 1;
    r.method = "Mann-Whitney U, normal approximation";
  }
  return at_least_floor(std::move(r));
}

TestResult kruskal_wallis(std::span<const std::vector<double>> samples) {
  if (samples.size() < 2) return undetermined("fewer than two samples");
  std::vector<double> pooled;
  std::vector<size_t> sizes;
  for (const auto& s : samples) {
    if (s.empty()) return undetermined("a sample is empty");
    if (!is_finite(s)) return undetermined("a sample holds values that are not finite");
    pooled.insert(pooled.end(), s.begin(), s.end());
    sizes.push_back(s.size());
  }
  const auto ranks = midranks(pooled);
  const double n = real(pooled.size());
  double h = 0;
  size_t at = 0;
  for (const size_t size : sizes) {
    double sum = 0;
    for (size_t i = 0; i < size; ++i) sum += ranks[at++];
    h += sum * sum / real(size);
  }
  const double untied = 1 - tie_term(ranks) / (n * n * n - n);
  TestResult r{0, 1, kruskal_wallis_floor(sizes), "Kruskal-Wallis H, chi-square approximation"};
  if (untied > 0) {
    r.statistic = (12 / (n * (n + 1)) * h - 3 * (n + 1)) / untied;
    r.p = boost::math::gamma_q(real(sizes.size() - 1) / 2, std::max(r.statistic, 0.0) / 2);
  }
  return at_least_floor(std::move(r));
}

TestResult permutation_test(Values a, Values b, Tail tail, size_t permutations, uint64_t seed) {
  if (a.empty() || b.empty()) return undetermined("a sample is empty");
  if (!is_finite(a) || !is_finite(b)) return undetermined("a sample holds values that are not finite");
  std::vector<double> x(a.begin(), a.end());
  x.insert(x.end(), b.begin(), b.end());
  // Of values centred on their common mean, the sum over `a` alone orders the differences of means.
  const double center = mean(x), largest = largest_magnitude(x);
  for (double& v : x) v -= center;
  const double observed = std::accumulate(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(a.size()), 0.0);
  const Extreme extreme{observed, rounding_slack(x, largest), tail};
  TestResult r{mean(a) - mean(b), nan, permutation_floor(a.size(), b.size(), tail, permutations), {}};
  double splits = binomial(x.size(), a.size()), hits = 0;
  if (splits <= real(permutations)) {
    std::vector<size_t> subset(a.size());
    std::iota(subset.begin(), subset.end(), size_t{0});
    do {
      double sum = 0;
      for (const size_t i : subset) sum += x[i];
      hits += extreme(sum) ? 1 : 0;
    } while (next_subset(subset, x.size()));
    r.p = hits / splits;
    r.method = fmt::format("permutation test of the difference of means, all {} splits", splits);
  } else {
    eg::Random random(seed, "permutation");
    const size_t drawn = std::min(a.size(), b.size());
    const double sign = a.size() <= b.size() ? 1 : -1;  // the centred sums of the two sides are opposite
    for (size_t p = 0; p < permutations; ++p) {
      double sum = 0;
      for (size_t i = 0; i < drawn; ++i) {
        std::swap(x[i], x[i + random.below(x.size() - i)]);
        sum += x[i];
      }
      hits += extreme(sign * sum) ? 1 : 0;
    }
    r.p = (1 + hits) / (real(permutations) + 1);
    r.method = fmt::format("permutation test of the difference of means, {} random splits", permutations);
  }
  return at_least_floor(std::move(r));
}

TestResult sign_flip_test(Values x, double center, Tail tail, size_t permutations, uint64_t seed) {
  if (x.empty()) return undetermined("the sample is empty");
  if (!is_finite(x) || !std::isfinite(center)) return undetermined("the sample holds values that are not finite");
  std::vector<double> d(x.begin(), x.end());
  for (double& v : d) v -= center;
  const double observed = std::accumulate(d.begin(), d.end(), 0.0);
  const Extreme extreme{observed, rounding_slack(d, std::max(largest_magnitude(x), std::abs(center))), tail};
  TestResult r{mean(d), nan, sign_flip_floor(d.size(), tail, permutations), {}};
  double hits = 0;
  if (d.size() <= max_exact_flips) {
    const uint32_t signs = uint32_t{1} << d.size();
    for (uint32_t s = 0; s < signs; ++s) {
      double sum = 0;
      for (size_t i = 0; i < d.size(); ++i) sum += (s >> i) & 1u ? -d[i] : d[i];
      hits += extreme(sum) ? 1 : 0;
    }
    r.p = hits / signs;
    r.method = fmt::format("sign-flip test of the mean, all {} signs", signs);
  } else {
    eg::Random random(seed, "sign_flip");
    for (size_t p = 0; p < permutations; ++p) {
      double sum = 0;
      uint64_t bits = 0;
      for (size_t i = 0; i < d.size(); ++i) {
        if (i % 64 == 0) bits = random.next_u64();
        sum += (bits >> (i % 64)) & 1u ? -d[i] : d[i];
      }
      hits += extreme(sum) ? 1 : 0;
    }
    r.p = (1 + hits) / (real(permutations) + 1);
    r.method = fmt::format("sign-flip test of the mean, {} random signs", permutations);
  }
  return at_least_floor(std::move(r));
}

TestResult rank_among(double value, Values nulls, Tail tail) {
  if (nulls.empty()) return undetermined("there are no nulls");
  if (!is_finite(nulls) || !std::isfinite(value)) return undetermined("a value is not finite");
  double center = 0, slack = 0;
  if (tail == Tail::two_sided) {
    center = (std::accumulate(nulls.begin(), nulls.end(), 0.0) + value) / (real(nulls.size()) + 1);
    slack = 8 * epsilon * std::max(largest_magnitude(nulls), std::abs(value));
  }
  const Extreme extreme{value - center, slack, tail};
  double hits = 0;
  for (const double v : nulls) hits += extreme(v - center) ? 1 : 0;
  return {value, (1 + hits) / (real(nulls.size()) + 1), rank_floor(nulls.size()),
          fmt::format("rank of one graph among {} nulls", nulls.size())};
}

}  // namespace encephagen::stats
