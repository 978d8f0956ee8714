// Edges within a hemisphere and between hemispheres.
#pragma once
#include <stdexcept>
#include <string>

#include "edge_classes.hpp"
#include "graph_measures.hpp"

namespace null_model {

// One class for each pair of sides that an edge leads from and to ("left", "right", "both"), whatever the direction
// where the graph is undirected. Throws std::invalid_argument where the connectome does not say where its regions lie.
inline EdgeClasses hemisphere_classes(const eg::Connectome& c, const std::string& who) {
  const auto* attribute = c.attribute("hemisphere");
  if (!attribute || attribute->texts.size() != c.size())
    throw std::invalid_argument("the connectome does not say in which hemisphere its regions lie, and " + who +
                                " needs it: give it a region table with a column 'hemisphere', or labels that tell");
  const auto side = [&](size_t region) {
    const auto& text = attribute->texts[region];
    return text == "left" ? 0 : text == "right" ? 1 : 2;
  };
  EdgeClasses classes(c.size());
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < c.size(); ++j) {
      const auto [low, high] = std::minmax({side(i), side(j)});
      classes.at(i, j) = static_cast<uint8_t>(3 * low + high);
    }
  return classes;
}

}  // namespace null_model
