// Descriptive statistics, effect sizes, correlation and corrections for many tests.
#include "experiment/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace encephagen::stats {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Exactly 0 for equal values, whose mean may be off in the last bit.
double sum_of_squares(Values x) {
  if (std::ranges::all_of(x, [&](double v) { return v == x[0]; })) return 0;
  const double m = mean(x);
  double s = 0;
  for (const double v : x) s += (v - m) * (v - m);
  return s;
}

double count(Values x) { return static_cast<double>(x.size()); }

bool has_nan(Values x) {
  return std::ranges::any_of(x, [](double v) { return std::isnan(v); });
}

// Step-up adjustment: q_(i) = min over k >= i of p_(k) * m * scale / k, at most 1.
std::vector<double> step_up(Values p, bool any_dependence) {
  std::vector<size_t> order;
  for (size_t i = 0; i < p.size(); ++i)
    if (!std::isnan(p[i])) order.push_back(i);
  std::ranges::stable_sort(order, [&](size_t a, size_t b) { return p[a] < p[b]; });
  const auto m = static_cast<double>(order.size());
  double scale = 1;
  if (any_dependence) {
    scale = 0;
    for (size_t k = 1; k <= order.size(); ++k) scale += 1 / static_cast<double>(k);
  }
  std::vector<double> q(p.size(), nan);
  double least = 1;
  for (size_t k = order.size(); k > 0; --k) {
    least = std::min(least, p[order[k - 1]] * (m * scale) / static_cast<double>(k));
    q[order[k - 1]] = least;
  }
  return q;
}

// x - y, element by element.
std::vector<double> differences(Values x, Values y) {
  std::vector<double> out(x.begin(), x.end());
  for (size_t i = 0; i < out.size(); ++i) out[i] -= y[i];
  return out;
}

double dot(Values x, Values y) { return std::inner_product(x.begin(), x.end(), y.begin(), 0.0); }

// What is left of x after its projections on orthonormal vectors, taken off twice: once leaves rounding errors of the
// size of x (Daniel et al. 1976). Exactly 0 if nothing but such errors is left.
std::vector<double> residual(Values x, const std::vector<std::vector<double>>& basis) {
  std::vector<double> out(x.begin(), x.end());
  const double before = std::sqrt(dot(x, x));
  for (int pass = 0; pass < 2; ++pass)
    for (const auto& b : basis) {
      const double along = dot(out, b);
      for (size_t i = 0; i < out.size(); ++i) out[i] -= along * b[i];
    }
  if (std::sqrt(dot(out, out)) < 1e-10 * before) std::ranges::fill(out, 0.0);
  return out;
}

std::vector<double> centered(Values x) {
  std::vector<double> out(x.begin(), x.end());
  const double m = mean(x);
  for (double& v : out) v -= m;
  if (sum_of_squares(x) == 0) std::ranges::fill(out, 0.0);
  return out;
}

}  // namespace

double mean(Values x) { return x.empty() ? nan : std::accumulate(x.begin(), x.end(), 0.0) / count(x); }

double sd_population(Values x) { return x.empty() ? nan : std::sqrt(sum_of_squares(x) / count(x)); }

double sd_sample(Values x) { return x.size() < 2 ? nan : std::sqrt(sum_of_squares(x) / (count(x) - 1)); }

double median(Values x) {
  if (x.empty() || has_nan(x)) return nan;
  std::vector<double> v(x.begin(), x.end());
  std::ranges::sort(v);
  const size_t half = v.size() / 2;
  return v.size() % 2 ? v[half] : v[half - 1] + (v[half] - v[half - 1]) / 2;
}

