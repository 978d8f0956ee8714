// Weights and delays: one number for all synapses, or a distribution.
#pragma once
#include <string>

#include "scenario/scenario.hpp"

namespace encephagen {

// Both read a value of FieldType::drawn_number. They return nullopt for what is wrong; what the table's own check says
// already is not said again. `key` is how the file calls the value.

// The mean decides the sign, and no draw changes it: without bounds, a weight is drawn again until it has its mean's
// sign. Bounds on both sides of zero, or a mean of 0, say that synapses of one projection excite and inhibit.
std::optional<ValueSpec> weight_value(const Node& v, const std::string& key, Diagnostics& d);

// No delay is shorter than a step unless bounds say otherwise.
std::optional<ValueSpec> delay_value(const Node& v, const std::string& key, double dt_ms, Diagnostics& d);

// Any number, without a sign to keep.
std::optional<ValueSpec> amplitude_value(const Node& v, const std::string& key, Diagnostics& d);

// Weights of both signs are drawn, which few ports take.
bool has_both_signs(const ValueSpec& v);

// The mean; of a lognormal distribution the median, which has the same sign.
double centre(const ValueSpec& v);

// The value times a factor >= 0, its bounds included.
ValueSpec scaled(ValueSpec v, double factor);

}  // namespace encephagen
