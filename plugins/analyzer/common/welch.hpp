// Power spectral density by averaging the periodograms of overlapping segments.
#pragma once
#include <numbers>

#include "fourier.hpp"
#include "statistics.hpp"

namespace analysis {

// Welch 1967, IEEE Trans. Audio Electroacoust. 15:70: periodic Hann window, segments overlapping by half, the mean of
// each taken off, one-sided density in (unit of x)^2 / Hz; the numbers of scipy.signal.welch(x, rate_hz,
// nperseg=segment). Returns segment / 2 + 1 values at k * rate_hz / segment. 2 <= segment <= x.size().
inline std::vector<double> welch(Fourier& fourier, std::span<const double> x, double rate_hz, size_t segment) {
  std::vector<double> window(segment), psd(segment / 2 + 1, 0.0);
  for (size_t k = 0; k < segment; ++k)
    window[k] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(segment));
  const size_t step = segment - segment / 2;
  double segments = 0;
  for (size_t start = 0; start + segment <= x.size(); start += step, segments += 1) {
    auto piece = deviations(x.subspan(start, segment));
    for (size_t k = 0; k < segment; ++k) piece[k] *= window[k];
    const auto spectrum = fourier.half_spectrum(piece);
    for (size_t k = 0; k < psd.size(); ++k) psd[k] += std::norm(spectrum[k]);
  }
  const double scale = 1 / (rate_hz * dot(window, window) * segments);
  for (size_t k = 0; k < psd.size(); ++k) {
    const bool is_own_mirror = k == 0 || 2 * k == segment;
    psd[k] *= is_own_mirror ? scale : 2 * scale;
  }
  return psd;
}

}  // namespace analysis
