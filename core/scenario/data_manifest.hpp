// A data manifest: which files exist, where they come from, what they hold and what to beware of.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenario/node.hpp"

namespace encephagen {

// [[source]]: where files come from.
struct DataSource {
  std::string id, repository, commit, licence, redistribution, data_use_terms, notes;
  std::vector<std::string> citations;
};

// Which way round a file stores a directed graph. Inside the kernel rows are always targets.
enum class MatrixRows { unknown, targets, sources, undirected };

// [[file]]: one file as it was published.
struct DataFile {
  std::string id;
  std::string file;    // relative to a data folder, with '/'
  std::string sha256;  // 64 lower-case hexadecimal digits
  std::string url;     // empty: not published elsewhere
  std::string format, kind, meaning, unit, source, licence;
  std::string orientation;              // as written
  std::optional<bool> symmetric;        // as claimed
  std::vector<std::string> from_files;  // files this one was made from
  std::vector<std::string> caveats;
  uint64_t bytes = 0;
  int64_t regions = 0;  // 0: does not apply
  bool has_subcortex = false;
  Position at;

  // What the words of `orientation` say.
  MatrixRows rows() const;
  bool is_published() const { return !url.empty(); }
};

// [[dataset]]: a short id for files that belong together, each in its role.
struct DatasetEntry {
  std::string id, title;
  std::vector<std::pair<std::string, std::string>>
      parts;    // role, id of a [[file]]; the first is the one the id stands for
  Node params;  // table: what the connectome plugin that reads it needs to be told
  Position at;
};

struct Manifest {
  std::filesystem::path path;
  std::vector<DataSource> sources;
  std::vector<DataFile> files;
  std::vector<DatasetEntry> datasets;

  const DataFile* file(std::string_view id) const;
  const DataSource* source(std::string_view id) const;
  const DatasetEntry* dataset(std::string_view id) const;
};

// Throws Failure(data_unusable) with every fault of the file, each with file, line and column: unknown, missing or
// repeated keys and ids, hashes that are none, paths that leave the data folder, addresses that are no web addresses.
Manifest read_manifest(const std::filesystem::path& path);

}  // namespace encephagen
