// The one table of verbs, what they take and their options, as each verb declares them where it parses: completion, the
// manual page and their tests are made from it.
#pragma once
#include <string>
#include <vector>

namespace encephagen::cli {

// What a word of the command line stands for, as far as a shell can help with it.
enum class WordKind {
  other,
  toml_file,    // FILE
  plugin_file,  // FILE.so
  folder,       // DIR
  file,         // of any kind
  plugin_kind,  // KIND
  plugin_name,  // NAME, of the kind before it
  dataset,      // ID
  benchmark,    // NAME of a verb without KIND
  literal       // itself: list | verify ...
};

struct OptionRow {
  std::string name;    // without --
  char letter = '\0';  // of its short form; '\0': none
  bool takes_value = false;
  WordKind value = WordKind::other;
  std::string text;
};

struct VerbRow {
  std::string name, usage, summary;
  std::vector<OptionRow> options;
  std::vector<WordKind> words;        // what its arguments may be, in the order of `usage`
  std::vector<std::string> literals;  // of WordKind::literal
};

// In the order of verbs().
const std::vector<VerbRow>& option_table();

// What `usage` of a verb names besides options.
std::vector<WordKind> words_of_usage(const std::string& usage, std::vector<std::string>& literals);

}  // namespace encephagen::cli
