// new-plugin: a folder that builds, tests and runs outside the project.
#include "cli/new_plugin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iostream>
#include <string_view>

#include "cli/command_line.hpp"
#include "host/text.hpp"
#include "host/write_file.hpp"

namespace encephagen::cli {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

// Vendors that are taken, and words that cannot name a C++ namespace.
constexpr std::string_view kOurs[] = {"core", "mujoco"};
constexpr std::string_view kWords[] = {
    "auto",     "bool",     "break",   "case",    "catch",  "char",     "class",   "concept", "const",
    "continue", "default",  "delete",  "do",      "double", "eg",       "else",    "enum",    "export",
    "extern",   "false",    "float",   "for",     "friend", "goto",     "if",      "inline",  "int",
    "long",     "main",     "mutable", "new",     "not",    "operator", "or",      "private", "protected",
    "public",   "register", "return",  "short",   "signed", "sizeof",   "static",  "std",     "struct",
    "switch",   "template", "this",    "throw",   "true",   "try",      "typedef", "typeid",  "typename",
    "union",    "unsigned", "using",   "virtual", "void",   "volatile", "while",   "xor",     "and"};

struct Name {
  std::string vendor, name;
};

bool is_word(std::string_view text) {
  const auto is_part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text.front() >= 'a' && text.front() <= 'z' && text.back() != '_' &&
         std::ranges::all_of(text, is_part) && text.find("__") == std::string_view::npos;
}

// What the user may have meant: small letters, underscores for what cannot stand in a name.
std::string tidied(std::string_view text) {
  std::string out;
  for (const char c : lower(text)) {
    const bool fits = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.';
    if (fits || (!out.empty() && out.back() != '_' && out.back() != '.')) out += fits ? c : '_';
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

Name read_name(const std::string& text) {
  const auto dot = text.find('.');
  Name name{text.substr(0, dot), dot == std::string::npos ? "" : text.substr(dot + 1)};
  const auto refuse = [&](const std::string& why) {
    throw Failure(Exit::usage, fmt::format("'{}' cannot name a plugin: {}", text, why));
  };
  if (dot == std::string::npos)
    refuse(fmt::format("say whose it is, too: VENDOR.NAME, for example acme.{}", tidied(text)));
  if (!is_word(name.vendor) || !is_word(name.name)) {
    const std::string better = tidied(text);
    const auto middle = better.find('.');
    const bool is_good = middle != std::string::npos && is_word(std::string_view(better).substr(0, middle)) &&
                         is_word(std::string_view(better).substr(middle + 1));
    refuse(
        "vendor and name each begin with a small letter and go on with small letters, digits and single underscores" +
        (is_good ? fmt::format("; did you mean '{}'?", better) : std::string()));
  }
  if (std::ranges::find(kOurs, name.vendor) != std::end(kOurs))
    refuse(fmt::format("'{}' are the plugins that come with Encephagen; take a vendor of your own", name.vendor));
  if (std::ranges::find(kWords, name.vendor) != std::end(kWords))
    refuse(fmt::format("the vendor becomes a C++ namespace, and '{}' cannot be one", name.vendor));
  return name;
}

// "my_neuron" -> "MyNeuron".
std::string type_name(std::string_view name) {
  std::string out;
  bool is_first = true;
  for (const char c : name) {
    if (c != '_') out += is_first ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    is_first = c == '_';
  }
  return out;
}

using Words = std::vector<std::pair<std::string_view, std::string>>;

// In one pass, so that what was put in is not looked at again.
std::string replaced(std::string_view text, const Words& words) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const auto found =
        std::ranges::find_if(words, [&](const auto& w) { return text.substr(i, w.first.size()) == w.first; });
    if (found == words.end()) {
      out += text[i++];
    } else {
      out += found->second;
      i += found->first.size();
    }
  }
  return out;
}

// The prefix below which this program and the CMake package lie; empty where the package is missing.
fs::path sdk_prefix() {
  std::error_code ec;
  const fs::path self = fs::read_symlink("/proc/self/exe", ec);
  const fs::path prefix = self.parent_path().parent_path();
  return !ec && fs::exists(prefix / "lib/cmake/encephagen/encephagenConfig.cmake", ec) ? prefix : fs::path();
}

// CMake looks there by itself.
bool is_usual_prefix(const fs::path& prefix) { return prefix == "/usr" || prefix == "/usr/local"; }

std::string quoted(const fs::path& path) {
  const std::string text = path.string();
  return text.find_first_of(" '\"$\\&;()*?") == std::string::npos ? text : fmt::format("'{}'", text);
}

}  // namespace

