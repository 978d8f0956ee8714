// The plugin contract keeps its binary form: sizes, offsets and numbers are pinned, seen alike from C11 and C++, and
// the tables that pin them are complete.
#include <doctest/doctest.h>
#include <encephagen/abi/library.h>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>

#include "layout.h"
#include "support.hpp"

namespace {

constexpr layout_row layout_as_cpp[] = {
#define EG_STRUCT(type, size) {#type, nullptr, size, sizeof(type)},
#define EG_FIELD(type, field, offset) {#type, #field, offset, offsetof(type, field)},
#include "layout_1_4.inc"
#undef EG_STRUCT
#undef EG_FIELD
};

struct Constant {
  const char* name;
  uint64_t pinned, measured;
};
constexpr Constant constants[] = {
#define EG_CONSTANT(name, value) {#name, value, name},
#include "constants_1_4.inc"
#undef EG_CONSTANT
};

// Turns into anything, so that T{{x}, {x}, ...} compiles exactly as long as there are no more x than fields.
struct Anything {
  template <class T>
  constexpr operator T() const noexcept;
};
template <class T, size_t... I>
constexpr bool takes(std::index_sequence<I...>) {
  return requires { T{{(static_cast<void>(I), Anything{})}...}; };
}
template <class T, size_t N = 1>
constexpr size_t count_fields() {
  if constexpr (takes<T>(std::make_index_sequence<N + 1>{})) {
    return count_fields<T, N + 1>();
  } else {
    return N;
  }
}

size_t fields_in_table(const std::string& type) {
  size_t n = 0;
  for (const auto& row : layout_as_cpp)
    if (row.structure == type && row.field) ++n;
  return n;
}

void check_rows(std::span<const layout_row> rows) {
  for (const auto& row : rows)
    CHECK_MESSAGE(row.measured == row.pinned, row.structure, ".", row.field ? row.field : "(size)", " is ",
                  row.measured, ", shipped plugins have ", row.pinned);
}

// All abi headers, comments taken out.
std::string headers_text() {
  std::stringstream all;
  for (const char* name : {"base", "unit", "edge", "world", "batch", "library"})
    all << std::ifstream(encephagen::testing::source_dir() / "core/include/encephagen/abi" / (std::string(name) + ".h"))
               .rdbuf();
  return std::regex_replace(all.str(), std::regex(R"(/\*[^*]*\*+([^/*][^*]*\*+)*/)"), "");
}

std::set<std::string> names_in_headers(const std::string& pattern) {
  const std::string text = headers_text();
  const std::regex expression(pattern);
  std::set<std::string> names;
  for (std::sregex_iterator i(text.begin(), text.end(), expression), end; i != end; ++i) names.insert((*i)[1]);
  return names;
}

}  // namespace

static_assert(sizeof(void*) == 8, "the tables describe 64-bit machines");

TEST_CASE("abi: every size and offset is the one that shipped plugins were compiled with, in C++") {
  check_rows(layout_as_cpp);
}

TEST_CASE("abi: every size and offset is the one that shipped plugins were compiled with, in C11") {
  CHECK(n_layout_as_c11 == std::size(layout_as_cpp));
  check_rows({layout_as_c11, n_layout_as_c11});
}

TEST_CASE("abi: every constant keeps its number") {
  for (const auto& c : constants)
    CHECK_MESSAGE(c.measured == c.pinned, c.name, " is ", c.measured, ", it was ", c.pinned);
  CHECK(std::string(EG_ENTRY) == "eg_plugin_library");
}

TEST_CASE("abi: the first 16 bytes of a library say magic, major, minor, size and number of plugins, for ever") {
  CHECK(offsetof(eg_library, magic) == 0);
  CHECK(offsetof(eg_library, abi_major) == 4);
  CHECK(offsetof(eg_library, abi_minor) == 6);
  CHECK(offsetof(eg_library, size) == 8);
  CHECK(offsetof(eg_library, n_plugins) == 12);
}

TEST_CASE("abi: the layout table knows every struct of the headers and every field of the struct") {
  std::set<std::string> pinned;
#define EG_STRUCT(type, size)                \
  pinned.insert(#type);                      \
  CHECK(std::is_standard_layout_v<type>);    \
  CHECK(std::is_trivially_copyable_v<type>); \
  CHECK_MESSAGE(count_fields<type>() == fields_in_table(#type), #type);
#define EG_FIELD(type, field, offset)
#include "layout_1_4.inc"
#undef EG_STRUCT
#undef EG_FIELD
  CHECK(pinned == names_in_headers(R"(typedef struct (\w+) \{)"));
}

TEST_CASE("abi: a struct that may grow starts with its own size") {
  // Fixed for ever: text buffer, tagged value, and the library entry, whose size follows magic and version.
  const std::set<std::string> fixed{"eg_error", "eg_value", "eg_library"};
  std::map<std::string, size_t> offset_of_size;
  for (const auto& row : layout_as_cpp)
    if (row.field && std::string(row.field) == "size") offset_of_size[row.structure] = row.measured;
  for (const auto& row : layout_as_cpp) {
    if (row.field || fixed.contains(row.structure)) continue;
    CAPTURE(row.structure);
    REQUIRE(offset_of_size.contains(row.structure));
    CHECK(offset_of_size[row.structure] == 0);
  }
}

TEST_CASE("abi: the table of constants knows every enumerator and number of the headers") {
  std::set<std::string> pinned;
  for (const auto& c : constants) pinned.insert(c.name);
  // EG_MAX_DIMS and the like are enumerators too; EG_ENTRY is text.
  CHECK(pinned == names_in_headers(R"((?:#define )?\b(EG_[A-Z0-9_]+)(?: =|) (?:0x[0-9A-F]+|[0-9]+)u?\b)"));
}

TEST_CASE("abi: the count of fields itself can tell a struct from one with a field more") {
  struct Three {
    uint32_t a;
    char b[16];
    eg_value c;
  };
  struct Four {
    uint32_t a;
    char b[16];
    eg_value c;
    void (*d)(void*);
  };
  CHECK(count_fields<Three>() == 3);
  CHECK(count_fields<Four>() == 4);
}
