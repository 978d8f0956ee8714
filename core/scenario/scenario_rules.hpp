// Who is connected to whom: the rules of projections.
#pragma once
#include <string>

#include "scenario/scenario.hpp"

namespace encephagen {

// As files spell it.
std::string_view rule_name(RuleKind kind);

// Whether the rule says what a connectome weight means, and so belongs between regions.
bool is_per_weight(RuleKind kind);

// Whether the rule draws a number of synapses, so that a pair may be drawn twice.
bool counts_synapses(RuleKind kind);

// The rule of a projection; nullopt after an error, or if the check of the table has complained already.
std::optional<ConnectionRule> read_rule(const Node& projection, bool is_long_range, Diagnostics& d);

// Whether populations of these sizes can be connected so; an error at `at` if not.
bool check_feasible(const ProjectionSpec& p, const PopulationSpec& source, const PopulationSpec& target,
                    const Position& at, Diagnostics& d);

}  // namespace encephagen
