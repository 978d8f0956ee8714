// For tests of encoders that read files: a folder of their own, and plugins whose text parameters are set.
#pragma once
#include <encephagen/abi/library.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace core::testing {

class Folder {
 public:
  explicit Folder(const std::string& name)
      : path_(std::filesystem::temp_directory_path() / (name + "." + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  // Writes a file and returns its path.
  std::string write(const std::string& name, std::string_view bytes) const {
    const auto file = path_ / name;
    std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file.string();
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// A plugin with another default for one text parameter. Must outlive the harness that uses it.
struct WithText {
  eg_plugin plugin;
  std::vector<eg_param> params;
  std::string text;
  WithText(const eg_plugin& p, std::string_view name, std::string value)
      : plugin(p), params(p.params, p.params + p.n_params), text(std::move(value)) {
    for (auto& param : params)
      if (param.name == name) param.preset.text = text.c_str();
    plugin.params = params.data();
  }
  WithText(const WithText&) = delete;
  WithText& operator=(const WithText&) = delete;
};

// Bytes of a number, lowest first.
template <class T>
std::string little_endian(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

}  // namespace core::testing
