// Double-edge swaps after Maslov and Sneppen 2002, Science 296:910, on directed and on undirected graphs.
#pragma once
#include <cstdint>
#include <encephagen/sdk/random.hpp>
#include <utility>
#include <vector>

#include "graph_measures.hpp"

namespace null_model {

enum class Carrier { source, target };
enum class SelfLoops { freeze, swap };

// A graph as a list of edges and a table of occupied places; its edges are moved by attempt().
class SwapGraph {
 public:
  SwapGraph(const eg::Connectome& c, bool is_directed, Carrier carrier, SelfLoops loops)
      : n_(c.size()), is_directed_(is_directed), carrier_(carrier), occupied_(n_ * n_, 0) {
    for (size_t i = 0; i < n_; ++i)
      for (size_t j = 0; j < n_; ++j) {
        const double w = c.weight(i, j);
        occupied_[i * n_ + j] = w != 0;
        const bool is_listed = i == j ? loops == SelfLoops::swap : is_directed || i > j;
        if (w != 0 && is_listed) edges_.push_back({static_cast<uint32_t>(j), static_cast<uint32_t>(i), w});
      }
  }

  size_t n_edges() const { return edges_.size(); }  // an undirected edge counts once

  // Draws two edges a->b, c->d (undirected ones with a random direction) and makes them a->d, c->b. Does nothing and
  // returns false where that would make a self-loop or meet an existing edge. Needs at least one edge.
  bool attempt(eg::Random& random) {
    const uint64_t drawn = random.below(edges_.size() * edges_.size());
    Edge& first = edges_[drawn / edges_.size()];
    Edge& second = edges_[drawn % edges_.size()];
    if (!is_directed_ && random.next_u32() % 2) std::swap(second.source, second.target);
    const auto [a, b, first_weight] = first;
    const auto [c, d, second_weight] = second;
    // Two draws of one edge, and edges that share a source or a target, find their own places occupied.
    if (a == d || c == b || is_occupied(a, d) || is_occupied(c, b)) return false;
    place(a, b, false), place(c, d, false);
    place(a, d, true), place(c, b, true);
    const bool follows_source = carrier_ == Carrier::source || !is_directed_;
    first = {a, d, follows_source ? first_weight : second_weight};
    second = {c, b, follows_source ? second_weight : first_weight};
    return true;
  }

  // The weights with the listed edges moved; everything else as in `real`.
  std::vector<double> weights(const eg::Connectome& real) const {
    auto out = real.weights;
    for (size_t i = 0; i < n_; ++i)
      for (size_t j = 0; j < n_; ++j)
        if (i != j || !occupied_[i * n_ + j]) out[i * n_ + j] = 0;
    for (const auto& e : edges_) {
      out[e.target * n_ + e.source] = e.weight;
      if (!is_directed_) out[e.source * n_ + e.target] = e.weight;
    }
    return out;
  }

 private:
  struct Edge {
    uint32_t source, target;
    double weight;
  };
  bool is_occupied(size_t source, size_t target) const { return occupied_[target * n_ + source]; }
  void place(size_t source, size_t target, bool is_there) {
    occupied_[target * n_ + source] = is_there;
    if (!is_directed_) occupied_[source * n_ + target] = is_there;
  }

  size_t n_;
  bool is_directed_;
  Carrier carrier_;
  std::vector<uint8_t> occupied_;  // [target, source]
  std::vector<Edge> edges_;
};

}  // namespace null_model
