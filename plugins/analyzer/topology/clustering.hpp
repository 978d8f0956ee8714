// How often the neighbours of a region are neighbours of each other.
#pragma once
#include <algorithm>
#include <cmath>

#include "graph.hpp"

namespace analysis {

// Fagiolo 2007, Phys Rev E 76:026107, eq. 6 to 8: triangles of any direction over those that could be,
//   [(A + A^T)^3]_ii / (2 (d (d - 1) - 2 d_both)),
// d all edges of the region, d_both its reciprocal pairs, A holding size(weight) of each edge. 0 where none could be.
template <class Size>
std::vector<double> clustering(const Graph& g, Size&& size) {
  const size_t n = g.n;
  std::vector<double> both(n * n, 0.0), out(n, 0.0);
  g.for_each_edge([&](size_t i, size_t j, double w) { both[i * n + j] += size(w), both[j * n + i] += size(w); });
  for (size_t i = 0; i < n; ++i) {
    double triangles = 0, reciprocal = 0;
    for (size_t j = 0; j < n; ++j) {
      reciprocal += g.has(i, j) && g.has(j, i);
      if (both[i * n + j] == 0) continue;
      double sum = 0;
      for (size_t k = 0; k < n; ++k) sum += both[j * n + k] * both[i * n + k];
      triangles += both[i * n + j] * sum;
    }
    const double possible = 2 * (g.total[i] * (g.total[i] - 1) - 2 * reciprocal);
    if (possible > 0) out[i] = triangles / possible;
  }
  return out;
}

inline std::vector<double> binary_clustering(const Graph& g) {
  return clustering(g, [](double) { return 1.0; });
}

// The size of an edge is the cube root of its weight over the largest weight.
inline std::vector<double> weighted_clustering(const Graph& g) {
  const double largest = std::ranges::max(g.weights);
  return clustering(g, [&](double w) { return std::cbrt(w / largest); });
}

}  // namespace analysis
