// What is compared between a connectome and its surrogate. Edges are nonzero weights off the diagonal.
#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
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

inline size_t count_edges(const eg::Connectome& c) {
  size_t edges = 0;
  for_each_edge(c, [&](size_t, size_t, double) { ++edges; });
  return edges;
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

// In-degree plus out-degree of every region.
inline std::vector<size_t> total_degrees(const eg::Connectome& c) {
  std::vector<size_t> out(c.size(), 0);
  for_each_edge(c, [&](size_t i, size_t j, double) { ++out[i], ++out[j]; });
  return out;
}

// Mean over regions of the share of their triangles that exist (Fagiolo 2007, Phys Rev E 76:026107, eq. 8, without
// weights; that of Watts and Strogatz where every edge has one back). Regions that could have none count as 0.
inline double clustering(const eg::Connectome& c) {
  const size_t n = c.size(), words = (n + 63) / 64;
  std::vector<uint64_t> to(n * words, 0), from(n * words, 0);  // bit k of row i: an edge i -> k, k -> i
  for_each_edge(c, [&](size_t i, size_t j, double) {
    to[j * words + i / 64] |= uint64_t{1} << i % 64;
    from[i * words + j / 64] |= uint64_t{1} << j % 64;
  });
  double sum = 0;
  for (size_t i = 0; i < n; ++i) {
    const uint64_t *to_i = &to[i * words], *from_i = &from[i * words];
    int64_t walks = 0, degree = 0, mutual = 0;  // closed walks i - j - k - i over edges of either direction
    for (size_t w = 0; w < words; ++w) {
      degree += std::popcount(to_i[w]) + std::popcount(from_i[w]);
      mutual += std::popcount(to_i[w] & from_i[w]);
    }
    for (size_t j = 0; j < n; ++j) {
      const auto edges = static_cast<int64_t>((to_i[j / 64] >> j % 64 & 1) + (from_i[j / 64] >> j % 64 & 1));
      if (edges == 0) continue;
      const uint64_t *to_j = &to[j * words], *from_j = &from[j * words];
      int64_t closing = 0;
      for (size_t w = 0; w < words; ++w)
        closing += std::popcount(to_i[w] & to_j[w]) + std::popcount(to_i[w] & from_j[w]) +
                   std::popcount(from_i[w] & to_j[w]) + std::popcount(from_i[w] & from_j[w]);
      walks += edges * closing;
    }
    const int64_t possible = 2 * (degree * (degree - 1) - 2 * mutual);
    if (possible > 0) sum += static_cast<double>(walks) / static_cast<double>(possible);
  }
  return sum / static_cast<double>(n);
}

// Correlation over edges of the total degrees at their two ends (Newman 2003, Phys Rev E 67:026126, eq. 26); NaN where
// one end has the same degree on all edges.
inline double assortativity(const eg::Connectome& c) {
  const auto degree = total_degrees(c);
  double edges = 0, s = 0, t = 0, ss = 0, tt = 0, st = 0;  // whole numbers, so exact
  for_each_edge(c, [&](size_t i, size_t j, double) {
    const auto x = static_cast<double>(degree[j]), y = static_cast<double>(degree[i]);
    edges += 1, s += x, t += y, ss += x * x, tt += y * y, st += x * y;
  });
  return (edges * st - s * t) / std::sqrt((edges * ss - s * s) * (edges * tt - t * t));
}

template <class T>
bool all_equal(const std::vector<T>& v) {
  return std::ranges::adjacent_find(v, std::ranges::not_equal_to{}) == v.end();
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
