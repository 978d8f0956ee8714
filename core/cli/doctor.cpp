// What `encephagen doctor` looks at.
#include "cli/doctor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

#include "encephagen/sdk/math.hpp"
#include "host/processors.hpp"
#include "host/program_folder.hpp"
#include "host/text.hpp"
#include "host/version.hpp"

namespace encephagen::cli {
namespace {

namespace fs = std::filesystem;
using State = Finding::State;

// The first program of these names in PATH; empty if there is none.
fs::path found_program(const std::string& name) {
  std::istringstream path(std::getenv("PATH") ? std::getenv("PATH") : "");
  for (std::string folder; std::getline(path, folder, ':');) {
    fs::path file = fs::path(folder.empty() ? "." : folder) / name;
    if (::access(file.c_str(), X_OK) == 0 && fs::is_regular_file(file)) return file;
  }
  return {};
}

// The first line that `program --version` prints.
std::string version_of(const fs::path& program) {
  std::string command = "'", line;
  for (const char c : program.string()) c == '\'' ? command += "'\\''" : command += c;
  FILE* pipe = ::popen((command + "' --version 2>/dev/null").c_str(), "r");
  if (!pipe) return "";
  for (int c = 0; (c = std::fgetc(pipe)) != EOF && c != '\n';) line += static_cast<char>(c);
  while (std::fgetc(pipe) != EOF) {
  }
  ::pclose(pipe);
  return line;
}

// A folder that is not there yet can be made where the nearest one above may be written.
bool can_write(fs::path folder) {
  std::error_code ec;
  while (!fs::exists(folder, ec) && folder.has_parent_path() && folder != folder.parent_path())
    folder = folder.parent_path();
  return fs::is_directory(folder, ec) && ::access(folder.c_str(), W_OK) == 0;
}

std::string plural(size_t n, const std::string& what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

std::string gigabytes(double bytes) { return fmt::format("{:.1f} GB", bytes * 1e-9); }

// The number behind a name in a file of lines "name: 123 kB"; 0 if there is none.
double kilobytes_of(const char* file, const std::string& name) {
  std::ifstream in(file);
  for (std::string key, line; in >> key && std::getline(in, line);)
    if (key == name + ":") return std::atof(line.c_str());
  return 0;
}

}  // namespace

std::vector<Finding> plugin_findings(PluginRegistry& registry, const std::vector<fs::path>& named) {
  std::vector<Finding> out;
  const auto plugins = registry.all();
  const fs::path own = (program_folder() / "../lib/encephagen/plugins").lexically_normal();
  for (const auto& folder : registry.search_path()) {
    std::error_code ec;
    const bool is_named = std::ranges::find(named, folder) != named.end(), is_own = folder == own;
    const auto n = static_cast<size_t>(
        std::ranges::count_if(plugins, [&](const FoundPlugin* p) { return p->file.parent_path() == folder; }));
    Finding f{"plugins", State::ok, folder.string(), plural(n, "plugin"), "", Exit::success};
    if (!fs::is_directory(folder, ec)) {
      f.state = is_named || is_own ? State::problem : State::note;
      f.text = fs::exists(folder, ec) ? "is no folder"
               : is_own || is_named   ? "is not there"
                                      : "is not there; plugins of your own may lie in it";
      f.next = is_own     ? "install the program again: its own plugins belong there"
               : is_named ? "correct --plugin-path or ENCEPHAGEN_PLUGIN_PATH, which name it"
                          : "";
    } else if (n == 0 && (is_named || is_own)) {
      f.state = is_own ? State::problem : State::note;
      f.text = "no plugin that is used";
      f.next = is_own ? "install the program again: its own plugins belong there"
                      : "plugins are files named encephagen_KIND_VENDOR_NAME.so";
    }
    if (f.state == State::problem) f.status = Exit::plugin_unusable;
    out.push_back(std::move(f));
  }
  for (const auto& s : registry.skipped()) {
    // Of two that offer the same the first is used: that is what search paths are for.
    const bool is_shadowed = s.why.ends_with("already offers");
    std::string why = s.why;
    std::ranges::replace(why, '\n', ' ');
    out.push_back(
        {"plugins", is_shadowed ? State::note : State::problem, s.file.string(), is_shadowed ? why : "refused: " + why,
         is_shadowed ? "nothing, if the first one is meant" : "mend or remove the file, or rebuild the plugin",
         is_shadowed ? Exit::success : Exit::plugin_unusable});
  }
  return out;
}

std::vector<Finding> data_findings(const Datasets& datasets) {
  std::vector<Finding> out;
  for (const auto& s : datasets.list()) {
    std::set<std::string> missing;
    std::string differs, where;
    for (const auto& v : datasets.verify(s.id)) {
      if (v.result == Verification::Result::missing) missing.insert(v.entry->file);
      if (v.result == Verification::Result::differs && differs.empty()) differs = v.text;
      if (v.result == Verification::Result::good && where.empty()) where = v.path.string();
    }
    std::ranges::replace(differs, '\n', ' ');
    const std::string fetch = fmt::format("encephagen data fetch {}", s.id);
    const bool any_published = std::ranges::any_of(s.parts, [](const auto& p) { return p.entry->is_published(); });
    const std::string next = s.is_fetchable() ? fetch
                             : any_published
                                 ? fetch + "; what is not published goes into a folder that ENCEPHAGEN_DATA names"
                                 : "it is not published; put it into a folder that ENCEPHAGEN_DATA names";
    if (!differs.empty())
      out.push_back({"data", State::problem, s.id, differs, next, Exit::data_unusable});
    else if (!missing.empty())
      out.push_back(
          {"data", State::note, s.id, "missing: " + join({missing.begin(), missing.end()}, ", "), next, Exit::success});
    else
      out.push_back({"data", State::ok, s.id, "verified, " + where, "", Exit::success});
  }
  if (out.empty())
    out.push_back({"data", State::problem, "list of datasets", "knows none",
                   "install the program again: share/encephagen/datasets.toml belongs to it", Exit::data_unusable});
  return out;
}

std::vector<Finding> author_findings() {
  std::vector<Finding> out;
  const auto tool = [&](const std::string& what, const std::vector<std::string>& names, const std::string& next) {
    bool any = false;
    for (const auto& name : names)
      if (const auto file = found_program(name); !file.empty()) {
        out.push_back(
            {"authors", State::ok, what, fmt::format("{} ({})", version_of(file), file.string()), "", Exit::success});
        any = true;
      }
    if (!any)
      out.push_back(
          {"authors", State::note, what, fmt::format("no {} in PATH", join(names, " and no ")), next, Exit::success});
  };
  tool("C++ compiler", {"g++", "clang++"}, "to build plugins of your own: apt-get install g++");
  tool("CMake", {"cmake"}, "to build plugins of your own: apt-get install cmake ninja-build");
  const fs::path prefix = (program_folder() / "..").lexically_normal();
  for (const auto& [what, file] : {std::pair{"CMake package", "lib/cmake/encephagen/encephagenConfig.cmake"},
                                   {"headers", "include/encephagen/sdk/neuron.hpp"}}) {
    const fs::path at = prefix / file;
    std::error_code ec;
    if (fs::exists(at, ec))
      out.push_back({"authors", State::ok, what, at.string(), "", Exit::success});
    else
      out.push_back({"authors", State::note, what, fmt::format("{} is not there", at.string()),
                     "to build plugins of your own: install the program with its SDK (cmake --install)",
                     Exit::success});
  }
  const fs::path package = prefix / "lib/python3/dist-packages";
  std::error_code ec;
  if (fs::exists(package / "encephagen/__init__.py", ec))
    out.push_back({"authors", State::ok, "Python package", package.string(), "", Exit::success});
  else
    out.push_back({"authors", State::note, "Python package", fmt::format("{} has none", package.string()),
                   "to drive simulations from Python: build with pybind11-dev and python3-dev", Exit::success});
  return out;
}

std::vector<Finding> machine_findings() {
  std::vector<Finding> out;
  for (const auto& [name, value] : build_facts())
    if (name == "processor")
      out.push_back({"machine", State::ok, "processor",
                     fmt::format("{}; kernels work on {} numbers at once", value, eg::lanes()), "", Exit::success});
  const unsigned threads = default_threads();
  out.push_back(
      {"machine", State::ok, "threads",
       fmt::format("runs use {} ({} of {} processors may be used)", threads, allowed_processors(), all_processors()),
       "", Exit::success});
  double available = 1024 * kilobytes_of("/proc/meminfo", "MemAvailable");
  const double all = 1024 * kilobytes_of("/proc/meminfo", "MemTotal");
  double limit = 0;
  if (std::ifstream group("/sys/fs/cgroup/memory.max"); group >> limit && limit < all)
    available = std::min(available, limit);
  out.push_back({"machine", State::ok, "memory",
                 fmt::format("{} available of {}", gigabytes(available), gigabytes(all)), "", Exit::success});
  if (available < 1e9) {
    out.back().state = State::note;
    out.back().next = "whole brains of spiking neurons need more; `encephagen check FILE` estimates how much";
  }
  const fs::path library = (program_folder() / "../lib/encephagen/encephagen_mpi.so").lexically_normal();
  const fs::path launcher = found_program("mpirun");
  std::error_code ec;
  if (!fs::exists(library, ec))
    out.push_back({"machine", State::note, "MPI", "this build has none",
                   "to share an experiment among machines use --shard, or build with OpenMPI and -D ENCEPHAGEN_MPI=ON",
                   Exit::success});
  else if (launcher.empty())
    out.push_back({"machine", State::note, "MPI", "no mpirun in PATH",
                   "to share an experiment among machines: apt-get install openmpi-bin, or use --shard",
                   Exit::success});
  else
    out.push_back({"machine", State::ok, "MPI", fmt::format("{} ({})", version_of(launcher), launcher.string()), "",
                   Exit::success});
  return out;
}

std::vector<Finding> result_findings(const Datasets& datasets) {
  std::vector<Finding> out;
  const fs::path results = fs::current_path() / "results";
  if (can_write(results))
    out.push_back(
        {"results", State::ok, "results", fmt::format("{} can be written", results.string()), "", Exit::success});
  else
    out.push_back({"results", State::note, "results", fmt::format("{} cannot be written", results.string()),
                   "name another folder: encephagen run FILE -o DIR", Exit::success});
  const auto& data = datasets.search().user_folder;
  if (can_write(data))
    out.push_back({"results", State::ok, "data", fmt::format("{} can be written", data.string()), "", Exit::success});
  else
    out.push_back({"results", State::note, "data", fmt::format("{} cannot be written", data.string()),
                   "datasets cannot be fetched; let XDG_DATA_HOME name a folder that can be written", Exit::success});
  return out;
}

}  // namespace encephagen::cli
