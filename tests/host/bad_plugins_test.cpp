// Every refusal of the loader word for word, and every failure of a running plugin with its message and exit status.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "host/plugin_library.hpp"
#include "host/plugin_registry.hpp"
#include "host/text.hpp"
#include "program.hpp"

namespace fs = std::filesystem;
using namespace encephagen;
using namespace encephagen::testing;

namespace {

fs::path bad(const std::string& name) { return binary_dir() / "tests/bad_plugins" / (name + ".so"); }

std::string refusal(const fs::path& file) {
  try {
    (void)open_library(fs::absolute(file));
    return "accepted";
  } catch (const LibraryRefused& e) {
    return e.what();
  }
}

}  // namespace

TEST_CASE("host: each bad library is refused for its own reason") {
  const std::pair<const char*, const char*> cases[] = {
      {"not_a_plugin", "is a shared library but not a plugin: it has no symbol 'eg_plugin_library'"},
      {"wrong_magic", "has a damaged 'eg_plugin_library' (wrong magic)"},
      {"next_major", "was built for plugin ABI 2.4, this kernel speaks 1.4: update the kernel"},
      {"newer_minor", "was built for plugin ABI 1.13, this kernel speaks 1.4: update the kernel"},
      {"older_major", "was built for plugin ABI 0.4, this kernel speaks 1.4: rebuild the plugin"},
      {"too_small", "has a damaged 'eg_plugin_library' (too small)"},
      {"no_plugins", "is a plugin library without plugins"},
      {"null_plugin", "lists a null plugin"},
      {"unknown_kind", "offers a plugin of unknown kind 'nueron'"},
      {"wrong_shape", "offers a neuron with the wrong call shape"},
      {"bad_name", "offers a neuron whose name 'unit' is not of the form vendor.name"},
      {"no_version", "neuron 'bad.unit' has no version"},
      {"no_summary", "neuron 'bad.unit' has no summary"},
      {"no_table", "neuron 'bad.unit' has no table of functions"},
      {"missing_function", "neuron 'bad.unit' lacks one of create, destroy, init, step"},
      {"default_out_of_range",
       "neuron 'bad.unit' the default of parameter 'tau_m_ms', 500, lies outside its range [1, 100]"},
      {"param_without_doc", "neuron 'bad.unit' parameter 'tau_m_ms' has no description"},
      {"param_twice", "neuron 'bad.unit' declares parameter 'tau_m_ms' twice"},
  };
  for (const auto& [name, words] : cases) {
    INFO(name);
    CHECK(refusal(bad(name)) == words);
  }
}

TEST_CASE("host: a file that is no library, or lacks a symbol, is refused with the system's reason") {
  const auto folder = scratch("garbage");
  std::ofstream(folder / "garbage.so") << "garbage";
  CHECK(refusal(folder / "garbage.so").starts_with("cannot be opened: "));
  CHECK(refusal(folder / "garbage.so").find("file too short") != std::string::npos);
  const std::string undefined = refusal(bad("undefined_symbol"));
  CHECK(undefined.starts_with("cannot be opened: "));
  CHECK(undefined.find("undefined symbol: ") != std::string::npos);
  CHECK(undefined.find("Bad file descriptor") == std::string::npos);
}

TEST_CASE("host: a library that flips flush-to-zero is refused, and the process keeps its mode") {
#if defined(__x86_64__) && !defined(ENCEPHAGEN_SANITIZED)
  CHECK(refusal(bad("fast_math")) ==
        "changes the floating-point mode of the whole process when opened: link it without -ffast-math");
  volatile double tiny = 1e-310;
  CHECK(tiny * 0.5 != 0);
#endif
}

TEST_CASE("host: files and folders that everybody may write are refused unless told otherwise") {
  const auto folder = scratch("writable");
  fs::copy_file(bad("throws_in_step/encephagen_neuron_bad_unit"), folder / "p.so");
  ::chmod((folder / "p.so").c_str(), 0666);
  CHECK(refusal(folder / "p.so") == "the file can be written by everybody: chmod o-w " + (folder / "p.so").string() +
                                        ", or pass --allow-insecure-plugins");
  ::chmod((folder / "p.so").c_str(), 0644);
  ::chmod(folder.c_str(), 0777);
  CHECK(refusal(folder / "p.so").starts_with("its folder can be written by everybody: chmod o-w "));
  CHECK_NOTHROW((void)open_library(folder / "p.so", true));
}

