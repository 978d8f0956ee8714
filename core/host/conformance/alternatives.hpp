// Parameter values other than the defaults: near ones, ends of ranges, random ones.
#pragma once
#include <optional>
#include <vector>

#include "encephagen/sdk/random.hpp"
#include "host/conformance/subject.hpp"

namespace encephagen::conformance {

// A number near `value` and inside the range; nothing if the range holds only one.
std::optional<double> near_number(const eg_param& param, double value);

// The defaults with one parameter changed, so that the plugin accepts it: a per-unit number first, then any number,
// integer, flag or choice. The defaults themselves when nothing else is accepted.
ParamTable other_table(const Subject& subject);

// Every table with one parameter at an end of its range, and the parameter it is about.
struct Variant {
  ParamTable table;
  size_t param;
};
std::vector<Variant> tables_at_ends(const ParamTable& defaults);
// Every table with one flag or choice set to each of its values.
std::vector<Variant> tables_of_choices(const ParamTable& defaults);
// A table with everything drawn at random, texts included.
ParamTable random_table(const ParamTable& defaults, eg::Random& random);

}  // namespace encephagen::conformance
