// new-plugin: the folder it makes, and what it says where it cannot.
#include <fmt/format.h>
#include <unistd.h>

#include <set>

#include "host/conformance/conformance.hpp"
#include "program.hpp"

namespace fs = std::filesystem;
using namespace encephagen;
using namespace encephagen::testing;

namespace {

std::string in(const fs::path& folder) { return "-o '" + folder.string() + "'"; }

std::string refused(const std::string& arguments) {
  const auto said = run_program("new-plugin " + arguments);
  CHECK(said.status == 2);
  CHECK(said.out.empty());
  return said.err;
}

std::set<std::string> files_in(const fs::path& folder) {
  std::set<std::string> out;
  for (const auto& entry : fs::directory_iterator(folder)) out.insert(entry.path().filename().string());
  return out;
}

}  // namespace

TEST_CASE("new-plugin: every kind the conformance kit knows gives a folder, and no placeholder is left in it") {
  std::set<std::string> kinds;
  for (const auto& check : conformance_checks()) kinds.insert(check.kinds.begin(), check.kinds.end());
  CHECK(kinds.size() == 9);
  const auto folder = scratch("kinds");
  for (const auto& kind : kinds) {
    CAPTURE(kind);
    const auto said = run_program("new-plugin " + kind + " acme.my_model " + in(folder / kind));
    REQUIRE(said.status == 0);
    CHECK(said.err.empty());
    CHECK(files_in(folder / kind) == std::set<std::string>{".gitignore", "CMakeLists.txt", "README.md", "model.hpp",
                                                           "plugin.cpp", "scenario.toml", "unit_test.cpp"});
    for (const auto& name : files_in(folder / kind)) {
      const auto text = read_file(folder / kind / name);
      for (const char* placeholder :
           {"vendor.name", "vendor_name", "vendor::", "namespace vendor", "PluginName", "plugin_kind", "PLUGIN_ABOUT"})
        CHECK_MESSAGE(text.find(placeholder) == std::string::npos, name, " still has ", placeholder);
    }
    CHECK(read_file(folder / kind / "plugin.cpp").find("EG_PLUGIN_LIBRARY(eg::" + kind + "<acme::MyModel>)") !=
          std::string::npos);
    CHECK(read_file(folder / kind / "CMakeLists.txt").find("encephagen_add_plugin(acme.my_model KIND " + kind) !=
          std::string::npos);
    CHECK(read_file(folder / kind / "scenario.toml").find("plugin = \"acme.my_model\"") != std::string::npos);
  }
}

TEST_CASE("new-plugin: it says what it wrote and what comes next") {
  const auto folder = scratch("next") / "izh";
  const auto said = run_program("new-plugin neuron acme.izh " + in(folder));
  CHECK(said.out.starts_with("neuron 'acme.izh':\n  " + folder.string()));
  CHECK(said.out.find("\nnext:\n  cd " + folder.string() + "\n  cmake -S . -B build -D CMAKE_PREFIX_PATH=") !=
        std::string::npos);
  CHECK(
      said.out.ends_with("  cmake --build build\n  ctest --test-dir build --output-on-failure\n"
                         "  encephagen run scenario.toml -o results\n"));
}

TEST_CASE("new-plugin: a folder that is not empty is left alone") {
  const auto folder = scratch("there");
  CHECK(run_program("new-plugin neuron acme.izh " + in(folder)).status == 0);  // it was empty
  std::ofstream(folder / "model.hpp") << "mine";
  CHECK(refused("neuron acme.izh " + in(folder)) ==
        "error: " + folder.string() +
            ": exists already, and nothing of it is overwritten: name another folder with -o, or remove this one\n");
  CHECK(read_file(folder / "model.hpp") == "mine");
}

TEST_CASE("new-plugin: an unknown kind is refused with a suggestion") {
  CHECK(refused("neurn acme.izh") ==
        "error: there is no plugin kind 'neurn'; did you mean 'neuron'?; kinds are neuron, encoder, decoder, "
        "controller, plasticity, body, connectome, null_model, analyzer\n");
  CHECK(refused("null-model acme.x").find("did you mean 'null_model'?") != std::string::npos);
}

TEST_CASE("new-plugin: a name that cannot be one is refused with the reason, and a better one where there is") {
  const auto why = [](const std::string& name) {
    const auto text = refused("neuron '" + name + "'");
    const auto begin = text.find("cannot name a plugin: ");
    return begin == std::string::npos ? text : text.substr(begin + 22, text.size() - begin - 23);
  };
  const std::string rule =
      "vendor and name each begin with a small letter and go on with small letters, digits and single underscores";
  CHECK(why("izh") == "say whose it is, too: VENDOR.NAME, for example acme.izh");
  CHECK(why("acme.Izh-2003") == rule + "; did you mean 'acme.izh_2003'?");
  CHECK(why("acme.") == rule);
  CHECK(why(".izh") == rule);
  CHECK(why("acme.izh.fast") == rule);
  CHECK(why("acme.2izh") == rule);
  CHECK(why("ac__me.izh") == rule + "; did you mean 'ac_me.izh'?");
  CHECK(why("core.izh") == "'core' are the plugins that come with Encephagen; take a vendor of your own");
  CHECK(why("new.izh") == "the vendor becomes a C++ namespace, and 'new' cannot be one");
}

TEST_CASE("new-plugin: words that are missing or too many") {
  CHECK(refused("") ==
        "error: new-plugin needs a kind and a name, for example: encephagen new-plugin neuron acme.izh\n");
  CHECK(refused("neuron") ==
        "error: new-plugin needs a kind and a name, for example: encephagen new-plugin neuron acme.izh\n");
  CHECK(refused("neuron acme.izh folder") == "error: 'folder' is one word too many: name the folder with -o folder\n");
}
