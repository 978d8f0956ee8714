// A synthetic connectome in space: two mirror-symmetric hemispheres wired by an exponential distance rule.
#pragma once
#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "normalise.hpp"
#include "placement.hpp"
#include "summary.hpp"
#include "text.hpp"

namespace connectomes {

using namespace files;

struct Spatial {
  static constexpr eg::Info info{"core.spatial", "1.0.0",
                                 "synthetic connectome: two hemispheres wired by an exponential distance rule"};

  enum class DistanceRule { probability, weight, both };

  struct Params {
    int64_t n_regions = 96;
    int64_t graph_seed = 0;
    double half_width_mm = 26.0, half_length_mm = 33.0, half_height_mm = 21.0;
    double shell = 0.75;
    double density = 0.42;
    double lambda_mm = 5.26;
    DistanceRule distance_rule = DistanceRule::both;
    double weight_sigma = 1.0;
    double asymmetry = 0.27;
    double reciprocal_correlation = 0.5;
    double heterotopic_factor = 0.2;
    double homotopic_strength = 1.0;
    double tortuosity = 1.3;
    std::string_view gradient_attribute;
    Normalise normalise = Normalise::mean_in_strength;

    static constexpr auto fields = eg::list(
        eg::param("n_regions", &Params::n_regions, eg::range(4, 4000),
                  "number of regions of both hemispheres together, even"),
        eg::param("graph_seed", &Params::graph_seed, eg::range(0, 9e18),
                  "which of the networks of a run's seed is drawn: another value gives another network"),
        eg::param("half_width_mm", &Params::half_width_mm, eg::range(1, 500),
                  "half axis of the brain from left to right"),
        eg::param("half_length_mm", &Params::half_length_mm, eg::range(1, 500),
                  "half axis of the brain from back to front"),
        eg::param("half_height_mm", &Params::half_height_mm, eg::range(1, 500),
                  "half axis of the brain from bottom to top"),
        eg::param("shell", &Params::shell, eg::range(0, 0.99),
                  "inner radius of the cortical shell as a share of the outer one"),
        eg::param("density", &Params::density, eg::range(0, 1),
                  "share of the n (n - 1) possible directed edges that exist"),
        eg::param("lambda_mm", &Params::lambda_mm, eg::range(0.01, 1e6),
                  "tract length over which the exponential distance rule falls by 1/e"),
        eg::param("distance_rule", &Params::distance_rule, eg::choices("probability", "weight", "both"),
                  "what falls exponentially with tract length: the chance of a connection, its weight, or both"),
        eg::param("weight_sigma", &Params::weight_sigma, eg::range(0, 5),
                  "standard deviation of the natural logarithm of weights about the distance rule"),
        eg::param("asymmetry", &Params::asymmetry, eg::range(0, 1),
                  "share of connected pairs that are linked one way only"),
        eg::param("reciprocal_correlation", &Params::reciprocal_correlation, eg::range(0, 1),
                  "correlation of the log-normal parts of the two weights of a pair: 1 makes them equal"),
        eg::param("heterotopic_factor", &Params::heterotopic_factor, eg::range(0, 1),
                  "factor on the chance and the weight of links between hemispheres other than between mirror regions"),
        eg::param("homotopic_strength", &Params::homotopic_strength, eg::range(0, 1000),
                  "mean weight of links between mirror regions relative to the mean of all others; 0: no such links"),
        eg::param("tortuosity", &Params::tortuosity, eg::range(1, 10),
                  "tract length divided by straight-line distance"),
        eg::param("gradient_attribute", &Params::gradient_attribute,
                  "name of an attribute that rises from 1 at the front to 2 at the back; empty: none"),
        eg::param(
            "normalise", &Params::normalise, normalise_choices,
            "what weights are divided by: the largest one, the mean sum of a row, each row's own sum, the largest "
            "absolute eigenvalue"));
  } p;

  explicit Spatial(const Params& params) : p(params) {
    if (p.n_regions % 2 != 0)
      throw std::invalid_argument(
          say("n_regions = ", p.n_regions, " is odd; two mirror hemispheres need an even number"));
    if (p.density > 1.0 - p.asymmetry / 2.0)
      throw std::invalid_argument(say("density = ", p.density, " cannot be reached with asymmetry = ", p.asymmetry,
                                      ": at most ", 1.0 - p.asymmetry / 2.0, "; lower one of them"));
  }

  // Left hemisphere first; region i of one lies opposite region i of the other. Depends on `seed` and graph_seed alone.
  // Throws std::runtime_error when the parameters cannot give a connected network.
  eg::Connectome build(uint64_t seed, eg::Sink& log) const {
    const uint64_t key = eg::mix_key(seed, "core.spatial", static_cast<uint64_t>(p.graph_seed));
    eg::Connectome c = place(key);
    const auto pairs = choose_pairs(c, key);
    draw_weights(c, pairs, key);
    refuse_fragments(c);
    c.history.emplace_back("normalise", connectomes::normalise(c.weights, c.size(), p.normalise));
    summarise(c, log);
    return c;
  }