std::vector<std::pair<fs::path, std::string>> plugin_files(const std::string& kind, const std::string& name) {
  const Name who = read_name(name);
  std::string about;
  for (const auto& [path, text] : template_files())
    if (path == kind + "/about.md") about = text;
  Words words{{"vendor.name", name},
              {"vendor_name", who.vendor + "_" + who.name},
              {"vendor::", who.vendor + "::"},
              {"namespace vendor", "namespace " + who.vendor},
              {"PluginName", type_name(who.name)},
              {"plugin_kind", kind}};
  about = replaced(about, words);
  while (about.ends_with('\n')) about.pop_back();
  words.emplace_back("PLUGIN_ABOUT", about);
  std::vector<std::pair<fs::path, std::string>> out;
  for (const auto& [path, text] : template_files())
    for (const auto& folder : {std::string("common/"), kind + "/"})
      if (path.starts_with(folder) && !path.ends_with("/about.md"))
        out.emplace_back(path.substr(folder.size()), replaced(text, words));
  return out;
}

int verb_new_plugin(const Arguments& arguments) {
  po::options_description options("encephagen new-plugin KIND VENDOR.NAME [-o DIR]");
  options.add_options()("output,o", po::value<std::string>(), "folder to make; default: ./NAME")("help", "this text");
  const auto given = parse(arguments, options, "what", 3);
  if (given.count("help")) return std::cout << options << "\n", 0;
  const auto what = texts(given, "what");
  if (!what.empty()) check_kind(what[0]);
  if (what.size() < 2)
    throw Failure(Exit::usage,
                  "new-plugin needs a kind and a name, for example: encephagen new-plugin neuron acme.izh");
  if (what.size() == 3)
    throw Failure(Exit::usage, fmt::format("'{}' is one word too many: name the folder with -o {}", what[2], what[2]));
  const auto files = plugin_files(what[0], what[1]);

  const fs::path folder =
      given.count("output") ? given["output"].as<std::string>() : what[1].substr(what[1].find('.') + 1);
  std::error_code ec;
  if (fs::exists(folder, ec) && !(fs::is_directory(folder, ec) && fs::is_empty(folder, ec)))
    throw Failure(Exit::usage, fmt::format("{}: exists already, and nothing of it is overwritten: name another folder "
                                           "with -o, or remove this one",
                                           folder.string()));
  make_folder(folder);
  fmt::print("{} '{}':\n", what[0], what[1]);
  for (const auto& [name, text] : files) {
    write_file(folder / name, text);
    fmt::print("  {}\n", (folder / name).string());
  }
  const fs::path prefix = sdk_prefix();
  fmt::print("\nnext:\n  cd {}\n  cmake -S . -B build{}\n", quoted(folder),
             prefix.empty()            ? " -D CMAKE_PREFIX_PATH=PREFIX   # where Encephagen's SDK is installed"
             : is_usual_prefix(prefix) ? ""
                                       : " -D CMAKE_PREFIX_PATH=" + quoted(prefix));
  fmt::print(
      "  cmake --build build\n  ctest --test-dir build --output-on-failure\n"
      "  encephagen run scenario.toml -o results\n");
  return 0;
}

}  // namespace encephagen::cli
