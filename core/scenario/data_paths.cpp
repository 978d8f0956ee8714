// Turns dataset ids and file names in a scenario into absolute paths.
#include "scenario/data_paths.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <mutex>

#include "scenario/datasets.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;

struct Shared {
  explicit Shared(const fs::path& file) : datasets(file) {}
  std::mutex lock;
  Datasets datasets;
  std::map<std::string, std::string> found;
};

}  // namespace

PathResolver make_path_resolver(const fs::path& scenario_file) {
  auto shared = std::make_shared<Shared>(scenario_file);
  PathResolver out;
  out.dataset = [shared](const std::string& id, const Position& at, Diagnostics& d) -> std::optional<std::string> {
    const std::lock_guard guard(shared->lock);
    auto& path = shared->found[id];
    if (!path.empty()) return path;
    try {
      return path = shared->datasets.resolve(id).path.string();
    } catch (const Failure& e) {
      d.error(at, e.what(), e.status());
      return std::nullopt;
    }
  };
  out.file = [folder = scenario_file.empty() ? fs::current_path() : fs::absolute(scenario_file).parent_path()](
                 const std::string& name, const Position& at, Diagnostics& d) -> std::optional<std::string> {
    const fs::path path = (folder / name).lexically_normal();
    std::error_code ec;
    if (fs::exists(path, ec)) return path.string();
    d.error(at, fmt::format("there is no file '{}'; it was looked for as {}", name, path.string()),
            Exit::data_unusable);
    return std::nullopt;
  };
  return out;
}

}  // namespace encephagen
