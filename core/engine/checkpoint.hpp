// A run on its way, in a file: what it has recorded and everything that goes on.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/simulation.hpp"
#include "host/plugin_call.hpp"

namespace encephagen {

// Where a run keeps its checkpoint, and whether it may go on from one that lies there.
struct CheckpointPlace {
  std::filesystem::path file;
  std::string key;  // of the scenario, the plugins and the kernel: others do not go on from it
  bool resumes = false;
};

// What one recording gathered.
struct Kept {
  std::vector<double> time_ms, rows;
  std::vector<int64_t> unit;
  void visit(StateArchive& a) { a(time_ms, rows, unit); }
};

// Weights at the end of a phase.
struct WeightSnapshot {
  std::string phase, projection;
  Synapses synapses;
  void visit(StateArchive& a) {
    a(phase, projection, synapses.row_begin, synapses.target, synapses.delay_steps, synapses.weight,
      synapses.shared_delay_steps);
  }
};

// What a run has to show before it ends.
struct RunSoFar {
  std::vector<Kept> kept;  // [recording]
  std::vector<MetricData> metrics;
  std::vector<WeightSnapshot> snapshots;
};

// The number of threads of a checkpoint that fits, on which the run must go on; nothing where there is none or it is of
// another scenario or version.
std::optional<unsigned> checkpoint_threads(const CheckpointPlace& place);
// Throws Failure naming the file where it is damaged.
void read_checkpoint(const CheckpointPlace& place, Simulation& simulation, RunSoFar& so_far);
// There whole or not at all. Throws StorageFailure.
void write_checkpoint(const CheckpointPlace& place, double t_ms, Simulation& simulation, RunSoFar& so_far);

}  // namespace encephagen
