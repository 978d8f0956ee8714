// completion: scripts for shells, made from the table of options.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "cli/command_line.hpp"
#include "cli/option_table.hpp"
#include "experiment/benchmark.hpp"
#include "host/text.hpp"
#include "scenario/datasets.hpp"

namespace encephagen::cli {
namespace {

namespace po = boost::program_options;

// What a script asks the program for while somebody types, as `completion --words NAME`; null: nothing to ask.
const char* asked(WordKind kind) {
  switch (kind) {
    case WordKind::plugin_kind:
      return "kinds";
    case WordKind::plugin_name:
      return "plugins";
    case WordKind::dataset:
      return "datasets";
    case WordKind::benchmark:
      return "benchmarks";
    default:
      return nullptr;
  }
}

bool has(const VerbRow& v, WordKind kind) { return std::ranges::find(v.words, kind) != v.words.end(); }

// What may stand as the first argument of a verb, and as any later one.
std::vector<WordKind> words_at(const VerbRow& v, bool first) {
  std::vector<WordKind> out;
  for (const auto kind : v.words) {
    const bool opens = kind == WordKind::literal || (kind == WordKind::plugin_kind && has(v, WordKind::plugin_name)) ||
                       kind == WordKind::plugin_file;
    const bool follows = kind == WordKind::plugin_name || (kind != WordKind::literal && has(v, WordKind::literal));
    if (first ? !follows : !opens) out.push_back(kind);
  }
  return out;
}

// 'it'\''s'
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) c == '\'' ? out += "'\\''" : out += c;
  return out + "'";
}

// A sentence that fits beside an option: its first clause.
std::string short_text(const std::string& text) { return text.substr(0, std::min(text.find(';'), text.find(" (rep"))); }

std::vector<std::string> names_of(const OptionRow& o) {
  std::vector<std::string> out{"--" + o.name};
  if (o.letter != '\0') out.push_back(std::string("-") + o.letter);
  return out;
}

// ---- bash
// ------------------------------------------------------------------------------------------------------------

std::string bash_word(const VerbRow& v, WordKind kind) {
  switch (kind) {
    case WordKind::literal:
      return fmt::format("_encephagen_offer {}", quoted(join(v.literals, " ")));
    case WordKind::toml_file:
      return "_encephagen_files .toml";
    case WordKind::plugin_file:
      return "_encephagen_files .so";
    case WordKind::file:
      return "_encephagen_files ''";
    case WordKind::folder:
      return "_encephagen_files /";
    case WordKind::other:
      return ":";
    default:
      return fmt::format("_encephagen_ask {}", asked(kind));
  }
}

std::string bash_words(const VerbRow& v, bool first) {
  std::vector<std::string> out;
  for (const auto kind : words_at(v, first)) out.push_back(bash_word(v, kind));
  return out.empty() ? ":" : join(out, "; ");
}

std::string bash_script() {
  std::vector<std::string> verb_names;
  for (const auto& v : option_table()) verb_names.push_back(v.name);
  verb_names.emplace_back("help");
  std::string out =
      "# Completion of encephagen for bash, written by `encephagen completion bash`. To try it: source this file.\n"
      R"sh(
# Adds those of the words $1 that begin as the present one does.
_encephagen_offer() { mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$1" -- "$cur"); }

# Adds what the program knows: kinds, plugins of a kind, datasets, benchmarks.
_encephagen_ask() {
  _encephagen_offer "$("${COMP_WORDS[0]}" completion --words "$1" ${given:+"$given"} 2>/dev/null)"
}

# Adds files whose names end in $1, and folders; of / only these.
_encephagen_files() {
  local file
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do
    if [[ -d $file || ($1 != / && $file == *"$1") ]]; then COMPREPLY+=("$file"); fi
  done < <(compgen -f -- "$cur")
}

_encephagen() {
  local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]}
  local given="" valued="" options="" n=0 i
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
)sh" + fmt::format("    _encephagen_offer {}\n    return\n  fi\n  case $verb in\n",
                   quoted(join(verb_names, " ") + " --help --version"));
  std::string values, words;
  for (const auto& v : option_table()) {
    std::vector<std::string> all, valued;
    for (const auto& o : v.options)
      for (const auto& name : names_of(o)) {
        if (name.size() > 2) all.push_back(name);
        if (!o.takes_value) continue;
        valued.push_back(name);
        values += fmt::format("    {}) {}; return ;;\n", quoted(v.name + " " + name), bash_word(v, o.value));
      }
    out += fmt::format("    {}) options={} valued={} ;;\n", v.name, quoted(join(all, " ")),
                       quoted(" " + join(valued, " ") + " "));
    words += fmt::format("    {}\\ 0) {} ;;\n", v.name, bash_words(v, true));
    words += fmt::format("    {}\\ *) {} ;;\n", v.name, bash_words(v, false));
  }
  return out +
         R"sh(    *) return ;;
  esac
  case "$verb $previous" in
)sh" + values +
         R"sh(  esac
  if [[ $cur == -* ]]; then
    _encephagen_offer "$options"
    return
  fi
  for ((i = 2; i < COMP_CWORD; i++)); do
    if [[ $valued == *" ${COMP_WORDS[i]} "* ]]; then
      i=$((i + 1))
    elif [[ ${COMP_WORDS[i]} != -* ]]; then
      if ((n == 0)); then given=${COMP_WORDS[i]}; fi
      n=$((n + 1))
    fi
  done
  case "$verb $n" in
)sh" + words +
         R"sh(  esac
}

