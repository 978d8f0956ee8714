// Completion scripts and the manual page: made from the options that verbs declare, and accepted by the programs that
// read them.
#include <algorithm>
#include <set>
#include <vector>

#include "program.hpp"

namespace fs = std::filesystem;
using namespace encephagen::testing;

namespace {

bool has_program(const std::string& name) {
  return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0;
}

struct Output {
  int status;
  std::string text;
};
// With standard error in the text.
Output shell(const std::string& command, const fs::path& folder) {
  std::ofstream(folder / "command") << command;
  const int raw = std::system(("cd '" + folder.string() + "' && HOME=/nowhere bash ./command >out.txt 2>&1").c_str());
  return {WIFEXITED(raw) ? WEXITSTATUS(raw) : -1, read_file(folder / "out.txt")};
}

// What bash offers for the last of these words, sorted.
std::set<std::string> offered(const std::vector<std::string>& words, const fs::path& folder) {
  std::string line;
  for (const auto& w : words) line += " '" + w + "'";
  const std::string program = (binary_dir() / "bin/encephagen").string();
  const auto said =
      shell("source <('" + program + "' completion bash)\nCOMP_WORDS=('" + program + "'" + line +
                ")\nCOMP_CWORD=" + std::to_string(words.size()) + "\n_encephagen\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n",
            folder);
  REQUIRE(said.status == 0);
  std::set<std::string> out;
  std::istringstream in(said.text);
  for (std::string word; std::getline(in, word);)
    if (!word.empty()) out.insert(word);
  return out;
}

using Words = std::set<std::string>;

}  // namespace

TEST_CASE("completion: bash offers verbs, options, kinds, names and files where they belong") {
  const auto folder = scratch("completion");
  for (const char* file : {"one.toml", "two.toml", "other.txt", "plugin.so"}) std::ofstream(folder / file) << "";
  fs::create_directories(folder / "results");

  CHECK(offered({"de"}, folder) == Words{"describe"});
  CHECK(offered({""}, folder).contains("run"));
  CHECK(offered({"run", "--se"}, folder) == Words{"--set", "--seed"});
  CHECK(offered({"status", "--se"}, folder) == Words{});
  CHECK(offered({"run", "o"}, folder) == Words{"one.toml"});
  CHECK(offered({"check", "one.toml", ""}, folder) == Words{"one.toml", "two.toml", "results"});
  CHECK(offered({"run", "-o", ""}, folder) == Words{"results"});
  CHECK(offered({"run", "--seed", ""}, folder) == Words{});
  CHECK(offered({"status", ""}, folder) == Words{"results"});
  CHECK(offered({"list", "neu"}, folder) == Words{"neuron"});
  CHECK(offered({"describe", "n"}, folder) == Words{"neuron", "null_model"});
  CHECK(offered({"describe", "neuron", "core.wil"}, folder).contains("core.wilson_cowan"));
  CHECK_FALSE(offered({"describe", "neuron", ""}, folder).contains("core.poisson"));  // an encoder
  CHECK(offered({"describe", "--json", "encoder", "core.poi"}, folder).contains("core.poisson"));
  CHECK(offered({"conform", "pl"}, folder) == Words{"plugin.so", "plasticity"});
  CHECK(offered({"data", ""}, folder) == Words{"list", "verify", "fetch", "audit"});
  CHECK(offered({"data", "fetch", "tvb9"}, folder).contains("tvb96"));
  CHECK(offered({"bench", "pd"}, folder) == Words{"pd", "pd10"});
  CHECK(offered({"completion", ""}, folder) == Words{"bash", "zsh", "fish"});
  CHECK(offered({"no_such_verb", ""}, folder) == Words{});
}

TEST_CASE("completion: scripts are valid for their shells, and know the options of every verb") {
  const auto folder = scratch("shells");
  for (const std::string name : {"bash", "zsh", "fish"}) {
    CAPTURE(name);
    const auto said = run_program("completion " + name);
    REQUIRE(said.status == 0);
    CHECK(said.out.find("retry-failed") != std::string::npos);
    for (const char* verb : {"run", "status", "check", "describe", "conform", "doctor"})
      CHECK(said.out.find(verb) != std::string::npos);
    if (!has_program(name)) continue;
    std::ofstream(folder / name) << said.out;
    const auto checked = shell(name + " -n " + name, folder);
    CHECK(checked.status == 0);
    CHECK(checked.text == "");
    std::ofstream(folder / name) << said.out << "\nif (\n";
    CHECK(shell(name + " -n " + name, folder).status != 0);  // it would say
  }
}

TEST_CASE("completion: what it does not know is told") {
  CHECK(run_program("completion").err == "error: completion needs the name of a shell: bash, zsh or fish\n");
  CHECK(run_program("completion fisch").err ==
        "error: there is no completion for 'fisch'; did you mean 'fish'?; there is for bash, zsh and fish\n");
  const auto said = run_program("completion --words plugin");
  CHECK(said.status == 2);
  CHECK(said.err == "error: --words plugin: is one of kinds, plugins, datasets, benchmarks; did you mean 'plugins'?\n");
}

TEST_CASE("man: the page has every verb with its options, and groff finds nothing wrong with it") {
  const auto page = run_program("man");
  REQUIRE(page.status == 0);
  std::istringstream help(run_program("help").out);
  size_t n_verbs = 0;
  for (std::string line; std::getline(help, line);) {
    if (!line.starts_with("  ") || line[2] == ' ') continue;
    std::string name = line.substr(2, line.find(' ', 2) - 2);
    ++n_verbs;
    for (size_t at = 0; (at = name.find('-', at)) != std::string::npos; at += 2) name.insert(at, "\\");
    CAPTURE(name);
    CHECK(page.out.find(".SS encephagen " + name) != std::string::npos);
  }
  CHECK(n_verbs >= 14);
  CHECK(page.out.find("\\fB\\-\\-retry\\-failed\\fR") != std::string::npos);
  CHECK(page.out.find("\\fB\\-o\\fR, \\fB\\-\\-output\\fR \\fIDIR\\fR") != std::string::npos);
  if (!has_program("groff")) {
    MESSAGE("no groff: what it says of the page was not looked at");
    return;
  }
  const auto folder = scratch("man");
  std::ofstream(folder / "page.1") << page.out;
  const std::string command = "groff -man -Tutf8 -ww page.1 2>&1 >/dev/null";
  CHECK(shell(command, folder).text == "");
  std::ofstream(folder / "page.1") << page.out << ".no_such_request\n";
  CHECK(shell(command, folder).text != "");  // it would say
}
