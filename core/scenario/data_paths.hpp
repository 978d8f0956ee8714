// Turns dataset ids and file names in a scenario into absolute paths.
#pragma once
#include <filesystem>

#include "scenario/plugin_params.hpp"

namespace encephagen {

// Datasets are looked for as `encephagen data` does; files are relative to the scenario file. The result may be used
// from several threads and remembers what it found.
PathResolver make_path_resolver(const std::filesystem::path& scenario_file);

}  // namespace encephagen
