// Delivers spikes to the units of one slice.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/column.hpp"
#include "engine/state_archive.hpp"
#include "engine/synapse_table.hpp"

namespace encephagen {

// What arrives at the units of one slice in the steps to come: slots of one value per unit and port, used in turn.
class Arena {
 public:
  Arena() = default;
  Arena(size_t n_units, size_t n_slots, uint32_t element)
      : element_(element),
        stride_((n_units + 31) / 32 * 32),
        n_slots_(n_slots),
        bytes_(stride_ * n_slots * element_size(element)) {}
  template <class Real>
  Real* slot(uint64_t step) {
    return reinterpret_cast<Real*>(bytes_.data()) + (step % n_slots_) * stride_;
  }
  std::byte* at(uint64_t step, size_t unit) {
    return bytes_.data() + ((step % n_slots_) * stride_ + unit) * element_size(element_);
  }
  size_t n_slots() const { return n_slots_; }
  size_t bytes() const { return bytes_.bytes(); }
  void clear() { std::fill_n(bytes_.data(), bytes_.size(), std::byte{0}); }
  void visit(StateArchive& a) { a(bytes_); }

 private:
  uint32_t element_ = EG_F64;
  size_t stride_ = 0, n_slots_ = 1;
  LargeArray<std::byte> bytes_;
};

// The spikes of the last steps, by population, slice and step. A slice writes its own while others read older ones.
class SpikeHistory {
 public:
  SpikeHistory(size_t n_populations, size_t n_slices, size_t n_steps)
      : n_slices_(n_slices), n_steps_(n_steps), spikes_(n_populations * n_slices * n_steps) {}
  std::vector<uint32_t>& of(size_t population, size_t slice, uint64_t step) {
    return spikes_[(population * n_slices_ + slice) * n_steps_ + step % n_steps_];
  }
  const std::vector<uint32_t>& of(size_t population, size_t slice, uint64_t step) const {
    return spikes_[(population * n_slices_ + slice) * n_steps_ + step % n_steps_];
  }
  void clear() {
    for (auto& s : spikes_) s.clear();
  }
  void visit(StateArchive& a) { a(spikes_); }
  size_t n_slices() const { return n_slices_; }
  size_t n_steps() const { return n_steps_; }

 private:
  size_t n_slices_, n_steps_;
  std::vector<std::vector<uint32_t>> spikes_;
};

// Delivers what one fan sends to one slice. Sums have one order for every unit: by step of arrival, fan, delay (or step
// of firing), source, and place in the row.
class Delivery {
 public:
  // Blocks start at multiples of `block_steps`, which no delay is shorter than.
  Delivery(const Fan& fan, size_t slice, uint64_t block_steps)
      : fan_(&fan), slice_(&fan.slices[slice]), block_steps_(block_steps) {}
  // Adds to the slots of the steps [from, to) of one block what arrives then, all spikes before `from` being known;
  // those of [spikes_from, from) are new.
  void deliver(const SpikeHistory& history, uint64_t spikes_from, uint64_t from, uint64_t to, Arena& arena);
  // Forgets what is under way.
  void restart() {
    for (auto& b : buckets_) b.clear();
    for (auto& f : flights_) f.clear();
  }
  uint64_t n_events() const { return n_events_; }
  void visit(StateArchive& a) { a(flights_, buckets_, arrivals_, n_events_); }

 private:
  struct Flight {  // a spike whose row is being delivered, run by run
    uint64_t run, runs_end, at;
  };
  struct Part {
    uint64_t at;
    uint32_t n;
  };
  template <class Real, class Index>
  void deliver_rows(const SpikeHistory& history, uint64_t from, uint64_t to, const Index* index, Arena& arena);
  template <class Real, class Index>
  void deliver_runs(const SpikeHistory& history, uint64_t spikes_from, uint64_t from, uint64_t to, const Index* index,
                    Arena& arena);
  template <class Real, class Index>
  void deliver_scattered(const SpikeHistory& history, uint64_t spikes_from, uint64_t from, const Index* index,
                         Arena& arena);
  template <class Index>
  void send(const SpikeHistory& history, uint64_t step, const Index* index);
  template <class Real, class Index>
  void add(const std::vector<Part>& parts, const Index* index, Real* slot);

  const Fan* fan_;
  const Fan::Slice* slice_;
  std::vector<std::vector<Flight>> flights_;  // [step of firing, modulo]
  std::vector<Part> parts_;
  // Events under way that arrive in one block: place of the unit in the slot, and above it the step within the block.
  struct Bucket {
    std::vector<uint32_t> narrow;  // places of 16 bits
    std::vector<uint64_t> wide;    // places of 32 bits
    std::vector<float> weight;
    void clear() { narrow.clear(), wide.clear(), weight.clear(); }
    void visit(StateArchive& a) { a(narrow, wide, weight); }
  };
  struct Arrival {  // of a delay: blocks from that of the spike on, step within that block
    uint16_t block, step;
  };
  uint64_t block_steps_;
  std::vector<Bucket> buckets_;    // [block, modulo]
  std::vector<Arrival> arrivals_;  // [step of the spike within its block][delay]
  uint64_t n_events_ = 0;
};

}  // namespace encephagen
