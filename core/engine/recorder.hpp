// Recordings: states sampled while units are stepped, spikes and rates gathered afterwards; handed on in blocks, so
// that memory does not grow with the length of a run.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/delivery.hpp"
#include "engine/population.hpp"
#include "engine/schedule.hpp"

namespace encephagen {

// What a recording covers.
struct RecordedUnits {
  const RecordSpec* spec = nullptr;
  std::vector<uint32_t> unit;   // numbers within the population, increasing; of rates: regions
  std::vector<int64_t> region;  // of each
};

// Receives recordings while the run goes on. Blocks are handed over in time order, by one thread at a time.
struct RecordSink {
  // `rows` is [time][unit]; times lie at the end of the sampled steps.
  std::function<void(size_t record, std::span<const double> time_ms, std::span<const double> rows)> signal;
  std::function<void(size_t record, std::span<const double> time_ms, std::span<const int64_t> unit)> spikes;
  // Called now and then, after every piece where somebody hears of them, with the share done; false stops the run.
  std::function<bool(double share)> progress = {};
  // Called after every piece of at most a block: the steps [from, to) are done, and Simulation::spikes_of() knows their
  // spikes. States are those of a later step already.
  std::function<void(uint64_t from, uint64_t to)> stepped = {};
};

class Recorder {
 public:
  // All arguments must outlive it. A block is at most `block_steps` long.
  Recorder(const Scenario& scenario, const std::vector<std::unique_ptr<Population>>& populations,
           const std::vector<RecordedUnits>& records, const Schedule& schedule, uint64_t block_steps);

  // Keeps the state of the recorded ones of units [first, first + n) after `step`, a step of the block that starts at
  // `block`. Different threads may sample different units at once, while another collects the block before.
  void sample(size_t population, size_t first, size_t n, uint64_t step, uint64_t block);
  // Whether sample() has anything to do for a population.
  bool samples(size_t population) const { return samples_[population]; }
  // Takes over what the steps [from, to) left and hands full buffers on.
  void collect(uint64_t from, uint64_t to, const SpikeHistory& history, const RecordSink& sink);
  void flush(const RecordSink& sink);
  void visit(StateArchive& a) { a(tracks_); }

 private:
  struct Track {
    const RecordedUnits* recorded;
    size_t record, population;
    uint64_t every;  // steps
    bool covers_all = false;
    std::vector<bool> covers_phase;    // blocks lie within phases
    std::vector<double> rows[2];       // of the current block and the one before: [sample in block][unit]
    std::vector<double> time_ms, out;  // waiting to be handed on
    std::vector<int64_t> unit;
    std::vector<bool> wanted;   // spikes: by unit; rates: by region
    std::vector<double> count;  // rates: spikes of the current interval, by recorded region
    void visit(StateArchive& a) { a(rows[0], rows[1], time_ms, out, unit, count); }
    std::vector<int64_t> place;  // rates: region -> place in `count`, -1 if not recorded
  };
  bool is_sampled(const Track& t, uint64_t step) const {
    return step >= transient_ && (step + 1 - transient_) % t.every == 0;
  }
  // How many samples the steps of the block before `step` gave.
  size_t samples_before(const Track& t, uint64_t block, uint64_t step) const;
  void collect_spikes(Track& t, uint64_t step, double t_ms, const SpikeHistory& history);
  void collect_rates(Track& t, uint64_t step, double t_ms, const SpikeHistory& history);
  void hand_on(size_t track, const RecordSink& sink);

  bool is_covered(const Track& t, uint64_t step) const {
    return t.covers_phase[t.covers_phase.size() > 1 ? schedule_.phase_at(step) : 0];
  }

  const std::vector<std::unique_ptr<Population>>& populations_;
  const Schedule& schedule_;
  double dt_ms_;
  uint64_t transient_, block_steps_;
  std::vector<Track> tracks_;
  std::vector<bool> samples_;  // [population]
};

}  // namespace encephagen
