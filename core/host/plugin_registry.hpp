// Finds plugins: search path, discovery by file name, one answer per kind and name.
#pragma once
#include <deque>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugin_library.hpp"

namespace encephagen {

struct FoundPlugin {
  const eg_plugin* plugin = nullptr;
  const eg_library* library = nullptr;
  std::filesystem::path file;
};

struct SkippedFile {
  std::filesystem::path file;
  std::string why;
};

// Where plugins are looked for, first match wins: --plugin-path, the scenario's plugin_paths, ENCEPHAGEN_PLUGIN_PATH,
// the user's folder, the folder that belongs to the executable.
std::vector<std::filesystem::path> plugin_search_path(const std::vector<std::string>& command_line,
                                                      const std::vector<std::string>& scenario);

// Not thread-safe; filled before the first run starts.
class PluginRegistry {
 public:
  explicit PluginRegistry(std::vector<std::filesystem::path> search_path, bool allow_world_writable = false)
      : search_path_(std::move(search_path)), allow_world_writable_(allow_world_writable) {}

  // Opens only the library whose file name belongs to kind and name; looks into all others when there is none.
  // Null if there is no such plugin: why_not() then says what was searched.
  const FoundPlugin* find(std::string_view kind, std::string_view name);
  // Where one of several kinds will do: the first kind that has the name. Opens other libraries only if none has.
  const FoundPlugin* find(const std::vector<std::string>& kinds, std::string_view name);

  // "no neuron plugin named 'x'; did you mean 'y'?" with the folders searched and the files found but not usable.
  std::string why_not(std::string_view kind, std::string_view name);
  std::string why_not(const std::vector<std::string>& kinds, std::string_view name);

  // Everything in the search path, sorted by kind and name. Opens every library.
  std::vector<const FoundPlugin*> all();
  const std::vector<SkippedFile>& skipped() const { return skipped_; }
  const std::vector<std::filesystem::path>& search_path() const { return search_path_; }

  // Opens one file whatever its name: the plugins in it. Throws Failure(plugin_unusable).
  std::vector<const FoundPlugin*> open_file(const std::filesystem::path& file);

 private:
  void open(const std::filesystem::path& file);
  void add(const FoundPlugin& plugin);
  size_t rank(const std::filesystem::path& file) const;
  void scan();
  // Opens nothing but libraries whose file name belongs to kind and name.
  const FoundPlugin* find_by_file(const std::string& kind, std::string_view name);
  std::vector<std::filesystem::path> search_path_;
  bool allow_world_writable_;
  bool scanned_ = false;
  std::map<std::filesystem::path, const eg_library*> opened_;  // by canonical path; null if refused
  std::deque<FoundPlugin> plugins_;                            // everything opened; addresses are handed out
  std::map<std::pair<std::string, std::string>, const FoundPlugin*> found_;
  std::vector<SkippedFile> skipped_;
};

}  // namespace encephagen
