// Double-edge swaps after Maslov and Sneppen 2002, Science 296:910, on directed and on undirected graphs.
#pragma once
#include <array>
#include <cstdint>
#include <encephagen/sdk/random.hpp>
#include <utility>
#include <vector>

#include "edge_classes.hpp"
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
  // `classes` may be null, else it outlives this: swaps then stay within a class. rule(Swap, random) says whether a
  // swap that is possible is made.
  SwapGraph(const eg::Connectome& c, bool is_directed, Carrier carrier, SelfLoops loops,
            const EdgeClasses* classes = nullptr, Rule rule = {})
      : n_(c.size()),
        is_directed_(is_directed),
        carrier_(carrier),
        classes_(classes),
        rule_(std::move(rule)),
        occupied_(n_ * n_, 0) {
    for (size_t i = 0; i < n_; ++i)
      for (size_t j = 0; j < n_; ++j) {
        const double w = c.weight(i, j);
        occupied_[i * n_ + j] = w != 0;
        const bool is_listed = (i == j ? loops == SelfLoops::swap : is_directed || i > j) &&
                               !(classes && classes->at(i, j) == EdgeClasses::frozen);
        if (w != 0 && is_listed) edges_.push_back({static_cast<uint32_t>(j), static_cast<uint32_t>(i), w});
      }
    if (classes) sort_by_class();
  }

  size_t n_edges() const { return edges_.size(); }  // an undirected edge counts once

  // Draws two edges a->b, c->d (undirected ones with a random direction) and makes them a->d, c->b. Does nothing and
  // returns false where that would make a self-loop, meet an existing edge or leave the class, or where
  // the rule, asked last, says no. Needs at least one edge.
  bool attempt(eg::Random& random) {
    const auto [drawn_first, drawn_second] = classes_ ? draw_within_class(random) : draw(random);
    Edge& first = edges_[drawn_first];
    Edge& second = edges_[drawn_second];
    if (!is_directed_ && random.next_u32() % 2) std::swap(second.source, second.target);
    const auto [a, b, first_weight] = first;
    const auto [c, d, second_weight] = second;
    // Two draws of one edge, and edges that share a source or a target, find their own places occupied.
    if (a == d || c == b || is_occupied(a, d) || is_occupied(c, b)) return false;
    if (classes_) {
      const uint8_t k = classes_->at(b, a);
      if (classes_->at(d, a) != k || classes_->at(b, c) != k) return false;
    }
    if (!rule_(Swap{a, b, c, d}, random)) return false;
    place(a, b, false), place(c, d, false);
    place(a, d, true), place(c, b, true);
    const bool follows_source = carrier_ != Carrier::target || !is_directed_;
    first = {a, d, follows_source ? first_weight : second_weight};
    second = {c, b, follows_source ? second_weight : first_weight};
    return true;
  }

  // The weights with the listed edges moved; everything else as in `real`.
  std::vector<double> weights(const eg::Connectome& real) const {
    auto out = real.weights;
    for (size_t i = 0; i < n_; ++i)
      for (size_t j = 0; j < n_; ++j)
        if (!(i == j || is_frozen(i, j)) || !occupied_[i * n_ + j]) out[i * n_ + j] = 0;
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
  struct Range {
    uint32_t begin = 0, size = 0;
  };

  void sort_by_class() {
    const auto class_of = [&](const Edge& e) { return classes_->at(e.target, e.source); };
    std::ranges::stable_sort(edges_, {}, class_of);
    for (size_t k = 0; k < edges_.size(); ++k) {
      Range& r = ranges_[class_of(edges_[k])];
      if (r.size++ == 0) r.begin = static_cast<uint32_t>(k);
    }
  }
  std::pair<size_t, size_t> draw(eg::Random& random) const {
    const uint64_t drawn = random.below(edges_.size() * edges_.size());
    return {drawn / edges_.size(), drawn % edges_.size()};
  }
  // A swap leaves both edges in their class, and so the ranges as they are.
  std::pair<size_t, size_t> draw_within_class(eg::Random& random) const {
    const size_t first = random.below(edges_.size());
    const Range& r = ranges_[classes_->at(edges_[first].target, edges_[first].source)];
    return {first, r.begin + random.below(r.size)};
  }
  bool is_frozen(size_t target, size_t source) const {
    return classes_ && classes_->at(target, source) == EdgeClasses::frozen;
  }
  bool is_occupied(size_t source, size_t target) const { return occupied_[target * n_ + source]; }
  void place(size_t source, size_t target, bool is_there) {
    occupied_[target * n_ + source] = is_there;
    if (!is_directed_) occupied_[source * n_ + target] = is_there;
  }

  size_t n_;
  bool is_directed_;
  Carrier carrier_;
  const EdgeClasses* classes_;
  Rule rule_;
  std::vector<uint8_t> occupied_;  // [target, source]
  std::vector<Edge> edges_;
  std::array<Range, 256> ranges_{};  // of edges_, by class
};

}  // namespace null_model
