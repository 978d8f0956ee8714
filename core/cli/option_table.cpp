// The one table of verbs, what they take and their options.
#include "cli/option_table.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "cli/command_line.hpp"

namespace encephagen::cli {
namespace {

namespace po = boost::program_options;

// Folders and files are told apart by the sentence that explains an option.
WordKind value_of(const std::string& name, const std::string& text) {
  if (text.find("folder") != std::string::npos) return WordKind::folder;
  if (name == "output") return WordKind::file;
  return WordKind::other;
}

OptionRow row_of(const po::option_description& option) {
  OptionRow out;
  out.name = option.long_name();
  // "-o [ --output ]"
  const std::string names = option.format_name();
  if (names.size() > 2 && names[0] == '-' && names[1] != '-') out.letter = names[1];
  out.takes_value = option.semantic()->max_tokens() > 0;
  out.text = option.description();
  if (out.takes_value) out.value = value_of(out.name, out.text);
  return out;
}

}  // namespace

std::vector<WordKind> words_of_usage(const std::string& usage, std::vector<std::string>& literals) {
  // What stands in brackets with an option belongs to that option: "[-o DIR]".
  std::vector<WordKind> out;
  const auto add = [&](WordKind kind) {
    if (std::ranges::find(out, kind) == out.end()) out.push_back(kind);
  };
  std::istringstream in(usage);
  bool after_option = false;
  for (std::string word; in >> word;) {
    while (!word.empty() && std::string_view("[].|").find(word.back()) != std::string_view::npos) word.pop_back();
    const bool is_bracket = !word.empty() && word.front() == '[';
    if (is_bracket) word.erase(0, 1);
    if (word.empty()) continue;
    if (word.front() == '-') {
      after_option = true;
      continue;
    }
    if (after_option) {
      after_option = false;
      continue;
    }
    if (word == "FILE")
      add(WordKind::toml_file);
    else if (word == "FILE.so")
      add(WordKind::plugin_file);
    else if (word == "DIR")
      add(WordKind::folder);
    else if (word == "KIND")
      add(WordKind::plugin_kind);
    else if (word == "NAME")
      add(std::ranges::find(out, WordKind::plugin_kind) != out.end() ? WordKind::plugin_name : WordKind::benchmark);
    else if (word == "ID")
      add(WordKind::dataset);
    else if (std::ranges::all_of(word, [](unsigned char c) { return std::islower(c) != 0; }) && word != "or")
      add(WordKind::literal), literals.push_back(word);
  }
  return out;
}

const std::vector<VerbRow>& option_table() {
  static const std::vector<VerbRow> table = [] {
    std::vector<VerbRow> out;
    for (const auto& verb : verbs()) {
      VerbRow row{verb.name, verb.usage, verb.summary, {}, {}, {}};
      const auto declared = declared_options(verb);
      for (const auto& option : declared->options()) row.options.push_back(row_of(*option));
      row.words = words_of_usage(row.usage, row.literals);
      out.push_back(std::move(row));
    }
    return out;
  }();
  return table;
}

}  // namespace encephagen::cli
