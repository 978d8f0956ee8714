// Weights dealt out over fixed edges by rank, so that strengths come out about right (Rubinov and Sporns 2011,
// NeuroImage 56:2068).
#pragma once
#include <stdexcept>
#include <string>

#include "../common/edge_classes.hpp"
#include "../common/graph_measures.hpp"

namespace null_model {

// `graph` with its weights in a new order. Edges are taken one by one at random. The edges left are ranked by the
// product of what their source still has to send and their target still has to receive; the one taken gets the weight
// of its rank among the weights left. `classes` may be null: else each class deals out its own weights. Throws
// std::invalid_argument for negative weights, of which such products say nothing.
inline eg::Connectome deal_out_by_rank(const eg::Connectome& real, const eg::Connectome& graph, bool is_directed,
                                       const EdgeClasses* classes, eg::Random& random) {
  struct Edge {
    size_t target, source;
    uint8_t kind;
  };
  std::vector<Edge> left;
  std::array<std::vector<double>, 256> weights;
  for_each_edge(graph, [&](size_t i, size_t j, double w) {
    if (w < 0)
      throw std::invalid_argument("the weight from region '" + real.labels[j] + "' to '" + real.labels[i] +
                                  R"(' is negative: weights = "ranks" needs positive ones, use "annealed")");
    if (!is_directed && j > i) return;
    const uint8_t k = classes ? classes->at(i, j) : 0;
    left.push_back({i, j, k}), weights[k].push_back(w);
  });
  for (auto& w : weights) std::ranges::sort(w);

  auto wanted = strengths(real);
  auto& to_receive = wanted.in;
  auto& to_send = is_directed ? wanted.out : wanted.in;
  const auto expected = [&](const Edge& e) { return to_send[e.source] * to_receive[e.target]; };
  eg::Connectome out = graph;
  while (!left.empty()) {
    std::swap(left[random.below(left.size())], left.back());
    const Edge taken = left.back();
    const double of_taken = expected(taken);
    size_t rank = 0;
    for (const Edge& e : left) rank += e.kind == taken.kind && expected(e) < of_taken;
    auto& dealt = weights[taken.kind];
    const double w = dealt[rank];
    dealt.erase(dealt.begin() + static_cast<std::ptrdiff_t>(rank));
    left.pop_back();
    out.weight(taken.target, taken.source) = w;
    if (!is_directed) out.weight(taken.source, taken.target) = w;
    to_send[taken.source] = std::max(0.0, to_send[taken.source] - w);
    to_receive[taken.target] = std::max(0.0, to_receive[taken.target] - w);
  }
  return out;
}

}  // namespace null_model
