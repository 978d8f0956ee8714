// Picks the runs of an arm, at one sweep point if asked.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiment/run_table.hpp"

namespace encephagen {

using SweepPoint = std::vector<std::pair<std::string, std::string>>;  // key, value as written in TOML

struct RunSelection {
  std::vector<size_t> runs;          // failed ones too, in order
  std::vector<std::string> points;   // the distinct sweep points among them, "key = value, key = value"
  std::vector<std::string> caveats;  // keys of `where` that this arm does not sweep: they select nothing there
  std::string error;                 // why there is no such run; "" if there is
};

// A sweep's value, as written in TOML, as a number; none if it is not one.
std::optional<double> sweep_number(std::string_view value);

// Values are the same if they are the same text, with or without quotes, or the same number ("0.05", "0.050").
RunSelection select_runs(std::span<const RunInfo> runs, const std::string& arm, const SweepPoint& where);

}  // namespace encephagen
