// A population of a unit plugin (neuron, encoder, decoder) under test: its memory, its input, and the calls block by
// block.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/conformance/guarded_memory.hpp"
#include "host/conformance/subject.hpp"

namespace encephagen::conformance {

// What is changed for one unit and nobody else.
enum class Disturbance { none, input, noise, state, param };

struct UnitSetup {
  uint32_t n = 203;       // no multiple of a vector's width
  uint32_t n_shared = 0;  // observations of an encoder, actions of a decoder
  double dt_ms = 0.1;
  uint64_t first_step = 0;
  bool is_wide = false;                       // input up to a thousand instead of ten
  bool is_calm = false;                       // continuous input that stays, no spikes and no noise
  std::vector<uint32_t> cuts;                 // where blocks end inside the population, increasing
  unsigned threads = 1;                       // that take the blocks of a step
  bool hides_uniform = false;                 // param_is_uniform = 0 although all values are equal
  std::vector<std::vector<double>> per_unit;  // [per-unit parameter][unit]; empty: the table's values everywhere
  Fence fence = Fence::canaries;
  uint32_t element = EG_F64;  // of the columns that the plugin is given
  Disturbance disturbance = Disturbance::none;
  uint32_t disturbed_unit = 0;
  double found = 0;  // in the columns that a step adds to
  uint64_t stream = 1;
};

// Columns of a population, and what of them the plugin is given: the same memory, or floats in memory of their own.
class UnitColumns {
 public:
  UnitColumns() = default;
  UnitColumns(size_t count, size_t n, double fill, Fence fence, uint32_t element);
  size_t size() const { return wide_.size(); }
  const FencedArray<double>& operator[](size_t column) const { return wide_[column]; }
  // As a plugin's call sees them, from unit `offset` on.
  std::vector<double*> pointers(size_t offset) const;
  // After the columns were written here; after the plugin wrote them.
  void hand_over() const;
  void take_back() const;
  bool is_intact(size_t column) const;
  std::vector<std::byte> bytes(size_t column) const;

 private:
  std::vector<FencedArray<double>> wide_;
  std::vector<FencedArray<float>> single_;  // empty in double precision
};

// What was seen of a population over time.
struct UnitHistory {
  uint32_t n = 0;
  std::vector<std::string> column;          // names of state columns, then "spikes" if the plugin spikes
  std::vector<std::vector<double>> units;   // [step][column * n + unit]
  std::vector<std::vector<double>> action;  // [step][action], decoders
};

// The first difference in words ("state 'v_mv' of unit 3 is 1.5, not 1.25, after step 17"), or "" if there is none.
// `skip` is a unit that may differ.
std::string difference(const UnitHistory& is, const UnitHistory& should_be, std::optional<uint32_t> skip = {});

class UnitRig {
 public:
  // The instance must outlive the rig.
  UnitRig(Instance& instance, UnitSetup setup);

  // State is NaN before init. Both throw CallFailed.
  void init();
  void step();
  // init and `n` steps, everything kept.
  UnitHistory run(uint64_t n);

  uint32_t n() const { return setup_.n; }
  uint64_t steps_done() const { return step_; }
  size_t n_state() const { return state_.size(); }
  double* state(size_t column) const { return state_[column].data(); }
  // What a decoder or controller does.
  std::span<const double> actions() const { return actions_.values(); }
  const std::vector<bool>& spikes() const { return fired_; }
  size_t spike_count() const { return spike_count_; }
  // The first thing that was wrong with a list of spikes; "" if nothing.
  const std::string& spike_fault() const { return spike_fault_; }
  // Makes every call compare what the plugin must not write with what it was before; the first trespass, or "".
  void audit() { is_audited_ = true; }
  const std::string& trespass() const { return trespass_; }
  // Floating-point exceptions (FE_INVALID, FE_DIVBYZERO) that the last call raised, for rigs with one block.
  int floating_point_flags() const { return flags_; }
  // Looks at every block on its own; the first unit of the first block that raised one.
  void watch_each_block() { watches_blocks_ = true; }
  std::optional<uint32_t> flagged_block() const { return flagged_block_; }
  // Goes on from where another rig of the same setup is, with nothing but its declared state. Instead of init().
  void resume_from(const UnitRig& other);
  // After init(): the columns that are kept from step to step as they are in another rig, but for counts of steps,
  // which become 0.
  void take_kept_state(const UnitRig& other);
  void append_to(UnitHistory& history) const;

 private:
  using Function = eg_status (*)(const void*, eg_unit_block*, eg_error*);
  void fill(uint64_t step, bool is_init);
  void calm_down(bool is_init);
  void call_blocks(const char* name, Function function);
  void call_block(const char* name, Function function, size_t k);
  void collect_spikes(const eg_unit_block& block, const FencedArray<uint32_t>& list, uint32_t from);
  void trespassed(const std::string& what);

  Instance& instance_;
  const eg_unit& unit_;
  UnitSetup setup_;
  UnitColumns state_, input_, noise_, param_;
  bool observes_, acts_;
  FencedArray<double> observations_, actions_;
  FencedArray<uint8_t> is_uniform_;
  std::vector<uint32_t> ends_;                     // of blocks
  std::vector<FencedArray<uint32_t>> spike_list_;  // of each block
  std::vector<bool> fired_;
  std::mutex mutex_;
  std::string spike_fault_, trespass_;
  bool is_audited_ = false;
  uint64_t step_ = 0;
  size_t spike_count_ = 0;
  int flags_ = 0;
  bool watches_blocks_ = false;
  std::optional<uint32_t> flagged_block_;
};

// The per-unit parameters of a plugin: their indices among all parameters.
std::vector<size_t> per_unit_params(const eg_plugin& plugin);

// How many units, observations or actions a plugin with these parameters works with: tried, since encoders and decoders
// may insist on sizes. Throws CallFailed with the last refusal when none of the sizes tried will do.
UnitSetup workable_setup(Instance& instance);

}  // namespace encephagen::conformance
