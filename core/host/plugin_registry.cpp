// Finds plugins: search path, discovery by file name, one answer per kind and name.
#include "host/plugin_registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "host/failure.hpp"
#include "host/text.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;

void split_path_list(const char* list, std::vector<fs::path>& out) {
  std::string_view rest = list ? list : "";
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    const auto part = rest.substr(0, colon);
    if (!part.empty()) out.push_back(fs::absolute(part));
    rest = colon == std::string_view::npos ? "" : rest.substr(colon + 1);
  }
}

}  // namespace

std::vector<fs::path> plugin_search_path(const std::vector<std::string>& command_line, const std::vector<std::string>& scenario) {
  std::vector<fs::path> out;
  for (const auto& list : {command_line, scenario})
    for (const auto& p : list) out.push_back(fs::absolute(p));
  split_path_list(std::getenv("ENCEPHAGEN_PLUGIN_PATH"), out);
  if (const char* home = std::getenv("HOME")) out.push_back(fs::path(home) / ".local/lib/encephagen/plugins");
  std::error_code ec;
  const fs::path self = fs::read_symlink("/proc/self/exe", ec);
  if (!ec) out.push_back((self.parent_path() / "../lib/encephagen/plugins").lexically_normal());
  return out;
}

void PluginRegistry::open(const fs::path& file) {
  std::error_code ec;
  const fs::path real = fs::weakly_canonical(file, ec);
  if (opened_.contains(real)) return;
  opened_[real] = true;
  PluginLibrary library;
  try {
    library = open_library(file, allow_world_writable_);
  } catch (const LibraryRefused& e) {
    skipped_.push_back({file, e.what()});
    return;
  }
  for (uint32_t i = 0; i < library.library->n_plugins; ++i) {
    const auto* p = library.library->plugins[i];
    const auto [at, fresh] = found_.try_emplace({p->kind, p->name}, FoundPlugin{p, library.library, file});
    if (!fresh)
      skipped_.push_back({file, fmt::format("offers {} '{}' which {} already offers", p->kind, p->name, at->second.file.string())});
  }
}

void PluginRegistry::scan() {
  if (scanned_) return;
  scanned_ = true;
  for (const auto& folder : search_path_) {
    std::vector<fs::path> files;
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(folder, ec))
      if (entry.path().extension() == ".so") files.push_back(entry.path());
    std::ranges::sort(files);
    for (const auto& f : files) open(f);
  }
}

const FoundPlugin* PluginRegistry::find(std::string_view kind, std::string_view name) {
  const std::pair key{std::string(kind), std::string(name)};
  if (!found_.contains(key)) {
    const std::string file = library_file_name(kind, name);
    for (const auto& folder : search_path_) {
      std::error_code ec;
      if (!fs::exists(folder / file, ec)) continue;
      open(folder / file);
      if (found_.contains(key)) break;
    }
  }
  if (!found_.contains(key)) scan();  // a library may hold several plugins under one file name
  const auto at = found_.find(key);
  return at == found_.end() ? nullptr : &at->second;
}

std::string PluginRegistry::why_not(std::string_view kind, std::string_view name) {
  scan();
  std::vector<std::string> names;
  for (const auto& [key, plugin] : found_)
    if (key.first == kind) names.push_back(key.second);
  std::string out = fmt::format("no {} plugin named '{}'{}\n  searched:", kind, name, did_you_mean(name, names));
  for (const auto& folder : search_path_) out += "\n    " + folder.string();
  if (!skipped_.empty()) out += "\n  found but not usable:";
  for (const auto& s : skipped_) out += fmt::format("\n    {}\n      {}", s.file.string(), s.why);
  return out;
}

std::vector<const FoundPlugin*> PluginRegistry::all() {
  scan();
  std::vector<const FoundPlugin*> out;
  for (const auto& [key, plugin] : found_) out.push_back(&plugin);
  return out;
}

std::vector<const FoundPlugin*> PluginRegistry::open_file(const fs::path& file) {
  const size_t skipped_before = skipped_.size();
  std::error_code ec;
  if (!fs::exists(file, ec)) throw Failure(Exit::plugin_unusable, fmt::format("{}: no such file", file.string()));
  open(fs::absolute(file));
  if (skipped_.size() > skipped_before)
    throw Failure(Exit::plugin_unusable, fmt::format("{}\n  {}", file.string(), skipped_.back().why));
  std::vector<const FoundPlugin*> out;
  for (const auto& [key, plugin] : found_)
    if (plugin.file == fs::absolute(file)) out.push_back(&plugin);
  return out;
}

}  // namespace encephagen