 private:
  struct Pair {
    size_t i, j;       // i < j
    bool forth, back;  // j -> i, i -> j
    bool is_homotopic;
  };

  eg::Connectome place(uint64_t key) const {
    eg::Random random(key, "centres");
    const size_t m = static_cast<size_t>(p.n_regions) / 2;
    const Hemisphere right =
        place_hemisphere(m, {p.half_width_mm, p.half_length_mm, p.half_height_mm}, p.shell, random);
    eg::Connectome c;
    eg::Connectome::Attribute hemisphere{"hemisphere", {}, {}}, group{"group", {}, {}};
    for (const bool is_left : {true, false}) {
      std::map<std::string, size_t> count;
      for (size_t i = 0; i < m; ++i) {
        const auto& [x, y, z] = right.centres_mm[i];
        c.centres_mm.insert(c.centres_mm.end(), {is_left ? -x : x, y, z});
        c.labels.push_back(say(right.group[i], "_", ++count[right.group[i]], is_left ? "_L" : "_R"));
        hemisphere.texts.emplace_back(is_left ? "left" : "right");
        group.texts.push_back(right.group[i]);
      }
    }
    c.attributes = {hemisphere, group};
    const size_t n = c.size();
    if (!p.gradient_attribute.empty()) {
      // From 1 at the front to 2 at the back, as T1w/T2w roughly does.
      eg::Connectome::Attribute gradient{std::string(p.gradient_attribute), {}, {}};
      for (size_t i = 0; i < n; ++i)
        gradient.numbers.push_back(1.5 - 0.5 * std::clamp(c.centres_mm[3 * i + 1] / p.half_length_mm, -1.0, 1.0));
      c.attributes.push_back(std::move(gradient));
    }
    c.lengths_mm.assign(n * n, 0.0);
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j) c.lengths_mm[i * n + j] = p.tortuosity * distance(centre(c, i), centre(c, j));
    c.history = {{"weights",
                  say("synthetic: exponential distance rule, lambda ", p.lambda_mm, " mm, graph_seed ", p.graph_seed)},
                 {"lengths_mm", say("straight lines times ", p.tortuosity)},
                 {"centres_mm", "random, mirror-symmetric"},
                 {"group", "assigned by position"}};
    return c;
  }

  static Point centre(const eg::Connectome& c, size_t i) {
    return {c.centres_mm[3 * i], c.centres_mm[3 * i + 1], c.centres_mm[3 * i + 2]};
  }

  // log of the rule's factor for a pair, without the part that does not depend on the pair
  double log_rule(const eg::Connectome& c, size_t i, size_t j) const {
    const size_t n = c.size(), m = n / 2;
    return -c.lengths_mm[i * n + j] / p.lambda_mm + ((i < m) != (j < m) ? std::log(p.heterotopic_factor) : 0.0);
  }

