// Runs the corpora: every file in good/ passes, every file in bad/ fails with exactly the text beside it.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "experiment/plan.hpp"
#include "host/plugin_registry.hpp"
#include "scenario/data_paths.hpp"
#include "scenario/scenario.hpp"
#include "support.hpp"

namespace fs = std::filesystem;
using namespace encephagen;

namespace {

fs::path corpus() { return encephagen::testing::source_dir() / "tests/scenario"; }

fs::path plugin_folder() {
  const char* binary = std::getenv("ENCEPHAGEN_BINARY_DIR");
  return fs::path(binary ? binary : ".") / "lib/encephagen/plugins";
}

// Of kinds that the files need whatever the project ships.
fs::path test_plugin_folder() {
  return plugin_folder().parent_path().parent_path().parent_path() / "tests/language_plugins";
}

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// What checking a file says: "" if it is good. File names are bare because the working folder is the corpus; the folder
// of the plugins is called PLUGINS.
std::string complaint(const fs::path& file) {
  fs::current_path(file.parent_path());
  const fs::path name = file.filename();
  PluginRegistry registry({plugin_folder(), test_plugin_folder()});
  std::string text;
  try {
    Node root = read_with_includes(name);
    const PathResolver paths = make_path_resolver(name);
    Diagnostics d;
    if (is_experiment(root))
      (void)plan_experiment(std::move(root), name, {}, false, registry, paths, d);
    else
      (void)resolve_scenario(std::move(root), name, registry, paths, d);
    d.throw_if_any();
  } catch (const Failure& e) {
    text = fmt::format("error: {}\nexit status {}\n", e.what(), static_cast<int>(e.status()));
  }
  // What depends on the machine gets a name.
  const std::pair<std::string, std::string> names[] = {
      {plugin_folder().string(), "PLUGINS"},
      {test_plugin_folder().string(), "TEST_PLUGINS"},
      {std::getenv("ENCEPHAGEN_BINARY_DIR") ? std::getenv("ENCEPHAGEN_BINARY_DIR") : "?", "BUILD"},
      {corpus().string(), "CORPUS"}};
  for (const auto& [from, to] : names)
    for (size_t at; (at = text.find(from)) != std::string::npos;) text.replace(at, from.size(), to);
  // Data folders of this machine.
  std::istringstream lines(text);
  text.clear();
  for (std::string line; std::getline(lines, line);)
    if (line.find("shared/data") == std::string::npos) text += line + "\n";
  return text;
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const auto& e : fs::directory_iterator(folder))
    if (e.path().extension() == ".toml") out.push_back(fs::absolute(e.path()));
  std::ranges::sort(out);
  return out;
}

}  // namespace

TEST_CASE("scenario corpus: good files pass") {
  // Datasets are not needed to check a scenario that has a fallback or names none.
  const auto files = files_in(corpus() / "good");
  CHECK(files.size() >= 8);
  for (const auto& file : files) {
    INFO(file.filename().string());
    CHECK(complaint(file) == "");
  }
}

TEST_CASE("scenario corpus: bad files fail with exactly the known words") {
  // A run without datasets must say the same as one with them.
  setenv("ENCEPHAGEN_DATA", "", 1);
  const auto files = files_in(corpus() / "bad");
  CHECK(files.size() >= 25);
  for (const auto& file : files) {
    INFO(file.filename().string());
    fs::path expected = file;
    expected.replace_extension(".txt");
    const std::string said = complaint(file);
    CHECK(said != "");
    // ENCEPHAGEN_UPDATE_CORPUS=1 writes the texts anew; read them before you commit.
    if (std::getenv("ENCEPHAGEN_UPDATE_CORPUS")) std::ofstream(expected, std::ios::binary) << said;
    CHECK(said == read(expected));
  }
}
