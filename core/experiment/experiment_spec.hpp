// The experiment language: what may stand in an experiment file.
#pragma once
#include "scenario/table_spec.hpp"

namespace encephagen {

const TableSpec& experiment_spec();
// expected.toml: figures with tolerances that an experiment is held against.
const TableSpec& expected_spec();

}  // namespace encephagen
