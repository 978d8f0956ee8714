// Finds plugins: search path, discovery by file name, one answer per kind and name.
#include "host/plugin_registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "host/failure.hpp"
#include "host/program_folder.hpp"
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

fs::path real_path(const fs::path& file) {
  std::error_code ec;
  const fs::path real = fs::weakly_canonical(file, ec);
  return ec ? file : real;
}

}  // namespace

std::vector<fs::path> plugin_search_path(const std::vector<std::string>& command_line,
                                         const std::vector<std::string>& scenario) {
  std::vector<fs::path> out;
  for (const auto& list : {command_line, scenario})
    for (const auto& p : list) out.push_back(fs::absolute(p));
  split_path_list(std::getenv("ENCEPHAGEN_PLUGIN_PATH"), out);
  if (const char* home = std::getenv("HOME")) out.push_back(fs::path(home) / ".local/lib/encephagen/plugins");
  if (const fs::path folder = program_folder(); !folder.empty())
    out.push_back((folder / "../lib/encephagen/plugins").lexically_normal());
  return out;
}

void PluginRegistry::open(const fs::path& file) {
  const fs::path real = real_path(file);
  if (opened_.contains(real)) return;
  opened_[real] = nullptr;
  PluginLibrary library;
  try {
    library = open_library(file, allow_world_writable_);
  } catch (const LibraryRefused& e) {
    skipped_.push_back({file, e.what()});
    return;
  }
  opened_[real] = library.library;
  for (uint32_t i = 0; i < library.library->n_plugins; ++i) add({library.library->plugins[i], library.library, file});
}

// Where the search path has a file's folder; files named by the user come first.
size_t PluginRegistry::rank(const fs::path& file) const {
  for (size_t i = 0; i < search_path_.size(); ++i)
    if (search_path_[i] / file.filename() == file) return i + 1;
  return 0;
}

// The folder named first wins, whatever order libraries happen to be opened in.
void PluginRegistry::add(const FoundPlugin& plugin) {
  const FoundPlugin* fresh = &plugins_.emplace_back(plugin);
  auto& winner = found_[{plugin.plugin->kind, plugin.plugin->name}];
  const FoundPlugin* loser = winner ? fresh : nullptr;
  if (!winner || rank(fresh->file) < rank(winner->file)) {
    loser = winner;
    winner = fresh;
  }
  if (loser)
    skipped_.push_back({loser->file, fmt::format("offers {} '{}' which {} already offers", plugin.plugin->kind,
                                                 plugin.plugin->name, winner->file.string())});
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

const FoundPlugin* PluginRegistry::find_by_file(const std::string& kind, std::string_view name) {
  const std::pair key{kind, std::string(name)};
  const auto at = [&] { return found_.contains(key) ? found_[key] : nullptr; };
  const std::string file = library_file_name(kind, name);
  for (size_t i = 0; i < search_path_.size(); ++i) {
    if (at() && rank(at()->file) <= i + 1) return at();
    std::error_code ec;
    if (fs::exists(search_path_[i] / file, ec)) open(search_path_[i] / file);
  }
  return at();
}

const FoundPlugin* PluginRegistry::find(std::string_view kind, std::string_view name) {
  return find(std::vector{std::string(kind)}, name);
}

const FoundPlugin* PluginRegistry::find(const std::vector<std::string>& kinds, std::string_view name) {
  for (const auto& kind : kinds)
    if (const auto* found = find_by_file(kind, name)) return found;
  scan();  // a library may hold several plugins under one file name
  for (const auto& kind : kinds)
    if (const auto at = found_.find({kind, std::string(name)}); at != found_.end() && at->second) return at->second;
  return nullptr;
}

std::string PluginRegistry::why_not(std::string_view kind, std::string_view name) {
  return why_not(std::vector{std::string(kind)}, name);
}

std::string PluginRegistry::why_not(const std::vector<std::string>& kinds, std::string_view name) {
  scan();
  std::vector<std::string> names;
  for (const auto& [key, plugin] : found_)
    if (std::ranges::find(kinds, key.first) != kinds.end()) names.push_back(key.second);
  std::string why =
      fmt::format("no {} plugin named '{}'{}\n  searched:", join(kinds, " or "), name, did_you_mean(name, names));
  for (const auto& folder : search_path_) why += "\n    " + folder.string();
  if (!skipped_.empty()) why += "\n  found but not usable:";
  for (const auto& s : skipped_) why += fmt::format("\n    {}\n      {}", s.file.string(), s.why);
  return why;
}

std::vector<const FoundPlugin*> PluginRegistry::all() {
  scan();
  std::vector<const FoundPlugin*> out;
  for (const auto& [key, plugin] : found_) out.push_back(plugin);
  return out;
}

std::vector<const FoundPlugin*> PluginRegistry::open_file(const fs::path& file) {
  std::error_code ec;
  if (!fs::exists(file, ec)) throw Failure(Exit::plugin_unusable, fmt::format("{}: no such file", file.string()));
  open(fs::absolute(file));
  const eg_library* library = opened_[real_path(file)];
  if (!library) {
    const auto same = [&](const SkippedFile& s) { return real_path(s.file) == real_path(file); };
    throw Failure(Exit::plugin_unusable,
                  fmt::format("{}\n  {}", file.string(), std::ranges::find_if(skipped_, same)->why));
  }
  std::vector<const FoundPlugin*> out;
  for (const auto& p : plugins_)
    if (p.library == library) out.push_back(&p);
  return out;
}

}  // namespace encephagen
