// The scenario language: what may stand in a scenario file. Feeds checks, defaults, JSON Schema and reference.
#pragma once
#include "scenario/table_spec.hpp"

namespace encephagen {

const TableSpec& scenario_spec();

}  // namespace encephagen
