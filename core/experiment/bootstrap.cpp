// Bootstrap confidence intervals of a mean, of a difference of two means, and of a function of several means.
#include "experiment/bootstrap.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <vector>

#include "encephagen/sdk/random.hpp"

namespace encephagen::stats {
namespace {

// One 32-bit number per draw: an index is more likely than another by at most n / 2^32, far below the noise of
// resampling.
double resampled_mean(Values x, eg::Random& random) {
  double sum = 0;
  for (size_t i = 0; i < x.size(); ++i) sum += x[(random.next_u32() * uint64_t{x.size()}) >> 32];
  return sum / static_cast<double>(x.size());
}

// Acceleration of a sum of sample means, Efron & Tibshirani 1993, eq. 14.15: the jackknife influence of x_i on its mean
// is (x_i - mean) / n, with the sign with which the mean enters.
struct Acceleration {
  double cubes = 0, squares = 0;
  void add(Values x, double sign) {
    const double m = mean(x), n = static_cast<double>(x.size());
    for (const double v : x) {
      const double u = sign * (v - m) / n;
      squares += u * u;
      cubes += u * u * u;
    }
  }
  double value() const { return squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0; }
};

Interval interval(std::vector<double> replicates, double observed, double acceleration, double level) {
  std::ranges::sort(replicates);
  const double low = (1 - level) / 2, high = 1 - low;
  const auto n = static_cast<double>(replicates.size());
  double below = 0;
  for (const double r : replicates) below += r < observed ? 1 : (r == observed ? 0.5 : 0);
  if (below > 0 && below < n) {
    const boost::math::normal normal;
    const double bias = quantile(normal, below / n);
    const auto corrected = [&](double share) {
      const double z = bias + quantile(normal, share);
      return cdf(normal, bias + z / (1 - acceleration * z));
    };
    const double from = corrected(low), to = corrected(high);
    if (from < to) return {quantile(replicates, from), quantile(replicates, to), "BCa bootstrap"};
  }
  return {quantile(replicates, low), quantile(replicates, high), "percentile bootstrap"};
}

bool usable(double level, size_t resamples) { return level > 0 && level < 1 && resamples > 0; }

}  // namespace

Interval bootstrap_mean(Values x, double level, size_t resamples, uint64_t seed) {
  Interval none;
  none.method = "none: one value has no scatter";
  if (x.size() < 2 || !usable(level, resamples)) return none;
  eg::Random random(seed, "bootstrap");
  std::vector<double> replicates(resamples);
  for (double& r : replicates) r = resampled_mean(x, random);
  Acceleration a;
  a.add(x, 1);
  return interval(std::move(replicates), mean(x), a.value(), level);
}

Interval bootstrap_difference(Values a, Values b, double level, size_t resamples, uint64_t seed) {
  Interval none;
  none.method = "none: a side with one value has no scatter";
  if (a.size() < 2 || b.size() < 2 || !usable(level, resamples)) return none;
  eg::Random random(seed, "bootstrap");
  std::vector<double> replicates(resamples);
  for (double& r : replicates) {
    const double first = resampled_mean(a, random);
    r = first - resampled_mean(b, random);
  }
  Acceleration acceleration;
  acceleration.add(a, 1);
  acceleration.add(b, -1);
  return interval(std::move(replicates), mean(a) - mean(b), acceleration.value(), level);
}

Interval bootstrap_distance(double value, Values nulls, double level, size_t resamples, uint64_t seed) {
  std::vector<double> distances;
  for (const double v : nulls) distances.push_back(value - v);
  return bootstrap_mean(distances, level, resamples, seed);
}

Interval bootstrap_of_means(std::span<const Values> samples, const FunctionOfMeans& f, double level, size_t resamples,
                            uint64_t seed) {
  Interval none;
  none.method = "none: no sample has two values";
  if (std::ranges::none_of(samples, [](Values x) { return x.size() > 1; }) || !usable(level, resamples)) return none;
  if (std::ranges::any_of(samples, [](Values x) { return x.empty(); })) {
    none.method = "none: a sample is empty";
    return none;
  }
  eg::Random random(seed, "bootstrap");
  std::vector<double> replicates(resamples), means(samples.size());
  for (double& r : replicates) {
    for (size_t k = 0; k < samples.size(); ++k) means[k] = resampled_mean(samples[k], random);
    r = f(means);
    if (!std::isfinite(r)) {
      none.method = "none: some resamples leave it undetermined";
      return none;
    }
  }
  std::ranges::sort(replicates);
  return {quantile(replicates, (1 - level) / 2), quantile(replicates, (1 + level) / 2), "percentile bootstrap"};
}

}  // namespace encephagen::stats
