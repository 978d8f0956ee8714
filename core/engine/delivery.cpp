// Delivers spikes to the units of one slice: the loop that touches every synaptic event.
#include "engine/delivery.hpp"

#include <algorithm>

#include "engine/prefetch.hpp"

namespace encephagen {
namespace {

// The row so many parts further on is asked for while this one is added.
constexpr size_t ahead = 8;

}  // namespace

template <class Real, class Index>
void Delivery::add(const std::vector<Part>& parts, const Index* index, Real* slot) {
  const float* weight = slice_->weight.data();
  const Real shared = static_cast<Real>(fan_->shared_weight);
  for (size_t p = 0; p < parts.size(); ++p) {
    if (p + ahead < parts.size()) {
      const auto& next = parts[p + ahead];
      prefetch(index + next.at, next.n);
      if (weight) prefetch(weight + next.at, next.n);
    }
    const Index* to = index + parts[p].at;
    const uint32_t n = parts[p].n;
    if (weight) {
      const float* w = weight + parts[p].at;
#pragma GCC unroll 4
      for (uint32_t k = 0; k < n; ++k) slot[to[k]] += static_cast<Real>(w[k]);
    } else {
#pragma GCC unroll 4
      for (uint32_t k = 0; k < n; ++k) slot[to[k]] += shared;
    }
    n_events_ += n;
  }
}

template <class Real, class Index>
void Delivery::deliver_rows(const SpikeHistory& history, uint64_t from, uint64_t to, const Index* index, Arena& arena) {
  const uint64_t delay = fan_->min_delay_steps;
  for (uint64_t step = from; step < to; ++step) {
    if (step < delay) continue;
    parts_.clear();
    for (size_t s = 0; s < history.n_slices(); ++s)
      for (const uint32_t source : history.of(fan_->from, s, step - delay)) {
        const uint64_t begin = slice_->row_begin[source];
        parts_.push_back({begin, static_cast<uint32_t>(slice_->row_begin[source + 1] - begin)});
      }
    add<Real>(parts_, index, arena.slot<Real>(step));
  }
}

template <class Real, class Index>
void Delivery::deliver_runs(const SpikeHistory& history, uint64_t spikes_from, uint64_t from, uint64_t to,
                            const Index* index, Arena& arena) {
  flights_.resize(history.n_steps());
  for (uint64_t step = spikes_from; step < from; ++step) {
    auto& flights = flights_[step % flights_.size()];
    flights.clear();
    for (size_t s = 0; s < history.n_slices(); ++s)
      for (const uint32_t source : history.of(fan_->from, s, step))
        if (slice_->run_begin[source] < slice_->run_begin[source + 1])
          flights.push_back({slice_->run_begin[source], slice_->run_begin[source + 1], slice_->row_begin[source]});
  }
  const Fan::Run* runs = slice_->runs.data();
  for (uint64_t step = from; step < to; ++step) {
    parts_.clear();
    for (uint64_t delay = fan_->min_delay_steps; delay <= std::min<uint64_t>(fan_->max_delay_steps, step); ++delay)
      for (Flight& f : flights_[(step - delay) % flights_.size()])
        for (; f.run < f.runs_end && runs[f.run].delay_steps == delay; ++f.run) {
          parts_.push_back({f.at, runs[f.run].n});
          f.at += runs[f.run].n;
        }
    add<Real>(parts_, index, arena.slot<Real>(step));
  }
}

// The spikes of one step go, synapse by synapse, into the buckets of the blocks they arrive in. Slots for every step of
// the longest delay would hold the same, but be far larger than the caches: the events under way are few.
template <class Index>
void Delivery::send(const SpikeHistory& history, uint64_t step, const Index* index) {
  const float* weight = slice_->weight.data();
  const uint16_t* delay = slice_->delay_steps.data();
  const Arrival* arrival = arrivals_.data() + step % block_steps_ * (fan_->max_delay_steps + size_t{1});
  const uint64_t block = step / block_steps_;
  for (size_t s = 0; s < history.n_slices(); ++s) {
    const auto& spikes = history.of(fan_->from, s, step);
    for (size_t i = 0; i < spikes.size(); ++i) {
      if (i + ahead < spikes.size()) {
        const uint64_t next = slice_->row_begin[spikes[i + ahead]], n = slice_->row_begin[spikes[i + ahead] + 1] - next;
        prefetch(index + next, n);
        prefetch(delay + next, n);
        if (weight) prefetch(weight + next, n);
      }
      const uint64_t begin = slice_->row_begin[spikes[i]], end = slice_->row_begin[spikes[i] + 1];
      n_events_ += end - begin;
      for (uint64_t k = begin; k < end; ++k) {
        const Arrival a = arrival[delay[k]];
        Bucket& bucket = buckets_[(block + a.block) % buckets_.size()];
        if constexpr (sizeof(Index) == 2)
          bucket.narrow.push_back(index[k] | uint32_t{a.step} << 16);
        else
          bucket.wide.push_back(index[k] | uint64_t{a.step} << 32);
        if (weight) bucket.weight.push_back(weight[k]);
      }
    }
  }
}

template <class Real, class Index>
void Delivery::deliver_scattered(const SpikeHistory& history, uint64_t spikes_from, uint64_t from, const Index* index,
                                 Arena& arena) {
  if (buckets_.empty()) {
    buckets_.resize(fan_->max_delay_steps / block_steps_ + 2);
    for (uint64_t step = 0; step < block_steps_; ++step)
      for (uint64_t d = 0; d <= fan_->max_delay_steps; ++d)
        arrivals_.push_back(
            {static_cast<uint16_t>((step + d) / block_steps_), static_cast<uint16_t>((step + d) % block_steps_)});
  }
  for (uint64_t step = spikes_from; step < from; ++step) send(history, step, index);
  if (from % block_steps_ != 0) return;  // all of a block is delivered at its start
  Bucket& bucket = buckets_[from / block_steps_ % buckets_.size()];
  std::vector<Real*> slot;
  for (uint64_t step = from; step < from + block_steps_; ++step) slot.push_back(arena.slot<Real>(step));
  const auto all = [&](const auto& events, auto&& weight) {
    constexpr int shift = sizeof(events[0]) * 4;
    for (size_t k = 0; k < events.size(); ++k) slot[events[k] >> shift][static_cast<Index>(events[k])] += weight(k);
  };
  const auto with_weight = [&](const auto& events) {
    if (bucket.weight.empty())
      all(events, [w = static_cast<Real>(fan_->shared_weight)](size_t) { return w; });
    else
      all(events, [w = bucket.weight.data()](size_t k) { return static_cast<Real>(w[k]); });
  };
  if constexpr (sizeof(Index) == 2)
    with_weight(bucket.narrow);
  else
    with_weight(bucket.wide);
  bucket.clear();
}

void Delivery::deliver(const SpikeHistory& history, uint64_t spikes_from, uint64_t from, uint64_t to, Arena& arena) {
  const auto with_index = [&](auto real, const auto* index) {
    using Real = decltype(real);
    switch (fan_->delays) {
      case Fan::Delays::shared:
        return deliver_rows<Real>(history, from, to, index, arena);
      case Fan::Delays::runs:
        return deliver_runs<Real>(history, spikes_from, from, to, index, arena);
      case Fan::Delays::scattered:
        return deliver_scattered<Real>(history, spikes_from, from, index, arena);
    }
  };
  with_real(fan_->element, [&](auto real) {
    if (!slice_->index32.empty())
      with_index(real, slice_->index32.data());
    else if (!slice_->index16.empty())
      with_index(real, slice_->index16.data());
  });
}

}  // namespace encephagen