  // Exactly as many pairs as the density asks for, drawn without replacement with chances proportional to the rule: the
  // largest of log chance + Gumbel noise (Efraimidis and Spirakis 2006, in the log domain).
  std::vector<Pair> choose_pairs(const eg::Connectome& c, uint64_t key) const {
    const size_t n = c.size(), m = n / 2;
    const auto n_edges = static_cast<size_t>(std::llround(p.density * static_cast<double>(n * (n - 1))));
    const auto n_pairs = static_cast<size_t>(std::llround(static_cast<double>(n_edges) / (2.0 - p.asymmetry)));
    const size_t n_homotopic = p.homotopic_strength > 0 ? m : 0;
    if (n_pairs < n_homotopic)
      throw std::runtime_error(say("density = ", p.density, " gives ", n_pairs, " connected pairs, fewer than the ", m,
                                   " mirror pairs; raise density or set homotopic_strength = 0"));
    struct Candidate {
      double rank;
      size_t i, j;
    };
    std::vector<Candidate> candidates;
    eg::Random noise(key, "pairs");
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = i + 1; j < n; ++j) {
        const double gumbel = -std::log(-std::log(noise.uniform()));
        const bool is_between = (i < m) != (j < m);
        if (j == i + m || (is_between && p.heterotopic_factor == 0)) continue;
        const double chance = p.distance_rule == DistanceRule::weight ? 0.0 : log_rule(c, i, j);
        candidates.push_back({chance + gumbel, i, j});
      }
    }
    const size_t n_wanted = n_pairs - n_homotopic;
    if (n_wanted > candidates.size())
      throw std::runtime_error(say("density = ", p.density, " needs ", n_wanted,
                                   " pairs besides mirror pairs, there are only ", candidates.size(),
                                   "; lower density or raise heterotopic_factor"));
    std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) { return a.rank > b.rank; });
    candidates.resize(n_wanted);
    std::vector<Pair> pairs;
    for (size_t i = 0; i < n_homotopic; ++i) pairs.push_back({i, i + m, true, true, true});
    for (const auto& [rank, i, j] : candidates) pairs.push_back({i, j, true, true, false});
    make_one_way(pairs, n_homotopic, n_edges, key);
    return pairs;
  }

  void make_one_way(std::vector<Pair>& pairs, size_t n_homotopic, size_t n_edges, uint64_t key) const {
    if (p.asymmetry == 0) return;
    const size_t n_free = pairs.size() - n_homotopic;
    const size_t n_one_way = 2 * pairs.size() > n_edges ? 2 * pairs.size() - n_edges : 0;
    if (n_one_way > n_free)
      throw std::runtime_error(say("asymmetry = ", p.asymmetry, " needs ", n_one_way, " one-way pairs, but only ",
                                   n_free, " are no mirror pairs; lower asymmetry or set homotopic_strength = 0"));
    eg::Random random(key, "one_way");
    const std::span<Pair> free_pairs(pairs.begin() + static_cast<std::ptrdiff_t>(n_homotopic), pairs.end());
    random.shuffle(free_pairs);
    for (Pair& pair : free_pairs.first(n_one_way)) (random.below(2) ? pair.forth : pair.back) = false;
  }

  // weight = exp(-length / lambda) * lognormal(0, weight_sigma), with the first factor left out for the rule
  // "probability".
  void draw_weights(eg::Connectome& c, const std::vector<Pair>& pairs, uint64_t key) const {
    const size_t n = c.size();
    c.weights.assign(n * n, 0.0);
    double sum = 0, homotopic_sum = 0;
    size_t count = 0, homotopic_count = 0;
    const double rho = p.reciprocal_correlation, rest = std::sqrt(1.0 - rho * rho);
    for (const Pair& pair : pairs) {
      eg::Random random(key, "weight", pair.i * n + pair.j);  // its own stream: a weight does not depend on other pairs
      const double forth = random.normal(), back = rho * forth + rest * random.normal();
      const bool falls = p.distance_rule != DistanceRule::probability && !pair.is_homotopic;
      const double base = falls ? log_rule(c, pair.i, pair.j) : 0.0;
      if (pair.forth) c.weight(pair.i, pair.j) = std::exp(base + p.weight_sigma * forth);
      if (pair.back) c.weight(pair.j, pair.i) = std::exp(base + p.weight_sigma * back);
      const double added = c.weight(pair.i, pair.j) + c.weight(pair.j, pair.i);
      (pair.is_homotopic ? homotopic_sum : sum) += added;
      (pair.is_homotopic ? homotopic_count : count) += size_t{pair.forth} + size_t{pair.back};
    }
    if (homotopic_count == 0) return;
    const double mean = count ? sum / static_cast<double>(count) : 1.0;
    const double factor = p.homotopic_strength * mean / (homotopic_sum / static_cast<double>(homotopic_count));
    for (const Pair& pair : pairs) {
      if (!pair.is_homotopic) continue;
      c.weight(pair.i, pair.j) *= factor;
      c.weight(pair.j, pair.i) *= factor;
    }
    c.history.emplace_back("homotopic", say(homotopic_count, " links between mirror regions, mean weight ",
                                            p.homotopic_strength, " times that of the ", count, " others"));
  }

  static void refuse_fragments(const eg::Connectome& c) {
    const size_t n = c.size();
    std::vector<std::string> cut_off;
    for (size_t i = 0; i < n; ++i) {
      bool has_input = false, has_output = false;
      for (size_t j = 0; j < n; ++j)
        has_input = has_input || c.weight(i, j) > 0, has_output = has_output || c.weight(j, i) > 0;
      if (!has_input || !has_output) cut_off.push_back(c.labels[i]);
    }
    constexpr const char* remedy = "; raise density or lambda_mm, or try another graph_seed";
    if (!cut_off.empty())
      throw std::runtime_error(say(count_of(cut_off.size(), "region has", "regions have"),
                                   " no input or no output: ", name_list(cut_off), remedy));
    std::vector<size_t> open = {0};
    std::vector<bool> is_reached(n, false);
    is_reached[0] = true;
    size_t n_reached = 1;
    while (!open.empty()) {
      const size_t i = open.back();
      open.pop_back();
      for (size_t j = 0; j < n; ++j) {
        if (is_reached[j] || (c.weight(i, j) == 0 && c.weight(j, i) == 0)) continue;
        is_reached[j] = true, ++n_reached;
        open.push_back(j);
      }
    }
    if (n_reached < n)
      throw std::runtime_error(say("the network falls apart: only ", n_reached, " of ", n,
                                   " regions are connected with ", c.labels[0], remedy));
  }
};

}  // namespace connectomes
