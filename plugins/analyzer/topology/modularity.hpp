// How well a graph falls into modules.
#pragma once
#include <algorithm>
#include <encephagen/sdk/random.hpp>
#include <numeric>

#include "graph.hpp"

namespace analysis {

struct Modules {
  double q = -eg::infinity;
  std::vector<int64_t> of;  // [region], numbered in the order of their first regions
};

namespace detail {

// Puts nodes, one after the other, where the sum of `gain` [n, n], symmetric, within modules grows most, until none can
// move. Returns whether any has.
inline bool move_nodes(const std::vector<double>& gain, std::vector<size_t>& module, eg::Random& random) {
  const size_t n = module.size();
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  random.shuffle(std::span(order));
  bool has_moved = false;
  for (bool moves = true; moves; has_moved = has_moved || moves) {
    moves = false;
    for (const size_t i : order) {
      std::vector<double> towards(n, 0.0);  // n modules at most: there is always an empty one, or i is alone
      for (size_t j = 0; j < n; ++j)
        if (j != i) towards[module[j]] += gain[i * n + j];
      const auto best = static_cast<size_t>(std::ranges::max_element(towards) - towards.begin());
      if (towards[best] <= towards[module[i]] + 1e-12) continue;
      module[i] = best;
      moves = true;
    }
  }
  return has_moved;
}

// Louvain's method (Blondel et al. 2008, J Stat Mech P10008): moves regions, then modules as wholes, and so on. At the
// end regions may move once more, and all begins again from what they leave, as long as any does.
inline std::vector<size_t> louvain(const std::vector<double>& gain, size_t n, eg::Random& random) {
  std::vector<size_t> of(n);
  std::iota(of.begin(), of.end(), size_t{0});
  while (move_nodes(gain, of, random)) {
    for (bool joins = true; joins;) {
      std::vector<size_t> number(n, n);
      size_t modules = 0;
      for (size_t& m : of) {
        if (number[m] == n) number[m] = modules++;
        m = number[m];
      }
      std::vector<double> between(modules * modules, 0.0);
      for (size_t i = 0; i < n; ++i)
        for (size_t j = 0; j < n; ++j) between[of[i] * modules + of[j]] += gain[i * n + j];
      std::vector<size_t> joined(modules);
      std::iota(joined.begin(), joined.end(), size_t{0});
      joins = move_nodes(between, joined, random);
      for (size_t& m : of) m = joined[m];
    }
  }
  return of;
}

}  // namespace detail

// The partition with the largest Q that `restarts` runs of Louvain's method in random order find, for
//   Q = 1/m sum_ij (w_ij - resolution s_i^in s_j^out / m) within modules, m the total weight
// (Leicht & Newman 2008, Phys Rev Lett 100:118703; for symmetric weights Newman's Q). Q is at least that found: its
// maximum is hard to know. Without edges every region is a module and Q is 0.
inline Modules find_modules(const Graph& g, double resolution, uint64_t restarts, uint64_t seed) {
  const size_t n = g.n;
  std::vector<double> gain(n * n, 0.0);
  const double m = g.total_weight;
  for (size_t i = 0; i < n && m > 0; ++i)
    for (size_t j = 0; j < n; ++j)
      gain[i * n + j] =
          0.5 * (g.weight(i, j) + g.weight(j, i)) / m -
          0.5 * resolution * (g.in_strength[i] * g.out_strength[j] + g.in_strength[j] * g.out_strength[i]) / (m * m);
  Modules best;
  for (uint64_t k = 0; k < restarts; ++k) {
    eg::Random random(seed, "modules", k);
    const auto of = detail::louvain(gain, n, random);
    double q = 0;
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j)
        if (of[i] == of[j]) q += gain[i * n + j];
    if (q <= best.q + 1e-12) continue;
    best.q = q;
    std::vector<int64_t> number(n, -1);
    int64_t modules = 0;
    best.of.clear();
    for (const size_t module : of) {
      if (number[module] < 0) number[module] = modules++;
      best.of.push_back(number[module]);
    }
  }
  return best;
}

}  // namespace analysis
