// The rules themselves: two tables (layers, libraries) and the reader that holds the sources against them.
#include "layer_rules.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace encephagen::testing {
namespace {

namespace fs = std::filesystem;

// Lowest first; a layer may include itself and what stands before it. Plugins are no layer of this chain.
constexpr std::string_view kLayers[] = {"abi",        "sdk",  "host", "scenario", "engine",
                                        "experiment", "live", "cli",  "python"};

struct Place {
  std::string_view prefix;   // of the file's path
  bool headers_too = false;  // else in .cpp files only
};

struct Library {
  std::string_view prefix;  // of what is included
  std::vector<Place> places;
  bool one_file_only = false;
};

// A plugin's own .cpp files may include any library; `plugins` stands here only where that is narrower.
const std::vector<Library>& libraries() {
  static const std::vector<Library> table{
      {"boost/dll", {{"core/host/plugin_library.cpp"}}},
      {"boost/version.hpp", {{"core/host/"}}},
      {"boost/math/", {{"core/experiment/"}, {"plugins/"}}},
      {"boost/beast/", {{"core/live/live_server.cpp"}}},
      {"boost/asio/", {{"core/live/live_server.cpp"}}},
      {"boost/program_options", {{"core/cli/", true}}},
      {"openssl/", {{"core/host/sha256.cpp"}}},
      {"toml++/", {{"core/scenario/toml_document.cpp"}}},
      {"toml.hpp", {}},
      {"fmt/",
       {{"core/host/"},
        {"core/scenario/"},
        {"core/engine/"},
        {"core/experiment/"},
        {"core/live/"},
        {"core/cli/"},
        {"core/python/"},
        {"plugins/"}}},
      {"nlohmann/",
       {{"core/host/"},
        {"core/scenario/"},
        {"core/engine/"},
        {"core/experiment/"},
        {"core/live/"},
        {"core/cli/"},
        {"plugins/"}}},
      {"Eigen/", {{"core/engine/"}, {"core/experiment/cma_es.cpp"}, {"plugins/"}}},
      {"unsupported/Eigen/", {{"core/engine/"}, {"plugins/"}}},
      {"zlib.h", {{"core/experiment/report_arrays.cpp"}}},
      {"hdf5.h", {{"core/engine/"}, {"plugins/"}}},
      {"pybind11/", {{"core/python/"}}},
      {"mpi.h", {{"core/experiment/"}}, true},
      {"mujoco/", {{"plugins/body/"}}},
      {"boost/", {{"plugins/"}}},
  };
  return table;
}

bool is_header(std::string_view file) { return file.ends_with(".h") || file.ends_with(".hpp"); }

// C and C++ standard headers and those of the system; what has a folder or is not listed belongs to a library.
bool is_standard_or_system(std::string_view target, bool plain_c_only) {
  static const std::set<std::string_view> c{"assert.h", "ctype.h",  "errno.h",  "float.h",  "inttypes.h", "limits.h",
                                            "locale.h", "math.h",   "setjmp.h", "signal.h", "stdarg.h",   "stdbool.h",
                                            "stddef.h", "stdint.h", "stdio.h",  "stdlib.h", "string.h",   "time.h"};
  static const std::set<std::string_view> system{
      "cpuid.h",     "cxxabi.h",  "dirent.h",   "dlfcn.h",  "elf.h",       "execinfo.h", "fcntl.h",
      "immintrin.h", "link.h",    "malloc.h",   "poll.h",   "pthread.h",   "pwd.h",      "sched.h",
      "spawn.h",     "termios.h", "ucontext.h", "unistd.h", "x86intrin.h", "xmmintrin.h"};
  if (c.contains(target)) return true;
  if (plain_c_only) return false;
  return system.contains(target) || target.starts_with("sys/") || target.starts_with("experimental/") ||
         target.find_first_of("./") == std::string_view::npos;
}

std::optional<size_t> rank_of(std::string_view layer) {
  const auto* found = std::ranges::find(kLayers, layer);
  if (found == std::end(kLayers)) return std::nullopt;
  return static_cast<size_t>(found - std::begin(kLayers));
}

// "core/engine/x.cpp" -> "engine", "core/include/encephagen/abi/x.h" -> "abi", "plugins/..." -> "plugins".
std::string layer_of(const std::string& file) {
  if (file.starts_with("plugins/")) return "plugins";
  const std::string_view headers = "core/include/encephagen/";
  const size_t begin = file.starts_with(headers) ? headers.size() : std::string_view("core/").size();
  return file.substr(begin, file.find('/', begin) - begin);
}

class Checker {
 public:
  explicit Checker(fs::path root) : root_(std::move(root)) {}

