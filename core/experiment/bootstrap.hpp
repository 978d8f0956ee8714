// Bootstrap confidence intervals of a mean, of a difference of two means, and of a function of several means.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>

#include "experiment/statistics.hpp"

namespace encephagen::stats {

struct Interval {
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  std::string method;  // "BCa bootstrap"; "percentile bootstrap" where BCa is undefined; else why there is none
};

// BCa (Efron 1987): corrects the percentile interval for bias and for an SD that changes with the mean. BCa is
// undefined if no bootstrap mean lies on one side of the observed one; then the percentile interval is given and says
// so. Needs two values per sample. level: 0.95 for a 95 % interval.
Interval bootstrap_mean(Values x, double level, size_t resamples, uint64_t seed);
Interval bootstrap_difference(Values a, Values b, double level, size_t resamples, uint64_t seed);  // mean a - mean b

// value - mean(nulls), `value` taken as known: only the nulls are resampled.
Interval bootstrap_distance(double value, Values nulls, double level, size_t resamples, uint64_t seed);

// Percentile interval of f(means), each sample resampled on its own; one with a single value is taken as known. For
// functions with a fold, such as |x|, where BCa would take the fold for bias. None if a resample leaves f without a
// finite value, or nothing can be resampled.
using FunctionOfMeans = std::function<double(std::span<const double> means)>;
Interval bootstrap_of_means(std::span<const Values> samples, const FunctionOfMeans& f, double level, size_t resamples,
                            uint64_t seed);

}  // namespace encephagen::stats
