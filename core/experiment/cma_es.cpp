// CMA-ES. Equation numbers are those of Hansen (2016), arXiv:1604.00772.
#include "experiment/cma_es.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "encephagen/sdk/random.hpp"

namespace encephagen {

namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

// Table 1: the parameters that follow from n and lambda.
struct Settings {
  std::vector<double> weight;  // by rank, all lambda; those of the worse half are negative
  size_t mu;
  double mu_eff, c_sigma, d_sigma, c_c, c_1, c_mu, expected_norm;
};

Settings settings_of(size_t dimension, size_t lambda) {
  const auto n = static_cast<double>(dimension);
  Settings s;
  s.mu = lambda / 2;
  std::vector<double>& w = s.weight;
  double plus = 0, plus_squares = 0, minus = 0, minus_squares = 0, all_minus = 0, all_plus = 0;
  for (size_t i = 0; i < lambda; ++i) {
    w.push_back(std::log((static_cast<double>(lambda) + 1) / 2) - std::log(static_cast<double>(i) + 1));  // (49)
    (i < s.mu ? plus : minus) += w[i];
    (i < s.mu ? plus_squares : minus_squares) += w[i] * w[i];
    (w[i] > 0 ? all_plus : all_minus) += std::abs(w[i]);
  }
  s.mu_eff = plus * plus / plus_squares;
  const double mu_eff_minus = minus_squares > 0 ? minus * minus / minus_squares : 0;
  s.c_c = (4 + s.mu_eff / n) / (n + 4 + 2 * s.mu_eff / n);                                           // (56)
  s.c_1 = 2 / ((n + 1.3) * (n + 1.3) + s.mu_eff);                                                    // (57)
  s.c_mu = std::min(1 - s.c_1, 2 * (s.mu_eff - 2 + 1 / s.mu_eff) / ((n + 2) * (n + 2) + s.mu_eff));  // (58)
  s.c_sigma = (s.mu_eff + 2) / (n + s.mu_eff + 5);                                                   // (55)
  s.d_sigma = 1 + 2 * std::max(0.0, std::sqrt((s.mu_eff - 1) / (n + 1)) - 1) + s.c_sigma;
  s.expected_norm = std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
  // (50)-(53). Without a rank-mu update (mu_eff = 1) the first two bounds have no meaning, nor negative weights.
  const double bound =
      s.c_mu > 0
          ? std::min({1 + s.c_1 / s.c_mu, 1 + 2 * mu_eff_minus / (s.mu_eff + 2), (1 - s.c_1 - s.c_mu) / (n * s.c_mu)})
          : 0;
  for (double& v : w) v *= v >= 0 ? 1 / all_plus : bound / all_minus;
  return s;
}

}  // namespace

struct CmaEs::State {
  size_t n, lambda;
  uint64_t key;
  Settings set;
  size_t generation = 0, decomposed_at = 0;
  Vector mean, path_sigma, path_c;
  double sigma = 1;
  Matrix covariance, axes;  // axes: eigenvectors in columns, B
  Vector deviations;        // along the axes, D

  State(size_t dimension, size_t population, uint64_t k)
      : n(dimension),
        lambda(population),
        key(k),
        set(settings_of(dimension, population)),
        mean(Vector::Zero(size())),
        path_sigma(Vector::Zero(size())),
        path_c(Vector::Zero(size())),
        covariance(Matrix::Identity(size(), size())),
        axes(Matrix::Identity(size(), size())),
        deviations(Vector::Ones(size())) {}

  Eigen::Index size() const { return static_cast<Eigen::Index>(n); }

  // y ~ N(0, C) of every candidate, in columns: (38), (39). Each has random numbers of its own.
  Matrix steps() const {
    Matrix z(size(), static_cast<Eigen::Index>(lambda));
    for (size_t k = 0; k < lambda; ++k) {
      eg::Random random(key, "cma_es", generation * lambda + k);
      for (size_t i = 0; i < n; ++i) z(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) = random.normal();
    }
    return axes * (deviations.asDiagonal() * z);
  }

  // C^(-1/2) v
  Vector whitened(const Vector& v) const {
    return axes * (deviations.cwiseInverse().asDiagonal() * (axes.transpose() * v));
  }

  void decompose() {
    // As often as keeps its share of the work constant in n (section B.2).
    const double pause = 1 / (10 * static_cast<double>(n) * (set.c_1 + set.c_mu));
    if (static_cast<double>(generation - decomposed_at) < pause) return;
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(covariance);
    // Rounding may leave an eigenvalue at or below 0 where C is nearly singular.
    const double floor = 1e-28 * std::max(solver.eigenvalues().maxCoeff(), 1e-300);
    axes = solver.eigenvectors();
    deviations = solver.eigenvalues().cwiseMax(floor).cwiseSqrt();
    decomposed_at = generation;
  }
};