complete -F _encephagen encephagen
)sh";
}

// ---- zsh
// -------------------------------------------------------------------------------------------------------------

std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char c : short_text(text)) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(const VerbRow& v, WordKind kind) {
  switch (kind) {
    case WordKind::literal:
      return fmt::format("compadd -- {}", join(v.literals, " "));
    case WordKind::toml_file:
      return "_files -g '*.toml'";
    case WordKind::plugin_file:
      return "_files -g '*.so'";
    case WordKind::file:
      return "_files";
    case WordKind::folder:
      return "_files -/";
    case WordKind::other:
      return "_message value";
    default:
      return fmt::format("_encephagen_ask {}", asked(kind));
  }
}

std::string zsh_script() {
  std::string out =
      "#compdef encephagen\n# Completion of encephagen for zsh, written by `encephagen completion zsh`, as _encephagen "
      "in a folder of $fpath.\n"
      R"sh(
# What the program knows: kinds, plugins of a kind, datasets, benchmarks.
_encephagen_ask() { compadd -- ${(f)"$(_call_program words $program completion --words $1 ${given:+${(q)given}})"} }

_encephagen() {
  local program=$words[1] given=
  local -a verbs=(
)sh";
  std::string cases;
  for (const auto& v : option_table()) {
    out += fmt::format("    {}\n", quoted(fmt::format("{}:{}", v.name, zsh_text(v.summary))));
    cases += fmt::format("    {})\n      _arguments", v.name);
    for (const auto& o : v.options) {
      // Options that may be repeated say so.
      const bool repeats = o.text.find("(repeatable)") != std::string::npos;
      for (const auto& name : names_of(o))
        cases += " \\\n        " + quoted((repeats ? "*" : "") + name + "[" + zsh_text(o.text) + "]" +
                                          (o.takes_value ? ":" + o.name + ":{ " + zsh_action(v, o.value) + " }" : ""));
    }
    for (const bool first : {true, false}) {
      std::vector<std::string> actions;
      for (const auto kind : words_at(v, first)) actions.push_back(zsh_action(v, kind));
      if (!actions.empty())
        cases += " \\\n        " + quoted((first ? "1:argument:{ " : "*:argument:{ ") + join(actions, "; ") + " }");
    }
    cases += "\n      ;;\n";
  }
  return out + R"sh(  )
  if ((CURRENT == 2)); then
    _describe verb verbs
    return
  fi
  shift words
  ((CURRENT--))
  local word
  for word in ${words[2,CURRENT-1]}; do
    if [[ $word != -* ]]; then given=$word; break; fi
  done
  case $words[1] in
)sh" + cases +
         R"sh(  esac
}

if [[ $funcstack[1] == _encephagen ]]; then _encephagen "$@"; else compdef _encephagen encephagen; fi
)sh";
}

// ---- fish
// ------------------------------------------------------------------------------------------------------------

std::string fish_words(const VerbRow& v, WordKind kind) {
  switch (kind) {
    case WordKind::literal:
      return join(v.literals, " ");
    case WordKind::toml_file:
      return "(__fish_complete_suffix .toml)";
    case WordKind::plugin_file:
      return "(__fish_complete_suffix .so)";
    case WordKind::file:
      return "(__fish_complete_path)";
    case WordKind::folder:
      return "(__fish_complete_directories)";
    case WordKind::other:
      return "";
    default:
      return fmt::format("(__encephagen_ask {})", asked(kind));
  }
}

