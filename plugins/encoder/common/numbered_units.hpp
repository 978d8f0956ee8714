// Parameters from which a unit of an encoder knows its place: the kernel counts units unless the scenario does.
#pragma once
#include <encephagen/sdk/encoder.hpp>

namespace core {

// `Params` has members `unit` and `n_units`; declare these after all other per-unit parameters.
template <class Params>
constexpr auto unit_param() {
  return eg::param("unit", &Params::unit, eg::range(-1, 1e9), "number of the unit from 0; -1: counted over those fed",
                   eg::per_unit);
}
template <class Params>
constexpr auto n_units_param() {
  return eg::param("n_units", &Params::n_units, eg::range(0, 1e9), "how many units there are; 0: counted",
                   eg::per_unit);
}

}  // namespace core
