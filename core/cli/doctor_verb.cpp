// doctor: whether plugins, data and tools are there, and what to do where they are not.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/command_line.hpp"
#include "cli/doctor.hpp"
#include "host/version.hpp"

namespace encephagen::cli {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* words[] = {"ok", "note", "problem"};

const char* title_of(const std::string& area) {
  return area == "plugins"   ? "plugins"
         : area == "data"    ? "datasets"
         : area == "authors" ? "for programs of your own"
         : area == "machine" ? "this machine"
                             : "where results go";
}

std::string text_of(const std::vector<Finding>& all) {
  std::string out, area;
  for (const auto& f : all) {
    if (f.area != area) out += fmt::format("{}{}\n", area.empty() ? "" : "\n", title_of(f.area));
    area = f.area;
    out += fmt::format("  {:<7} {}: {}\n", words[static_cast<size_t>(f.state)], f.what, f.text);
    if (!f.next.empty()) out += fmt::format("          next: {}\n", f.next);
  }
  return out;
}

Json json_of(const std::vector<Finding>& all, int status) {
  Json out{{"format", 1},
           {"version", version_text()},
           {"ok", status == 0},
           {"exit_status", status},
           {"findings", Json::array()}};
  for (const auto& f : all)
    out["findings"].push_back({{"area", f.area},
                               {"state", words[static_cast<size_t>(f.state)]},
                               {"what", f.what},
                               {"text", f.text},
                               {"next", f.next}});
  return out;
}

// Folders that somebody asked for: all but the user's and the program's own, which come last.
std::vector<fs::path> named_folders(const PluginRegistry& registry) {
  const auto without = plugin_search_path({}, {});
  auto out = registry.search_path();
  const size_t n_standard = std::min<size_t>(2, without.size());
  out.resize(out.size() - std::min(out.size(), n_standard));
  return out;
}

}  // namespace

int verb_doctor(const Arguments& arguments) {
  po::options_description options("encephagen doctor");
  options.add_options()("json", po::bool_switch(), "answer in JSON")("help", "this text");
  add_plugin_options(options);
  const auto given = parse(arguments, options, "", 0);
  if (given.count("help")) return std::cout << options << "\n", 0;
  const auto registry = make_registry(given);
  std::vector<Finding> all = plugin_findings(*registry, named_folders(*registry));
  const auto add = [&](const std::vector<Finding>& more) { all.insert(all.end(), more.begin(), more.end()); };
  std::optional<Datasets> datasets;
  try {
    datasets.emplace();
    add(data_findings(*datasets));
  } catch (const Failure& e) {
    all.push_back({"data", Finding::State::problem, "list of datasets", e.what(), "mend the file", e.status()});
  }
  add(author_findings());
  add(machine_findings());
  if (datasets) add(result_findings(*datasets));
  int status = 0;
  size_t n_problems = 0, n_notes = 0;
  for (const auto& f : all) {
    n_notes += f.state == Finding::State::note ? 1 : 0;
    if (f.state != Finding::State::problem) continue;
    ++n_problems;
    if (status == 0) status = static_cast<int>(f.status);
  }
  if (given["json"].as<bool>()) return std::cout << json_of(all, status).dump(1) << "\n", status;
  fmt::print("encephagen {}\n\n{}\n", version_text(), text_of(all));
  if (n_problems == 0)
    fmt::print("All that is needed works; {} note{} on what is optional.\n", n_notes, n_notes == 1 ? "" : "s");
  else
    fmt::print("{} problem{}, {} note{}.\n", n_problems, n_problems == 1 ? "" : "s", n_notes, n_notes == 1 ? "" : "s");
  return status;
}

}  // namespace encephagen::cli
