#include "solve.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>

namespace core {

std::vector<double> solve_ridge(std::span<const double> x, std::span<const double> y, size_t columns, double ridge) {
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  std::vector<double> out(columns, 0.0);
  if (columns == 0 || y.empty()) return out;
  const auto n_rows = static_cast<Eigen::Index>(y.size()), n_columns = static_cast<Eigen::Index>(columns);
  const Eigen::Map<const Rows> X(x.data(), n_rows, n_columns);
  const Eigen::Map<const Eigen::VectorXd> Y(y.data(), n_rows);
  Eigen::Map<Eigen::VectorXd> w(out.data(), n_columns);
  // (X'X + r) w = X'y, or w = X' (XX' + r)^-1 y: the same numbers, whichever matrix is smaller.
  const bool is_primal = n_columns <= n_rows;
  Eigen::MatrixXd gram = Eigen::MatrixXd::Identity(is_primal ? n_columns : n_rows, is_primal ? n_columns : n_rows);
  gram *= ridge;
  if (is_primal) {
    gram.noalias() += X.transpose() * X;
    w = gram.llt().solve(X.transpose() * Y);
  } else {
    gram.noalias() += X * X.transpose();
    w = X.transpose() * gram.llt().solve(Y);
  }
  return out;
}

}  // namespace core
