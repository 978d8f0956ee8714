// Figures drawn from the metrics of an experiment.
#pragma once
#include <filesystem>
#include <vector>

namespace encephagen {

// Writes into `target`, for the metrics that claims name (else for variance, timescale_ms and rate_hz), and returns:
//   hierarchy_METRIC.svg   bars by type of region, one panel per arm and sweep point, single runs as dots
//   sweep_METRIC_ARM.svg   medians and quartiles by type of region along a number that an arm sweeps
//   learning_METRIC.svg    medians and quartiles by arm over windows of trials, or over episodes
// At most twelve of each kind. Throws Failure if a file cannot be written, and nothing if there is no metrics.csv.
std::vector<std::filesystem::path> write_metric_figures(const std::filesystem::path& folder,
                                                        const std::filesystem::path& target);

}  // namespace encephagen
