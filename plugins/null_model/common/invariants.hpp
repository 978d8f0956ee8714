// What surrogates promise, checked on every one that is made. Each check throws std::logic_error that names the first
// broken promise and its region. Degrees are compared as counts; weights bit for bit, since they are moved and never
// computed.
#pragma once
#include <array>
#include <stdexcept>
#include <string>

#include "edge_classes.hpp"
#include "edge_swaps.hpp"

namespace null_model {

[[noreturn]] inline void broken_promise(const std::string& what) {
  throw std::logic_error("the surrogate breaks its promise: " + what);
}

inline void check_regions(const eg::Connectome& real, const eg::Connectome& null) {
  if (null.labels != real.labels || null.weights.size() != real.weights.size())
    broken_promise("its regions are others");
}

inline void check_diagonal(const eg::Connectome& real, const eg::Connectome& null) {
  for (size_t i = 0; i < real.size(); ++i)
    if (real.weight(i, i) != null.weight(i, i))
      broken_promise("the weight of region '" + real.labels[i] + "' onto itself differs");
}

// The nonzero weights, the diagonal among them, in another order.
inline void check_all_weights(const eg::Connectome& real, const eg::Connectome& null) {
  auto before = real.weights, after = null.weights;
  std::ranges::sort(before);
  std::ranges::sort(after);
  if (before != after) broken_promise("its weights are not those of the real connectome");
}

inline void check_symmetry(const eg::Connectome& null) {
  if (!is_symmetric(null)) broken_promise("it is not symmetric");
}

// The edges are those of the real graph, with its weights in other places.
inline void check_same_edges(const eg::Connectome& real, const eg::Connectome& null, bool is_directed) {
  check_regions(real, null);
  check_diagonal(real, null);
  const size_t n = real.size();
  for (size_t k = 0; k < n * n; ++k)
    if ((real.weights[k] != 0) != (null.weights[k] != 0))
      broken_promise("the edge from region '" + real.labels[k % n] + "' to '" + real.labels[k / n] +
                     "' is there in one of the two only");
  check_all_weights(real, null);
  if (!is_directed) check_symmetry(null);
}

// The nonzero weights into (or out of) region i, sorted.
inline std::vector<double> weights_around(const eg::Connectome& c, size_t i, bool incoming, bool with_loop) {
  std::vector<double> out;
  for (size_t j = 0; j < c.size(); ++j) {
    const double w = incoming ? c.weight(i, j) : c.weight(j, i);
    if (w != 0 && (i != j || with_loop)) out.push_back(w);
  }
  std::ranges::sort(out);
  return out;
}

struct Promise {
  bool is_directed = true;
  Carrier carrier = Carrier::source;  // directed graphs only
  SelfLoops loops = SelfLoops::freeze;
};

// What all surrogates by swaps promise: degrees, the weights of the end that carries them, all weights, the diagonal,
// symmetry.
inline void check_invariants(const eg::Connectome& real, const eg::Connectome& null, const Promise& promise) {
  const size_t n = real.size();
  check_regions(real, null);
  const bool with_loop = promise.loops == SelfLoops::swap;
  for (size_t i = 0; i < n; ++i) {
    const auto in_real = weights_around(real, i, true, with_loop), in_null = weights_around(null, i, true, with_loop);
    const auto out_real = weights_around(real, i, false, with_loop),
               out_null = weights_around(null, i, false, with_loop);
    const auto& label = real.labels[i];
    if (in_real.size() != in_null.size()) broken_promise("the in-degree of region '" + label + "' differs");
    if (out_real.size() != out_null.size()) broken_promise("the out-degree of region '" + label + "' differs");
    if (promise.is_directed && promise.carrier == Carrier::target && in_real != in_null)
      broken_promise("the weights into region '" + label + "' differ");
    if (promise.is_directed && promise.carrier == Carrier::source && out_real != out_null)
      broken_promise("the weights out of region '" + label + "' differ");
    if (promise.loops == SelfLoops::swap && real.weight(i, i) == 0 && null.weight(i, i) != 0)
      broken_promise("region '" + label + "' gained a self-loop");
  }
  if (promise.loops == SelfLoops::freeze) check_diagonal(real, null);
  check_all_weights(real, null);
  if (!promise.is_directed) check_symmetry(null);
}

// Every region keeps the number of its incoming and of its outgoing edges of every class, every class its weights, and
// frozen places what they hold. `what` names a class in the message: "intra- and inter-hemispheric".
inline void check_classes(const eg::Connectome& real, const eg::Connectome& null, const EdgeClasses& classes,
                          const std::string& what) {
  const size_t n = real.size();
  using Counts = std::array<uint32_t, 256>;
  struct Seen {
    std::vector<Counts> in, out;
    std::array<std::vector<double>, 256> weights;
  };
  const auto look = [&](const eg::Connectome& c) {
    Seen s{std::vector<Counts>(n), std::vector<Counts>(n), {}};
    for_each_edge(c, [&](size_t i, size_t j, double w) {
      const uint8_t k = classes.at(i, j);
      ++s.in[i][k], ++s.out[j][k];
      s.weights[k].push_back(w);
    });
    for (auto& w : s.weights) std::ranges::sort(w);
    return s;
  };
  const auto before = look(real), after = look(null);
  for (size_t i = 0; i < n; ++i) {
    if (before.in[i] != after.in[i])
      broken_promise("the " + what + " edges into region '" + real.labels[i] + "' differ");
    if (before.out[i] != after.out[i])
      broken_promise("the " + what + " edges out of region '" + real.labels[i] + "' differ");
  }
  if (before.weights != after.weights) broken_promise("the weights of " + what + " edges differ");
  for (size_t k = 0; k < classes.of.size(); ++k)
    if (classes.of[k] == EdgeClasses::frozen && real.weights[k] != null.weights[k])
      broken_promise("the frozen weight from region '" + real.labels[k % n] + "' to '" + real.labels[k / n] +
                     "' differs");
}

}  // namespace null_model
