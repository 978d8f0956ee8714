// Ways to bring the weights of a connectome to a common scale.
#include "normalise.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "text.hpp"

namespace connectomes {

using namespace files;
namespace {

// Kahn's algorithm: regions without input are taken away until none is left (acyclic) or all have input (a cycle).
bool has_cycle(std::span<const double> w, size_t n) {
  std::vector<size_t> inputs(n, 0), without;
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) inputs[i] += w[i * n + j] != 0.0;
    if (inputs[i] == 0) without.push_back(i);
  }
  size_t removed = 0;
  while (!without.empty()) {
    const size_t j = without.back();
    without.pop_back();
    ++removed;
    for (size_t i = 0; i < n; ++i)
      if (w[i * n + j] != 0.0 && --inputs[i] == 0) without.push_back(i);
  }
  return removed < n;
}

double in_strength(std::span<const double> w, size_t n, size_t i) {
  double sum = 0;
  for (size_t j = 0; j < n; ++j) sum += std::abs(w[i * n + j]);
  return sum;
}

}  // namespace

double spectral_radius(std::span<const double> weights, size_t n) {
  if (!has_cycle(weights, n)) return 0.0;  // an eigenvalue solver would return rounding noise raised to 1/n
  const auto size = static_cast<Eigen::Index>(n);
  const Eigen::MatrixXd w = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
      weights.data(), size, size);
  const bool is_symmetric = w == w.transpose();
  if (is_symmetric) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(w, Eigen::EigenvaluesOnly);
    if (solver.info() != Eigen::Success) throw std::runtime_error("the eigenvalues of the weights did not converge");
    return solver.eigenvalues().cwiseAbs().maxCoeff();
  }
  const Eigen::EigenSolver<Eigen::MatrixXd> solver(w, false);
  if (solver.info() != Eigen::Success) throw std::runtime_error("the eigenvalues of the weights did not converge");
  return solver.eigenvalues().cwiseAbs().maxCoeff();
}

std::string normalise(std::span<double> weights, size_t n, Normalise how) {
  if (how == Normalise::none) return "none";
  if (std::ranges::all_of(weights, [](double w) { return w == 0.0; }))
    throw std::runtime_error("the weights cannot be normalised: there is no edge; say normalise = \"none\"");
  if (how == Normalise::in_strength) {
    size_t without = 0;
    for (size_t i = 0; i < n; ++i) {
      const double strength = in_strength(weights, n, i);
      without += strength == 0.0;
      for (size_t j = 0; strength > 0 && j < n; ++j) weights[i * n + j] /= strength;
    }
    return say("in_strength: each row divided by its sum; ", count_of(without, "row", "rows"),
               " without input left at 0");
  }
  double scale = 0;
  std::string name;
  if (how == Normalise::max) {
    name = "max";
    for (const double w : weights) scale = std::max(scale, std::abs(w));
  } else if (how == Normalise::mean_in_strength) {
    name = "mean_in_strength";
    for (size_t i = 0; i < n; ++i) scale += in_strength(weights, n, i);
    scale /= static_cast<double>(n);
  } else {
    name = "spectral_radius";
    scale = spectral_radius(weights, n);
    if (!(scale > 0))
      throw std::runtime_error(
          "the spectral radius is 0, as in a network without directed cycles; choose another way to normalise");
  }
  for (double& w : weights) w /= scale;
  return say(name, ": divided by ", scale);
}

}  // namespace connectomes
