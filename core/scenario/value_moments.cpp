// What a ValueSpec is on average, and how its values are distributed.
#include "scenario/value_moments.hpp"

#include <algorithm>
#include <cmath>

namespace encephagen {
namespace {

// Where the untruncated distribution says P(value <= x).
double untruncated(const ValueSpec& v, double x) {
  const auto normal = [](double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); };
  const auto step = [&](double at) { return x >= at ? 1.0 : 0.0; };
  switch (v.kind) {
    case ValueSpec::Kind::normal:
      return v.b > 0 ? normal((x - v.a) / v.b) : step(v.a);
    case ValueSpec::Kind::lognormal:
      if (!(v.b > 0)) return step(v.a);
      return x > 0 ? normal(std::log(x / v.a) / v.b) : 0;
    case ValueSpec::Kind::uniform:
      return v.b > v.a ? std::clamp((x - v.a) / (v.b - v.a), 0.0, 1.0) : step(v.a);
    default:
      return step(v.a);
  }
}

// A lognormal value with a negative median is the mirror image of one with a positive.
bool is_mirrored(const ValueSpec& v) { return v.kind == ValueSpec::Kind::lognormal && v.a < 0; }
ValueSpec mirrored(const ValueSpec& v) { return {v.kind, -v.a, v.b, -v.high, -v.low}; }

}  // namespace

double probability_below(const ValueSpec& v, double x) {
  if (is_mirrored(v)) return 1 - probability_below(mirrored(v), std::nextafter(-x, -INFINITY));
  const double before = std::isinf(v.low) ? 0 : untruncated(v, std::nextafter(v.low, -INFINITY));
  const double whole = (std::isinf(v.high) ? 1 : untruncated(v, v.high)) - before;
  if (x < v.low || !(whole > 0)) return 0;
  return std::clamp((untruncated(v, std::min(x, v.high)) - before) / whole, 0.0, 1.0);
}

Moments moments_of(const ValueSpec& v) {
  if (is_mirrored(v)) {
    const auto m = moments_of(mirrored(v));
    return {-m.mean, m.mean_square};
  }
  if (v.is_constant()) return {v.a, v.a * v.a};
  const bool is_lognormal = v.kind == ValueSpec::Kind::lognormal;
  if (v.b == (v.kind == ValueSpec::Kind::uniform ? v.a : 0)) return {v.a, v.a * v.a};
  // Integrated over the standard normal number (or the uniform one) that the value is made of.
  const bool is_uniform = v.kind == ValueSpec::Kind::uniform;
  const auto value = [&](double z) {
    return is_uniform ? v.a + (v.b - v.a) * z : is_lognormal ? v.a * std::exp(v.b * z) : v.a + v.b * z;
  };
  const auto place = [&](double x) {
    return is_uniform     ? (x - v.a) / (v.b - v.a)
           : is_lognormal ? (x > 0 ? std::log(x / v.a) / v.b : -INFINITY)
                          : (x - v.a) / v.b;
  };
  const double reach = 9 + (is_lognormal ? 2 * v.b : 0);  // the square of a lognormal value lies further out
  const double from = std::max(is_uniform ? 0 : -reach, place(v.low));
  const double to = std::min(is_uniform ? 1 : reach, place(v.high));
  constexpr int n = 4000;
  double weight = 0, first = 0, second = 0;
  for (int i = 0; i < n; ++i) {
    const double z = from + (to - from) * (i + 0.5) / n, x = value(z), w = is_uniform ? 1 : std::exp(-0.5 * z * z);
    weight += w, first += w * x, second += w * x * x;
  }
  return {first / weight, second / weight};
}

}  // namespace encephagen
