// The synapses of a network as delivery reads them: rows of a source's targets, cut into slices of targets.
#include "engine/synapse_table.hpp"

#include <algorithm>
#include <bitset>

#include "engine/parallel.hpp"

namespace encephagen {
namespace {

constexpr uint32_t units_per_task = 256;

class FanBuilder {
 public:
  FanBuilder(Fan& fan, std::vector<const Connection*> connections, const Slices& slices,
             std::span<const size_t> arena_units, unsigned threads)
      : fan_(fan),
        connections_(std::move(connections)),
        slices_(slices),
        threads_(threads),
        n_source_(slices.bound[fan.from].back()),
        has_delays_(!connections_.front()->wiring.shares_delay()) {
    fan_.slices.resize(slices.n);
    for (size_t s = 0; s < slices.n; ++s) is_wide_.push_back(arena_units[s] > 65536);
  }

  void build() {
    count();
    allocate();
    place();
    if (has_delays_) arrange_delays();
  }

 private:
  // Calls f(connection, unit, partners) for all units that draw, on several threads: sources in tasks of their own,
  // targets in one task a slice, so that no two threads touch one row of one slice.
  template <class F>
  void for_all(F&& f) const {
    for (const Connection* c : connections_) {
      const bool by_target = c->wiring.is_by_target();
      const size_t n = c->wiring.n_drawing_units();
      const size_t tasks = by_target ? slices_.n : (n + units_per_task - 1) / units_per_task;
      parallel_for(threads_, tasks, [&](size_t task) {
        std::vector<uint32_t> partners;
        const auto first =
            by_target ? slices_.first(c->to->population, task) : static_cast<uint32_t>(task * units_per_task);
        const auto last = by_target ? slices_.last(c->to->population, task)
                                    : static_cast<uint32_t>(std::min(n, (task + 1) * size_t{units_per_task}));
        for (uint32_t u = first; u < last; ++u) {
          partners.clear();
          c->wiring.partners(u, partners);
          if (!partners.empty()) f(*c, u, std::span<const uint32_t>(partners));
        }
      });
    }
  }

  void count() {
    for (auto& s : fan_.slices) s.row_begin.assign(n_source_ + 1, 0);
    for_all([&](const Connection& c, uint32_t unit, std::span<const uint32_t> partners) {
      const size_t population = c.to->population;
      if (c.wiring.is_by_target()) {
        auto& row = fan_.slices[slices_.of(population, unit)].row_begin;
        for (const uint32_t source : partners) ++row[source + 1];
      } else {
        for (const uint32_t target : partners) ++fan_.slices[slices_.of(population, target)].row_begin[unit + 1];
      }
    });
    for (auto& s : fan_.slices)
      for (size_t i = 0; i < n_source_; ++i) s.row_begin[i + 1] += s.row_begin[i];
  }

  void allocate() {
    delay_.resize(slices_.n);
    for (size_t s = 0; s < slices_.n; ++s) {
      auto& slice = fan_.slices[s];
      const uint64_t n = slice.row_begin.back();
      fan_.n_synapses += n;
      if (is_wide_[s])
        slice.index32 = LargeArray<uint32_t>(n);
      else
        slice.index16 = LargeArray<uint16_t>(n);
      if (!fan_.shares_weight) slice.weight = LargeArray<float>(n);
      if (has_delays_) delay_[s] = LargeArray<uint16_t>(n);
      cursor_.emplace_back(slice.row_begin.begin(), slice.row_begin.end() - 1);
    }
  }

  void place() {
    for_all([&](const Connection& c, uint32_t unit, std::span<const uint32_t> partners) {
      thread_local std::vector<double> weight;
      thread_local std::vector<uint16_t> delay;
      weight.clear(), delay.clear();
      if (!fan_.shares_weight) c.wiring.weights(unit, partners, weight);
      if (has_delays_) c.wiring.delays(unit, partners, delay);
      const size_t population = c.to->population;
      const bool by_target = c.wiring.is_by_target();
      for (size_t k = 0; k < partners.size(); ++k) {
        const uint32_t source = by_target ? partners[k] : unit, target = by_target ? unit : partners[k];
        const size_t s = slices_.of(population, target);
        auto& slice = fan_.slices[s];
        const uint64_t at = cursor_[s][source]++;
        const uint32_t index = c.to->base[s] + (target - slices_.first(population, s));
        if (is_wide_[s])
          slice.index32[at] = index;
        else
          slice.index16[at] = static_cast<uint16_t>(index);
        if (!fan_.shares_weight) slice.weight[at] = static_cast<float>(weight[k]);
        if (has_delays_) delay_[s][at] = delay[k];
      }
    });
    cursor_.clear();
  }

  void arrange_delays() {
    std::bitset<65536> seen;
    for (const auto& d : delay_)
      for (uint64_t k = 0; k < d.size(); ++k) seen.set(d[k]);
    const size_t n_delays = std::max<size_t>(seen.count(), 1);
    uint32_t low = 1;
    while (low < 65535 && !seen[low]) ++low;
    uint32_t high = 65535;
    while (high > low && !seen[high]) --high;
    if (seen.none()) low = high = 1;
    fan_.min_delay_steps = static_cast<uint16_t>(low);
    fan_.max_delay_steps = static_cast<uint16_t>(high);
    // All slices together decide.
    const double run_length = static_cast<double>(fan_.n_synapses) / static_cast<double>(n_source_ * n_delays);
    fan_.delays = run_length >= Fan::worth_a_run ? Fan::Delays::runs : Fan::Delays::scattered;
    for (size_t s = 0; s < slices_.n; ++s) {
      if (fan_.delays == Fan::Delays::scattered)
        fan_.slices[s].delay_steps = std::move(delay_[s]);
      else
        make_runs(s, low, high);
      delay_[s] = {};
    }
  }

