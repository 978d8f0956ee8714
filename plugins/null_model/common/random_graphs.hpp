// Random connectomes for the tests of null models, and the property that all of them hold on a thousand.
#pragma once
#include <encephagen/sdk/random.hpp>
#include <stdexcept>
#include <string>

#include "graph_measures.hpp"

namespace null_model::testing {

inline eg::Connectome empty_graph(size_t n) {
  eg::Connectome c;
  for (size_t i = 0; i < n; ++i) c.labels.push_back("R" + std::to_string(i));
  c.weights.assign(n * n, 0.0);
  return c;
}

// Weights are 1, 2, 3 as in CoCoMac data, or all different and some negative.
inline eg::Connectome random_graph(size_t n, double density, bool is_symmetric, double loop_density,
                                   eg::Random& random) {
  auto c = empty_graph(n);
  const bool is_ordinal = random.uniform() < 0.5;
  const auto weight = [&] { return is_ordinal ? 1.0 + static_cast<double>(random.below(3)) : random.uniform(-1, 9); };
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) {
      if (i == j && random.uniform() < loop_density) c.weight(i, i) = weight();
      if (i == j || (is_symmetric && j > i) || random.uniform() >= density) continue;
      c.weight(i, j) = weight();
      if (is_symmetric) c.weight(j, i) = c.weight(i, j);
    }
  return c;
}

// Regions at random places of two hemispheres, half of them in each, with the distances between them as tract lengths.
inline void place_in_space(eg::Connectome& c, eg::Random& random) {
  const size_t n = c.size();
  eg::Connectome::Attribute hemisphere{"hemisphere", {}, {}};
  c.centres_mm.clear(), c.lengths_mm.clear(), c.attributes.clear();
  for (size_t i = 0; i < n; ++i) {
    const bool is_left = i % 2 == 0;
    hemisphere.texts.emplace_back(is_left ? "left" : "right");
    c.centres_mm.push_back((is_left ? -1 : 1) * random.uniform(5, 60));
    for (int d = 0; d < 2; ++d) c.centres_mm.push_back(random.uniform(-70, 70));
  }
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j)
      c.lengths_mm.push_back(std::hypot(c.centres_mm[3 * i] - c.centres_mm[3 * j],
                                        c.centres_mm[3 * i + 1] - c.centres_mm[3 * j + 1],
                                        c.centres_mm[3 * i + 2] - c.centres_mm[3 * j + 2]));
  c.attributes.push_back(hemisphere);
}

// Degrees, told once more and differently from the plugins' own check: row and column counts of the whole matrix.
inline std::vector<int> degrees(const eg::Connectome& c) {
  std::vector<int> out(2 * c.size(), 0);
  for (size_t k = 0; k < c.weights.size(); ++k)
    if (c.weights[k] != 0) ++out[k / c.size()], ++out[c.size() + k % c.size()];
  return out;
}

inline std::vector<double> sorted(std::vector<double> v) {
  std::ranges::sort(v);
  return v;
}

// Kept is CapturedSink.
template <class Model, class Kept>
eg::Connectome surrogate_of(const eg::Connectome& real, const typename Model::Params& p, uint64_t seed, Kept& kept) {
  auto sink = kept.sink();
  return Model(p).surrogate(real, seed, sink);
}
template <class Model>
eg::Connectome surrogate_of(const eg::Connectome& real, const typename Model::Params& p, uint64_t seed) {
  const eg_sink deaf{sizeof(eg_sink),
                     0,
                     nullptr,
                     [](void*, const eg_array*, eg_error*) -> eg_status { return EG_OK; },
                     [](void*, const eg_metric*, eg_error*) -> eg_status { return EG_OK; },
                     [](void*, uint32_t, const char*, eg_error*) -> eg_status { return EG_OK; }};
  eg::Sink sink(deaf);
  return Model(p).surrogate(real, seed, sink);
}

// What is the same in all surrogates by swaps, told differently from the plugins' own check.
inline bool keeps_degrees_and_weights(const eg::Connectome& real, const eg::Connectome& null) {
  for (size_t i = 0; i < real.size(); ++i)
    if (real.weight(i, i) != null.weight(i, i)) return false;
  return degrees(real) == degrees(null) && sorted(real.weights) == sorted(null.weights) &&
         (!is_symmetric(real) || is_symmetric(null));
}

// Exchanges the weights of two places.
inline eg::Connectome exchanged(eg::Connectome c, size_t target, size_t source, size_t other_target,
                                size_t other_source) {
  std::swap(c.weight(target, source), c.weight(other_target, other_source));
  return c;
}

// The first place that satisfies is_it(target, source). Throws std::logic_error where there is none.
template <class F>
std::pair<size_t, size_t> find_place(const eg::Connectome& c, F&& is_it) {
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < c.size(); ++j)
      if (i != j && is_it(i, j)) return {i, j};
  throw std::logic_error("there is no such place");
}

struct Tally {
  int made = 0, rewired = 0, refused = 0;
};

// Calls make(real, trial) for 1000 graphs: directed, undirected, sparse, dense, with self-loops and isolated regions,
// of 2 to 19 regions; then holds(real, surrogate, trial), which checks what the model promises in its own way. A model
// may refuse a graph with a std::runtime_error. Throws std::logic_error where a surrogate is not finite or has other
// regions.
template <class Make, class Holds>
Tally for_1000_graphs(Make&& make, Holds&& holds) {
  eg::Random random(1, "graphs");
  Tally tally;
  for (uint64_t trial = 0; trial < 1000; ++trial) {
    const size_t n = 2 + random.below(18);
    const double density = trial % 5 == 0   ? 1.5 / static_cast<double>(n)
                           : trial % 5 == 1 ? 0.9
                                            : random.uniform(0.05, 0.8);
    auto real = random_graph(n, density, trial % 3 == 0, trial % 2 == 0 ? 0.7 : 0.0, random);
    place_in_space(real, random);
    if (trial % 7 == 0 && n > 3)
      for (size_t k = 0; k < n; ++k) real.weight(1, k) = real.weight(k, 1) = 0;
    eg::Connectome null;
    try {
      null = make(real, trial);
    } catch (const std::runtime_error& e) {
      if (std::string(e.what()).find("leaves too little room") == std::string::npos) throw;
      ++tally.refused;
      continue;
    }
    ++tally.made;
    tally.rewired += null.weights != real.weights;
    if (null.labels != real.labels || null.weights.size() != real.weights.size() ||
        null.lengths_mm != real.lengths_mm || null.centres_mm != real.centres_mm ||
        !std::ranges::all_of(null.weights, [](double w) { return std::isfinite(w); }))
      throw std::logic_error("graph " + std::to_string(trial) + ": the surrogate is no connectome of the same regions");
    holds(real, null, trial);
  }
  return tally;
}

}  // namespace null_model::testing
