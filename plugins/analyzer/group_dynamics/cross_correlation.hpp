// Where two series match best when one is shifted against the other.
#pragma once
#include <complex>
#include <span>
#include <vector>

#include "../common/fourier.hpp"
#include "../common/statistics.hpp"

namespace analysis {

struct BestLag {
  double lag_samples;  // positive: y follows x
  double correlation;  // at that lag, sum of products over n SD_x SD_y; shrinks with the lag like numpy's correlate
};

// Spectra of the deviations of a series, padded so that lags up to max_lag do not wrap round.
inline std::vector<std::complex<double>> padded_spectrum(Fourier& fourier, std::span<const double> x, size_t max_lag) {
  auto padded = deviations(x);
  padded.resize(smooth_length(x.size() + max_lag));
  return fourier.half_spectrum(padded);
}

// The largest correlation over lags from -max_lag to max_lag; the smallest lag of equals. NaN if a series is constant.
inline BestLag best_lag(Fourier& fourier, std::span<const std::complex<double>> x,
                        std::span<const std::complex<double>> y, size_t n_padded, size_t n_samples, double sd_product,
                        size_t max_lag) {
  if (!(sd_product > 0)) return {undetermined, undetermined};
  // c(k) = sum_t x(t) y(t + k) has the spectrum C = conj(X) Y. The forward transform H of the real sequence Re C + Im C
  // gives n c(k) = Re H(k) + Im H(k) and n c(-k) = Re H(k) - Im H(k) (Hartley 1942): no inverse transform is needed.
  std::vector<double> sequence(n_padded);
  for (size_t k = 0; k < x.size(); ++k) {
    const auto c = std::conj(x[k]) * y[k];
    sequence[k] = c.real() + c.imag();
    if (k > 0) sequence[n_padded - k] = c.real() - c.imag();
  }
  const auto h = fourier.half_spectrum(sequence);
  BestLag best{0, h[0].real()};
  for (size_t k = 1; k <= max_lag; ++k) {
    const double after = h[k].real() + h[k].imag(), before = h[k].real() - h[k].imag();
    const auto lag = static_cast<double>(k);
    if (after > best.correlation) best = {lag, after};
    if (before > best.correlation) best = {-lag, before};
  }
  best.correlation /= static_cast<double>(n_padded) * static_cast<double>(n_samples) * sd_product;
  return best;
}

}  // namespace analysis
