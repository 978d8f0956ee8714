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
    for (double k = 1; k <= m; ++k) scale += 1 / k;
  }
  std::vector<double> q(p.size(), nan);
  double least = 1;
  for (size_t k = order.size(); k > 0; --k) {
    least = std::min(least, p[order[k - 1]] * (m * scale) / static_cast<double>(k));
    q[order[k - 1]] = least;
  }
  return q;
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

double cohen_d(Values a, Values b) {
  if (a.empty() || b.empty() || a.size() + b.size() < 3) return nan;
  const double pooled = std::sqrt((sum_of_squares(a) + sum_of_squares(b)) / (count(a) + count(b) - 2));
  return pooled > 0 ? (mean(a) - mean(b)) / pooled : nan;
}

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

std::vector<double> benjamini_hochberg(Values p) { return step_up(p, false); }

std::vector<double> benjamini_yekutieli(Values p) { return step_up(p, true); }

}  // namespace encephagen::stats
