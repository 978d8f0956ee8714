// The graph between regions: weights without the diagonal, degrees and strengths.
#pragma once
#include <encephagen/sdk/analyzer.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace analysis {

struct Graph {
  size_t n = 0;
  std::vector<double> weights;         // [target, source], at least 0, diagonal 0
  std::vector<double> in, out, total;  // degrees
  std::vector<double> in_strength, out_strength;
  double n_edges = 0, total_weight = 0;

  Graph(std::span<const double> matrix, const std::vector<std::string>& labels)
      : n(labels.size()),
        weights(matrix.begin(), matrix.end()),
        in(n, 0.0),
        out(n, 0.0),
        total(n, 0.0),
        in_strength(n, 0.0),
        out_strength(n, 0.0) {
    if (n == 0 || weights.size() != n * n)
      throw std::invalid_argument("the recording comes without the weights of a connectome: topology needs one");
    for (size_t i = 0; i < n; ++i) weights[i * n + i] = 0;
    for_each_edge([&](size_t i, size_t j, double w) {
      if (w < 0)
        throw std::invalid_argument("the weight from '" + labels[j] + "' to '" + labels[i] + "' is " +
                                    std::to_string(w) +
                                    ": the measures of topology are defined for positive weights only");
      in[i] += 1, out[j] += 1, total[i] += 1, total[j] += 1;
      in_strength[i] += w, out_strength[j] += w;
      n_edges += 1, total_weight += w;
    });
  }

  double weight(size_t target, size_t source) const { return weights[target * n + source]; }
  bool has(size_t target, size_t source) const { return weight(target, source) != 0; }
  // f(target, source, weight)
  template <class F>
  void for_each_edge(F&& f) const {
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j)
        if (has(i, j)) f(i, j, weight(i, j));
  }
};

}  // namespace analysis
