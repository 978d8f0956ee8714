// Bytes from files: single files, bz2 compressed ones, and the members of a zip file or folder.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct zip;  // libzip's

namespace files {

// The content of a file; decompressed if its name ends in .bz2. Throws std::runtime_error saying what is wrong.
std::string read_file(const std::filesystem::path& path);

// All streams of a bz2 file after one another. `name` is for messages.
std::string decompress_bz2(std::string_view bytes, const std::string& name);

// The files of a zip file or of a folder (to a depth of three), under names relative to it with '/' between folders.
// Leaves out folders, what macOS adds (__MACOSX, ._*, .DS_Store) and hidden files.
class FileSet {
 public:
  // Throws std::runtime_error when there is no such folder, or the file is not a zip file.
  explicit FileSet(const std::filesystem::path& zip_or_folder);

  const std::vector<std::string>& names() const { return names_; }  // sorted
  // Decompressed if the name ends in .bz2.
  std::string read(const std::string& name) const;
  // For messages: "weights.txt in connectivity_96.zip".
  std::string where(const std::string& name) const;

 private:
  std::filesystem::path path_;
  std::shared_ptr<zip> zip_;
  std::vector<std::string> names_;
  std::vector<std::string> raw_names_;  // as the zip spells them
};

}  // namespace files
