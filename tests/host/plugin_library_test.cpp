// Opening plugin libraries: every mistake in a file is refused in words a reader can act on, and nothing else is.
#include "host/plugin_library.hpp"

#include <dlfcn.h>
#include <doctest/doctest.h>

#include <cfenv>
#include <fstream>
#include <map>
#include <string>

#include "host/floating_point_state.hpp"
#include "plugin_files.hpp"

namespace {

using namespace encephagen;
using namespace encephagen::testing;
namespace fs = std::filesystem;

// What open_library says about a file, "" if it takes it.
std::string refusal(const fs::path& file, const fs::path& folder, bool allow_world_writable = false) {
  try {
    open_library(file, allow_world_writable);
    return "";
  } catch (const LibraryRefused& e) {
    return without_path(e.what(), folder);
  }
}

std::string refusal_of(const std::string& name) {
  const TemporaryFolder folder;
  return refusal(copy_plugin(name, folder.path() / (name + ".so")), folder.path());
}

TEST_CASE("plugin library: a plugin in plain C is taken") {
  const TemporaryFolder folder;
  const auto library = open_library(copy_plugin("good", folder.path() / "good.so"));
  REQUIRE(library.library->n_plugins == 1);
  CHECK(std::string(library.library->plugins[0]->name) == "test.good");
  CHECK(std::string(library.library->compiler) == "a C compiler");
  CHECK(library.file == folder.path() / "good.so");
}

TEST_CASE("plugin library: every mistake is refused in its own words") {
  const std::map<std::string, std::string> words{
      {"not_a_plugin", "is a shared library but not a plugin: it has no symbol 'eg_plugin_library'"},
      {"wrong_magic", "has a damaged 'eg_plugin_library' (wrong magic)"},
      {"next_major", "was built for plugin ABI 2.4, this kernel speaks 1.4: update the kernel"},
      {"earlier_major", "was built for plugin ABI 0.4, this kernel speaks 1.4: rebuild the plugin"},
      {"newer_minor", "was built for plugin ABI 1.13, this kernel speaks 1.4: update the kernel"},
      {"undefined_symbol", "cannot be opened: DIR/undefined_symbol.so: undefined symbol: nobody_wrote_this"},
      {"small_library", "has a damaged 'eg_plugin_library' (too small)"},
      {"no_compiler", "has a damaged 'eg_plugin_library' (no compiler text)"},
      {"no_plugins", "is a plugin library without plugins"},
      {"null_plugin", "lists a null plugin"},
      {"small_plugin", "has a plugin descriptor smaller than this ABI's"},
      {"unknown_kind", "offers a plugin of unknown kind 'synapse'"},
      {"wrong_shape", "offers a neuron with the wrong call shape"},
      {"bad_name", "offers a neuron whose name 'good' is not of the form vendor.name"},
      {"name_without_vendor", "offers a neuron whose name '.good' is not of the form vendor.name"},
      {"no_version", "neuron 'test.good' has no version"},
      {"no_summary", "neuron 'test.good' has no summary"},
      {"no_table", "neuron 'test.good' has no table of functions"},
      {"no_params", "neuron 'test.good' says it has parameters but lists none"},
      {"small_param", "neuron 'test.good' a parameter is smaller than this ABI's"},
      {"bad_param_name", "neuron 'test.good' a parameter has no proper name (small letters, digits, underscore)"},
      {"no_param_doc", "neuron 'test.good' parameter 'tau_ms' has no description"},
      {"unknown_type", "neuron 'test.good' parameter 'tau_ms' has a type that this kernel does not know"},
      {"default_out_of_range",
       "neuron 'test.good' the default of parameter 'tau_ms', 1000, lies outside its range [1, 100]"},
      {"default_nan", "neuron 'test.good' the default of parameter 'tau_ms', nan, lies outside its range [1, 100]"},
      {"empty_range", "neuron 'test.good' parameter 'tau_ms' has an empty range [200, 100]"},
      {"duplicate_param", "neuron 'test.good' declares parameter 'tau_ms' twice"},
      {"choice_of_nothing", "neuron 'test.good' parameter 'tau_ms' is a choice of nothing"},
      {"choice_out_of_list", "neuron 'test.good' the default of parameter 'tau_ms' is not one of its choices"},
      {"choice_without_name", "neuron 'test.good' choice 2 of parameter 'tau_ms' has no name"},
      {"null_text", "neuron 'test.good' the default of parameter 'tau_ms' is a null text"},
      {"null_list", "neuron 'test.good' the default of parameter 'tau_ms' is a null list"},
      {"per_unit_flag", "neuron 'test.good' parameter 'tau_ms' differs from unit to unit but is not a number"},
      {"small_column", "neuron 'test.good' state column 0 is smaller than this ABI's"},
      {"bad_column_name", "neuron 'test.good' state column 0 has no proper name"},
      {"no_column_doc", "neuron 'test.good' state column 'x' has no description"},
      {"strange_element",
       "neuron 'test.good' state column 'x' has an element type or device that this kernel does not know"},
      {"on_device", "neuron 'test.good' state column 'x' has an element type or device that this kernel does not know"},
      {"duplicate_column", "neuron 'test.good' state column 'x' is declared twice"},
      {"no_columns", "neuron 'test.good' says it has 2 state columns but lists none"},
      {"output_of_nothing", "neuron 'test.good' output 'activity' exposes a state column that does not exist"},
      {"sum_of_a_neuron", "neuron 'test.good' state column 'x' is one that steps add to, but no output of an encoder"},
      {"small_table", "neuron 'test.good' has a unit table smaller than this ABI's"},
      {"missing_function", "neuron 'test.good' lacks one of create, destroy, init, step"},
      {"flushes_to_zero",
       "changes the floating-point mode of the whole process when opened: link it without -ffast-math"},
#ifdef FAST_MATH_FLIPS
      {"fast_math", "changes the floating-point mode of the whole process when opened: link it without -ffast-math"},
#else
      {"fast_math", ""},
#endif
  };
  for (const auto& entry : words) {
    INFO(entry.first);
    CHECK(refusal_of(entry.first) == entry.second);
  }
}

TEST_CASE("plugin library: every library of the corpus has its words here or is used by a test of calls") {
  const char* root = std::getenv("ENCEPHAGEN_BINARY_DIR");
  size_t n = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(root ? root : ".") / "tests/bad_plugins_c")) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() != ".so" || name == "fast_math") continue;
    ++n;
    const bool is_loadable = name == "good" || name == "refuses_without_words" || name == "refuses_with_words" ||
                             name == "crash_in_create" || name == "throws_words";
    CHECK_MESSAGE(refusal_of(name).empty() == is_loadable, name);
  }
  CHECK(n >= 48);
}

