// What a degree-preserving surrogate promises, checked on every one that is made.
#pragma once
#include <stdexcept>
#include <string>

#include "edge_swaps.hpp"

namespace null_model {

struct Promise {
  bool is_directed = true;
  Carrier carrier = Carrier::source;  // directed graphs only
  SelfLoops loops = SelfLoops::freeze;
};

// Throws std::logic_error that names the first broken promise and its region. Degrees are compared as counts; weights
// bit for bit, since they are moved and never computed.
inline void check_invariants(const eg::Connectome& real, const eg::Connectome& null, const Promise& promise) {
  const size_t n = real.size();
  const auto broken = [](const std::string& what) {
    throw std::logic_error("the surrogate breaks its promise: " + what);
  };
  if (null.labels != real.labels || null.weights.size() != real.weights.size()) broken("its regions are others");
  // The nonzero weights into (or out of) region i, sorted; the diagonal counts only if loops take part in swaps.
  const auto around = [&](const eg::Connectome& c, size_t i, bool incoming) {
    std::vector<double> out;
    for (size_t j = 0; j < n; ++j) {
      const double w = incoming ? c.weight(i, j) : c.weight(j, i);
      if (w != 0 && (i != j || promise.loops == SelfLoops::swap)) out.push_back(w);
    }
    std::ranges::sort(out);
    return out;
  };
  std::vector<double> all_real, all_null;
  for (size_t i = 0; i < n; ++i) {
    const auto in_real = around(real, i, true), in_null = around(null, i, true);
    const auto out_real = around(real, i, false), out_null = around(null, i, false);
    const auto& label = real.labels[i];
    if (in_real.size() != in_null.size()) broken("the in-degree of region '" + label + "' differs");
    if (out_real.size() != out_null.size()) broken("the out-degree of region '" + label + "' differs");
    if (promise.is_directed && promise.carrier == Carrier::target && in_real != in_null)
      broken("the weights into region '" + label + "' differ");
    if (promise.is_directed && promise.carrier == Carrier::source && out_real != out_null)
      broken("the weights out of region '" + label + "' differ");
    if (promise.loops == SelfLoops::freeze && real.weight(i, i) != null.weight(i, i))
      broken("the weight of region '" + label + "' onto itself differs");
    if (promise.loops == SelfLoops::swap && real.weight(i, i) == 0 && null.weight(i, i) != 0)
      broken("region '" + label + "' gained a self-loop");
    all_real.insert(all_real.end(), in_real.begin(), in_real.end());
    all_null.insert(all_null.end(), in_null.begin(), in_null.end());
  }
  std::ranges::sort(all_real);
  std::ranges::sort(all_null);
  if (all_real != all_null) broken("its weights are not those of the real connectome");
  if (!promise.is_directed && !is_symmetric(null)) broken("it is not symmetric");
}

}  // namespace null_model
