// Folders of new plugins, made from the templates that lie in core/cli/templates and are compiled in.
#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace encephagen::cli {

// Every file of the templates: path ("neuron/model.hpp", "common/README.md") and text.
const std::vector<std::pair<std::string, std::string>>& template_files();

// The files of a new plugin: path within its folder and text. Throws Failure(usage) for a name that cannot be one.
std::vector<std::pair<std::filesystem::path, std::string>> plugin_files(const std::string& kind,
                                                                        const std::string& name);

}  // namespace encephagen::cli
