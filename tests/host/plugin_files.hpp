// Folders with plugin files for tests of the host: the libraries of tests/bad_plugins/c, copied to where a test wants
// them.
#pragma once
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace encephagen::testing {

// A folder that only its owner can write to and that is removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "encephagen_host_XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = std::filesystem::canonical(name);
  }
  ~TemporaryFolder() {
    std::error_code ec;
    std::filesystem::remove_all(path_, ec);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // A folder below, made if need be.
  std::filesystem::path folder(const std::string& name) const {
    std::filesystem::create_directories(path_ / name);
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

// Copies the library that was built from tests/bad_plugins/c/<name>.c to `to`, writable by its owner only.
inline std::filesystem::path copy_plugin(const std::string& name, const std::filesystem::path& to) {
  namespace fs = std::filesystem;
  const char* dir = std::getenv("ENCEPHAGEN_BINARY_DIR");
  fs::copy_file(fs::path(dir ? dir : ".") / "tests/bad_plugins_c" / (name + ".so"), to,
                fs::copy_options::overwrite_existing);
  fs::permissions(to, fs::perms::owner_all);
  return to;
}

// `text` with every mention of `folder` replaced by "DIR".
inline std::string without_path(std::string text, const std::filesystem::path& folder) {
  const std::string path = folder.string();
  for (size_t at; (at = text.find(path)) != std::string::npos;) text.replace(at, path.size(), "DIR");
  return text;
}

}  // namespace encephagen::testing
