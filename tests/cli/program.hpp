// Runs the encephagen command in a child process and catches what it says.
#pragma once
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "support.hpp"

namespace encephagen::testing {

struct Said {
  int status = -1;
  std::string out, err;
};

inline std::filesystem::path binary_dir() {
  const char* dir = std::getenv("ENCEPHAGEN_BINARY_DIR");
  return dir ? dir : ".";
}

inline std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// A fresh empty folder of this test.
inline std::filesystem::path scratch(const std::string& name) {
  auto folder = std::filesystem::temp_directory_path() / ("encephagen_cli_test_" + std::to_string(::getpid())) / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

// `arguments` as typed in a shell; `environment` like "A=1 B=2".
inline Said run_program(const std::string& arguments, const std::string& environment = "") {
  const auto folder = scratch("io");
  const std::string command = "env HOME=/nowhere " + environment + " '" + (binary_dir() / "bin/encephagen").string() +
                              "' " + arguments + " >'" + (folder / "out").string() + "' 2>'" +
                              (folder / "err").string() + "' </dev/null";
  const int raw = std::system(command.c_str());
  return {WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw), read_file(folder / "out"),
          read_file(folder / "err")};
}

}  // namespace encephagen::testing
