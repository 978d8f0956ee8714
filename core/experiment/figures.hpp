// Figures of an experiment for papers and pages.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace encephagen {

struct Figures {
  std::vector<std::filesystem::path> files;
  std::string without_png;  // why there are no PNG files; "" if there are
};

// Writes into `target` (made if it is not there) what the results in `folder` have to show, as SVG and, where the
// program rsvg-convert is installed, as PNG:
//   decomposition_ID      metrics by rungs, the explained fraction as colour, * significant, = reproduced
//   nulls                 for every claim with the test rank, the nulls as a histogram and the real graph as a line
//   hierarchy_METRIC, sweep_METRIC_ARM, learning_METRIC    see metric_figures.hpp
// None where there is nothing of the kind. Throws Failure if there is no claims.json or a file cannot be written.
Figures write_figures(const std::filesystem::path& folder, const std::filesystem::path& target);

// The first two kinds only, as SVG: what `report --summary` keeps.
std::vector<std::filesystem::path> write_claim_figures(const std::filesystem::path& folder,
                                                       const std::filesystem::path& target);

}  // namespace encephagen