  void check(const std::string& file) {
    file_ = file;
    layer_ = layer_of(file);
    std::ifstream in(root_ / file);
    if (!in) throw std::runtime_error("cannot read " + (root_ / file).string());
    std::stringstream source;
    source << in.rdbuf();
    if (layer_ != "plugins" && !rank_of(layer_))
      return refuse(0,
                    "lies in no layer: core/ holds host, scenario, engine, experiment, live, cli, python and include");
    for (const Include& include : includes_of(source.str())) check(include);
  }

  std::vector<Violation> finish() {
    for (const auto& [library, files] : users_of_one_file_libraries_)
      if (files.size() > 1)
        for (const auto& [file, line] : files)
          violations_.push_back({file, line, library + " may be included by one file, and there are several"});
    std::ranges::sort(violations_, {}, [](const Violation& v) { return std::tie(v.file, v.line, v.text); });
    return std::move(violations_);
  }

 private:
  void refuse(size_t line, const std::string& text) { violations_.push_back({file_, line, text}); }

  void check(const Include& include) {
    if (const auto target = layer_target(include)) return check_layer(include, *target);
    if (include.is_quoted) return check_own(include);
    if (is_standard_or_system(include.target, layer_ == "abi")) return;
    check_library(include);
  }

  // The layer that an include names by its path from an include root, as "engine/x.hpp" and "encephagen/sdk/x.hpp" do.
  static std::optional<std::string> layer_target(const Include& include) {
    const bool is_public = include.target.starts_with("encephagen/");
    const size_t begin = is_public ? std::string_view("encephagen/").size() : 0;
    const size_t slash = include.target.find('/', begin);
    if (slash == std::string::npos) return std::nullopt;
    const std::string layer = include.target.substr(begin, slash - begin);
    if (!is_public && !include.is_quoted) return std::nullopt;
    return rank_of(layer) ? std::optional(layer) : std::nullopt;
  }

  void check_layer(const Include& include, const std::string& target) {
    if (layer_ == "plugins") {
      if (target != "sdk") refuse(include.line, "a plugin may include encephagen/sdk only, not " + include.target);
    } else if (*rank_of(target) > *rank_of(layer_)) {
      refuse(include.line, layer_ + " may not include " + include.target + ": " + target + " lies above it");
    }
  }

  // A quoted name that is no path from an include root: a neighbour, or a helper that plugins of a kind, or all, share.
  void check_own(const Include& include) {
    const fs::path folder = fs::path(file_).parent_path();
    std::vector<fs::path> candidates{(folder / include.target).lexically_normal()};
    if (layer_ == "plugins") {
      const fs::path kind = *std::next(fs::path(file_).begin());
      candidates.push_back((fs::path("plugins") / kind / "common" / include.target).lexically_normal());
      candidates.push_back((fs::path("plugins") / "common" / include.target).lexically_normal());
    }
    const auto found =
        std::ranges::find_if(candidates, [&](const fs::path& p) { return fs::is_regular_file(root_ / p); });
    if (found == candidates.end())
      return refuse(include.line, include.target + " is neither a neighbour nor a path from the include root");
    const std::string target = found->generic_string();
    if (layer_ == "plugins") {
      const bool own = target.starts_with(folder_of_plugin(file_)),
                 shared = target.find("/common/") != std::string::npos;
      const bool within = target.starts_with(folder_of_kind(file_)) || target.starts_with("plugins/common/");
      if (!within || !(own || shared)) refuse(include.line, "a plugin may not include another plugin's file " + target);
    } else if (layer_of(target) != layer_) {
      refuse(include.line,
             "another layer's file is included by its path from the include root, not as " + include.target);
    }
  }

  static std::string folder_of_kind(const std::string& file) { return file.substr(0, file.find('/', 8) + 1); }
  static std::string folder_of_plugin(const std::string& file) {
    const std::string kind = folder_of_kind(file);
    return file.substr(0, file.find('/', kind.size()) + 1);
  }

