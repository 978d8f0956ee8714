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

// Packs of uniforms from values + at on, N side by side, become numbers of `sums` below them.
template <class T, size_t N>
EG_INLINE void count_while(std::span<const double> sums, double first, std::span<double> values, size_t& at) {
  constexpr size_t lanes = eg::lanes_of<T>;
  for (; at + N * lanes <= values.size(); at += N * lanes) {
    T u[N], count[N];
    for (size_t n = 0; n < N; ++n) u[n] = eg::load<T>(values.data() + at + n * lanes), count[n] = T{} + first;
    for (const double s : sums)
      for (size_t n = 0; n < N; ++n) count[n] += u[n] > s ? T{} + 1.0 : T{};
    for (size_t n = 0; n < N; ++n) eg::store(values.data() + at + n * lanes, count[n]);
  }
}

template <class T>
EG_INLINE void counts_below_of(std::span<const double> sums, double first, std::span<double> values) {
  size_t at = 0;
  count_while<T, 4>(sums, first, values, at);
  count_while<double, 1>(sums, first, values, at);
}
EG_DISPATCH(counts_below, (std::span<const double> sums, double first, std::span<double> values), (sums, first, values))

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
    counts_below(sums, first, values);
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
  fill_uniform(key, step, first_unit, out);
  for (size_t i = 0; i < out.size();) {
    const double m = mean[i];
    if (!(m >= 0 && m <= 1e6))
      throw std::invalid_argument("the mean of a Poisson column is " + std::to_string(m) +
                                  " per step; it must lie in [0, 1e6]: change the rate or dt_ms");
    size_t end = i + 1;
    while (end < out.size() && mean[end] == m) ++end;
    invert(m, out.subspan(i, end - i));
    i = end;
  }
}

}  // namespace encephagen
