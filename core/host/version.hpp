// Which build of the kernel this is.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace encephagen {

// "0.1.0 (plugin ABI 1.0)"
std::string version_text();

// Name and value of everything that may matter when a result is reproduced: kernel, compiler, flags, instruction sets
// of this processor, libraries.
std::vector<std::pair<std::string, std::string>> build_facts();

}  // namespace encephagen
