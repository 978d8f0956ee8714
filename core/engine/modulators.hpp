// Signals that plasticity rules read: dopamine, reward, surprise.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/delivery.hpp"
#include "scenario/scenario.hpp"

namespace encephagen {

// Where a synapse ends, as spikes are numbered.
struct SynapseEnds {
  size_t source_population, target_population;
  uint32_t source, target;
};

// All values of a block are computed before it begins, from what was before it. A release takes effect its delay after
// the event, but not before the next block.
class Modulators {
 public:
  // `ends_of` finds the synapse of a pair. `specs` must outlive it. Throws Failure.
  Modulators(const std::vector<ModulatorSpec>& specs, double dt_ms, uint64_t block_steps, uint64_t noise_seed,
             const std::function<SynapseEnds(const SynapseRef&)>& ends_of);

  bool empty() const { return signals_.empty(); }
  size_t size() const { return signals_.size(); }
  void init();
  // A phase begins: modulators whose names `patterns` do not choose stay at their baseline in it.
  void set_active(const std::vector<std::string>& patterns);
  // An episode begins from the initial state: what was released is gone. Means of what is expected stay.
  void restart();
  // Computes the steps [from, to); the spikes of [spikes_from, from) are new. `followed(m)` is what modulator m
  // follows, `earned(m)` the reward that a body earned before `from`.
  void advance(uint64_t spikes_from, uint64_t from, uint64_t to, const SpikeHistory& history,
               const std::function<double(size_t)>& followed, const std::function<double(size_t)>& earned);
  // What an analyzer found, for a modulator that follows it, from the next block on.
  void set_found(size_t modulator, double value) { signals_[modulator].found = value; }
  void visit(StateArchive& a) { a(signals_, values_, block_); }
  // [modulator] in a step of the current block.
  const double* values(uint64_t step) const { return values_.data() + (step - block_) * signals_.size(); }

 private:
  struct Pending {
    uint64_t step;
    double amount;
  };
  struct Source {
    const ModulatorSpec::Release* spec;
    uint64_t key;
    SynapseEnds pair;
    std::vector<uint64_t> at;  // steps, increasing
    int64_t last_source = -1;  // pair: step of the source's last spike
    uint64_t n_events = 0;
    void visit(StateArchive& a) { a(last_source, n_events); }
  };
  struct Signal {
    const ModulatorSpec* spec;
    std::vector<Source> sources;
    std::vector<Pending> pending;
    double level = 0, mean = 0, found = 0;
    bool is_active = true;
    void visit(StateArchive& a) { a(sources, pending, level, mean, found, is_active); }
  };
  void release(Signal& signal, Source& source, uint64_t event, uint64_t earliest);
  void watch_pair(Signal& signal, Source& source, uint64_t from, uint64_t to, const SpikeHistory& history);

  double dt_ms_;
  std::vector<Signal> signals_;
  std::vector<double> values_;  // [step of the block][modulator]
  uint64_t block_ = 0;
};

}  // namespace encephagen
