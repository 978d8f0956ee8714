// Regions sorted into bins by degree, and the number of edges between bins: the 2K distribution, made coarser.
#pragma once
#include <vector>

#include "../common/invariants.hpp"

namespace null_model {

// The bin of every region: at most `bins` quantiles; equal degrees share one.
inline std::vector<uint8_t> degree_bins(const std::vector<size_t>& degree, size_t bins) {
  auto sorted = degree;
  std::ranges::sort(sorted);
  std::vector<size_t> begins;  // of the bins after the first
  for (size_t k = 1; k < bins; ++k) begins.push_back(sorted[k * sorted.size() / bins]);
  begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
  std::erase(begins, sorted.front());
  std::vector<uint8_t> out;
  for (const size_t d : degree)
    out.push_back(static_cast<uint8_t>(std::ranges::upper_bound(begins, d) - begins.begin()));
  return out;
}

// Swaps that leave the number of edges from every bin to every bin as it is.
struct SameBins {
  const std::vector<uint8_t>& bin;
  bool operator()(const Swap& s, eg::Random&) const { return bin[s.a] == bin[s.c] || bin[s.b] == bin[s.d]; }
};

inline void check_joint_degrees(const eg::Connectome& real, const eg::Connectome& null,
                                const std::vector<uint8_t>& bin) {
  const auto count = [&](const eg::Connectome& c) {
    std::vector<size_t> out(256 * 256, 0);
    for_each_edge(c, [&](size_t i, size_t j, double) { ++out[256u * bin[j] + bin[i]]; });
    return out;
  };
  if (count(real) != count(null)) broken_promise("the numbers of edges between bins of degree differ");
}

}  // namespace null_model
