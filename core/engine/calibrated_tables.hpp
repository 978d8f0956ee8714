// Writes calibrated numbers into a scenario and into the tree that resolved.toml is made of.
#pragma once
#include "scenario/scenario.hpp"

namespace encephagen {

// The table a projection was read from; several projections may come from one. Null if it is not found.
Node* table_of(Scenario& scenario, const ProjectionSpec& projection);

// What [[long_range]]'s target_factor made of the weight of this projection.
double target_factor_of(Scenario& scenario, const ProjectionSpec& projection);

// Scales the weights of these projections, distributions included, so that projection i has the mean `mean[i]` times
// its target_factor. Throws Failure when a weight is 0 or of the other sign.
void set_mean_weights(Scenario& scenario, const std::vector<size_t>& projections, const std::vector<double>& mean);

// Into spec and table.
void set_global_coupling(Scenario& scenario, const std::vector<size_t>& projections, double value);
void set_encoder_number(Scenario& scenario, size_t encoder, const char* param, double value);

}  // namespace encephagen
