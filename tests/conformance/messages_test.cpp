// Every message of the conformance kit stands in MESSAGES.md with its cause, and nothing else does.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "host/conformance/conformance.hpp"
#include "support.hpp"

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  REQUIRE_MESSAGE(in, file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// String literals of a C++ source, neighbours joined; those of #include lines, and characters, are left out.
std::vector<std::string> literals(const std::string& source) {
  std::vector<std::string> out;
  bool goes_on = false;
  for (size_t i = 0; i < source.size();) {
    const char c = source[i];
    const bool at_line_start = i == 0 || source[i - 1] == '\n';
    if (source.compare(i, 2, "//") == 0 || (at_line_start && source.compare(i, 8, "#include") == 0)) {
      i = std::min(source.find('\n', i), source.size());
    } else if (c == '\'' && (i == 0 || std::isalnum(static_cast<unsigned char>(source[i - 1])) == 0)) {
      for (++i; source[i] != '\''; ++i) i += source[i] == '\\';
      ++i, goes_on = false;
    } else if (c == '"') {
      if (!goes_on) out.emplace_back();
      for (++i; source[i] != '"'; ++i) {
        if (source[i] == '\\') ++i;
        out.back() += source[i - 1] == '\\' && source[i] == 'n' ? '\n' : source[i];
      }
      ++i, goes_on = true;
    } else {
      if (std::isspace(static_cast<unsigned char>(c)) == 0) goes_on = false;
      ++i;
    }
  }
  return out;
}

// Placeholders of {fmt} become "…"; no white space at the ends, no colon at the end.
std::string tidied(const std::string& literal) {
  std::string out;
  for (size_t i = 0; i < literal.size(); ++i) {
    const size_t close = literal[i] == '{' ? literal.find('}', i) : std::string::npos;
    if (close == std::string::npos) {
      out += literal[i];
    } else {
      out += "…";
      i = close;
    }
  }
  while (!out.empty() && std::isspace(static_cast<unsigned char>(out.back())) != 0) out.pop_back();
  while (!out.empty() && std::isspace(static_cast<unsigned char>(out.front())) != 0) out.erase(0, 1);
  return out;
}

size_t n_words(const std::string& text) {
  std::istringstream in(text);
  size_t n = 0;
  for (std::string word; in >> word;) ++n;
  return n;
}

// Pieces of three words and more that are neither the meaning of a check nor made of placeholders alone.
std::set<std::string> messages_in_source() {
  std::set<std::string> meanings, out;
  for (const auto& check : encephagen::conformance_checks()) meanings.insert(check.meaning);
  for (const auto& entry : fs::directory_iterator(encephagen::testing::source_dir() / "core/host/conformance")) {
    if (entry.path().extension() != ".cpp") continue;
    for (const auto& literal : literals(text_of(entry.path()))) {
      const std::string message = tidied(literal);
      const bool has_words = std::ranges::any_of(message, [](char c) { return c >= 'a' && c <= 'z'; });
      if (n_words(literal) >= 3 && has_words && !meanings.contains(literal)) out.insert(message);
    }
  }
  return out;
}

// What stands between backticks in the first column of the tables.
std::set<std::string> messages_in_reference() {
  std::set<std::string> out;
  std::istringstream in(text_of(encephagen::testing::source_dir() / "core/host/conformance/MESSAGES.md"));
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("| `")) out.insert(line.substr(3, line.find("` |") - 3));
  return out;
}

}  // namespace

TEST_CASE("conformance: literals are read as a compiler reads them") {
  CHECK(literals("#include \"x.hpp\"\nf('\"', \"a \\\"b\\\" \"\n  \"c\"); // \"no\"\ng(\"d\", \"e\");") ==
        std::vector<std::string>{"a \"b\" c", "d", "e"});
  CHECK(tidied(" {} of {:.3g} is there: ") == "… of … is there:");
}

TEST_CASE("conformance: every message is explained, and no explanation is left over") {
  const auto source = messages_in_source(), reference = messages_in_reference();
  CHECK(source.size() > 150);
  for (const auto& message : source) CHECK_MESSAGE(reference.contains(message), "MESSAGES.md lacks `", message, "`");
  for (const auto& message : reference)
    CHECK_MESSAGE(source.contains(message), "MESSAGES.md explains what nobody says: `", message, "`");
}
