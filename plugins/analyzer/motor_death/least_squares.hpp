// How much of a signal a linear function of others explains.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace analysis {

// Predictors of one sample after the other. Directions in which they do not vary by themselves are left out, so that
// constant and repeated predictors do no harm.
class LeastSquares {
 public:
  explicit LeastSquares(size_t n_predictors) : n_(n_predictors) {}

  // All samples, row-major [sample][predictor].
  void fit(std::vector<double> x) {
    x_ = std::move(x);
    samples_ = n_ > 0 ? x_.size() / n_ : 0;
    for (size_t i = 0; i < n_; ++i) {
      double sum = 0, squares = 0;
      for (size_t t = 0; t < samples_; ++t) sum += x_[t * n_ + i];
      const double m = samples_ > 0 ? sum / static_cast<double>(samples_) : 0;
      for (size_t t = 0; t < samples_; ++t) x_[t * n_ + i] -= m, squares += x_[t * n_ + i] * x_[t * n_ + i];
      // Deviations of a constant are rounding.
      const double scale = std::sqrt(squares),
                   rounding = 1e-12 * std::abs(m) * std::sqrt(static_cast<double>(samples_));
      for (size_t t = 0; t < samples_; ++t) x_[t * n_ + i] = scale > rounding ? x_[t * n_ + i] / scale : 0;
    }
    factorise();
  }

  size_t samples() const { return samples_; }
  size_t rank() const { return order_.size(); }

  // R squared of `y`, a value for each sample, adjusted for the number of predictors: 1 - (1 - R^2)(n - 1)/(n - rank -
  // 1). NaN where y is constant or samples do not suffice.
  double adjusted_r2(const std::vector<double>& y) const {
    const auto n = static_cast<double>(samples_), free = n - static_cast<double>(rank()) - 1;
    if (free < 1) return std::nan("");
    double m = 0, squares = 0;
    for (const double v : y) m += v;
    m /= n;
    for (const double v : y) squares += (v - m) * (v - m);
    if (!(squares > 1e-24 * m * m * n) || !(squares > 0)) return std::nan("");
    std::vector<double> b(n_, 0.0);
    for (size_t t = 0; t < samples_; ++t)
      for (size_t i = 0; i < n_; ++i) b[i] += x_[t * n_ + i] * (y[t] - m);
    double explained = 0;
    std::vector<double> z;
    for (size_t k = 0; k < rank(); ++k) {
      double v = b[order_[k]];
      for (size_t l = 0; l < k; ++l) v -= lower_[order_[k] * n_ + l] * z[l];
      z.push_back(v / lower_[order_[k] * n_ + k]);
      explained += z.back() * z.back();
    }
    return 1 - (1 - explained / squares) * (n - 1) / free;
  }

 private:
  // Cholesky factor of the predictors' correlations, the most independent one first, until what is left is rounding.
  void factorise() {
    std::vector<double> c(n_ * n_, 0.0), left(n_);
    for (size_t t = 0; t < samples_; ++t)
      for (size_t i = 0; i < n_; ++i)
        for (size_t j = 0; j <= i; ++j) c[i * n_ + j] += x_[t * n_ + i] * x_[t * n_ + j];
    for (size_t i = 0; i < n_; ++i) left[i] = c[i * n_ + i];
    lower_.assign(n_ * n_, 0.0);
    order_.clear();
    while (order_.size() < n_) {
      const auto i = static_cast<size_t>(std::ranges::max_element(left) - left.begin());
      if (left[i] < 1e-9) return;
      const size_t k = order_.size();
      lower_[i * n_ + k] = std::sqrt(left[i]);
      for (size_t j = 0; j < n_; ++j) {
        if (j == i || std::ranges::find(order_, j) != order_.end()) continue;
        double v = c[std::max(i, j) * n_ + std::min(i, j)];
        for (size_t l = 0; l < k; ++l) v -= lower_[i * n_ + l] * lower_[j * n_ + l];
        lower_[j * n_ + k] = v / lower_[i * n_ + k];
        left[j] -= lower_[j * n_ + k] * lower_[j * n_ + k];
      }
      left[i] = 0;
      order_.push_back(i);
    }
  }

  size_t n_, samples_ = 0;
  std::vector<double> x_, lower_;
  std::vector<size_t> order_;
};

}  // namespace analysis
