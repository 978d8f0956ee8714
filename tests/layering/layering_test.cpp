// The sources obey the layers; and the checker that says so is shown to reject each kind of wrong include.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>

#include "layer_rules.hpp"
#include "support.hpp"

using namespace encephagen::testing;

namespace {

std::vector<std::string> targets(std::string_view source) {
  std::vector<std::string> all;
  for (const Include& i : includes_of(source)) all.push_back(i.target);
  return all;
}

// What the first line of a file in bad/ says the checker must say; "nothing" if the file is right.
std::string expected_complaint(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string first;
  std::getline(in, first);
  const std::string_view mark = "// layering: ";
  REQUIRE_MESSAGE(first.starts_with(mark), file);
  return first.substr(mark.size());
}

}  // namespace

TEST_CASE("layering: every include in core and plugins obeys the layers") {
  for (const Violation& v : check_layers(source_dir())) FAIL_CHECK(v.file << ":" << v.line << ": " << v.text);
  CHECK(count_checked_files(source_dir()) > 30);
}

TEST_CASE("layering: each bad example is rejected for its own reason and no other") {
  const auto bad = source_dir() / "tests" / "layering" / "bad";
  std::map<std::string, std::vector<std::string>> complaints;
  for (const Violation& v : check_layers(bad)) complaints[v.file].push_back(v.text);
  size_t n = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(bad)) {
    if (!entry.is_regular_file()) continue;
    const std::string file = entry.path().lexically_relative(bad).generic_string();
    const std::string expected = expected_complaint(entry.path());
    CAPTURE(file);
    if (expected.starts_with("nothing")) {
      CHECK(complaints[file].empty());
      continue;
    }
    ++n;
    REQUIRE(complaints[file].size() == 1);
    CHECK_MESSAGE(complaints[file][0].find(expected) != std::string::npos, complaints[file][0], " does not say ",
                  expected);
  }
  CHECK(n == count_checked_files(bad) - 2);
  CHECK(n > 20);
}

TEST_CASE("layering: a directive is found however it is spaced, with its line") {
  const auto found = includes_of("// first\n#include <vector>\n  #  include \"engine/x.hpp\"  // why\n");
  REQUIRE(found.size() == 2);
  CHECK(found[0].target == "vector");
  CHECK(found[0].line == 2);
  CHECK_FALSE(found[0].is_quoted);
  CHECK(found[1].target == "engine/x.hpp");
  CHECK(found[1].line == 3);
  CHECK(found[1].is_quoted);
}

TEST_CASE("layering: text in comments and strings is no directive, and lines are still counted behind it") {
  CHECK(targets("// #include <a>\n/* \n#include <b>\n*/ int x;\n").empty());
  CHECK(targets("const char* t = R\"x(\n#include <c>\n)x\";\n#include <d>\n") == std::vector<std::string>{"d"});
  CHECK(targets("const char* t = \"\\\"\\n\"\n\"#include <e>\";\nchar q = '\"';\n#include <f>\n") ==
        std::vector<std::string>{"f"});
  CHECK(targets("int n = 1'000'000;\n#include <g>\n") == std::vector<std::string>{"g"});
  CHECK(includes_of("/*\n\n*/\nauto t = R\"(\n\n)\";\n#include <h>\n").at(0).line == 7);
}
