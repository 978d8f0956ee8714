// What is compared between a connectome and its surrogate. Edges are nonzero weights off the diagonal.
#pragma once
#include <algorithm>
#include <cmath>
#include <encephagen/sdk/null_model.hpp>
#include <numeric>
#include <vector>

namespace null_model {

// Calls f(target, source, weight) for every edge between two different regions.
template <class F>
void for_each_edge(const eg::Connectome& c, F&& f) {
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < c.size(); ++j)
      if (i != j && c.weight(i, j) != 0) f(i, j, c.weight(i, j));
}

inline bool is_symmetric(const eg::Connectome& c) {
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (c.weight(i, j) != c.weight(j, i)) return false;
  return true;
}

// Share of the edges of `a` that are edges of `b` too; NaN without edges.
inline double edge_overlap(const eg::Connectome& a, const eg::Connectome& b) {
  double edges = 0, shared = 0;
  for_each_edge(a, [&](size_t i, size_t j, double) { edges += 1, shared += b.weight(i, j) != 0; });
  return shared / edges;
}

// Share of the edges that have one back; NaN without edges.
inline double reciprocity(const eg::Connectome& c) {
  double edges = 0, mutual = 0;
  for_each_edge(c, [&](size_t i, size_t j, double) { edges += 1, mutual += c.weight(j, i) != 0; });
  return mutual / edges;
}

struct Strengths {
  std::vector<double> in, out;  // sums of the weights of edges
};
inline Strengths strengths(const eg::Connectome& c) {
  Strengths s{std::vector<double>(c.size(), 0.0), std::vector<double>(c.size(), 0.0)};
  for_each_edge(c, [&](size_t i, size_t j, double w) { s.in[i] += w, s.out[j] += w; });
  return s;
}

// max over regions of |b - a| / |a|, regions with a = 0 left out.
inline double largest_relative_deviation(const std::vector<double>& a, const std::vector<double>& b) {
  double worst = 0;
  for (size_t i = 0; i < a.size(); ++i)
    if (a[i] != 0) worst = std::max(worst, std::abs(b[i] - a[i]) / std::abs(a[i]));
  return worst;
}

// Parts that no edge connects, whatever its direction.
inline size_t weak_components(const eg::Connectome& c) {
  std::vector<size_t> parent(c.size());
  std::iota(parent.begin(), parent.end(), size_t{0});
  const auto root = [&](size_t x) {
    while (parent[x] != x) x = parent[x] = parent[parent[x]];
    return x;
  };
  size_t parts = c.size();
  for_each_edge(c, [&](size_t i, size_t j, double) {
    const size_t a = root(i), b = root(j);
    if (a != b) parent[a] = b, --parts;
  });
  return parts;
}

}  // namespace null_model
