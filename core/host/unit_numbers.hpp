// Per-unit parameters by which units learn their place in a population or an encoder. Blocks do not tell where they
// begin (abi/unit.h), so that results cannot depend on how units are cut into blocks; a parameter of the unit may.
#pragma once
#include <string_view>

#include "encephagen/abi/base.h"

namespace encephagen {

// The value of a per-unit parameter for unit `u` of `n`, of which the scenario or the default says `given`. A parameter
// named `unit` is the number of the unit, from 0, unless it is given (0 or more); one named `n_units` is the number of
// units unless it is given (1 or more). All others are what is given.
inline double numbered(const eg_param& p, double given, size_t u, size_t n) {
  const std::string_view name = p.name;
  if (name == "unit" && given < 0) return static_cast<double>(u);
  if (name == "n_units" && given < 1) return static_cast<double>(n);
  return given;
}

}  // namespace encephagen
