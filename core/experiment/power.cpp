// What t tests can find: the probability that a difference of known size becomes significant.
#include "experiment/power.hpp"

#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

namespace encephagen::stats {
namespace {

double power(double noncentrality, double freedom, Tail tail, double alpha) {
  if (!(freedom > 0) || !(alpha > 0 && alpha < 1) || !std::isfinite(noncentrality))
    return std::numeric_limits<double>::quiet_NaN();
  const boost::math::students_t null(freedom);
  const boost::math::non_central_t planted(freedom, tail == Tail::less ? -noncentrality : noncentrality);
  if (tail != Tail::two_sided) {
    const double critical = quantile(complement(null, alpha));
    return tail == Tail::less ? cdf(planted, -critical) : cdf(complement(planted, critical));
  }
  const double critical = quantile(complement(null, alpha / 2));
  return cdf(complement(planted, critical)) + cdf(planted, -critical);
}

}  // namespace

double power_of_two_means(double d, size_t n_a, size_t n_b, Tail tail, double alpha) {
  const auto a = static_cast<double>(n_a), b = static_cast<double>(n_b);
  return power(d * std::sqrt(a * b / (a + b)), a + b - 2, tail, alpha);
}

double power_of_one_mean(double d, size_t n, Tail tail, double alpha) {
  return power(d * std::sqrt(static_cast<double>(n)), static_cast<double>(n) - 1, tail, alpha);
}

}  // namespace encephagen::stats
