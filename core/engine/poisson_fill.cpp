// Poisson counts from uniform numbers, by inversion of the distribution function.
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "encephagen/sdk/math.hpp"
#include "engine/random_fill.hpp"

namespace encephagen {
namespace {

// Walks up the distribution function: `sum` is P(N <= k).
struct Ladder {
  double mean, k, p, sum;

  explicit Ladder(double m) : mean(m), k(0) {
    // Far from 0, begin nine standard deviations below the mean: what lies further down is less than a uniform resolves
    // (below e^-40). The first term there by Stirling's series, good to 1e-16 k.
    if (m > 600) {
      k = std::floor(m - 9 * std::sqrt(m));
      const double log_p = k * eg::log(m / k) + (k - m) - 0.5 * eg::log(6.283185307179586 * k) - 1 / (12 * k);
      p = eg::exp(log_p);
    } else {
      p = eg::exp(-m);
    }
    sum = p;
  }
  // False at the top: past the mean, where terms no longer change the sum.
  bool climb() {
    p *= mean / ++k;
    const double before = sum;
    sum += p;
    return sum > before || k < mean;
  }
};

template <class T>
EG_INLINE T count_below(const T& u, const std::vector<double>& sums) {
  T count{};
  for (const double s : sums) count += u > s ? T{} + 1.0 : T{};
  return count;
}

EG_MULTIVERSION void counts_below(const std::vector<double>& sums, double first, double* values, size_t n) {
  size_t i = 0;
  for (; i + eg::pack_size <= n; i += eg::pack_size)
    eg::store(values + i, first + count_below(eg::load(values + i), sums));
  for (; i < n; ++i) values[i] = first + count_below(values[i], sums);
}

// Uniforms of units that share one mean, turned into counts.
void invert(double mean, std::span<double> values) {
  constexpr size_t worth_a_table = 16, few = 32;
  if (values.size() < worth_a_table) {
    for (double& v : values) v = poisson_quantile(mean, v);
    return;
  }
  Ladder ladder(mean);
  const double first = ladder.k;
  std::vector<double> sums;
  do sums.push_back(ladder.sum);
  while (ladder.climb());
  if (sums.size() <= few) {
    counts_below(sums, first, values.data(), values.size());
  } else {
    for (double& v : values) v = first + static_cast<double>(std::ranges::lower_bound(sums, v) - sums.begin());
  }
}

}  // namespace

double poisson_quantile(double mean, double u) {
  Ladder ladder(mean);
  while (ladder.sum < u)
    if (!ladder.climb()) break;
  return ladder.k;
}

void fill_poisson(uint64_t key, uint64_t step, uint64_t first_unit, std::span<const double> mean,
                  std::span<double> out) {
  for (const double m : mean)
    if (!(m >= 0 && m <= 1e6))
      throw std::invalid_argument("the mean of a Poisson column is " + std::to_string(m) +
                                  " per step; it must lie in [0, 1e6]: change the rate or dt_ms");
  fill_uniform(key, step, first_unit, out);
  for (size_t i = 0; i < out.size();) {
    size_t end = i + 1;
    while (end < out.size() && mean[end] == mean[i]) ++end;
    invert(mean[i], out.subspan(i, end - i));
    i = end;
  }
}

}  // namespace encephagen
