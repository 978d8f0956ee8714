// For tests: temporary folders, zip and bz2 files, and building a connectome with its log.
#pragma once
#include <bzlib.h>
#include <unistd.h>
#include <zip.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "captured_sink.hpp"
#include "encephagen/sdk/connectome.hpp"

namespace connectomes::testing {

namespace fs = std::filesystem;
using Members = std::vector<std::pair<std::string, std::string>>;  // name, bytes

// A new empty folder, removed with everything in it at the end.
class TempDir {
 public:
  TempDir() {
    std::string pattern = (fs::temp_directory_path() / "connectome_test_XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~TempDir() { fs::remove_all(path_); }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  // Writes a file (and the folders above it) and returns its path as text.
  std::string file(const std::string& name, std::string_view bytes) const {
    const fs::path to = path_ / name;
    fs::create_directories(to.parent_path());
    std::ofstream(to, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return to.string();
  }
  std::string folder(const std::string& name, const Members& members) const {
    for (const auto& [member, bytes] : members) file(name + "/" + member, bytes);
    return (path_ / name).string();
  }
  std::string zip(const std::string& name, const Members& members) const {
    const std::string to = (path_ / name).string();
    zip_t* z = zip_open(to.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    for (const auto& [member, bytes] : members) {
      if (member.ends_with('/')) {
        zip_dir_add(z, member.c_str(), 0);
        continue;
      }
      zip_source_t* source = zip_source_buffer(z, bytes.data(), bytes.size(), 0);
      if (zip_file_add(z, member.c_str(), source, 0) < 0) throw std::runtime_error(zip_strerror(z));
    }
    if (zip_close(z) != 0) throw std::runtime_error("the zip file was not written");
    return to;
  }
  fs::path path() const { return path_; }

 private:
  fs::path path_;
};

inline std::string bz2(std::string bytes) {
  std::string out(bytes.size() + bytes.size() / 100 + 600, '\0');
  auto length = static_cast<unsigned>(out.size());
  if (BZ2_bzBuffToBuffCompress(out.data(), &length, bytes.data(), static_cast<unsigned>(bytes.size()), 9, 0, 0) !=
      BZ_OK)
    throw std::runtime_error("bz2 failed");
  out.resize(length);
  return out;
}

// The value of a history key; "(absent)" if there is none.
inline std::string history(const eg::Connectome& c, std::string_view key) {
  for (const auto& [k, value] : c.history)
    if (k == key) return value;
  return "(absent)";
}

// What `f` throws, "" if nothing.
template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

inline bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

inline bool has(const std::vector<std::string>& texts, std::string_view part) {
  for (const auto& t : texts)
    if (has(std::string_view(t), part)) return true;
  return false;
}

struct Built {
  eg::Connectome connectome;
  std::vector<std::string> notes, warnings;
};
template <class Model>
Built build(const typename Model::Params& params, uint64_t seed = 1) {
  CapturedSink captured;
  eg::Sink log = captured.sink();
  eg::Connectome c = Model(params).build(seed, log);
  return {std::move(c), captured.notes, captured.warnings};
}

}  // namespace connectomes::testing
