// Finds datasets by id: known from manifests, looked up in data folders, checked against their hashes, downloaded on
// demand.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/data_manifest.hpp"

namespace encephagen {

// Where to look. `folders` are searched in order and need not exist; each may hold a manifest.toml of its own, whose
// ids are known after those of `manifests`. Downloads go below `user_folder`, which is searched last.
struct DataSearch {
  std::vector<std::filesystem::path> manifests, folders;
  std::filesystem::path user_folder;
};

// The list of known datasets that belongs to the executable; then the folders of ENCEPHAGEN_DATA (separated by ':'),
// ../shared/data of the working folder, of the folder of `scenario_file` and of all folders above the two, and
// encephagen/data in the user's data folder (XDG_DATA_HOME or ~/.local/share).
DataSearch default_data_search(const std::filesystem::path& scenario_file = {});

// A file on this machine that was found to be the published one.
struct ResolvedDataset {
  std::string id;  // as asked for
  std::filesystem::path path;
  std::string sha256;
  std::vector<std::string> caveats;
  const DataFile* entry = nullptr;  // owned by the Datasets object
};

// A part of a dataset and where it lies, if it does.
struct PartStatus {
  std::string role;
  const DataFile* entry = nullptr;
  std::optional<std::filesystem::path> path;
};

struct DatasetStatus {
  std::string id, title;
  std::vector<PartStatus> parts;
  bool is_here() const;       // every part was found
  bool is_fetchable() const;  // every part that was not found can be downloaded
};

struct Verification {
  enum class Result { good, missing, differs };
  std::string id;  // of the [[file]]
  const DataFile* entry = nullptr;
  Result result = Result::missing;
  std::filesystem::path path;
  std::string text;  // what is wrong and what to do; empty if nothing is
};

struct Fetched {
  enum class Result { downloaded, was_here, not_published };
  const DataFile* entry = nullptr;
  Result result = Result::downloaded;
  std::filesystem::path path;  // empty if not_published
};

// An id is that of a [[dataset]] (its main part), "dataset.role" (one of its parts), or that of a [[file]].
// Not thread-safe. Every failure is a Failure(data_unusable).
class Datasets {
 public:
  // The default search for a scenario file, or for the working folder if empty.
  explicit Datasets(const std::filesystem::path& scenario_file = {});
  explicit Datasets(DataSearch search);
  Datasets(const Datasets&) = delete;
  Datasets& operator=(const Datasets&) = delete;

  // The file an id stands for, found and verified. Throws when the id is unknown (naming the nearest one), when the
  // file is in none of the folders (listing them and the next step), or when its bytes are not those of the manifest.
  ResolvedDataset resolve(std::string_view id) const;

  // Null if no [[file]] or part has this id.
  const DataFile* entry(std::string_view id) const;
  const DatasetEntry* dataset(std::string_view id) const;
  // The [[source]] an entry names.
  const DataSource& source(const DataFile& entry) const;
  // Where a file lies, unverified.
  std::optional<std::filesystem::path> locate(const DataFile& entry) const;
  // The entry a path in one of the folders belongs to, if any.
  const DataFile* entry_of_path(const std::filesystem::path& path) const;

  std::vector<DatasetStatus> list() const;
  std::vector<const DataFile*> files() const;

  // All files of an id; of everything known if empty.
  std::vector<Verification> verify(std::string_view id = {}) const;

  // Downloads what is missing or differs, all parts of a dataset that are published. Each file is downloaded beside its
  // place, checked, and only then renamed into it. `started` is called before each download.
  std::vector<Fetched> fetch(std::string_view id, const std::function<void(const DataFile&)>& started = {}) const;

  const DataSearch& search() const { return search_; }

 private:
  std::vector<const DataFile*> files_of(std::string_view id) const;
  std::filesystem::path download_checked(const DataFile& entry, std::string_view id) const;
  std::string id_for_fetching(const DataFile& entry) const;
  [[noreturn]] void unknown(std::string_view id) const;
  [[noreturn]] void missing(std::string_view id, const DataFile& entry) const;
  std::string difference(const DataFile& entry, const std::filesystem::path& path) const;

  DataSearch search_;
  std::vector<Manifest> manifests_;
};

}  // namespace encephagen
