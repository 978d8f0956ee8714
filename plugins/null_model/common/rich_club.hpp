// The rich club of a connectome: the regions of high degree, and how densely they are joined.
#pragma once
#include <string>
#include <vector>

#include "rewiring.hpp"

namespace null_model {

// phi(k): share of the possible edges among the regions whose total degree is larger than k that exist (Colizza et al.
// 2006, Nat Phys 2:110); NaN for fewer than two of them. Degrees are those given.
inline double rich_club_coefficient(const eg::Connectome& c, const std::vector<size_t>& degree, size_t k) {
  double edges = 0;
  for_each_edge(c, [&](size_t i, size_t j, double) { edges += degree[i] > k && degree[j] > k; });
  const auto members = static_cast<double>(std::ranges::count_if(degree, [&](size_t d) { return d > k; }));
  return members < 2 ? std::nan("") : edges / (members * (members - 1));
}

struct RichClub {
  static constexpr size_t n_surrogates = 79;
  static constexpr double false_discovery_rate = 0.05;

  std::vector<size_t> degree;
  size_t k = 0;
  bool is_significant = true;  // or given
  RichClub(const eg::Connectome& real, size_t given_k, std::vector<size_t> degrees)
      : degree(std::move(degrees)), k(given_k) {
    check_size(real);
  }
  bool has(size_t region) const { return degree[region] > k; }
  size_t size() const {
    return static_cast<size_t>(std::ranges::count_if(degree, [&](size_t d) { return d > k; }));
  }

  // The regions of total degree larger than `k`; if that is 0, than the largest k at which the club is denser than in
  // degree-preserving surrogates (van den Heuvel and Sporns 2011, J Neurosci 31:15775): one-sided permutation test with
  // n_surrogates, Benjamini and Hochberg 1995 over all k. If none is significant, is_significant is false and k the one
  // of the smallest p. The surrogates do not depend on a seed: one connectome has one club. Throws
  // std::invalid_argument for k that leaves fewer than two regions or all.
  RichClub(const eg::Connectome& real, size_t given_k, GraphKind graph) : degree(total_degrees(real)), k(given_k) {
    if (k == 0) choose(real, treat_as_directed(real, graph));
    check_size(real);
  }

  double coefficient(const eg::Connectome& c) const { return rich_club_coefficient(c, degree, k); }

 private:
  void check_size(const eg::Connectome& real) const {
    if (size() >= 2 && size() < real.size()) return;
    const auto [least, most] = std::ranges::minmax(degree);
    throw std::invalid_argument("k = " + std::to_string(k) + ": " + std::to_string(size()) + " of " +
                                std::to_string(real.size()) + " regions have a larger total degree, and a rich club " +
                                "needs two of them and one outside; degrees are " + std::to_string(least) + " to " +
                                std::to_string(most));
  }

  // Edges among regions of degree larger than k, for every k.
  std::vector<size_t> edges_above(const eg::Connectome& c) const {
    std::vector<size_t> out(2 * degree.size(), 0);
    for_each_edge(c, [&](size_t i, size_t j, double) { ++out[std::min(degree[i], degree[j])]; });
    for (size_t d = out.size() - 1, sum = 0; d < out.size(); --d) sum += std::exchange(out[d], sum);
    return out;
  }

  // Samples of one chain of swaps, half an accepted swap per edge apart: on average each edge is moved once.
  void choose(const eg::Connectome& real, bool is_directed) {
    const auto real_edges = edges_above(real);
    std::vector<size_t> as_dense(real_edges.size(), 1);  // surrogates, and the real one
    eg::Random random(0, "rich club");
    SwapGraph graph(real, is_directed, Carrier::source, SelfLoops::freeze);
    auto null = real;
    for (size_t sample = 0; sample < n_surrogates; ++sample) {
      const size_t wanted = sample == 0 ? 10 * graph.n_edges() : (graph.n_edges() + 1) / 2;
      size_t accepted = 0;
      for (size_t attempted = 0; accepted < wanted && attempted < 1000 * wanted; ++attempted)
        accepted += graph.attempt(random);
      if (accepted < wanted || wanted == 0)
        throw std::runtime_error("the graph with " + std::to_string(count_edges(real)) + " edges leaves too little " +
                                 "room to tell a rich club by chance from a real one: give k");
      null.weights = graph.weights(real);
      const auto edges = edges_above(null);
      for (size_t d = 0; d < edges.size(); ++d) as_dense[d] += edges[d] >= real_edges[d];
    }
    std::vector<size_t> ks;  // degrees that occur and leave at least two regions: other k form the same clubs
    for (const size_t d : degree)
      if (std::ranges::count_if(degree, [&](size_t other) { return other > d; }) >= 2) ks.push_back(d);
    std::ranges::sort(ks);
    ks.erase(std::unique(ks.begin(), ks.end()), ks.end());
    if (ks.empty())
      throw std::runtime_error("the graph with " + std::to_string(count_edges(real)) +
                               " edges leaves too little room " +
                               "for a rich club: no two regions have more edges than another");
    std::vector<size_t> ranks;
    for (const size_t d : ks) ranks.push_back(as_dense[d]);
    std::ranges::sort(ranks);
    size_t limit = 0;  // p values up to limit / (n_surrogates + 1) are significant
    for (size_t r = 0; r < ranks.size(); ++r)
      if (static_cast<double>(ranks[r]) / (n_surrogates + 1) <=
          false_discovery_rate * static_cast<double>(r + 1) / static_cast<double>(ranks.size()))
        limit = ranks[r];
    is_significant = limit > 0;
    if (!is_significant) limit = ranks[0];
    for (const size_t d : ks)
      if (as_dense[d] <= limit) k = d;
  }
};

}  // namespace null_model
