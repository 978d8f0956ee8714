// Inner products, for the widest registers there are.
#pragma once
#include <algorithm>
#include <array>
#include <encephagen/sdk/packs.hpp>
#include <numeric>
#include <span>
#include <vector>

namespace analysis {

namespace detail {

// out[m * N + k] is the product of a[m] and b[k]. Eight running sums for each: the same result on every instruction
// set.
template <size_t M, size_t N>
struct Dots {
  static constexpr size_t parts = 8;
  std::array<const double*, M> a;
  std::array<const double*, N> b;
  size_t n;
  double* out;

  template <size_t bytes>
  EG_INLINE void run() const {
    constexpr size_t lanes = bytes / sizeof(double), packs = parts / lanes;
    using T = eg::Pack<lanes>;
    T sum[M * N][packs] = {};
    const size_t whole = n / parts * parts;
    for (size_t i = 0; i < whole; i += parts)
      for (size_t p = 0; p < packs; ++p) {
        const size_t at = i + p * lanes;
        T y[N];
        for (size_t k = 0; k < N; ++k) y[k] = eg::load<T>(b[k] + at);
        for (size_t m = 0; m < M; ++m) {
          const T x = eg::load<T>(a[m] + at);
          for (size_t k = 0; k < N; ++k) sum[m * N + k][p] += x * y[k];
        }
      }
    for (size_t m = 0; m < M; ++m)
      for (size_t k = 0; k < N; ++k) {
        double part[parts];
        for (size_t p = 0; p < packs; ++p) eg::store(part + p * lanes, sum[m * N + k][p]);
        for (size_t i = whole; i < n; ++i) part[i - whole] += a[m][i] * b[k][i];
        out[m * N + k] = std::accumulate(part, part + parts, 0.0);
      }
  }
};

}  // namespace detail

// The product of two series of one length.
inline double dot(std::span<const double> a, std::span<const double> b) {
  double out;
  eg::run_wide(detail::Dots<1, 1>{{a.data()}, {b.data()}, a.size(), &out});
  return out;
}

// [n, n] products of series of one length, as dot gives them, but faster: [i * n + j] for i >= j; the rest is 0.
inline std::vector<double> dots(const std::vector<std::vector<double>>& series) {
  constexpr size_t rows = 3, columns = 4;
  const size_t n = series.size();
  std::vector<double> out(n * n, 0.0);
  for (size_t i = 0; i < n; i += rows)
    for (size_t j = 0; j < std::min(i + rows, n); j += columns) {
      std::array<const double*, rows> a;
      std::array<const double*, columns> b;
      for (size_t m = 0; m < rows; ++m) a[m] = series[std::min(i + m, n - 1)].data();
      for (size_t k = 0; k < columns; ++k) b[k] = series[std::min(j + k, n - 1)].data();
      std::array<double, rows * columns> products;
      eg::run_wide(detail::Dots<rows, columns>{a, b, series[0].size(), products.data()});
      for (size_t m = 0; m < rows && i + m < n; ++m)
        for (size_t k = 0; k < columns && j + k <= i + m; ++k) out[(i + m) * n + j + k] = products[m * columns + k];
    }
  return out;
}

}  // namespace analysis
