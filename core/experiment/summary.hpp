// What of an experiment's results is worth keeping for good: small, without dates, and made again by one command.
#pragma once
#include <filesystem>
#include <vector>

namespace encephagen {

// Writes into `target` (made if it is not there), from the results in `folder`, and returns the files:
//   claims.json          verdicts, without the values of single runs
//   decompositions.csv, figures.json   as they are, if they are there
//   means.csv            arm, sweep keys, metric, group, n, mean, sd over the runs, without single regions
//   provenance.json      title, seed, versions, plugins, data; neither times nor paths
//   *.svg                write_claim_figures, figures.hpp
// Throws Failure if there are no results or a file cannot be written.
std::vector<std::filesystem::path> write_summary(const std::filesystem::path& folder,
                                                 const std::filesystem::path& target);

}  // namespace encephagen
