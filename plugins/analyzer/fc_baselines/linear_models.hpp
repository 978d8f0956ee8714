// The functional connectivity that linear noise on a graph has: an Ornstein-Uhlenbeck process, and a spatial
// autoregressive model.
#pragma once
#include <memory>
#include <span>
#include <vector>

namespace analysis {

// W: the weights, row = target, divided by the largest |eigenvalue|, so that couplings g in [0, 1) are stable.
class LinearModels {
 public:
  // `weights`: [n, n] row-major. Throws std::invalid_argument for a graph without cycles, whose eigenvalues are all 0.
  LinearModels(std::span<const double> weights, size_t n);
  ~LinearModels();
  LinearModels(const LinearModels&) = delete;
  LinearModels& operator=(const LinearModels&) = delete;

  // Covariance S of dx = (g W - I) x dt + dB: (g W - I) S + S (g W - I)^T = -I.
  std::vector<double> ou_covariance(double g) const;
  // Covariance of x = g W x + noise: (I - g W)^-1 (I - g W)^-T.
  std::vector<double> sar_covariance(double g) const;

  double spectral_radius() const;

 private:
  struct Matrices;
  std::unique_ptr<Matrices> m_;
};

// [n, n]: s_ij / sqrt(s_ii s_jj).
std::vector<double> correlation_of(std::span<const double> covariance, size_t n);

}  // namespace analysis
