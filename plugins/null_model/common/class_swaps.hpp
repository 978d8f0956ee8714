// Double-edge swaps within classes of edges, such as intervals of length. Few of all pairs of edges can be swapped
// there, so partners are looked for among free places, and Hastings 1970, Biometrika 57:97, makes all graphs equally
// likely.
#pragma once
#include <bit>

#include "edge_classes.hpp"
#include "edge_swaps.hpp"

namespace null_model {

class ClassSwapGraph {
 public:
  // Edges at frozen places and self-loops stay. `classes` outlives this and is symmetric where the graph is undirected.
  ClassSwapGraph(const eg::Connectome& c, bool is_directed, Carrier carrier, const EdgeClasses& classes)
      : n_(c.size()),
        words_((n_ + 63) / 64),
        is_directed_(is_directed),
        follows_source_(carrier != Carrier::target || !is_directed),
        classes_(classes),
        place_of_(n_ * n_, 0) {
    uint8_t n_classes = 0;
    for (const uint8_t k : classes.of)
      if (k != EdgeClasses::frozen) n_classes = std::max(n_classes, static_cast<uint8_t>(k + 1));
    for (auto* bits : {&targets_, &free_targets_, &free_sources_}) bits->assign(n_classes * n_ * words_, 0);
    for (size_t i = 0; i < n_; ++i)
      for (size_t j = 0; j < n_; ++j) {
        const uint8_t k = classes.at(i, j);
        if (i == j || k == EdgeClasses::frozen) continue;
        const double w = c.weight(i, j);
        flip(w != 0 ? targets_ : free_targets_, k, j, i);
        if (w == 0) flip(free_sources_, k, i, j);
        if (w == 0 || (!is_directed && i < j)) continue;
        edges_.push_back({j, i}), weights_.push_back(w);
        note_place(edges_.size() - 1);
      }
    for (uint8_t k = 0; k < n_classes; ++k)
      for (size_t i = 0; i < n_; ++i)
        n_free_sources_.push_back(count([&](size_t w) { return row(free_sources_, k, i)[w]; }));
  }

  size_t n_edges() const { return edges_.size(); }  // an undirected edge counts once

  // Draws an edge a->b (an undirected one with a random direction), a region c from which b has no edge of this class
  // but could have, and among the edges of c one, c->d, for which the same is true of a->d; exchanges the targets.
  // Returns false where there is no such c or d or the swap is rejected. Needs at least one edge.
  bool attempt(eg::Random& random) {
    const size_t first = random.below(edges_.size());
    if (!is_directed_ && random.next_u32() % 2) std::swap(edges_[first].source, edges_[first].target);
    const size_t a = edges_[first].source, b = edges_[first].target;
    const uint8_t k = classes_.at(b, a);
    if (n_free_sources(k, b) == 0) return false;
    const size_t c = nth(random.below(n_free_sources(k, b)), [&](size_t w) { return row(free_sources_, k, b)[w]; });
    const auto exchangeable = [&](size_t w) { return row(targets_, k, c)[w] & row(free_targets_, k, a)[w]; };
    const uint64_t n_exchangeable = count(exchangeable);
    if (n_exchangeable == 0) return false;
    const size_t d = nth(random.below(n_exchangeable), exchangeable);
    double there = proposed(k, a, b, c, d), back = proposed(k, a, d, c, b);
    if (!is_directed_) there += proposed(k, b, a, d, c), back += proposed(k, b, c, d, a);
    if (back < there && random.uniform() * there >= back) return false;
    const size_t second = place_of_[d * n_ + c];
    flip_place(k, a, b), flip_place(k, c, d), flip_place(k, a, d), flip_place(k, c, b);
    edges_[first] = {a, d}, edges_[second] = {c, b};
    note_place(first), note_place(second);
    if (!follows_source_) std::swap(weights_[first], weights_[second]);
    return true;
  }

  // The weights with the edges moved; everything else as in `real`.
  std::vector<double> weights(const eg::Connectome& real) const {
    auto out = real.weights;
    for (size_t i = 0; i < n_; ++i)
      for (size_t j = 0; j < n_; ++j)
        if (i != j && classes_.at(i, j) != EdgeClasses::frozen) out[i * n_ + j] = 0;
    for (size_t e = 0; e < edges_.size(); ++e) {
      const auto [source, target] = edges_[e];
      out[target * n_ + source] = weights_[e];
      if (!is_directed_) out[source * n_ + target] = weights_[e];
    }
    return out;
  }

 private:
  struct Edge {
    size_t source, target;
  };
  using Bits = std::vector<uint64_t>;  // [class, region]: a set of regions

  uint64_t* row(Bits& bits, uint8_t k, size_t region) const { return &bits[(k * n_ + region) * words_]; }
  const uint64_t* row(const Bits& bits, uint8_t k, size_t region) const { return &bits[(k * n_ + region) * words_]; }
  void flip(Bits& bits, uint8_t k, size_t region, size_t other) const {
    row(bits, k, region)[other / 64] ^= uint64_t{1} << other % 64;
  }
  void flip_place(uint8_t k, size_t source, size_t target) {
    flip(targets_, k, source, target), flip(free_targets_, k, source, target), flip(free_sources_, k, target, source);
    if (is_directed_) return;
    flip(targets_, k, target, source), flip(free_targets_, k, target, source), flip(free_sources_, k, source, target);
  }
  void note_place(size_t e) {
    const auto [source, target] = edges_[e];
    place_of_[target * n_ + source] = static_cast<uint32_t>(e);
    if (!is_directed_) place_of_[source * n_ + target] = static_cast<uint32_t>(e);
  }

  // How often, per edge, a->b and c->d are proposed for a swap. Swapping them changes neither the number of sources
  // free for b and d nor how many edges of a and c are exchangeable, so this is also right for a graph one swap away.
  double proposed(uint8_t k, size_t a, size_t b, size_t c, size_t d) const {
    const auto exchangeable = [&](size_t from, size_t to) {
      return count([&](size_t w) { return row(targets_, k, from)[w] & row(free_targets_, k, to)[w]; });
    };
    return 1 / static_cast<double>(n_free_sources(k, b) * exchangeable(c, a)) +
           1 / static_cast<double>(n_free_sources(k, d) * exchangeable(a, c));
  }

  uint64_t n_free_sources(uint8_t k, size_t region) const { return n_free_sources_[k * n_ + region]; }
  template <class Word>
  uint64_t count(Word&& word) const {
    uint64_t sum = 0;
    for (size_t w = 0; w < words_; ++w) sum += static_cast<uint64_t>(std::popcount(word(w)));
    return sum;
  }
  // The n-th member of a set that has one.
  template <class Word>
  static size_t nth(uint64_t n, Word&& word) {
    for (size_t w = 0;; ++w) {
      uint64_t bits = word(w);
      const auto here = static_cast<uint64_t>(std::popcount(bits));
      if (n >= here) {
        n -= here;
        continue;
      }
      for (; n > 0; --n) bits &= bits - 1;
      return 64 * w + static_cast<size_t>(std::countr_zero(bits));
    }
  }

  size_t n_, words_;
  bool is_directed_, follows_source_;
  const EdgeClasses& classes_;
  Bits targets_, free_targets_, free_sources_;  // of a region: its edges, its empty places as a source, as a target
  std::vector<uint64_t> n_free_sources_;        // [class, region]; swaps do not change it
  std::vector<Edge> edges_;
  std::vector<double> weights_;
  std::vector<uint32_t> place_of_;  // [target, source]: where in edges_
};

}  // namespace null_model