  void check_library(const Include& include) {
    if (layer_ == "abi" || layer_ == "sdk")
      return refuse(include.line, layer_ + " depends on nothing, so not on " + include.target);
    const auto library =
        std::ranges::find_if(libraries(), [&](const Library& l) { return include.target.starts_with(l.prefix); });
    if (library == libraries().end()) {
      if (layer_ != "plugins")
        return refuse(include.line, include.target + " belongs to no library that the table in tests/layering knows");
      if (is_header(file_)) refuse(include.line, "a plugin may include " + include.target + " in a .cpp file only");
      return;
    }
    const auto place =
        std::ranges::find_if(library->places, [&](const Place& p) { return file_.starts_with(p.prefix); });
    if (place == library->places.end())
      return refuse(include.line, include.target + " may not be included here, but " + where(*library));
    if (is_header(file_) && !place->headers_too)
      return refuse(include.line, include.target + " may be included in a .cpp file only");
    if (library->one_file_only)
      users_of_one_file_libraries_[std::string(library->prefix)].emplace_back(file_, include.line);
  }

  static std::string where(const Library& library) {
    if (library.places.empty()) return "nowhere";
    std::string text = "in ";
    for (const Place& p : library.places) text += (text.size() > 3 ? ", " : "") + std::string(p.prefix);
    return text;
  }

  fs::path root_;
  std::string file_, layer_;
  std::vector<Violation> violations_;
  std::map<std::string, std::vector<std::pair<std::string, size_t>>> users_of_one_file_libraries_;
};

std::vector<std::string> files_under(const fs::path& root) {
  std::vector<std::string> files;
  for (const char* top : {"core", "plugins"}) {
    if (!fs::is_directory(root / top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string file = entry.path().lexically_relative(root).generic_string();
      const std::string extension = entry.path().extension().string();
      const bool is_test_code = file.ends_with("_test.cpp") || entry.path().filename().string().starts_with("test_");
      // Templates of plugins are text that the program carries; tests/outside builds them.
      const bool is_template = file.starts_with("core/cli/templates/");
      if (!entry.is_regular_file() || is_test_code || is_template) continue;
      if (extension == ".h" || extension == ".hpp" || extension == ".c" || extension == ".cpp") files.push_back(file);
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

std::vector<Include> includes_of(std::string_view source) {
  std::vector<Include> found;
  size_t line = 1, i = 0;
  bool line_is_blank_so_far = true;
  const auto at = [&](std::string_view text) { return source.substr(i, text.size()) == text; };
  const auto skip_to = [&](std::string_view end) {
    const size_t stop = std::min(source.find(end, i), source.size());
    line += static_cast<size_t>(std::count(source.begin() + static_cast<std::ptrdiff_t>(i),
                                           source.begin() + static_cast<std::ptrdiff_t>(stop), '\n'));
    i = std::min(stop + end.size(), source.size());
  };
  while (i < source.size()) {
    const char c = source[i];
    if (c == '\n') {
      ++line, ++i, line_is_blank_so_far = true;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++i;
    } else if (at("//")) {
      i = std::min(source.find('\n', i), source.size());
    } else if (at("/*")) {
      i += 2, skip_to("*/");
    } else if (c == '#' && line_is_blank_so_far) {
      const std::string_view directive = source.substr(i, source.find('\n', i) - i);
      const size_t word = directive.find_first_not_of(" \t", 1);
      if (word != std::string_view::npos && directive.substr(word).starts_with("include")) {
        const size_t open = directive.find_first_of("<\"", word);
        const size_t close = open == std::string_view::npos ? open : directive.find_first_of(">\"", open + 1);
        if (close != std::string_view::npos)
          found.push_back({line, std::string(directive.substr(open + 1, close - open - 1)), directive[open] == '"'});
        i += directive.size();
      } else {
        ++i;
      }
      line_is_blank_so_far = false;
    } else if (at("R\"")) {
      i += 2;
      const size_t open = std::min(source.find('(', i), source.size());
      std::string end(1, ')');
      end.append(source.substr(i, open - i)).push_back('"');
      skip_to(end), line_is_blank_so_far = false;
    } else if (c == '"' || (c == '\'' && (i == 0 || !std::isalnum(static_cast<unsigned char>(source[i - 1]))))) {
      for (++i; i < source.size() && source[i] != c && source[i] != '\n'; ++i)
        if (source[i] == '\\') ++i;
      ++i, line_is_blank_so_far = false;
    } else {
      ++i, line_is_blank_so_far = false;
    }
  }
  return found;
}

std::vector<Violation> check_layers(const fs::path& root) {
  Checker checker(root);
  for (const std::string& file : files_under(root)) checker.check(file);
  return checker.finish();
}

size_t count_checked_files(const fs::path& root) { return files_under(root).size(); }

}  // namespace encephagen::testing
