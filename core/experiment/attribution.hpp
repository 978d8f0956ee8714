// Which factors of a complete factorial design a metric depends on: shares of the variance between its cells.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "experiment/bootstrap.hpp"

namespace encephagen {

// One value of a run in a cell of the design.
struct FactorialValue {
  std::vector<std::pair<std::string, std::string>> levels;  // factor, its level; the same factors in all
  double value;
};

struct FactorShare {
  std::string factor = {};
  double share = 0;               // eta squared: its sum of squares over that between cells
  stats::Interval interval = {};  // percentile bootstrap over the runs within each cell
};

struct Attribution {
  std::string refusal = {};  // "" if the shares could be determined
  size_t n_cells = 0;
  std::vector<FactorShare> factors = {};  // main effects, in order; single-level factors are left out
  double interactions = 0;                // what the main effects leave
  // Of the factors asked for together, named "a, b": their main effects and what they do in combination.
  FactorShare joint = {};
};

// Cells are weighted alike, whatever their number of runs. Refuses designs with a cell missing or without any spread,
// and `together` with something that is no factor.
Attribution attribute(const std::vector<FactorialValue>& values, const std::vector<std::string>& together, double level,
                      size_t resamples, uint64_t seed);

}  // namespace encephagen
