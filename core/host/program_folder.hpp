// Where the program lies: plugins, data lists and libraries lie beside it, at ../lib and ../share.
#pragma once
#include <filesystem>

namespace encephagen {

// The folder of the executable, unless set_program_folder() said otherwise; empty if the system does not tell.
std::filesystem::path program_folder();
// For a library inside another program. Before anything is looked for.
void set_program_folder(const std::filesystem::path& folder);

}  // namespace encephagen
