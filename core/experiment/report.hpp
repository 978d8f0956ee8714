// report.html: one self-contained page made from a folder of results.
#pragma once
#include <filesystem>
#include <string>

namespace encephagen {

// Reads run.json, metrics.csv, claims.json, figures.json, resolved.toml and results.h5 below `folder` and returns the
// page. Throws Failure(data_unusable) when the folder holds no results.
std::string make_report(const std::filesystem::path& folder);

}  // namespace encephagen
