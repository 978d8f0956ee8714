// Whether regions of many edges are joined to each other more than others are.
#pragma once
#include <algorithm>
#include <functional>

#include "../common/statistics.hpp"
#include "graph.hpp"

namespace analysis {

// Of the regions with more than k edges, in and out taken together, for k = 0, 1, ...
struct RichClub {
  std::vector<double> regions, edges;  // how many, among them
  std::vector<double> phi;             // edges over those that could be: Colizza et al. 2006, Nature Physics 2:110
  std::vector<double> weighted_phi;    // their weight over that of as many of the heaviest edges of all: Opsahl et al.
                                       // 2008, Phys Rev Lett 101:168702
};

// Up to k = 2 (n - 1), where no region is left, whatever the graph. NaN where fewer than two regions, or no edges, are
// left.
inline RichClub rich_club(const Graph& g) {
  const size_t levels = 2 * g.n - 1;
  RichClub out{std::vector<double>(levels, 0.0), std::vector<double>(levels, 0.0),
               std::vector<double>(levels, undetermined), std::vector<double>(levels, undetermined)};
  std::vector<double> weight(levels, 0.0), heaviest{0.0}, ranked;
  // Counted first at the highest level that still has them, then summed from above.
  for (const double degree : g.total)
    if (degree > 0) out.regions[static_cast<size_t>(degree) - 1] += 1;
  g.for_each_edge([&](size_t i, size_t j, double w) {
    const auto level = static_cast<size_t>(std::min(g.total[i], g.total[j])) - 1;
    out.edges[level] += 1, weight[level] += w;
    ranked.push_back(w);
  });
  std::ranges::sort(ranked, std::greater<>{});
  for (const double w : ranked) heaviest.push_back(heaviest.back() + w);
  for (size_t k = levels; k-- > 0;) {
    if (k + 1 < levels)
      out.regions[k] += out.regions[k + 1], out.edges[k] += out.edges[k + 1], weight[k] += weight[k + 1];
    if (out.regions[k] >= 2) out.phi[k] = out.edges[k] / (out.regions[k] * (out.regions[k] - 1));
    if (out.edges[k] >= 1) out.weighted_phi[k] = weight[k] / heaviest[static_cast<size_t>(out.edges[k])];
  }
  return out;
}

}  // namespace analysis
