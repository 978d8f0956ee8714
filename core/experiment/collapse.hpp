// Turns a sweep into one value per run of it: the coupling at which a region saturates, the best fit and where it lies.
#pragma once
#include <limits>
#include <string>
#include <vector>

#include "experiment/run_table.hpp"
#include "scenario/diagnostics.hpp"
#include "scenario/node.hpp"
#include "scenario/table_spec.hpp"

namespace encephagen {

enum class Take { first_below, first_above, argmax, argmin, at_max, at_min, max, min, mean, first, last };

// A metric of the collapsed runs, for every group and region that `of` has at all points.
struct CollapsedMetric {
  std::string name;
  std::string of;  // a metric of the swept runs
  Take take = Take::first;
  double threshold = 0;  // first_below, first_above
  // at_max, at_min: the point at which this metric, NAME or NAME[GROUP], is largest or smallest. "": `of` itself.
  std::string by;
  // first_below, first_above: where no point qualifies.
  double otherwise = std::numeric_limits<double>::quiet_NaN();
};

struct CollapseSpec {
  std::string name;   // the arm that the collapsed runs form
  std::string arm;    // whose sweep
  std::string along;  // over this key, from its smallest value to its largest
  std::vector<CollapsedMetric> metrics;
  Position at;
};

const TableSpec& collapse_spec();
std::vector<CollapseSpec> load_collapses(const Node& root, Diagnostics& diagnostics);

// Appends one run per replicate, repeat and remaining sweep point of each collapsed arm. A table of planned runs
// without rows gives the runs alone. A failed point makes its collapsed run fail.
void collapse(const std::vector<CollapseSpec>& specs, RunTable& table);

}  // namespace encephagen
