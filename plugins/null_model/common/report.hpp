// What every null model tells of a surrogate: how far it is from the real connectome, and what is odd about it.
#pragma once
#include <string>

#include "graph_measures.hpp"

namespace null_model {

// Metrics edge_overlap, {reciprocity, clustering, assortativity, weak_components}_{real, null} and
// {in, out}_strength_max_deviation; warnings where the surrogate falls apart or joins regions without a tract length.
inline void report_surrogate(const eg::Connectome& real, const eg::Connectome& null, eg::Sink& log) {
  const auto metric = [&](const char* name, double value) { log.metric(name, "", "", value); };
  const auto before = strengths(real), after = strengths(null);
  const size_t parts_before = weak_components(real), parts_after = weak_components(null);
  metric("edge_overlap", edge_overlap(real, null));
  metric("reciprocity_real", reciprocity(real));
  metric("reciprocity_null", reciprocity(null));
  metric("clustering_real", clustering(real));
  metric("clustering_null", clustering(null));
  metric("assortativity_real", assortativity(real));
  metric("assortativity_null", assortativity(null));
  metric("in_strength_max_deviation", largest_relative_deviation(before.in, after.in));
  metric("out_strength_max_deviation", largest_relative_deviation(before.out, after.out));
  metric("weak_components_real", static_cast<double>(parts_before));
  metric("weak_components_null", static_cast<double>(parts_after));
  if (parts_after > parts_before)
    log.warning("the surrogate falls into " + std::to_string(parts_after) +
                " unconnected parts, the real connectome into " + std::to_string(parts_before));
  if (null.lengths_mm.empty()) return;
  size_t without_length = 0;
  for_each_edge(null, [&](size_t i, size_t j, double) {
    without_length += real.weight(i, j) == 0 && null.lengths_mm[i * null.size() + j] <= 0;
  });
  if (without_length > 0)
    log.warning(std::to_string(without_length) +
                " edges of the surrogate join regions for which the data give no tract length: their delay will be the "
                "shortest possible");
}

}  // namespace null_model