CmaEs::CmaEs(size_t n, size_t lambda, uint64_t key) {
  if (n < 1 || lambda < 2) throw std::invalid_argument("CMA-ES needs a coordinate and two candidates");
  state_ = std::make_unique<State>(n, lambda, key);
}
CmaEs::~CmaEs() = default;
CmaEs::CmaEs(CmaEs&&) noexcept = default;
CmaEs& CmaEs::operator=(CmaEs&&) noexcept = default;

size_t CmaEs::default_population(size_t n) {
  return 4 + static_cast<size_t>(std::floor(3 * std::log(static_cast<double>(n))));
}

std::vector<std::vector<double>> CmaEs::ask() const {
  const State& s = *state_;
  const Matrix y = s.steps();
  std::vector<std::vector<double>> out;
  for (Eigen::Index k = 0; k < y.cols(); ++k) {
    const Vector x = s.mean + s.sigma * y.col(k);  // (40)
    out.emplace_back(x.data(), x.data() + x.size());
  }
  return out;
}

void CmaEs::tell(std::span<const double> values) {
  State& s = *state_;
  if (values.size() != s.lambda) throw std::invalid_argument("CMA-ES needs a value for each candidate");
  std::vector<size_t> rank(s.lambda);
  std::iota(rank.begin(), rank.end(), size_t{0});
  const auto worth = [&](size_t k) { return std::isfinite(values[k]) ? values[k] : HUGE_VAL; };
  std::ranges::stable_sort(rank, {}, worth);

  const Settings& set = s.set;
  const Matrix y = s.steps();
  const auto ranked = [&](size_t i) { return y.col(static_cast<Eigen::Index>(rank[i])); };
  Vector step = Vector::Zero(s.size());
  for (size_t i = 0; i < set.mu; ++i) step += set.weight[i] * ranked(i);  // (41)
  s.mean += s.sigma * step;                                               // (42)

  // Step size: (43), (44).
  const double c = set.c_sigma;
  s.path_sigma = (1 - c) * s.path_sigma + std::sqrt(c * (2 - c) * set.mu_eff) * s.whitened(step);
  const double norm = s.path_sigma.norm();
  const double age = static_cast<double>(s.generation) + 1;
  const bool grows_slowly = norm / std::sqrt(1 - std::pow(1 - c, 2 * age)) <
                            (1.4 + 2 / (static_cast<double>(s.n) + 1)) * set.expected_norm;  // h_sigma
  s.sigma *= std::exp(std::min(1.0, c / set.d_sigma * (norm / set.expected_norm - 1)));

  // Covariance: (45)-(47). Long steps of bad candidates are shortened, so that C stays positive definite.
  const double c_c = set.c_c, h = grows_slowly ? 1 : 0;
  s.path_c = (1 - c_c) * s.path_c + h * std::sqrt(c_c * (2 - c_c) * set.mu_eff) * step;
  double sum = 0;
  for (const double w : set.weight) sum += w;
  s.covariance *= 1 + set.c_1 * (1 - h) * c_c * (2 - c_c) - set.c_1 - set.c_mu * sum;
  s.covariance += set.c_1 * s.path_c * s.path_c.transpose();
  for (size_t i = 0; i < s.lambda; ++i) {
    double w = set.weight[i];
    if (w < 0) w *= static_cast<double>(s.n) / std::max(s.whitened(ranked(i)).squaredNorm(), 1e-300);
    s.covariance += set.c_mu * w * ranked(i) * ranked(i).transpose();
  }
  s.covariance = (0.5 * (s.covariance + s.covariance.transpose())).eval();

  // Where most candidates are as good as the best, ranks tell nothing: look further away (section B.3).
  const auto most = static_cast<size_t>(std::ceil(0.7 * static_cast<double>(s.lambda))) - 1;
  if (worth(rank[0]) == worth(rank[most])) s.sigma *= std::exp(0.2 + c / set.d_sigma);
  ++s.generation;
  s.decompose();
}

size_t CmaEs::generation() const { return state_->generation; }
std::vector<double> CmaEs::mean() const { return {state_->mean.data(), state_->mean.data() + state_->mean.size()}; }
double CmaEs::sigma() const { return state_->sigma; }
double CmaEs::axis_ratio() const { return state_->deviations.maxCoeff() / state_->deviations.minCoeff(); }
double CmaEs::largest_deviation() const { return state_->sigma * std::sqrt(state_->covariance.diagonal().maxCoeff()); }

}  // namespace encephagen
