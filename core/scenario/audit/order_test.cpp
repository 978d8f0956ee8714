// Correlations over pairs of regions, against random orders of the regions.
#include "scenario/audit/order_test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "encephagen/sdk/random.hpp"

namespace encephagen {
namespace {

// Off-diagonal values of a [m * m] matrix, row by row.
std::vector<double> off_diagonal(std::span<const double> matrix, size_t m) {
  std::vector<double> out;
  out.reserve(m * (m - 1));
  for (size_t i = 0; i < m; ++i)
    for (size_t j = 0; j < m; ++j)
      if (i != j) out.push_back(matrix[i * m + j]);
  return out;
}

// Ranks of the off-diagonal values, centred and scaled to length one, so that a correlation is a sum of products.
std::vector<double> unit_ranks(std::span<const double> matrix, size_t m) {
  const auto r = ranks(off_diagonal(matrix, m));
  const double mean = std::accumulate(r.begin(), r.end(), 0.0) / static_cast<double>(r.size());
  double square = 0;
  for (const double v : r) square += (v - mean) * (v - mean);
  const double scale = 1.0 / std::sqrt(square);
  std::vector<double> out(m * m, 0.0);
  for (size_t i = 0, k = 0; i < m; ++i)
    for (size_t j = 0; j < m; ++j)
      if (i != j) out[i * m + j] = (r[k++] - mean) * scale;
  return out;
}

std::vector<double> extract(std::span<const double> matrix, size_t n, std::span<const size_t> regions) {
  std::vector<double> out;
  out.reserve(regions.size() * regions.size());
  for (const size_t i : regions)
    for (const size_t j : regions) out.push_back(matrix[i * n + j]);
  return out;
}

}  // namespace

std::vector<double> ranks(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [&](size_t i) { return values[i]; });
  std::vector<double> out(values.size());
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (size_t k = begin; k < end; ++k) out[order[k]] = 0.5 * static_cast<double>(begin + end - 1);
    begin = end;
  }
  return out;
}

double pearson(std::span<const double> a, std::span<const double> b) {
  const auto n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n,
               mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : std::nan("");
}

double spearman(std::span<const double> a, std::span<const double> b) { return pearson(ranks(a), ranks(b)); }

double median(std::vector<double> v) {
  if (v.empty()) return std::nan("");
  const auto middle = v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2);
  std::ranges::nth_element(v, middle);
  if (v.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(v.begin(), middle));
}

std::string signed_text(double v) { return std::abs(v) < 0.005 ? "0.00" : fmt::format("{:+.2f}", v); }

double RandomOrders::p_low(double value) const {
  const auto at = std::ranges::upper_bound(values, value) - values.begin();
  return static_cast<double>(at + 1) / static_cast<double>(values.size() + 1);
}
double RandomOrders::p_high(double value) const {
  const auto at = values.end() - std::ranges::lower_bound(values, value);
  return static_cast<double>(at + 1) / static_cast<double>(values.size() + 1);
}
std::string RandomOrders::text() const {
  return fmt::format("{} random orders: {} +- {:.2f}", values.size(), signed_text(mean), sd);
}

OrderTest::OrderTest(size_t n, std::span<const double> of_labels, std::span<const double> of_rows, Block block)
    : n_(n),
      of_rows_(of_rows.begin(), of_rows.end()),
      block_(std::move(block)),
      label_ranks_(unit_ranks(extract(of_labels, n, block_.regions), block_.regions.size())),
      row_ranks_(unit_ranks(extract(of_rows, n, block_.regions), block_.regions.size())),
      value_(std::inner_product(label_ranks_.begin(), label_ranks_.end(), row_ranks_.begin(), 0.0)) {}

double OrderTest::value(std::span<const size_t> order) const {
  std::vector<size_t> rows;
  for (const size_t i : block_.regions) rows.push_back(order[i]);
  const auto r = unit_ranks(extract(of_rows_, n_, rows), rows.size());
  return std::inner_product(label_ranks_.begin(), label_ranks_.end(), r.begin(), 0.0);
}

RandomOrders OrderTest::random(int count, uint64_t seed) const {
  const size_t m = block_.regions.size();
  return random_orders(count, seed, block_.name, m, [&](std::span<const size_t> order) {
    double sum = 0;
    for (size_t i = 0; i < m; ++i) {
      const double* row = &row_ranks_[order[i] * m];
      const double* label = &label_ranks_[i * m];
      for (size_t j = 0; j < m; ++j) sum += label[j] * row[order[j]];
    }
    return sum;
  });
}

RandomOrders random_orders(int count, uint64_t seed, const std::string& name, size_t m,
                           const std::function<double(std::span<const size_t>)>& value) {
  std::vector<size_t> order(m);
  std::iota(order.begin(), order.end(), size_t{0});
  eg::Random stream(seed, "audit." + name);
  RandomOrders out;
  for (int k = 0; k < count; ++k) {
    stream.shuffle(std::span(order));
    out.values.push_back(value(order));
  }
  const auto n = static_cast<double>(count);
  out.mean = std::accumulate(out.values.begin(), out.values.end(), 0.0) / n;
  double square = 0;
  for (const double v : out.values) square += (v - out.mean) * (v - out.mean);
  out.sd = std::sqrt(square / (n - 1));
  std::ranges::sort(out.values);
  return out;
}

}  // namespace encephagen
