// results.h5: recordings, spikes (SONATA), the connectome and what analyzers computed. The only place that knows HDF5.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "host/plugin_call.hpp"

namespace encephagen {

// Layout (row-major; strings are UTF-8 of variable length; objects carry no time stamps):
//   /recordings/NAME/data [time, unit] f64, attributes unit, state, population;  time_ms [time];  unit [unit] i64;
//   unit_region [unit] i64
//   /spikes/NAME/timestamps [spike] f64, attribute units = "ms";  node_ids [spike] u64; attribute sorting;
//   unit [unit] i64, those recorded;  unit_region [unit] i64
//   /connectome/region_label, region_group, weights, lengths_mm, centres_mm, attribute.*, history
//   /analyzers/INSTANCE/ARRAY
// Root attributes magic = 0x0A7A and version = [0, 1] as SONATA asks. Equal data give equal bytes. What
// HDF5 refuses is a StorageFailure naming file, object and HDF5's reason. Any thread may call; calls take turns.
class ResultWriter {
 public:
  enum class Compression { none, deflate };  // deflate: numbers in shuffled blocks, level 1

  // Writes to `file`.tmp; close() renames it. Without close() the temporary file is removed. An empty name: nothing is
  // kept.
  explicit ResultWriter(std::filesystem::path file, Compression compression = Compression::none);
  ~ResultWriter();
  ResultWriter(const ResultWriter&) = delete;
  ResultWriter& operator=(const ResultWriter&) = delete;

  using Attributes = std::vector<std::pair<std::string, std::string>>;

  // Growing datasets: the first call makes them. `rows` holds n_units numbers for every time; n_units stays the same.
  void append_signal(const std::string& name, std::span<const double> time_ms, std::span<const double> rows,
                     size_t n_units);
  void append_spikes(const std::string& population, std::span<const double> time_ms, std::span<const int64_t> unit);
  // Closes a growing dataset group with its fixed parts. Makes an empty one if nothing was appended.
  void finish_signal(const std::string& name, std::span<const int64_t> unit, std::span<const int64_t> unit_region,
                     const Attributes& attributes);
  void finish_spikes(const std::string& population);

  // "/connectome/weights": groups on the way are made. Every path can be put once.
  void put(const std::string& path, const ArrayData& array);
  // A link to the root of another file in or below this file's folder.
  void link(const std::string& path, const std::string& relative_file);

  // Completes the file under its own name. Nothing may be written afterwards.
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Reads results.h5 again; used by the report and by tests.
class ResultReader {
 public:
  explicit ResultReader(const std::filesystem::path& file);
  ~ResultReader();
  ResultReader(const ResultReader&) = delete;
  ResultReader& operator=(const ResultReader&) = delete;

  // Names below a group, sorted; empty if there is no such group.
  std::vector<std::string> list(const std::string& group) const;
  bool has(const std::string& path) const;
  // A dataset of numbers (f64), integers (i64, u64) or text.
  ArrayData read(const std::string& path) const;
  // Its shape without its data.
  std::vector<uint64_t> shape(const std::string& path) const;
  // Text attribute of a dataset or group; "" if absent.
  std::string attribute(const std::string& path, const std::string& name) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace encephagen
