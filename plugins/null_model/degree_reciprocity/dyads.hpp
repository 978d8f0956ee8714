// Moves of a directed graph that keep how many mutual, one-way incoming and one-way outgoing partners a region has.
#pragma once
#include "../common/edge_swaps.hpp"

namespace null_model {

struct DyadCounts {
  uint64_t dyad_swaps = 0, single_swaps = 0, reversals = 0;  // accepted
};

// Dyads are pairs with edges both ways, singles edges without one back. Swaps of two dyads or of two singles are tried,
// and reversals: of 3-cycles, which no swap turns round (Roberts and Coolen 2012, Phys Rev E 85:046103), and of the
// middle edge of a path of three singles.
class DyadGraph {
 public:
  DyadGraph(const eg::Connectome& c, Carrier carrier)
      : n_(c.size()), follows_source_(carrier == Carrier::source), weights_(c.weights), place_of_(n_ * n_, 0) {
    for_each_edge(c, [&](size_t i, size_t j, double) {
      if (has(i, j) && i < j) return;
      auto& list = has(i, j) ? dyads_ : singles_;
      list.emplace_back();
      note(list, list.size() - 1, j, i);
    });
  }

  size_t n_edges() const { return dyads_.size() + singles_.size(); }  // a dyad counts once
  const DyadCounts& counts() const { return counts_; }

  // Tries one reversal in `attempts_per_reversal` attempts, else a swap of two dyads or two singles, each as often as
  // there are of them. Their numbers never change, so every move is as likely as the one that undoes it. Needs at least
  // one edge.
  bool attempt(eg::Random& random) {
    if (random.below(attempts_per_reversal) == 0) return attempt_reversal(random);
    const size_t first = random.below(n_edges());
    const bool are_dyads = first < dyads_.size();
    const auto& list = are_dyads ? dyads_ : singles_;
    const Pair one = list[are_dyads ? first : first - dyads_.size()];
    Pair other = list[random.below(list.size())];
    if (are_dyads && random.next_u32() % 2) std::swap(other.a, other.b);
    if (!exchange(one.a, one.b, other.a, other.b)) return false;
    ++(are_dyads ? counts_.dyad_swaps : counts_.single_swaps);
    return true;
  }

  std::vector<double> weights(const eg::Connectome&) const { return weights_; }

 private:
  static constexpr uint64_t attempts_per_reversal = 8;
  struct Pair {
    size_t a = 0, b = 0;  // singles: a -> b
  };
  enum Relation { none = 0, out = 1, in = 2, mutual = 3 };

  double& weight(size_t source, size_t target) { return weights_[target * n_ + source]; }
  bool has(size_t source, size_t target) const { return weights_[target * n_ + source] != 0; }
  Relation relation(size_t a, size_t b) const { return Relation((has(a, b) ? out : none) + (has(b, a) ? in : none)); }
  size_t place(size_t a, size_t b) const { return place_of_[b * n_ + a]; }
  void note(std::vector<Pair>& list, size_t at, size_t a, size_t b) {
    list[at] = {a, b};
    place_of_[b * n_ + a] = place_of_[a * n_ + b] = static_cast<uint32_t>(at);
  }
  void note(Relation kind, size_t at, size_t a, size_t b) {
    kind == in ? note(singles_, at, b, a) : note(kind == mutual ? dyads_ : singles_, at, a, b);
  }

  // a is to b, and c to d, what a is to d and c to b afterwards, and the other way round. Possible where a is to d what
  // c is to b: mostly nothing; but that may be an edge too, and some graphs are reached in no other way.
  bool exchange(size_t a, size_t b, size_t c, size_t d) {
    if (a == c || a == d || b == c || b == d) return false;
    const Relation kind = relation(a, b), other = relation(a, d);
    if (other == kind || relation(c, b) != other) return false;
    const size_t ab = place(a, b), cd = place(c, d), ad = place(a, d), cb = place(c, b);
    if (follows_source_) {
      std::swap(weight(a, b), weight(a, d)), std::swap(weight(c, d), weight(c, b));
      std::swap(weight(b, a), weight(b, c)), std::swap(weight(d, c), weight(d, a));
    } else {
      std::swap(weight(a, b), weight(c, b)), std::swap(weight(c, d), weight(a, d));
      std::swap(weight(b, a), weight(d, a)), std::swap(weight(d, c), weight(b, c));
    }
    note(kind, ab, a, d), note(kind, cd, c, b);
    if (other != none) note(other, ad, a, b), note(other, cb, c, d);
    return true;
  }

  // a->b->c->d becomes a->c->b->d, where b->c is a single. Either d is a and a 3-cycle is turned round; or of the edges
  // back, b->a, c->a, d->b and d->c, there is none; or all are there, and the two dyads go where two singles were.
  bool attempt_reversal(eg::Random& random) {
    if (singles_.empty()) return false;
    const auto [b, c] = singles_[random.below(singles_.size())];
    const size_t a = random.below(n_), d = random.below(n_);
    if (!has(a, b) || !has(c, d) || has(a, c) || has(b, d)) return false;
    const bool with_dyads = has(b, a);
    if (a == c || b == d || (a != d && (has(c, a) != with_dyads || has(d, b) != with_dyads || has(d, c) != with_dyads)))
      return false;
    const size_t ab = place(a, b), bc = place(b, c), cd = place(c, d), ac = place(a, c), bd = place(b, d);
    const double from_a = std::exchange(weight(a, b), 0.0), from_b = std::exchange(weight(b, c), 0.0),
                 from_c = std::exchange(weight(c, d), 0.0);
    weight(a, c) = follows_source_ ? from_a : from_b;
    weight(c, b) = follows_source_ ? from_c : from_a;
    weight(b, d) = follows_source_ ? from_b : from_c;
    auto& moved = with_dyads ? dyads_ : singles_;
    note(moved, ab, a, c), note(moved, cd, b, d), note(singles_, bc, c, b);
    if (with_dyads) note(singles_, ac, b, a), note(singles_, bd, d, c);
    ++counts_.reversals;
    return true;
  }

  size_t n_;
  bool follows_source_;
  std::vector<double> weights_;  // [target, source]
  std::vector<Pair> dyads_, singles_;
  std::vector<uint32_t> place_of_;  // [region, region]: where a pair stands in dyads_ or singles_
  DyadCounts counts_;
};

}  // namespace null_model
