// Where the program lies.
#include "host/program_folder.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;

fs::path& told() {
  static fs::path folder;
  return folder;
}

}  // namespace

fs::path program_folder() {
  if (!told().empty()) return told();
  std::error_code ec;
  const fs::path self = fs::read_symlink("/proc/self/exe", ec);
  return ec ? fs::path{} : self.parent_path();
}

void set_program_folder(const fs::path& folder) { told() = folder; }

}  // namespace encephagen
