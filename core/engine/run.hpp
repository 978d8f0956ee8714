// One run from a checked scenario to results on disk: brain, simulation, recordings, analyzers.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/brain_cache.hpp"
#include "engine/checkpoint.hpp"
#include "engine/simulation.hpp"

namespace encephagen {

struct RunOutcome {
  bool stopped = false;             // the progress callback asked for it; nothing was written
  std::vector<MetricData> metrics;  // in the order the analyzers wrote them
  std::vector<std::string> notes, warnings;
  std::optional<Node> calibrated;  // the scenario's tree with what [calibrate] chose
  std::string graph_id;
  std::map<std::string, std::string> region_group;  // label -> group
  std::vector<std::pair<std::string, std::string>> connectome_history;
  NetworkSize size;
  double build_s = 0, simulate_s = 0, analyze_s = 0;  // wall time
};

// Goes along with a run and may look at it, and act on it, between two pieces.
class RunCompanion {
 public:
  virtual ~RunCompanion() = default;
  // The simulation stands before its first step, or where a checkpoint left it. All outlive the run.
  virtual void begin(Simulation& simulation, const Scenario& scenario, const Brain& brain) = 0;
  // See RecordSink::stepped.
  virtual void stepped(uint64_t from, uint64_t to) = 0;
  // Before a piece: the step before which it ends, beyond now(). May wait, but not for longer than `goes_on` says yes.
  virtual uint64_t next_piece(const std::function<bool()>& goes_on) = 0;
  // What it did to the run, for the results: without it they cannot be had again.
  virtual std::vector<std::string> changes() const = 0;
};

// Runs on `threads` threads and writes `folder`/results.h5; the folder must exist, and an empty one keeps nothing but
// the outcome. `brains`, if given, lends the graph. With a place for checkpoints the run leaves one there each
// checkpoint_every_ms and when it is stopped, and may go on from one. Throws Failure, a StorageFailure where results.h5
// cannot be written.
RunOutcome run_scenario(const Scenario& given, const PathResolver& paths, const std::filesystem::path& folder,
                        const std::function<bool(double share)>& progress = {}, unsigned threads = 1,
                        BrainCache* brains = nullptr, const CheckpointPlace* checkpoint = nullptr,
                        RunCompanion* companion = nullptr);

// The mean rate of all that a scenario records, for calibrate(); nothing when `progress` stopped the run.
std::optional<double> simulated_rate_hz(const Scenario& s, const Brain& brain, const PathResolver& paths,
                                        const std::function<bool(double)>& progress, unsigned threads);

}  // namespace encephagen
