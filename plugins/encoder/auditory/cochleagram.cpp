// Band levels from short Fourier transforms, on Eigen's kissfft.
#include "cochleagram.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <stdexcept>
#include <string>
#include <unsupported/Eigen/FFT>

namespace core {
namespace {

// Lengths that kissfft transforms fast.
size_t smooth_length(size_t n) {
  for (;; ++n) {
    size_t rest = n;
    for (const size_t p : {2u, 3u, 5u})
      while (rest % p == 0) rest /= p;
    if (rest == 1) return n;
  }
}

// What one window length needs: Hann's window, scaled so that the powers of all bins add up to the mean power.
class Window {
 public:
  Window(size_t n, double rate_hz) : shape_(n), padded_(smooth_length(n) + smooth_length(n) % 2) {
    double squares = 0;
    for (size_t k = 0; k < n; ++k) {
      shape_[k] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * (static_cast<double>(k) + 0.5) / static_cast<double>(n));
      squares += shape_[k] * shape_[k];
    }
    const auto m = static_cast<double>(padded_);
    scale_ = 1 / (squares * m);
    bin_hz_ = rate_hz / m;
  }

  // Mean power of the window that ends before sample `end`, up to every frequency k + 1/2 bins: what lies below the
  // upper edge of bin k. Samples outside are 0.
  const std::vector<double>& power_below(const std::vector<double>& x, size_t end) {
    input_.assign(padded_, 0.0);
    const size_t n = shape_.size();
    for (size_t k = end >= n ? 0 : n - end; k < n && end + k < x.size() + n; ++k)
      input_[k] = shape_[k] * x[end + k - n];
    fft_.fwd(output_, input_);
    below_.resize(padded_ / 2 + 1);
    double sum = 0;
    for (size_t k = 0; k <= padded_ / 2; ++k) {
      const bool is_single = k == 0 || 2 * k == padded_;  // all others stand for a negative frequency, too
      sum += (is_single ? 1 : 2) * std::norm(output_[k]) * scale_;
      below_[k] = sum;
    }
    return below_;
  }
  // Power below a frequency: a bin's power lies evenly between its edges, half a bin to both sides.
  double below(double hz) const {
    const double at = hz / bin_hz_ + 0.5;  // in upper edges
    if (at <= 0) return 0;
    const auto k = static_cast<size_t>(at);
    if (k >= below_.size()) return below_.back();
    const double before = k > 0 ? below_[k - 1] : 0;
    return before + (at - static_cast<double>(k)) * (below_[k] - before);
  }

 private:
  std::vector<double> shape_, input_, below_;
  size_t padded_;
  double scale_, bin_hz_;
  Eigen::FFT<double> fft_;
  std::vector<std::complex<double>> output_;
};

}  // namespace

double Cochleagram::edge_hz(size_t b) const {
  const double share = static_cast<double>(b) / static_cast<double>(settings_.n_bands);
  return settings_.low_hz * std::pow(settings_.high_hz / settings_.low_hz, share);
}

// Windows double in length, so that few transforms serve all bands.
double Cochleagram::window_ms(size_t b) const {
  const double wanted = 1e3 * settings_.resolution_factor / (edge_hz(b + 1) - edge_hz(b));
  double out = settings_.window_ms;
  while (out < wanted && 2 * out <= settings_.longest_window_ms) out *= 2;
  return out;
}

Cochleagram::Cochleagram(const Sound& sound, const BandSettings& settings) : settings_(settings) {
  if (settings_.high_hz > 0.5 * sound.rate_hz)
    throw std::invalid_argument(
        "the sound is sampled at " + std::to_string(sound.rate_hz) +
        " Hz and holds nothing above half of that: lower high_hz = " + std::to_string(settings_.high_hz));
  if (sound.samples.empty()) throw std::invalid_argument("the sound has no samples: make it longer");
  double longest_ms = 0;
  for (size_t b = 0; b < n_bands(); ++b) longest_ms = std::max(longest_ms, window_ms(b));
  const double length_ms = 1e3 * static_cast<double>(sound.samples.size()) / sound.rate_hz;
  n_frames_ = static_cast<size_t>(std::ceil((length_ms + longest_ms) / settings_.hop_ms));
  rms_.resize(n_frames_ * n_bands());
  for (size_t first = 0, last = 0; first < n_bands(); first = last) {
    const double length = window_ms(first);
    while (last < n_bands() && window_ms(last) == length) ++last;
    Window window(std::max<size_t>(4, static_cast<size_t>(std::llround(1e-3 * length * sound.rate_hz))), sound.rate_hz);
    for (size_t f = 0; f < n_frames_; ++f) {
      // The middle of the time for which a frame stands.
      const double t_ms = (static_cast<double>(f) + 0.5) * settings_.hop_ms;
      window.power_below(sound.samples, static_cast<size_t>(1e-3 * t_ms * sound.rate_hz));
      for (size_t b = first; b < last; ++b)
        rms_[f * n_bands() + b] =
            static_cast<float>(std::sqrt(std::max(0.0, window.below(edge_hz(b + 1)) - window.below(edge_hz(b)))));
    }
  }
}

}  // namespace core