TEST_CASE("host: the first folder of the search path wins and the second is reported") {
  const auto folder = scratch("twice");
  fs::copy_file(bad("throws_in_step/encephagen_neuron_bad_unit"), folder / "encephagen_neuron_bad_unit.so");
  const auto first = bad("returns_nan/encephagen_neuron_bad_unit");
  PluginRegistry registry({first.parent_path(), folder});
  (void)registry.all();
  REQUIRE(registry.find("neuron", "bad.unit") != nullptr);
  CHECK(registry.find("neuron", "bad.unit")->file == first);
  REQUIRE(registry.skipped().size() == 1);
  CHECK(registry.skipped()[0].why == "offers neuron 'bad.unit' which " + first.string() + " already offers");
}

TEST_CASE("host: a plugin that is not there is answered with the nearest name, the folders and what cannot be used") {
  PluginRegistry registry({binary_dir() / "tests/bad_plugins/returns_nan", binary_dir() / "lib/encephagen/plugins"});
  const std::string said = registry.why_not("neuron", "bad.uint");
  CHECK(said == "no neuron plugin named 'bad.uint'; did you mean 'bad.unit'?\n  searched:\n    " +
                    (binary_dir() / "tests/bad_plugins/returns_nan").string() + "\n    " +
                    (binary_dir() / "lib/encephagen/plugins").string());
}

TEST_CASE("host: a plugin that fails while running ends the run with its words, never with a crash of ours") {
  const auto folder = scratch("run");
  std::ofstream(folder / "s.toml")
      << "format = 1\n[run]\nduration_ms = 10.0\n[region.population.m]\nplugin = \"bad.unit\"\n";
  const auto run = [&](const std::string& name) {
    fs::remove_all(folder / "out");
    return run_program("run '" + (folder / "s.toml").string() + "' -o '" + (folder / "out").string() +
                       "' --plugin-path '" + (binary_dir() / "tests/bad_plugins" / name).string() + "'");
  };
  auto said = run("throws_in_step");
  CHECK(said.status == 1);
  CHECK(said.err == "error: population 'm': neuron 'bad.unit' 1.0.0 failed in step at t = 3 ms: matrix is singular\n");
  said = run("throws_an_int");
  CHECK(said.status == 1);
  CHECK(said.err ==
        "error: population 'm': neuron 'bad.unit' 1.0.0 failed in step at t = 0 ms: an exception that is not a "
        "std::exception\n");
  said = run("returns_nan");
  CHECK(said.status == 1);
  CHECK(said.err ==
        "error: population 'region.m': neuron 'bad.unit' 1.0.0 produced a value that is not a number in state 'v_mv' "
        "at t = 3.1 ms; check its parameters and input, or make "
        "dt_ms smaller\n");
  said = run("throws_in_create");
  CHECK(said.status == 3);
  CHECK(said.err == "error: " + (folder / "s.toml").string() +
                        ":5:10: neuron 'bad.unit' 1.0.0 refuses its parameters: no model today\n");
  said = run("crashes");
  CHECK(said.status == 1);
  CHECK(said.err.find("error: neuron 'bad.unit' 1.0.0 crashed in step (SIGSEGV)\n") != std::string::npos);
  // Nothing is left behind that looks like a result.
  CHECK_FALSE(fs::exists(folder / "out/metrics.csv"));
}

TEST_CASE("text: the nearest name forgives slips and lost units, but not everything") {
  CHECK(nearest("tau", {"tau_m_ms", "threshold_mv"}) == "tau_m_ms");
  CHECK(nearest("core.lfi", {"core.lif", "core.alif"}) == "core.lif");
  CHECK_FALSE(nearest("velocity", {"tau_m_ms", "threshold_mv"}).has_value());
  CHECK(glob_match("RM-V1_*", "rm-v1_r"));
  CHECK_FALSE(glob_match("RM-V1_*", "rm-v1_r", true));
  CHECK(glob_match("*", ""));
  CHECK_FALSE(glob_match("a*b", "acd"));
}
