// The graph a network stands on: regions, weights and groups, after null models.
#pragma once
#include <string>
#include <vector>

#include "encephagen/sdk/connectome.hpp"
#include "scenario/scenario.hpp"

namespace encephagen {

struct Brain {
  eg::Connectome connectome;        // rows are targets; one region "region" where a scenario names no connectome
  std::vector<std::string> group;   // [region]
  std::vector<MetricData> metrics;  // diagnostics of null models
  std::vector<std::string> notes, warnings;  // of the plugins, ready to print
  // Hash of labels and weights: equal for equal graphs. Empty without a connectome: such runs share no graph.
  std::string graph_id;

  size_t n_regions() const { return connectome.size(); }
  // Regions whose label or group matches the pattern (glob, without regard to case).
  std::vector<size_t> select(const std::string& pattern) const;
};

// Builds the connectome, applies the null models and forms the groups. Throws Failure: data_unusable when the
// connectome plugin fails on its data, simulation_failed when a null model does.
Brain load_brain(const Scenario& scenario, const PathResolver& paths);

// The dataset form that null models and analyzers read.
std::vector<ArrayData> connectome_arrays(const Brain& brain);

}  // namespace encephagen
