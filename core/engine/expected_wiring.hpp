// What a network will be made of, in expectation and before it is built: units, synapses, delays. Feeds the estimate of
// `check` and mean-field theory.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "engine/brain.hpp"

namespace encephagen {

// The units of one population in one region.
struct UnitGroup {
  size_t population = 0, region = 0, n_units = 0;
};

// What a projection makes of one pair of groups.
struct Link {
  size_t projection = 0, target = 0, source = 0;  // target, source: groups
  double in_degree = 0;                           // synapses that a target unit receives, on average
  double weight_factor = 1;                       // on the projection's weight: connectome and region_factor
};

struct ProjectionCounts {
  double n_synapses = 0;
  std::map<uint64_t, double> synapses_by_delay_steps;
};

struct ExpectedWiring {
  std::vector<UnitGroup> groups;  // by population, then region; only where the population stands
  std::vector<Link> links;
  std::vector<ProjectionCounts> projections;  // [projection]; empty ones for couplings of rates
  std::optional<size_t> group_of(size_t population, size_t region) const;
};

// Throws Failure(scenario_invalid) when a velocity meets a connectome without lengths.
ExpectedWiring expect_wiring(const Scenario& scenario, const Brain& brain);

// Spreads `n` synapses over a tract of this length over steps, as the projection's delays do.
void add_delays(const ProjectionSpec& spec, double length_mm, double dt_ms, double n, std::map<uint64_t, double>& to);

// Which template stands in each region: the first that names it, else number 0.
std::vector<size_t> template_of_regions(const Scenario& scenario, const Brain& brain);

}  // namespace encephagen
