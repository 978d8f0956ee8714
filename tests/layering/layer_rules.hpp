// Which file may include what: the layers of the kernel and the place of every third-party library, checked on the text
// of the sources.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace encephagen::testing {

struct Include {
  size_t line;         // from 1
  std::string target;  // what stands between the quotes or brackets
  bool is_quoted;
};

struct Violation {
  std::string file;  // relative to the root of the tree
  size_t line;
  std::string text;
};

// The #include directives of a C or C++ source; those inside comments, strings and raw strings are none.
std::vector<Include> includes_of(std::string_view source);

// Reads every .h, .hpp, .c and .cpp file under root/core and root/plugins (tests of plugins excepted) and returns what
// the rules forbid, sorted by file and line. Throws std::runtime_error for a file that cannot be read.
std::vector<Violation> check_layers(const std::filesystem::path& root);

// How many files check_layers() reads.
size_t count_checked_files(const std::filesystem::path& root);

}  // namespace encephagen::testing
