// Discrete Fourier transform of real series of any length.
#pragma once
#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace analysis {

// The smallest 2^a 3^b 5^c that is at least n: lengths that transform fast.
size_t smooth_length(size_t n);

// Keeps the plans of the lengths it has seen; one object per thread.
class Fourier {
 public:
  Fourier();
  ~Fourier();
  // X[k] = sum_t x[t] exp(-2 pi i k t / n) for k = 0 .. n/2. Costs n log n for every n: lengths with large prime
  // factors go through Bluestein's chirp convolution (Bluestein 1970, IEEE Trans. Audio Electroacoust. 18:451).
  std::vector<std::complex<double>> half_spectrum(std::span<const double> x);

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace analysis