double quantile(Values sorted, double share) {
  if (sorted.empty()) return nan;
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(at);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

std::vector<double> finite(Values x) {
  std::vector<double> out;
  for (const double v : x)
    if (std::isfinite(v)) out.push_back(v);
  return out;
}

std::vector<double> midranks(Values x) {
  if (has_nan(x)) return std::vector<double>(x.size(), nan);
  std::vector<size_t> order(x.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, [&](size_t a, size_t b) { return x[a] < x[b]; });
  std::vector<double> rank(x.size());
  for (size_t first = 0; first < order.size();) {
    size_t last = first;
    while (last + 1 < order.size() && x[order[last + 1]] == x[order[first]]) ++last;
    for (size_t i = first; i <= last; ++i)
      rank[order[i]] = (static_cast<double>(first) + static_cast<double>(last)) / 2 + 1;
    first = last + 1;
  }
  return rank;
}

double sd_pooled(Values a, Values b) {
  if (a.empty() || b.empty() || a.size() + b.size() < 3) return nan;
  return std::sqrt((sum_of_squares(a) + sum_of_squares(b)) / (count(a) + count(b) - 2));
}

double cohen_d(Values a, Values b) {
  const double sd = sd_pooled(a, b);
  return sd > 0 ? (mean(a) - mean(b)) / sd : nan;
}

double hedges_g(Values a, Values b) {
  const double freedom = count(a) + count(b) - 2;
  if (!(freedom > 1)) return nan;
  return cohen_d(a, b) * std::exp(std::lgamma(freedom / 2) - std::lgamma((freedom - 1) / 2)) / std::sqrt(freedom / 2);
}

double cohen_dz(Values x, Values y) { return x.size() == y.size() ? z_score(0, differences(y, x)) : nan; }

double cliff_delta(Values a, Values b) {
  if (a.empty() || b.empty() || has_nan(a) || has_nan(b)) return nan;
  double balance = 0;
  for (const double x : a)
    for (const double y : b) balance += (x > y ? 1 : 0) - (x < y ? 1 : 0);
  return balance / (count(a) * count(b));
}

double z_score(double value, Values nulls) {
  const double sd = sd_sample(nulls);
  return sd > 0 ? (value - mean(nulls)) / sd : nan;
}

double pearson(Values x, Values y) {
  if (x.size() != y.size() || x.size() < 2) return nan;
  const double mx = mean(x), my = mean(y);
  double xy = 0;
  for (size_t i = 0; i < x.size(); ++i) xy += (x[i] - mx) * (y[i] - my);
  const double scale = std::sqrt(sum_of_squares(x)) * std::sqrt(sum_of_squares(y));
  return scale > 0 ? std::clamp(xy / scale, -1.0, 1.0) : nan;
}

double spearman(Values x, Values y) { return pearson(midranks(x), midranks(y)); }

double kendall_tau_b(Values x, Values y) {
  if (x.size() != y.size() || has_nan(x) || has_nan(y)) return nan;
  double balance = 0, untied_x = 0, untied_y = 0;
  for (size_t i = 0; i < x.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      const int dx = (x[i] > x[j]) - (x[i] < x[j]), dy = (y[i] > y[j]) - (y[i] < y[j]);
      balance += dx * dy;
      untied_x += dx != 0, untied_y += dy != 0;
    }
  return untied_x > 0 && untied_y > 0 ? balance / std::sqrt(untied_x * untied_y) : nan;
}

double partial_pearson(Values x, Values y, std::span<const Values> covariates) {
  std::vector<std::vector<double>> basis;  // orthonormal, of the centred covariates
  for (const Values c : covariates) {
    if (c.size() != x.size()) return nan;
    auto rest = residual(centered(c), basis);
    const double norm = std::sqrt(dot(rest, rest));
    if (norm == 0) continue;  // constant, or a combination of those before
    for (double& v : rest) v /= norm;
    basis.push_back(std::move(rest));
  }
  if (x.size() != y.size() || x.size() < basis.size() + 3) return nan;
  const auto rx = residual(centered(x), basis), ry = residual(centered(y), basis);
  const double scale = std::sqrt(dot(rx, rx)) * std::sqrt(dot(ry, ry));
  return scale > 0 ? std::clamp(dot(rx, ry) / scale, -1.0, 1.0) : nan;
}

double partial_spearman(Values x, Values y, std::span<const Values> covariates) {
  std::vector<std::vector<double>> ranks;
  for (const Values c : covariates) ranks.push_back(midranks(c));
  return partial_pearson(midranks(x), midranks(y), std::vector<Values>(ranks.begin(), ranks.end()));
}

std::vector<double> benjamini_hochberg(Values p) { return step_up(p, false); }

std::vector<double> benjamini_yekutieli(Values p) { return step_up(p, true); }

}  // namespace encephagen::stats
