// The runs of an experiment on disk: written beside their place and renamed when complete, read back, failures with
// their reason, and what dead processes left.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/run.hpp"
#include "experiment/plan.hpp"
#include "experiment/run_table.hpp"

namespace encephagen {

// What a finished run contributes to the tables.
struct StoredRun {
  RunInfo info;
  std::vector<MetricRow> rows;
  std::vector<std::string> notes, warnings;
};

// What is known of a run under a key.
struct RunOnDisk {
  std::optional<StoredRun> done;
  std::optional<std::string> failure;  // why it failed
  bool is_damaged = false;             // it is there, but not as it was written
  bool is_outdated = false;            // it is there, but of another key
};

// What a look at the names tells: nothing is opened.
struct RunNames {
  std::vector<size_t> done, failed;  // ascending
};

// Several processes may use the store of one folder at the same time, and do the same run: what is there already stays
// if it is complete.
class RunStore {
 public:
  explicit RunStore(const std::filesystem::path& folder) : folder_(folder) {}

  // An empty folder for the results.h5 of run `index`; commit() and discard() end its use. Throws StorageFailure.
  std::filesystem::path begin(size_t index) const;
  void discard(size_t index) const;
  // With the run's files a failure recorded earlier goes. Throws StorageFailure.
  void commit(size_t index, const PlannedRun& run, const RunOutcome& outcome, const std::string& key,
              const std::vector<std::string>& command_line) const;
  // Throws StorageFailure.
  void record_failure(size_t index, const PlannedRun& run, const std::string& key, const std::string& error) const;

  RunOnDisk read(size_t index, const PlannedRun& run, const std::string& key) const;
  RunNames names() const;
  // The key under which run `index` lies there, done or failed; empty if it cannot be read.
  std::string key_of(size_t index, bool has_failed) const;
  // The recorded reason, whatever the key.
  std::string reason_of(size_t index) const;

  // Removes what processes that no longer live (see process_record.hpp) had begun.
  void clean_up() const;

 private:
  std::filesystem::path folder_;
};

// runs/NNNNN below `folder`, and what is recorded of a run that failed.
std::filesystem::path run_folder(const std::filesystem::path& folder, size_t index);
std::filesystem::path failure_file(const std::filesystem::path& folder, size_t index);
// Where a run that was stopped goes on from.
std::filesystem::path checkpoint_file(const std::filesystem::path& folder, size_t index);

// resolved.toml, metrics.csv and run.json of one run into `folder`, whether of an experiment or not.
void write_run_files(const std::filesystem::path& folder, const PlannedRun& run, const RunOutcome& outcome,
                     const std::string& key, const std::vector<std::string>& command_line);

// What the outcome contributes to the tables as run `index`.
StoredRun stored_run(const PlannedRun& run, const RunOutcome& outcome, size_t index);

}  // namespace encephagen
