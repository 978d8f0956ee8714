// Autocorrelation of a series by Fourier transform.
#pragma once
#include <vector>

#include "fourier.hpp"
#include "statistics.hpp"

namespace analysis {

// sum_t d[t] d[t + k] for k = 0 .. n_lags - 1, d the deviations from the mean: what numpy calls correlate(d, d,
// "full")[n-1:]. Zero padding to n + n_lags keeps the circular correlation from wrapping round (Wiener-Khinchin).
inline std::vector<double> autocovariance_sums(Fourier& fourier, std::span<const double> x, size_t n_lags) {
  n_lags = std::min(n_lags, x.size());
  auto padded = deviations(x);
  padded.resize(smooth_length(x.size() + n_lags));
  const size_t n = padded.size();
  const auto spectrum = fourier.half_spectrum(padded);
  for (size_t k = 0; k < spectrum.size(); ++k) {
    padded[k] = std::norm(spectrum[k]);
    if (k > 0) padded[n - k] = padded[k];
  }
  // The power spectrum is real and even, so its forward transform is n times the inverse one.
  const auto back = fourier.half_spectrum(padded);
  std::vector<double> out(n_lags);
  for (size_t k = 0; k < n_lags; ++k) out[k] = back[k].real() / static_cast<double>(n);
  return out;
}

// Divided by its value at lag 0: numpy's full autocorrelation, which shrinks by (n - k) / n. Empty for a constant
// series.
inline std::vector<double> autocorrelation(Fourier& fourier, std::span<const double> x, size_t n_lags) {
  auto r = autocovariance_sums(fourier, x, n_lags);
  if (r.empty() || !(r[0] > 0)) return {};
  for (size_t k = r.size(); k-- > 0;) r[k] /= r[0];
  return r;
}

}  // namespace analysis
