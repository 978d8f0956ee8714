// Stationary rates of a network of populations of integrate-and-fire neurons: each population's rate is Siegert's for
// the noise that all populations and the outside make (Amit & Brunel 1997; Brunel 2000).
#pragma once
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "encephagen/sdk/siegert.hpp"

namespace eg {

// Population i receives K_ij synapses of J_ij mV (delta equivalent) from population j:
//   mean_i = external_i + tau_m sum_j (K J)_ij rate_j      variance_i = external_i + tau_m sum_j (K J^2)_ij rate_j
struct MeanFieldNetwork {
  std::vector<LifTheory> neuron;      // [n]
  std::vector<NoisyInput> external;   // [n]
  std::vector<double> kj_mv, kj_mv2;  // [n * n]: row target, column source

  explicit MeanFieldNetwork(size_t n = 0) : neuron(n), external(n), kj_mv(n * n, 0.0), kj_mv2(n * n, 0.0) {}
  size_t size() const { return neuron.size(); }
  void connect(size_t target, size_t source, double in_degree, double weight_mv) {
    kj_mv[target * size() + source] += in_degree * weight_mv;
    kj_mv2[target * size() + source] += in_degree * weight_mv * weight_mv;
  }
  NoisyInput input(size_t i, const std::vector<double>& rate_hz) const {
    const size_t n = size();
    double mean = 0, variance = 0;
    for (size_t j = 0; j < n; ++j) mean += kj_mv[i * n + j] * rate_hz[j], variance += kj_mv2[i * n + j] * rate_hz[j];
    const double per_s = 1e-3 * neuron[i].tau_m_ms;
    return external[i] + NoisyInput{per_s * mean, per_s * variance};
  }
  std::vector<double> rates_given(const std::vector<double>& rate_hz) const {
    std::vector<double> out;
    for (size_t i = 0; i < size(); ++i) out.push_back(siegert_rate_hz(neuron[i], input(i, rate_hz)));
    return out;
  }
  // How population i's rate answers that of j: N_ij (Brunel 2000, section 4; Lindner et al. 2005).
  std::vector<double> response(const std::vector<double>& rate_hz) const {
    const size_t n = size();
    std::vector<double> out(n * n);
    for (size_t i = 0; i < n; ++i) {
      const auto gain = siegert_response(neuron[i], input(i, rate_hz));
      for (size_t j = 0; j < n; ++j)
        out[i * n + j] =
            1e-3 * neuron[i].tau_m_ms *
            (gain.per_mean_hz_per_mv * kj_mv[i * n + j] + gain.per_variance_hz_per_mv2 * kj_mv2[i * n + j]);
    }
    return out;
  }
};

struct MeanFieldSolution {
  std::vector<double> rate_hz;  // [n]
  double residual_hz = 0;       // largest |rate - rate given the rates|
};

namespace detail {

// x of A x = b by elimination with partial pivoting; A is [n * n], row by row. Throws for a singular matrix.
inline std::vector<double> solve_linear(std::vector<double> a, std::vector<double> b) {
  const size_t n = b.size();
  for (size_t k = 0; k < n; ++k) {
    size_t pivot = k;
    for (size_t i = k + 1; i < n; ++i)
      if (std::abs(a[i * n + k]) > std::abs(a[pivot * n + k])) pivot = i;
    if (!(std::abs(a[pivot * n + k]) > 0))
      throw std::runtime_error("the matrix of the mean-field equations is singular");
    if (pivot != k) {
      std::swap_ranges(a.begin() + static_cast<std::ptrdiff_t>(k * n),
                       a.begin() + static_cast<std::ptrdiff_t>((k + 1) * n),
                       a.begin() + static_cast<std::ptrdiff_t>(pivot * n));
      std::swap(b[k], b[pivot]);
    }
    for (size_t i = k + 1; i < n; ++i) {
      const double f = a[i * n + k] / a[k * n + k];
      if (f == 0) continue;
      for (size_t j = k; j < n; ++j) a[i * n + j] -= f * a[k * n + j];
      b[i] -= f * b[k];
    }
  }
  for (size_t k = n; k-- > 0;) {
    for (size_t j = k + 1; j < n; ++j) b[k] -= a[k * n + j] * b[j];
    b[k] /= a[k * n + k];
  }
  return b;
}

inline double largest(const std::vector<double>& v) {
  double out = 0;
  for (const double x : v) out = std::max(out, std::abs(x));
  return out;
}

}  // namespace detail

// Follows d rate/dt = -rate + rate given the rates (Schuecker et al. 2017) from `start_hz` in implicit steps that grow
// as it settles (pseudo-transient continuation: Kelley & Keyes 1998, SIAM J Numer Anal 35:508). Nothing if it does not
// settle to `tolerance_hz`.
inline std::optional<MeanFieldSolution> solve_mean_field_from(const MeanFieldNetwork& net, std::vector<double> rate_hz,
                                                              double tolerance_hz = 1e-9) {
  const size_t n = net.size();
  const auto change = [&](const std::vector<double>& at) {
    auto out = net.rates_given(at);
    for (size_t i = 0; i < n; ++i) out[i] -= at[i];
    return out;
  };
  auto f = change(rate_hz);
  double size = detail::largest(f), step = 0.02;
  for (int k = 0; k < 2000; ++k) {
    if (size <= tolerance_hz) return MeanFieldSolution{std::move(rate_hz), size};
    auto matrix = net.response(rate_hz);
    for (double& x : matrix) x = -x;
    for (size_t i = 0; i < n; ++i) matrix[i * n + i] += 1 + 1 / step;
    const auto move = detail::solve_linear(std::move(matrix), f);
    auto next = rate_hz;
    for (size_t i = 0; i < n; ++i) next[i] = std::max(0.0, next[i] + move[i]);
    auto next_f = change(next);
    const double next_size = detail::largest(next_f);
    if (next_size > 2 * size + tolerance_hz && step > 1e-4) {
      step /= 4;
      continue;
    }
    step = std::clamp(step * std::clamp(size / next_size, 0.5, 3.0), 1e-4, 1e9);
    rate_hz = std::move(next), f = std::move(next_f), size = next_size;
  }
  return {};
}

// All different solutions that starts from silence to the highest rate settle to, by rising mean rate; several where
// the network is bistable, none where no start settles. What lies between two of them is unstable and not found.
inline std::vector<MeanFieldSolution> solve_mean_field(const MeanFieldNetwork& net,
                                                       const std::vector<double>& starts_hz = {0, 5, 40, 1e6},
                                                       double tolerance_hz = 1e-9) {
  std::vector<MeanFieldSolution> out;
  for (const double start : starts_hz) {
    std::vector<double> rate(net.size());
    for (size_t i = 0; i < net.size(); ++i)
      rate[i] = net.neuron[i].t_ref_ms > 0 ? std::min(start, 999 / net.neuron[i].t_ref_ms) : std::min(start, 1000.0);
    auto found = solve_mean_field_from(net, std::move(rate), tolerance_hz);
    if (!found) continue;
    const bool is_new = std::ranges::none_of(out, [&](const MeanFieldSolution& other) {
      for (size_t i = 0; i < net.size(); ++i)
        if (std::abs(other.rate_hz[i] - found->rate_hz[i]) > 1e-3 + 1e-4 * found->rate_hz[i]) return false;
      return true;
    });
    if (is_new) out.push_back(std::move(*found));
  }
  std::ranges::sort(out, {}, [](const MeanFieldSolution& s) {
    double sum = 0;
    for (const double r : s.rate_hz) sum += r;
    return sum;
  });
  return out;
}

}  // namespace eg
