// Moves of a directed graph that keep which regions have how many mutual and how many one-way partners.
#pragma once
#include "../common/edge_swaps.hpp"

namespace null_model {

struct DyadCounts {
  uint64_t dyad_swaps = 0, single_swaps = 0, cycle_reversals = 0;  // accepted
};

// Dyads are pairs with edges both ways, singles edges without one back. Swaps exchange the partners of two dyads or of
// two singles, and only onto pairs that nothing joins; a reversal turns a 3-cycle of singles round, which swaps of
// singles cannot do (Roberts and Coolen 2012, Phys Rev E 85:046103, for graphs without dyads).
class DyadGraph {
 public:
  DyadGraph(const eg::Connectome& c, Carrier carrier)
      : n_(c.size()), follows_source_(carrier == Carrier::source), weights_(c.weights), place_of_(n_ * n_, 0) {
    for_each_edge(c, [&](size_t i, size_t j, double) {
      if (!has(i, j))
        list_single(singles_.emplace_back(), j, i);
      else if (i > j)
        dyads_.push_back({j, i});
    });
  }

  size_t n_edges() const { return dyads_.size() + singles_.size(); }  // a dyad counts once
  const DyadCounts& counts() const { return counts_; }

  // Tries one reversal in `attempts_per_reversal` attempts, else a swap of two dyads or two singles, each chosen as
  // often as there are of them. Whether a move is tried does not depend on what was moved before, and every move is as
  // likely as the one that undoes it. Needs at least one edge.
  bool attempt(eg::Random& random) {
    if (random.below(attempts_per_reversal) == 0) return attempt_reversal(random);
    const size_t first = random.below(n_edges());
    if (first < dyads_.size()) return attempt_dyads(dyads_[first], dyads_[random.below(dyads_.size())], random);
    return attempt_singles(singles_[first - dyads_.size()], singles_[random.below(singles_.size())]);
  }

  std::vector<double> weights(const eg::Connectome&) const { return weights_; }

 private:
  static constexpr uint64_t attempts_per_reversal = 8;
  struct Pair {
    size_t a = 0, b = 0;  // singles: a -> b
  };

  double& weight(size_t source, size_t target) { return weights_[target * n_ + source]; }
  bool has(size_t source, size_t target) const { return weights_[target * n_ + source] != 0; }
  bool is_single(size_t source, size_t target) const { return has(source, target) && !has(target, source); }
  bool is_joined(size_t a, size_t b) const { return a == b || has(a, b) || has(b, a); }
  void list_single(Pair& at, size_t source, size_t target) {
    at = {source, target};
    place_of_[target * n_ + source] = static_cast<uint32_t>(&at - singles_.data());
  }
  Pair& single(size_t source, size_t target) { return singles_[place_of_[target * n_ + source]]; }
  double take(size_t source, size_t target) { return std::exchange(weight(source, target), 0.0); }

  bool attempt_singles(Pair& first, Pair& second) {
    const auto [a, b] = first;
    const auto [c, d] = second;
    if (is_joined(a, d) || is_joined(c, b)) return false;
    const double from_a = take(a, b), from_c = take(c, d);
    weight(a, d) = follows_source_ ? from_a : from_c;
    weight(c, b) = follows_source_ ? from_c : from_a;
    list_single(first, a, d), list_single(second, c, b);
    ++counts_.single_swaps;
    return true;
  }

  // Of the four weights each stays with its source, or each with its target.
  bool attempt_dyads(Pair& first, Pair& second, eg::Random& random) {
    const auto [a, b] = first;
    auto [c, d] = second;
    if (random.next_u32() % 2) std::swap(c, d);
    if (is_joined(a, d) || is_joined(c, b)) return false;
    const double ab = take(a, b), ba = take(b, a), cd = take(c, d), dc = take(d, c);
    weight(a, d) = follows_source_ ? ab : cd;
    weight(d, a) = follows_source_ ? dc : ba;
    weight(c, b) = follows_source_ ? cd : ab;
    weight(b, c) = follows_source_ ? ba : dc;
    first = {a, d}, second = {c, b};
    ++counts_.dyad_swaps;
    return true;
  }

  bool attempt_reversal(eg::Random& random) {
    if (singles_.empty()) return false;
    const auto [a, b] = singles_[random.below(singles_.size())];
    const size_t c = random.below(n_);
    if (!is_single(b, c) || !is_single(c, a)) return false;
    Pair &first = single(a, b), &second = single(b, c), &third = single(c, a);
    const double ab = take(a, b), bc = take(b, c), ca = take(c, a);
    weight(b, a) = follows_source_ ? bc : ca;
    weight(c, b) = follows_source_ ? ca : ab;
    weight(a, c) = follows_source_ ? ab : bc;
    list_single(first, b, a), list_single(second, c, b), list_single(third, a, c);
    ++counts_.cycle_reversals;
    return true;
  }

  size_t n_;
  bool follows_source_;
  std::vector<double> weights_;  // [target, source]
  std::vector<Pair> dyads_, singles_;
  std::vector<uint32_t> place_of_;  // [target, source]: where in singles_
  DyadCounts counts_;
};

}  // namespace null_model
