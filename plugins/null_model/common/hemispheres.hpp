// Edges within a hemisphere and between hemispheres.
#pragma once
#include <stdexcept>
#include <string>

#include "edge_classes.hpp"
#include "graph_measures.hpp"

namespace null_model {

// Class 0: both regions in one hemisphere, or both "both"; 1: otherwise. Throws std::invalid_argument where the
// connectome does not say where its regions lie.
inline EdgeClasses hemisphere_classes(const eg::Connectome& c, const std::string& who) {
  const auto* side = c.attribute("hemisphere");
  if (!side || side->texts.size() != c.size())
    throw std::invalid_argument("the connectome does not say in which hemisphere its regions lie, and " + who +
                                " needs it: give it a region table with a column 'hemisphere', or labels that tell");
  EdgeClasses classes(c.size());
  for (size_t i = 0; i < c.size(); ++i)
    for (size_t j = 0; j < c.size(); ++j) classes.at(i, j) = side->texts[i] != side->texts[j];
  return classes;
}

}  // namespace null_model
