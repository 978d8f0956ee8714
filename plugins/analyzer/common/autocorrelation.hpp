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

// The same for spike counts, of which most are zero: the bin of each spike, ascending, below n_bins. Costs the pairs of
// spikes closer than n_lags, not the bins.
inline std::vector<double> autocovariance_sums(std::span<const size_t> bins, size_t n_bins, size_t n_lags) {
  n_lags = std::min(n_lags, n_bins);
  std::vector<double> out(n_lags, 0.0), in_first(n_lags + 1, 0.0), in_last(n_lags + 1, 0.0);
  for (size_t i = 0; i < bins.size(); ++i) {
    if (n_lags > 0) out[0] += 1;
    for (size_t j = i + 1; j < bins.size() && bins[j] - bins[i] < n_lags; ++j)
      out[bins[j] - bins[i]] += bins[j] == bins[i] ? 2 : 1;
    if (bins[i] < n_lags) in_first[bins[i] + 1] += 1;
    if (n_bins - 1 - bins[i] < n_lags) in_last[n_bins - bins[i]] += 1;
  }
  // sum of (x - m)(x' - m) = sum of x x' - m (sum of x without the last k + sum of x' without the first k) + (n - k)
  // m^2
  const double n = static_cast<double>(n_bins), total = static_cast<double>(bins.size()), m = total / n;
  double first = 0, last = 0;
  for (size_t k = 0; k < n_lags; ++k) {
    first += in_first[k], last += in_last[k];
    out[k] += -m * (2 * total - first - last) + (n - static_cast<double>(k)) * m * m;
  }
  return out;
}

// Divided by its value at lag 0: numpy's full autocorrelation, which shrinks by (n - k) / n. Empty for a constant
// series.
inline std::vector<double> relative_to_first(std::vector<double> r) {
  if (r.empty() || !(r[0] > 0)) return {};
  for (size_t k = r.size(); k-- > 0;) r[k] /= r[0];
  return r;
}
inline std::vector<double> autocorrelation(Fourier& fourier, std::span<const double> x, size_t n_lags) {
  return relative_to_first(autocovariance_sums(fourier, x, n_lags));
}

}  // namespace analysis
