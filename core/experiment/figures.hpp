// Figures of an experiment for papers and pages: SVG files drawn from its claims.json.
#pragma once
#include <filesystem>
#include <vector>

namespace encephagen {

// Writes into `target` (made if it is not there) what the results in `folder` have to show, and returns the files:
//   decomposition_ID.svg  metrics by rungs, the explained fraction as colour, * significant, = reproduced
//   nulls.svg             for every claim with the test rank, the nulls as a histogram and the real graph as a line
// None where there is nothing of the kind. Throws Failure if there is no claims.json or a file cannot be written.
std::vector<std::filesystem::path> write_figures(const std::filesystem::path& folder,
                                                 const std::filesystem::path& target);

}  // namespace encephagen
