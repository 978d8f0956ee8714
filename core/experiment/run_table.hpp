// The numbers of an experiment, one row per run, metric and group: what metrics.csv holds and claims are judged by.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace encephagen {

struct MetricRow {
  size_t run;          // index into RunTable::runs
  std::string metric;  // its suffix is its unit: "timescale_ms"
  std::string unit;    // "ms"; "" if it has none
  std::string group;   // "": the whole network; "region:LABEL": one region; else the name of a group
  double value;        // NaN: could not be determined
};

struct RunInfo {
  std::string arm;
  size_t replicate = 0;                                    // 0, 1, 2 ... within its arm and sweep point
  size_t repeat = 0;                                       // 0, 1, 2 ... of this replicate: same graph, other noise
  std::vector<std::pair<std::string, std::string>> sweep;  // key, value as written in TOML; in the order of [sweep]
  std::string graph_id;                                    // equal for runs on the same graph (hash of the weights)
  std::map<std::string, std::string> region_group;         // region label -> group ("" if none)
  bool failed = false;
  std::string error;  // why, if failed
};

struct RunTable {
  std::vector<RunInfo> runs;
  std::vector<MetricRow> rows;  // sorted by run, then in the order the analyzers wrote them
};

}  // namespace encephagen