TEST_CASE("plugin library: a file that is no library at all is refused with the system's reason") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "garbage.so";
  std::ofstream(file) << "garbage\n";
  CHECK(refusal(file, folder.path()) == "cannot be opened: DIR/garbage.so: file too short");
  std::ofstream(file, std::ios::trunc) << std::string(8192, 'x');
  CHECK(refusal(file, folder.path()) == "cannot be opened: DIR/garbage.so: invalid ELF header");
  CHECK(refusal(folder.path() / "nowhere.so", folder.path()) ==
        "cannot be opened: DIR/nowhere.so: cannot open shared object file: No such file or directory");
}

TEST_CASE("plugin library: a file that everybody can write to is refused unless allowed") {
  const TemporaryFolder folder;
  const auto file = copy_plugin("good", folder.path() / "good.so");
  fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
  const std::string words =
      "the file can be written by everybody: chmod o-w DIR/good.so, or pass --allow-insecure-plugins";
  CHECK(refusal(file, folder.path()) == words);
  // The sticky bit protects what lies in a folder; on a file it means nothing.
  fs::permissions(file, fs::perms::sticky_bit, fs::perm_options::add);
  CHECK(refusal(file, folder.path()) == words);
  CHECK(refusal(file, folder.path(), true).empty());
}

TEST_CASE("plugin library: a folder that everybody can write to is refused unless allowed or sticky") {
  const TemporaryFolder folder;
  const auto inner = folder.folder("plugins");
  const auto file = copy_plugin("good", inner / "good.so");
  fs::permissions(inner, fs::perms::others_write, fs::perm_options::add);
  CHECK(refusal(file, folder.path()) ==
        "its folder can be written by everybody: chmod o-w DIR/plugins, or pass --allow-insecure-plugins");
  CHECK(refusal(file, folder.path(), true).empty());
  fs::permissions(inner, fs::perms::sticky_bit, fs::perm_options::add);
  CHECK(refusal(file, folder.path()).empty());
}

TEST_CASE("plugin library: a library that changes how the process computes leaves no trace") {
  const FloatingPointState before;
  CHECK(refusal_of("flushes_to_zero").starts_with("changes the floating-point mode"));
  CHECK(before.difference().empty());
  volatile double tiny = 1e-310;
  CHECK(tiny * 0.5 > 0);
}

TEST_CASE("plugin library: a library is never unloaded, not even a refused one") {
  const TemporaryFolder folder;
  const auto good = copy_plugin("good", folder.path() / "stays.so"),
             bad = copy_plugin("wrong_magic", folder.path() / "too.so");
  const eg_plugin* plugin = open_library(good).library->plugins[0];
  CHECK(refusal(bad, folder.path()) != "");
  for (const auto& file : {good, bad}) {
    void* handle = ::dlopen(file.c_str(), RTLD_NOLOAD | RTLD_LAZY);
    CHECK_MESSAGE(handle != nullptr, file.string());
    if (handle) ::dlclose(handle);
  }
  CHECK(std::string(plugin->summary) == "follows its input");
}

TEST_CASE("plugin library: the file name follows from kind and name") {
  CHECK(library_file_name("neuron", "core.lif") == "encephagen_neuron_core_lif.so");
  CHECK(library_file_name("null_model", "acme.labs.x_2") == "encephagen_null_model_acme_labs_x_2.so");
}

TEST_CASE("floating-point state: rounding, flush-to-zero and trapping are noticed and put back") {
  const FloatingPointState before;
  std::fesetround(FE_UPWARD);
  CHECK(before.difference() == "the rounding direction");
  before.restore();
  CHECK(before.difference().empty());
  CHECK(std::fegetround() == FE_TONEAREST);
}

TEST_CASE("floating-point state: raised exception flags are no difference and survive a restore") {
  const FloatingPointState before;
  std::feclearexcept(FE_ALL_EXCEPT);
  std::feraiseexcept(FE_DIVBYZERO);
  CHECK(before.difference().empty());
  before.restore();
  CHECK(std::fetestexcept(FE_DIVBYZERO) != 0);
  std::feclearexcept(FE_ALL_EXCEPT);
}

}  // namespace
