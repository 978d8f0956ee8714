// How weights fall with length: least-squares polynomials, and surrogate weights that fall alike (Roberts et al. 2016,
// NeuroImage 124:379).
#pragma once
#include <algorithm>
#include <cmath>
#include <encephagen/sdk/random.hpp>
#include <numeric>
#include <span>
#include <vector>

namespace null_model {

inline double root_mean_square(std::span<const double> v) {
  return v.empty() ? 0
                   : std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0) / static_cast<double>(v.size()));
}

// Polynomials up to `order` at the points x, made orthonormal over them, so that a fit is a sum of projections. Points
// that carry fewer polynomials than asked for carry as many as they can.
class PolynomialFit {
 public:
  PolynomialFit(std::span<const double> x, int64_t order) {
    const auto n = static_cast<double>(x.size());
    double centre = 0, reach = 0;
    for (const double v : x) centre += v / n;
    for (const double v : x) reach = std::max(reach, std::abs(v - centre));
    std::vector<double> power(x.size(), 1.0);
    for (int64_t k = 0; k <= order; ++k) {
      auto b = power;
      for (int pass = 0; pass < 2; ++pass)  // once leaves rounding errors
        for (const auto& q : basis_) {
          const double along = dot(b, q);
          for (size_t i = 0; i < b.size(); ++i) b[i] -= along * q[i];
        }
      const double norm = std::sqrt(dot(b, b));
      if (norm < 1e-9 * std::sqrt(n)) break;
      for (double& v : b) v /= norm;
      basis_.push_back(std::move(b));
      for (size_t i = 0; i < x.size(); ++i) power[i] *= reach > 0 ? (x[i] - centre) / reach : 0;
    }
  }

  // The fitted values of y at the points.
  std::vector<double> operator()(std::span<const double> y) const {
    std::vector<double> out(y.size(), 0.0);
    for (const auto& q : basis_) {
      const double along = dot(y, q);
      for (size_t i = 0; i < out.size(); ++i) out[i] += along * q[i];
    }
    return out;
  }

  size_t n_coefficients() const { return basis_.size(); }

 private:
  static double dot(std::span<const double> a, std::span<const double> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
  }
  std::vector<std::vector<double>> basis_;
};

// The trends of two sets of values over the same lengths.
struct TrendComparison {
  double size;        // root mean square of the first trend around its mean
  double difference;  // root mean square of the second around the first
  double chance;      // what `difference` comes to where the rest around the first is permuted, about
};

inline TrendComparison compare_trends(std::span<const double> before, std::span<const double> after,
                                      const PolynomialFit& fit) {
  const size_t n = before.size();
  std::vector<double> rest(n), difference(n);
  auto trend = fit(before);
  const auto other = fit(after);
  const double mean = std::accumulate(before.begin(), before.end(), 0.0) / static_cast<double>(n);
  for (size_t k = 0; k < n; ++k) {
    difference[k] = other[k] - trend[k];
    rest[k] = before[k] - trend[k];
    trend[k] -= mean;
  }
  const double degrees_of_freedom = static_cast<double>(n) - static_cast<double>(fit.n_coefficients());
  const double sd = root_mean_square(rest) * std::sqrt(static_cast<double>(n) / std::max(degrees_of_freedom, 1.0));
  return {root_mean_square(trend), root_mean_square(difference),
          sd * std::sqrt(static_cast<double>(fit.n_coefficients()) / static_cast<double>(n))};
}

inline double correlation(std::span<const double> a, std::span<const double> b) {
  double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
  for (size_t k = 0; k < a.size(); ++k) ma += a[k], mb += b[k];
  ma /= static_cast<double>(a.size()), mb /= static_cast<double>(a.size());
  for (size_t k = 0; k < a.size(); ++k)
    aa += (a[k] - ma) * (a[k] - ma), bb += (b[k] - mb) * (b[k] - mb), ab += (a[k] - ma) * (b[k] - mb);
  return ab / std::sqrt(aa * bb);
}

// The values of `x`, arranged so that their order is that of `scaffold`.
inline std::vector<double> reorder(std::span<const double> x, std::span<const double> scaffold) {
  std::vector<double> sorted(x.begin(), x.end()), out(x.size());
  std::vector<size_t> order(x.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(sorted);
  std::ranges::stable_sort(order, {}, [&](size_t i) { return scaffold[i]; });
  for (size_t k = 0; k < order.size(); ++k) out[order[k]] = sorted[k];
  return out;
}

// A new order with the trend of the values, and of their spread, over length. The published steps: take the trend of
// the mean off, divide by the trend of the absolute rest, permute, put both back. Only the order of the result counts:
// see reorder. The trend of the spread, a polynomial that may reach 0, is not followed below a tenth of its mean.
inline std::vector<double> permute_around_trend(std::span<const double> values, const PolynomialFit& mean_fit,
                                                const PolynomialFit& spread_fit, eg::Random& random) {
  const size_t n = values.size();
  std::vector<double> rest(n), size(n);
  const auto trend = mean_fit(values);
  for (size_t i = 0; i < n; ++i) rest[i] = values[i] - trend[i], size[i] = std::abs(rest[i]);
  auto spread = spread_fit(size);
  const double least = std::accumulate(size.begin(), size.end(), 0.0) / static_cast<double>(n) / 10;
  for (double& s : spread) s = std::max(s, least);
  for (size_t i = 0; i < n; ++i) rest[i] /= least > 0 ? spread[i] : 1;
  random.shuffle(std::span(rest));
  for (size_t i = 0; i < n; ++i) rest[i] = trend[i] + rest[i] * spread[i];
  return rest;
}

}  // namespace null_model
