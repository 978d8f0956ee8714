// How far regions are from each other, counted in edges.
#pragma once
#include "../common/statistics.hpp"
#include "graph.hpp"

namespace analysis {

struct Paths {
  double mean_length = undetermined;        // over the ordered pairs between which there is a path
  double global_efficiency = undetermined;  // mean of 1 / length over all ordered pairs (Latora & Marchiori 2001)
  double reachable_share = undetermined;    // of the ordered pairs
};

inline Paths shortest_paths(const Graph& g) {
  std::vector<std::vector<size_t>> targets(g.n);
  g.for_each_edge([&](size_t i, size_t j, double) { targets[j].push_back(i); });
  double sum = 0, inverse = 0, reached = 0;
  for (size_t from = 0; from < g.n; ++from) {
    std::vector<double> length(g.n, -1);
    std::vector<size_t> queue{from};
    length[from] = 0;
    for (size_t head = 0; head < queue.size(); ++head)
      for (const size_t to : targets[queue[head]]) {
        if (length[to] >= 0) continue;
        length[to] = length[queue[head]] + 1;
        sum += length[to], inverse += 1 / length[to], reached += 1;
        queue.push_back(to);
      }
  }
  const double pairs = static_cast<double>(g.n) * (static_cast<double>(g.n) - 1);
  return {reached > 0 ? sum / reached : undetermined, inverse / pairs, reached / pairs};
}

}  // namespace analysis