// Single quotes of fish know \\ and \' only.
std::string fish_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish_script() {
  std::string out =
      "# Completion of encephagen for fish, written by `encephagen completion fish`, as encephagen.fish in a folder "
      "of\n"
      "# $fish_complete_path.\n"
      R"sh(
# The arguments that stand behind the verb, without options.
function __encephagen_given
    set -l words (commandline -opc)
    for word in $words[3..-1]
        string match -q -- '-*' $word; or echo $word
    end
end

# What the program knows: kinds, plugins of a kind, datasets, benchmarks.
function __encephagen_ask
    set -l words (commandline -opc)
    $words[1] completion --words $argv[1] (__encephagen_given)[1] 2>/dev/null
end

function __encephagen_first
    test (count (__encephagen_given)) -eq 0
end

complete -c encephagen -f
)sh";
  for (const auto& v : option_table())
    out += fmt::format("complete -c encephagen -n __fish_use_subcommand -a {} -d {}\n", v.name, fish_quoted(v.summary));
  for (const auto& v : option_table()) {
    const std::string seen = "__fish_seen_subcommand_from " + v.name;
    for (const auto& o : v.options) {
      out += fmt::format("complete -c encephagen -n '{}' -l {}", seen, o.name);
      if (o.letter != '\0') out += fmt::format(" -s {}", o.letter);
      if (o.takes_value) out += " -x";
      if (const auto words = fish_words(v, o.value); o.takes_value && !words.empty())
        out += " -a " + fish_quoted(words);
      out += fmt::format(" -d {}\n", fish_quoted(short_text(o.text)));
    }
    for (const bool first : {true, false})
      for (const auto kind : words_at(v, first))
        out += fmt::format("complete -c encephagen -n '{}; and {}__encephagen_first' -a {}\n", seen,
                           first ? "" : "not ", fish_quoted(fish_words(v, kind)));
  }
  return out;
}

// ---- what scripts ask for
// --------------------------------------------------------------------------------------------

int print_words(const std::string& what, const std::vector<std::string>& given, const po::variables_map& options) {
  std::vector<std::string> out;
  if (what == "kinds") {
    out = plugin_kinds();
  } else if (what == "plugins") {
    const auto registry = make_registry(options);
    for (const auto* f : registry->all())
      if (given.empty() || given[0] == f->plugin->kind) out.emplace_back(f->plugin->name);
  } else if (what == "datasets") {
    for (const auto& s : Datasets().list()) out.push_back(s.id);
  } else if (what == "benchmarks") {
    for (const auto& b : benchmarks()) out.emplace_back(b.name);
  } else {
    const std::vector<std::string> known{"kinds", "plugins", "datasets", "benchmarks"};
    throw Failure(Exit::usage,
                  fmt::format("--words {}: is one of {}{}", what, join(known, ", "), did_you_mean(what, known)));
  }
  for (const auto& word : out) std::cout << word << "\n";
  return 0;
}

}  // namespace

int verb_completion(const Arguments& arguments) {
  po::options_description options("encephagen completion bash | zsh | fish");
  options.add_options()("words", po::value<std::string>(),
                        "what a script offers: kinds, plugins (of the kind given), datasets or benchmarks")(
      "help", "this text");
  add_plugin_options(options);
  const auto given = parse(arguments, options, "shell", 1);
  if (given.count("help")) {
    std::cout << options << "\nbash: source <(encephagen completion bash), for example in ~/.bashrc\n"
              << "zsh:  encephagen completion zsh > _encephagen, in a folder of $fpath\n"
              << "fish: encephagen completion fish > ~/.config/fish/completions/encephagen.fish\n";
    return 0;
  }
  const auto words = texts(given, "shell");
  if (given.count("words")) return print_words(given["words"].as<std::string>(), words, given);
  if (words.empty()) throw Failure(Exit::usage, "completion needs the name of a shell: bash, zsh or fish");
  if (words[0] == "bash") return std::cout << bash_script(), 0;
  if (words[0] == "zsh") return std::cout << zsh_script(), 0;
  if (words[0] == "fish") return std::cout << fish_script(), 0;
  throw Failure(Exit::usage, fmt::format("there is no completion for '{}'{}; there is for bash, zsh and fish", words[0],
                                         did_you_mean(words[0], {"bash", "zsh", "fish"})));
}

}  // namespace encephagen::cli
