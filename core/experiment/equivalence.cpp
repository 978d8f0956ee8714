// Two one-sided t tests: whether a difference is smaller than a margin set beforehand.
#include "experiment/equivalence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace encephagen::stats {
namespace {

bool is_usable(Values x) {
  return x.size() >= 2 && std::ranges::all_of(x, [](double v) { return std::isfinite(v); });
}

double squared_error(Values x) { return sd_sample(x) * sd_sample(x) / static_cast<double>(x.size()); }

Equivalence no_test(const char* why) {
  Equivalence out;
  out.method = why;
  return out;
}

constexpr const char* too_little = "each sample needs two values or more, all of them finite";

// difference: estimate with standard error and degrees of freedom; sd: what a margin in Cohen's d is measured in.
Equivalence two_one_sided(double difference, double error, double freedom, double sd, Margin margin, double alpha,
                          const char* what) {
  const double raw = margin.unit == Margin::Unit::raw ? margin.size : margin.size * sd;
  if (!(margin.size > 0) || !(alpha > 0 && alpha < 0.5))
    return no_test("needs a margin above 0 and an alpha between 0 and 0.5");
  if (!(error > 0)) return no_test("nothing scatters: compare the values themselves");
  const boost::math::students_t t(freedom);
  Equivalence out;
  out.difference = difference;
  out.margin = raw;
  out.p_lower = cdf(complement(t, (difference + raw) / error));
  out.p_upper = cdf(t, (difference - raw) / error);
  out.p = std::max(out.p_lower, out.p_upper);
  const double reach = quantile(complement(t, alpha)) * error;
  out.interval = {difference - reach, difference + reach,
                  fmt::format("t interval, {:.4g} degrees of freedom", freedom)};
  out.method = fmt::format("two one-sided t tests of {} within {:.4g}", what, raw);
  return out;
}

}  // namespace

Equivalence equivalence_of_means(Values a, Values b, Margin margin, double alpha) {
  if (!is_usable(a) || !is_usable(b)) return no_test(too_little);
  const double va = squared_error(a), vb = squared_error(b), n_a = static_cast<double>(a.size()),
               n_b = static_cast<double>(b.size());
  const double freedom = (va + vb) * (va + vb) / (va * va / (n_a - 1) + vb * vb / (n_b - 1));
  return two_one_sided(mean(a) - mean(b), std::sqrt(va + vb), freedom, sd_pooled(a, b), margin, alpha,
                       "a difference of two means");
}

Equivalence equivalence_to_number(Values x, double center, Margin margin, double alpha) {
  if (!is_usable(x) || !std::isfinite(center)) return no_test(too_little);
  return two_one_sided(mean(x) - center, std::sqrt(squared_error(x)), static_cast<double>(x.size()) - 1, sd_sample(x),
                       margin, alpha, "a mean's distance from a number");
}

Equivalence equivalence_to_ensemble(Values real, Values nulls, Margin margin, double alpha) {
  if (real.size() != 1) return equivalence_of_means(real, nulls, margin, alpha);
  auto out = equivalence_to_number(nulls, real[0], margin, alpha);
  out.difference = -out.difference;
  std::swap(out.p_lower, out.p_upper);
  std::swap(out.interval.low, out.interval.high);
  out.interval.low = -out.interval.low, out.interval.high = -out.interval.high;
  return out;
}

}  // namespace encephagen::stats
