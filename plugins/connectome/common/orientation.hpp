// The parameter that says which way round a matrix is.
#pragma once
#include "encephagen/sdk/base.hpp"

namespace connectomes {

enum class Rows { targets, sources };  // what a row of the file's or study's matrix is
inline constexpr auto rows_choices = eg::choices("targets", "sources");

}  // namespace connectomes