  // Sorts every row by delay, keeping the order of equal ones, and notes the runs.
  void make_runs(size_t s, uint32_t low, uint32_t high) {
    auto& slice = fan_.slices[s];
    const size_t tasks = (n_source_ + units_per_task - 1) / units_per_task;
    const size_t range = high - low + 1;
    constexpr uint32_t longest_run = 65535;
    slice.run_begin.assign(n_source_ + 1, 0);
    const auto rows = [&](size_t task, auto&& f) {
      std::vector<uint32_t> count(range);
      for (size_t i = task * units_per_task; i < std::min(n_source_, (task + 1) * units_per_task); ++i) {
        std::ranges::fill(count, 0);
        for (uint64_t k = slice.row_begin[i]; k < slice.row_begin[i + 1]; ++k) ++count[delay_[s][k] - low];
        f(i, count);
      }
    };
    parallel_for(threads_, tasks, [&](size_t task) {
      rows(task, [&](size_t i, const std::vector<uint32_t>& count) {
        for (const uint32_t n : count) slice.run_begin[i + 1] += (n + longest_run - 1) / longest_run;
      });
    });
    for (size_t i = 0; i < n_source_; ++i) slice.run_begin[i + 1] += slice.run_begin[i];
    slice.runs = LargeArray<Fan::Run>(slice.run_begin.back());
    parallel_for(threads_, tasks, [&](size_t task) {
      std::vector<uint32_t> index, to(range);
      std::vector<float> weight;
      rows(task, [&](size_t i, const std::vector<uint32_t>& count) {
        const uint64_t begin = slice.row_begin[i], n = slice.row_begin[i + 1] - begin;
        uint64_t run = slice.run_begin[i];
        uint32_t at = 0;
        for (size_t d = 0; d < range; ++d) {
          to[d] = at;
          at += count[d];
          for (uint32_t left = count[d]; left > 0;) {
            const uint32_t part = std::min(left, longest_run);
            slice.runs[run++] = {static_cast<uint16_t>(low + d), static_cast<uint16_t>(part)};
            left -= part;
          }
        }
        index.resize(n), weight.resize(n);
        for (uint64_t k = 0; k < n; ++k) {
          const uint32_t place = to[delay_[s][begin + k] - low]++;
          index[place] = is_wide_[s] ? slice.index32[begin + k] : slice.index16[begin + k];
          if (!fan_.shares_weight) weight[place] = slice.weight[begin + k];
        }
        for (uint64_t k = 0; k < n; ++k) {
          if (is_wide_[s])
            slice.index32[begin + k] = index[k];
          else
            slice.index16[begin + k] = static_cast<uint16_t>(index[k]);
          if (!fan_.shares_weight) slice.weight[begin + k] = weight[k];
        }
      });
    });
  }

  Fan& fan_;
  std::vector<const Connection*> connections_;
  const Slices& slices_;
  unsigned threads_;
  size_t n_source_;
  bool has_delays_;
  std::vector<bool> is_wide_;
  std::vector<std::vector<uint64_t>> cursor_;
  std::vector<LargeArray<uint16_t>> delay_;
};

bool stored_alike(const Connection& a, const Connection& b) {
  const auto weight = [](const Connection& c) { return c.wiring.spec().weight.a; };
  return a.from == b.from && a.to->element == b.to->element && a.wiring.shares_weight() == b.wiring.shares_weight() &&
         a.wiring.shares_delay() == b.wiring.shares_delay() && (!a.wiring.shares_weight() || weight(a) == weight(b)) &&
         (!a.wiring.shares_delay() || a.wiring.shared_delay_steps() == b.wiring.shared_delay_steps());
}

}  // namespace

size_t Fan::bytes() const {
  size_t out = 0;
  for (const auto& s : slices)
    out += (s.row_begin.size() + s.run_begin.size()) * sizeof(uint64_t) + s.index16.bytes() + s.index32.bytes() +
           s.weight.bytes() + s.delay_steps.bytes() + s.runs.bytes();
  return out;
}

std::vector<Fan> build_fans(const std::vector<Connection>& connections, const Slices& slices,
                            std::span<const size_t> arena_units, unsigned threads) {
  std::vector<std::vector<const Connection*>> groups;
  for (const auto& c : connections) {
    const auto group = std::ranges::find_if(groups, [&](const auto& g) { return stored_alike(*g.front(), c); });
    if (group == groups.end())
      groups.push_back({&c});
    else
      group->push_back(&c);
  }
  std::vector<Fan> out(groups.size());
  for (size_t g = 0; g < groups.size(); ++g) {
    const Connection& first = *groups[g].front();
    Fan& fan = out[g];
    fan.from = first.from;
    fan.element = first.to->element;
    fan.shares_weight = first.wiring.shares_weight();
    fan.shared_weight = first.wiring.spec().weight.a;
    fan.min_delay_steps = fan.max_delay_steps = first.wiring.shared_delay_steps();
    FanBuilder(fan, groups[g], slices, arena_units, threads).build();
  }
  return out;
}

}  // namespace encephagen
