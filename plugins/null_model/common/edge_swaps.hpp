// Double-edge swaps after Maslov and Sneppen 2002, Science 296:910, on directed and on undirected graphs.
#pragma once
#include <cstdint>
#include <encephagen/sdk/random.hpp>
#include <utility>
#include <vector>

#include "graph_measures.hpp"

namespace null_model {

enum class Carrier { source, target, neither };  // neither: weights are dealt out anew
enum class SelfLoops { freeze, swap };

// The edges a->b, c->d that are to become a->d, c->b; of undirected edges, one of the two directions.
struct Swap {
  size_t a, b, c, d;
};

// The rule that forbids nothing.
struct AnySwap {
  bool operator()(const Swap&, eg::Random&) const { return true; }
};

// A graph as a list of edges and a table of occupied places; its edges are moved by attempt().
template <class Rule = AnySwap>
class SwapGraph {
 public:
  // rule(Swap, random) says whether a swap may be made.
  SwapGraph(const eg::Connectome& c, bool is_directed, Carrier carrier, SelfLoops loops, Rule rule = {})
      : n_(c.size()),
        is_directed_(is_directed),
        follows_source_(carrier != Carrier::target || !is_directed),
        rule_(std::move(rule)),
        occupied_(n_ * n_, 0) {
    for (size_t i = 0; i < n_; ++i)
      for (size_t j = 0; j < n_; ++j) {
        const double w = c.weight(i, j);
        occupied_[i * n_ + j] = w != 0;
        const bool is_listed = i == j ? loops == SelfLoops::swap : is_directed || i > j;
        if (w != 0 && is_listed)
          edges_.push_back({static_cast<uint32_t>(j), static_cast<uint32_t>(i)}), weights_.push_back(w);
      }
  }

  size_t n_edges() const { return edges_.size(); }  // an undirected edge counts once

  // Draws two edges a->b, c->d (undirected ones with a random direction) and makes them a->d, c->b. Does nothing and
  // returns false where the rule says no, or where that would make a self-loop or meet an existing edge. Needs at least
  // one edge.
  bool attempt(eg::Random& random) {
    const uint64_t drawn = random.below(edges_.size() * edges_.size());
    const size_t first = drawn / edges_.size(), second = drawn % edges_.size();
    if (!is_directed_ && random.next_u32() % 2) std::swap(edges_[second].source, edges_[second].target);
    const auto [a, b] = edges_[first];
    const auto [c, d] = edges_[second];
    if (!rule_(Swap{a, b, c, d}, random)) return false;
    // Two draws of one edge, and edges that share a source or a target, find their own places occupied.
    if (int{a == d} | int{c == b} | occupied_[d * n_ + a] | occupied_[b * n_ + c]) return false;
    place(a, b, false), place(c, d, false);
    place(a, d, true), place(c, b, true);
    edges_[first] = {a, d}, edges_[second] = {c, b};
    if (!follows_source_) std::swap(weights_[first], weights_[second]);
    return true;
  }

  // The weights with the listed edges moved; everything else as in `real`.
  std::vector<double> weights(const eg::Connectome& real) const {
    auto out = real.weights;
    for (size_t i = 0; i < n_; ++i)
      for (size_t j = 0; j < n_; ++j)
        if (i != j || !occupied_[i * n_ + j]) out[i * n_ + j] = 0;
    for (size_t k = 0; k < edges_.size(); ++k) {
      const auto [source, target] = edges_[k];
      out[target * n_ + source] = weights_[k];
      if (!is_directed_) out[source * n_ + target] = weights_[k];
    }
    return out;
  }

 private:
  struct Edge {
    uint32_t source, target;
  };
  void place(size_t source, size_t target, bool is_there) {
    occupied_[target * n_ + source] = is_there;
    if (!is_directed_) occupied_[source * n_ + target] = is_there;
  }

  size_t n_;
  bool is_directed_, follows_source_;
  Rule rule_;
  std::vector<uint8_t> occupied_;  // [target, source]
  std::vector<Edge> edges_;
  std::vector<double> weights_;
};

}  // namespace null_model
