// Edges by length: intervals that hold equal numbers of the real edges.
#pragma once
#include <span>
#include <stdexcept>
#include <string>

#include "edge_classes.hpp"
#include "graph_measures.hpp"

namespace null_model {

enum class LengthSource { automatic, centres, tracts };

// One length for every place [target, source]; 0 where there is none. Symmetric if `is_directed` is false: the mean of
// both directions, 0 if one of them has none. automatic: between centres if they are known, for tract lengths are known
// only where there is a tract. Throws std::invalid_argument where the connectome lacks what is asked for.
inline std::vector<double> place_lengths_mm(const eg::Connectome& c, LengthSource from, bool is_directed,
                                            const std::string& who) {
  const size_t n = c.size();
  const auto lacks = [&](const char* what, const char* next) {
    throw std::invalid_argument(std::string("the connectome has no ") + what + ", and " + who + " needs them: " + next);
  };
  if (from == LengthSource::centres && c.centres_mm.empty())
    lacks("centres of regions", "give length = \"tracts\", or a dataset with centres");
  if (from == LengthSource::tracts && c.lengths_mm.empty())
    lacks("tract lengths", "give length = \"centres\", or a dataset with tract lengths");
  if (c.centres_mm.empty() && c.lengths_mm.empty())
    lacks("centres of regions and no tract lengths", "take a dataset with either, or a null model without geometry");
  std::vector<double> out(n * n, 0.0);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) {
      if (i == j) continue;
      if (from != LengthSource::tracts && !c.centres_mm.empty()) {
        const double *a = &c.centres_mm[3 * i], *b = &c.centres_mm[3 * j];
        out[i * n + j] = std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
      } else {
        const double there = c.lengths_mm[i * n + j], back = c.lengths_mm[j * n + i];
        out[i * n + j] = is_directed ? there : there > 0 && back > 0 ? (there + back) / 2 : 0.0;
      }
    }
  return out;
}

// Class of a place: which of `bins` intervals its length lies in. The real edges are shared out among the intervals
// equally, except that equal lengths stay together. Places without a length, longer than the longest edge or shorter
// than the shortest are frozen.
inline EdgeClasses length_classes(const eg::Connectome& c, std::span<const double> lengths_mm, size_t bins) {
  const size_t n = c.size();
  EdgeClasses classes(n);
  std::vector<double> lengths;
  for_each_edge(c, [&](size_t i, size_t j, double) {
    if (lengths_mm[i * n + j] > 0) lengths.push_back(lengths_mm[i * n + j]);
  });
  std::ranges::sort(lengths);
  std::vector<double> begins;  // of the intervals after the first
  for (size_t k = 1; k < bins && !lengths.empty(); ++k) begins.push_back(lengths[k * lengths.size() / bins]);
  for (size_t k = 0; k < n * n; ++k) {
    const double mm = lengths_mm[k];
    const bool is_within = mm > 0 && !lengths.empty() && mm >= lengths.front() && mm <= lengths.back();
    classes.of[k] =
        is_within ? static_cast<uint8_t>(std::ranges::upper_bound(begins, mm) - begins.begin()) : EdgeClasses::frozen;
  }
  return classes;
}

}  // namespace null_model
