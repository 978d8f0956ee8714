// doctor: what it says where all is well, and where something is not.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "program.hpp"

namespace fs = std::filesystem;
using namespace encephagen::testing;

namespace {

// In an empty folder, where no datasets lie about.
Said doctor(const fs::path& folder, const std::string& arguments = "", const std::string& environment = "") {
  const auto out = folder / "out.txt", err = folder / "err.txt";
  const std::string command = fmt::format(
      "cd '{}' && env HOME=/nowhere ENCEPHAGEN_DATA=data ENCEPHAGEN_PLUGIN_PATH= {} '{}' doctor {} >out.txt "
      "2>err.txt",
      folder.string(), environment, fs::absolute(binary_dir() / "bin/encephagen").string(), arguments);
  const int raw = std::system(command.c_str());
  return {WIFEXITED(raw) ? WEXITSTATUS(raw) : -1, read_file(out), read_file(err)};
}

bool shows(const Said& said, const std::string& text) { return said.out.find(text) != std::string::npos; }

}  // namespace

TEST_CASE("doctor: where plugins load, missing data and tools are notes with a next step, and the status is 0") {
  const auto folder = scratch("well");
  const auto said = doctor(folder);
  CAPTURE(said.out);
  CHECK(said.status == 0);
  CHECK(said.err == "");
  const std::string own = (fs::canonical(binary_dir()) / "lib/encephagen/plugins").string();
  CHECK(shows(said, "  ok      " + own + ": "));
  CHECK(shows(said,
              "  note    /nowhere/.local/lib/encephagen/plugins: is not there; plugins of your own may lie in it\n"));
  CHECK(
      shows(said, "  note    tvb66: missing: tvb/connectivity_66.zip\n          next: encephagen data fetch tvb66\n"));
  CHECK(shows(said, "All that is needed works; "));
  CHECK_FALSE(shows(said, "  problem"));
}

TEST_CASE("doctor: a plugin that is refused and a folder that is not there are problems, and the status is 4") {
  const auto folder = scratch("bad_plugins");
  const fs::path plugins = folder / "plugins";
  fs::create_directories(plugins);
  std::ofstream(plugins / "encephagen_neuron_acme_text.so") << "no library";
  const auto said = doctor(folder, fmt::format("--plugin-path {0}/plugins --plugin-path {0}/gone", folder.string()));
  CAPTURE(said.out);
  CHECK(said.status == 4);
  CHECK(shows(said, fmt::format("  problem {}/encephagen_neuron_acme_text.so: refused: ", plugins.string())));
  CHECK(shows(said, "\n          next: mend or remove the file, or rebuild the plugin\n"));
  CHECK(shows(said, fmt::format("  note    {}: no plugin that is used\n          next: plugins are files named "
                                "encephagen_KIND_VENDOR_NAME.so\n",
                                plugins.string())));
  CHECK(shows(said, fmt::format("  problem {}/gone: is not there\n          next: correct --plugin-path or "
                                "ENCEPHAGEN_PLUGIN_PATH, which name it\n",
                                folder.string())));
  CHECK(shows(said, "\n2 problems, "));
  CHECK(doctor(folder, "", fmt::format("ENCEPHAGEN_PLUGIN_PATH={}/gone", folder.string())).status == 4);
}

TEST_CASE("doctor: a second copy of a plugin is a note: the first is used") {
  const auto folder = scratch("copies");
  fs::create_directories(folder / "plugins");
  const fs::path file = "encephagen_neuron_core_lif.so";
  fs::copy_file(binary_dir() / "lib/encephagen/plugins" / file, folder / "plugins" / file);
  const auto said = doctor(folder, fmt::format("--plugin-path {}/plugins", folder.string()));
  CAPTURE(said.out);
  CHECK(said.status == 0);
  CHECK(shows(said, fmt::format("  ok      {}/plugins: 1 plugin\n", folder.string())));
  CHECK(shows(said, fmt::format("offers neuron 'core.lif' which {}/plugins/encephagen_neuron_core_lif.so already "
                                "offers\n          next: nothing, if the first one is meant\n",
                                folder.string())));
}

TEST_CASE("doctor: data that are not what was published are a problem, and the status is 5") {
  const auto folder = scratch("bad_data");
  fs::create_directories(folder / "data/tvb");
  std::ofstream(folder / "data/tvb/connectivity_66.zip") << "something else";
  const auto said = doctor(folder);
  CAPTURE(said.out);
  CHECK(said.status == 5);
  CHECK(shows(said, "  problem tvb66: "));
  CHECK(shows(said, "\n          next: encephagen data fetch tvb66\n"));
  CHECK(shows(said, "\n1 problem, "));
}

TEST_CASE("doctor: as JSON every finding has the same five fields, and the status stands in it") {
  const auto folder = scratch("json");
  const auto said = doctor(folder, fmt::format("--json --plugin-path {}/gone", folder.string()));
  CHECK(said.status == 4);
  const auto json = nlohmann::json::parse(said.out);
  CHECK(json.size() == 5);
  CHECK(json["format"] == 1);
  CHECK(json["version"].is_string());
  CHECK(json["ok"] == false);
  CHECK(json["exit_status"] == 4);
  std::map<std::string, int> areas, states;
  for (const auto& f : json["findings"]) {
    CHECK(f.size() == 5);
    for (const char* key : {"area", "state", "what", "text", "next"}) CHECK(f[key].is_string());
    ++areas[f["area"]], ++states[f["state"]];
  }
  CHECK(areas.size() == 5);
  for (const char* area : {"plugins", "data", "authors", "machine", "results"}) CHECK(areas[area] > 0);
  CHECK(states["problem"] == 1);
  CHECK(states["ok"] > 2);
}
