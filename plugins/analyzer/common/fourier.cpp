// The Fourier transform on Eigen's kissfft; the only file of the analyzers that includes Eigen.
#include "fourier.hpp"

#include <numbers>
#include <unsupported/Eigen/FFT>

namespace analysis {

using Complex = std::complex<double>;

struct Fourier::Engine {
  Eigen::FFT<double> fft;
};

Fourier::Fourier() : engine_(std::make_unique<Engine>()) {}
Fourier::~Fourier() = default;

size_t smooth_length(size_t n) {
  for (size_t candidate = n < 1 ? 1 : n;; ++candidate) {
    size_t rest = candidate;
    for (const size_t p : {2u, 3u, 5u})
      while (rest % p == 0) rest /= p;
    if (rest == 1) return candidate;
  }
}

namespace {

std::vector<Complex> bluestein(Eigen::FFT<double>& fft, std::span<const double> x) {
  const size_t n = x.size(), padded = smooth_length(2 * n - 1);
  std::vector<Complex> chirp(n), a(padded), b(padded), fa, fb, out(n);
  for (size_t t = 0; t < n; ++t) {
    // t * t mod 2n keeps the angle exact where t * t itself would lose digits.
    const double angle = -std::numbers::pi * static_cast<double>(t * t % (2 * n)) / static_cast<double>(n);
    chirp[t] = std::polar(1.0, angle);
    a[t] = x[t] * chirp[t];
    b[t] = std::conj(chirp[t]);
    if (t > 0) b[padded - t] = b[t];
  }
  fft.fwd(fa, a);
  fft.fwd(fb, b);
  for (size_t k = 0; k < padded; ++k) fa[k] *= fb[k];
  fft.inv(a, fa);
  for (size_t k = 0; k < n; ++k) out[k] = a[k] * chirp[k];
  return out;
}

}  // namespace

std::vector<Complex> Fourier::half_spectrum(std::span<const double> x) {
  std::vector<Complex> out;
  if (x.size() < 2) return {x.begin(), x.end()};  // kissfft has no plan for length 1
  if (smooth_length(x.size()) == x.size())
    engine_->fft.fwd(out, std::vector<double>(x.begin(), x.end()));
  else
    out = bluestein(engine_->fft, x);
  out.resize(x.size() / 2 + 1);
  return out;
}

}  // namespace analysis
