// Inner products, for the widest registers there are.
#pragma once
#include <algorithm>
#include <array>
#include <encephagen/sdk/packs.hpp>
#include <numeric>
#include <span>

namespace analysis {

namespace detail {

// Eight running sums for each product: the same result on every instruction set.
template <size_t N>
struct Dots {
  static constexpr size_t parts = 8;
  const double* a;
  std::array<const double*, N> b;
  size_t n;
  double* out;

  template <size_t bytes>
  EG_INLINE void run() const {
    constexpr size_t lanes = bytes / sizeof(double), packs = parts / lanes;
    using T = eg::Pack<lanes>;
    T sum[N][packs] = {};
    const size_t whole = n / parts * parts;
    for (size_t i = 0; i < whole; i += parts)
      for (size_t p = 0; p < packs; ++p) {
        const T x = eg::load<T>(a + i + p * lanes);
        for (size_t k = 0; k < N; ++k) sum[k][p] += x * eg::load<T>(b[k] + i + p * lanes);
      }
    for (size_t k = 0; k < N; ++k) {
      double part[parts];
      for (size_t p = 0; p < packs; ++p) eg::store(part + p * lanes, sum[k][p]);
      for (size_t i = whole; i < n; ++i) part[i - whole] += a[i] * b[k][i];
      out[k] = std::accumulate(part, part + parts, 0.0);
    }
  }
};

}  // namespace detail

// The product of `a` with another series of its length.
inline double dot(std::span<const double> a, std::span<const double> b) {
  double out;
  eg::run_wide(detail::Dots<1>{a.data(), {b.data()}, a.size(), &out});
  return out;
}

// The products of `a` with four others, as dot gives them, but faster.
inline std::array<double, 4> dots(std::span<const double> a, const std::array<const double*, 4>& b) {
  std::array<double, 4> out;
  eg::run_wide(detail::Dots<4>{a.data(), b, a.size(), out.data()});
  return out;
}

}  // namespace analysis
