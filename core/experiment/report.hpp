// report.html: one self-contained page made from a folder of results.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace encephagen {

// Reads run.json, metrics.csv, claims.json, figures.json, resolved.toml and results.h5 below `folder` and returns the
// page. Throws Failure(data_unusable) when the folder holds no results.
std::string make_report(const std::filesystem::path& folder);

// The page without the folder: `document` is what pack_document (report_arrays.hpp) returned. `connect` names what the
// page may connect to, for a live view ("ws://127.0.0.1:8080"); empty: nothing at all.
std::string report_page_of(std::string_view title, std::string_view document, std::string_view connect = {});

}  // namespace encephagen
