// The functional connectivity that linear noise on a graph has.
#include "linear_models.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <complex>
#include <stdexcept>

namespace analysis {
namespace {

using Real = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Complex = Eigen::MatrixXcd;
using ComplexRows = Eigen::Matrix<std::complex<double>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::vector<double> to_vector(const Real& m) { return {m.data(), m.data() + m.size()}; }

}  // namespace

struct LinearModels::Matrices {
  Real w;
  double radius = 0;
  Complex u, t;  // Schur form W = U T U^*, T upper triangular: one for all couplings
};

LinearModels::LinearModels(std::span<const double> weights, size_t n) : m_(std::make_unique<Matrices>()) {
  const auto size = static_cast<Eigen::Index>(n);
  m_->w = Eigen::Map<const Real>(weights.data(), size, size);
  const Eigen::ComplexSchur<Complex> schur(m_->w.cast<std::complex<double>>());
  m_->radius = schur.matrixT().diagonal().cwiseAbs().maxCoeff();
  if (!(m_->radius > 1e-9 * m_->w.cwiseAbs().maxCoeff()))
    throw std::invalid_argument(
        "the connectome has no directed cycle, so that a linear model on it has no scale of coupling: the baselines "
        "need "
        "another graph");
  m_->w /= m_->radius;
  m_->u = schur.matrixU();
  m_->t = schur.matrixT() / m_->radius;
}

LinearModels::~LinearModels() = default;

double LinearModels::spectral_radius() const { return m_->radius; }

// In the Schur basis the equation is A Y + Y A^* = -I with A = g T - I upper triangular: solved from the last row up
// (Bartels and Stewart 1972, Commun ACM 15:820). Y is Hermitian, so that row i of it is known as column i.
std::vector<double> LinearModels::ou_covariance(double g) const {
  const Eigen::Index n = m_->w.rows();
  const ComplexRows a = g * m_->t - Complex::Identity(n, n);
  Complex y = Complex::Zero(n, n);
  for (Eigen::Index i = n - 1; i >= 0; --i)
    for (Eigen::Index j = n - 1; j >= i; --j) {
      const Eigen::Index below = n - 1 - i, right = n - 1 - j;
      std::complex<double> sum = i == j ? 1.0 : 0.0;
      sum += (a.row(i).tail(below) * y.col(j).tail(below))(0);
      sum += std::conj((a.row(j).tail(right) * y.col(i).tail(right))(0));
      y(i, j) = -sum / (a(i, i) + std::conj(a(j, j)));
      y(j, i) = std::conj(y(i, j));
    }
  return to_vector((m_->u * y * m_->u.adjoint()).real());
}

std::vector<double> LinearModels::sar_covariance(double g) const {
  const Eigen::Index n = m_->w.rows();
  const Real inverse = (Real::Identity(n, n) - g * m_->w).partialPivLu().inverse();
  return to_vector(inverse * inverse.transpose());
}

std::vector<double> correlation_of(std::span<const double> covariance, size_t n) {
  std::vector<double> out(n * n);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j)
      out[i * n + j] = covariance[i * n + j] / std::sqrt(covariance[i * n + i] * covariance[j * n + j]);
  return out;
}

}  // namespace analysis
