// For tests: a temporary folder with text files and matrices in it.
#pragma once
#include <unistd.h>

#include <charconv>
#include <deque>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>

// Removed with everything in it at the end. Names of files stay valid as long as the folder.
class TestFolder {
 public:
  TestFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "analyzer_test_XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  std::string_view file(const std::string& name, const std::string& text) {
    const auto to = path_ / name;
    std::ofstream(to) << text;
    return names_.emplace_back(to.string());
  }
  std::string_view matrix(const std::string& name, std::span<const double> values, size_t columns) {
    std::string text;
    char number[32];
    for (size_t k = 0; k < values.size(); ++k) {
      text.append(number, std::to_chars(number, number + sizeof number, values[k]).ptr);
      text += (k + 1) % columns ? ',' : '\n';
    }
    return file(name, text);
  }

 private:
  std::filesystem::path path_;
  std::deque<std::string> names_;
};
