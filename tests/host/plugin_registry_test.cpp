// Finding plugins: the search path, first match wins, and what is said when there is none.
#include "host/plugin_registry.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "host/failure.hpp"
#include "plugin_files.hpp"

namespace {

using namespace encephagen;
using namespace encephagen::testing;
namespace fs = std::filesystem;

constexpr const char* kGoodFile = "encephagen_neuron_test_good.so";

// Sets an environment variable and puts it back.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old, had_ = true;
    value ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  ~Environment() { had_ ? ::setenv(name_, old_.c_str(), 1) : ::unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::string old_;
  bool had_ = false;
};

TEST_CASE(
    "plugin registry: the search path has the command line first, then scenario, environment, user and installation") {
  const Environment list("ENCEPHAGEN_PLUGIN_PATH", "/from/env:relative::/more");
  const Environment home("HOME", "/home/somebody");
  const auto path = plugin_search_path({"/from/cli"}, {"/from/scenario", "here"});
  REQUIRE(path.size() == 8);
  CHECK(path[0] == "/from/cli");
  CHECK(path[1] == "/from/scenario");
  CHECK(path[2] == fs::current_path() / "here");
  CHECK(path[3] == "/from/env");
  CHECK(path[4] == fs::current_path() / "relative");
  CHECK(path[5] == "/more");
  CHECK(path[6] == "/home/somebody/.local/lib/encephagen/plugins");
  const fs::path self = fs::read_symlink("/proc/self/exe");
  CHECK(path[7] == (self.parent_path().parent_path() / "lib/encephagen/plugins"));
}

TEST_CASE("plugin registry: without HOME there is no folder of the user") {
  const Environment list("ENCEPHAGEN_PLUGIN_PATH", nullptr);
  const Environment home("HOME", nullptr);
  CHECK(plugin_search_path({}, {}).size() == 1);
}

TEST_CASE("plugin registry: the first folder that has a plugin wins, and the others are reported") {
  const TemporaryFolder root;
  const auto first = root.folder("first"), second = root.folder("second");
  copy_plugin("good", first / kGoodFile);
  copy_plugin("good", second / kGoodFile);
  PluginRegistry registry({second, first});
  REQUIRE(registry.find("neuron", "test.good"));
  CHECK(registry.find("neuron", "test.good")->file == second / kGoodFile);
  CHECK(registry.skipped().empty());  // the other file has not been opened
  CHECK(registry.all().size() == 1);
  REQUIRE(registry.skipped().size() == 1);
  CHECK(registry.skipped()[0].file == first / kGoodFile);
  CHECK(without_path(registry.skipped()[0].why, root.path()) ==
        "offers neuron 'test.good' which DIR/second/encephagen_neuron_test_good.so already offers");
}

TEST_CASE("plugin registry: the first folder wins even if a later one was opened before") {
  const TemporaryFolder root;
  const auto first = root.folder("first"), second = root.folder("second");
  copy_plugin("good", first / kGoodFile);
  // Opened for another name, it brings 'test.good' with it.
  copy_plugin("good", second / "encephagen_neuron_test_other.so");
  PluginRegistry registry({first, second});
  CHECK(registry.find("neuron", "test.good")->file == first / kGoodFile);
  PluginRegistry other({first, second});
  CHECK(other.open_file(second / "encephagen_neuron_test_other.so").size() == 1);
  CHECK(other.find("neuron", "test.good")->file == first / kGoodFile);
  REQUIRE(other.skipped().size() == 1);
  CHECK(other.skipped()[0].file == second / "encephagen_neuron_test_other.so");
}

TEST_CASE("plugin registry: only the library that the name says is opened") {
  const TemporaryFolder root;
  copy_plugin("good", root.path() / kGoodFile);
  copy_plugin("wrong_magic", root.path() / "encephagen_neuron_a_broken.so");
  PluginRegistry registry({root.path()});
  CHECK(registry.find("neuron", "test.good"));
  CHECK(registry.skipped().empty());
}

TEST_CASE("plugin registry: a plugin in a library of another name is found by looking into all") {
  const TemporaryFolder root;
  copy_plugin("good", root.path() / "bundle.so");
  PluginRegistry registry({root.path()});
  REQUIRE(registry.find("neuron", "test.good"));
  CHECK(registry.find("neuron", "test.good")->file == root.path() / "bundle.so");
  CHECK(registry.find("decoder", "test.good") == nullptr);
}

TEST_CASE("plugin registry: a refused library does not hide a good one in a later folder") {
  const TemporaryFolder root;
  const auto first = root.folder("first"), second = root.folder("second");
  copy_plugin("next_major", first / kGoodFile);
  copy_plugin("good", second / kGoodFile);
  PluginRegistry registry({first, second});
  REQUIRE(registry.find("neuron", "test.good"));
  CHECK(registry.find("neuron", "test.good")->file == second / kGoodFile);
  REQUIRE(registry.skipped().size() == 1);
  CHECK(registry.skipped()[0].file == first / kGoodFile);
}

TEST_CASE("plugin registry: a file reached by two ways is opened once and is no duplicate") {
  const TemporaryFolder root;
  const auto folder = root.folder("plugins");
  copy_plugin("good", folder / kGoodFile);
  fs::create_symlink(folder, root.path() / "link");
  PluginRegistry registry({folder, root.path() / "link"});
  CHECK(registry.all().size() == 1);
  CHECK(registry.skipped().empty());
}

TEST_CASE("plugin registry: what is missing is explained with where was looked and what could not be used") {
  const TemporaryFolder root;
  const auto folder = root.folder("out");
  copy_plugin("good", folder / kGoodFile);
  copy_plugin("next_major", folder / "encephagen_neuron_acme_izh.so");
  PluginRegistry registry({folder, root.path() / "nowhere"});
  CHECK(registry.find("neuron", "test.godo") == nullptr);
  CHECK(without_path(registry.why_not("neuron", "test.godo"), root.path()) ==
        "no neuron plugin named 'test.godo'; did you mean 'test.good'?\n"
        "  searched:\n"
        "    DIR/out\n"
        "    DIR/nowhere\n"
        "  found but not usable:\n"
        "    DIR/out/encephagen_neuron_acme_izh.so\n"
        "      was built for plugin ABI 2.4, this kernel speaks 1.4: update the kernel");
}

TEST_CASE("plugin registry: names of another kind are not suggested") {
  const TemporaryFolder root;
  copy_plugin("good", root.path() / kGoodFile);
  PluginRegistry registry({root.path()});
  CHECK(without_path(registry.why_not("encoder", "test.good"), root.path()) ==
        "no encoder plugin named 'test.good'\n  searched:\n    DIR");
}

TEST_CASE("plugin registry: everything is listed by kind and name, files that are no libraries are passed over") {
  const TemporaryFolder root;
  copy_plugin("good", root.path() / "z.so");
  copy_plugin("refuses_with_words", root.path() / "a.so");
  copy_plugin("throws_words", root.path() / "b.so");
  std::ofstream(root.path() / "notes.txt") << "nothing";
  PluginRegistry registry({root.path(), root.path() / "nowhere"});
  std::vector<std::string> names;
  for (const auto* f : registry.all()) names.push_back(std::string(f->plugin->kind) + " " + f->plugin->name);
  CHECK(names == std::vector<std::string>{"neuron test.good", "neuron test.picky", "neuron test.throws"});
  CHECK(registry.skipped().empty());
}

TEST_CASE("plugin registry: a world-writable library is skipped unless allowed") {
  const TemporaryFolder root;
  const auto file = copy_plugin("good", root.path() / kGoodFile);
  fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
  PluginRegistry strict({root.path()});
  CHECK(strict.find("neuron", "test.good") == nullptr);
  REQUIRE(strict.skipped().size() == 1);
  CHECK(without_path(strict.skipped()[0].why, root.path()) ==
        "the file can be written by everybody: chmod o-w DIR/encephagen_neuron_test_good.so, or pass "
        "--allow-insecure-plugins");
  PluginRegistry lax({root.path()}, true);
  CHECK(lax.find("neuron", "test.good") != nullptr);
}

TEST_CASE("plugin registry: a file is opened whatever its name, as often as wanted and by any spelling of its path") {
  const TemporaryFolder root;
  const auto file = copy_plugin("good", root.path() / "whatever.so");
  PluginRegistry registry({});
  const auto once = registry.open_file(file), again = registry.open_file(root.path() / "." / "whatever.so");
  REQUIRE(once.size() == 1);
  CHECK(std::string(once[0]->plugin->name) == "test.good");
  CHECK(again == once);
}

TEST_CASE("plugin registry: a file that cannot be used is a failure each time it is asked for") {
  const TemporaryFolder root;
  const auto file = copy_plugin("wrong_magic", root.path() / "broken.so");
  PluginRegistry registry({});
  const auto message = [&](const fs::path& which) -> std::string {
    try {
      registry.open_file(which);
    } catch (const Failure& e) {
      CHECK(e.status() == Exit::plugin_unusable);
      return without_path(e.what(), root.path());
    }
    return "opened";
  };
  CHECK(message(file) == "DIR/broken.so\n  has a damaged 'eg_plugin_library' (wrong magic)");
  CHECK(message(file) == "DIR/broken.so\n  has a damaged 'eg_plugin_library' (wrong magic)");
  CHECK(message(root.path() / "nowhere.so") == "DIR/nowhere.so: no such file");
}

TEST_CASE("plugin registry: libraries outlive the registry that opened them") {
  const TemporaryFolder root;
  copy_plugin("good", root.path() / kGoodFile);
  const eg_plugin* plugin = nullptr;
  {
    PluginRegistry registry({root.path()});
    plugin = registry.find("neuron", "test.good")->plugin;
  }
  eg_error error{};
  void* self = static_cast<const eg_unit*>(plugin->table)->create(nullptr, &error);
  CHECK(self != nullptr);
}

}  // namespace
