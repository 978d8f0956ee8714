// Recordings: states sampled while units are stepped, spikes and rates gathered afterwards.
#include "engine/recorder.hpp"

#include <algorithm>
#include <cmath>

namespace encephagen {

Recorder::Recorder(const Scenario& scenario, const std::vector<std::unique_ptr<Population>>& populations,
                   const std::vector<RecordedUnits>& records, const Schedule& schedule, uint64_t block_steps)
    : populations_(populations),
      schedule_(schedule),
      dt_ms_(scenario.dt_ms),
      transient_(scenario.n_transient_steps()),
      block_steps_(block_steps) {
  samples_.assign(populations.size(), false);
  for (const auto& r : records) {
    if (!r.spec->weights_of.empty()) continue;  // weights are no states of units
    const auto& population = *populations[r.spec->population];
    Track t;
    t.record = static_cast<size_t>(&r - records.data());
    for (const auto& phase : schedule.phases()) t.covers_phase.push_back(is_recorded(r.spec->phases, phase.spec));
    t.recorded = &r;
    t.population = r.spec->population;
    t.every = static_cast<uint64_t>(std::llround(r.spec->every_ms / dt_ms_));
    t.covers_all = r.unit.size() == population.size();
    if (r.spec->rates) {
      t.count.assign(r.unit.size(), 0.0);
      t.place.assign(population.units_of_region().size(), -1);
      for (size_t k = 0; k < r.unit.size(); ++k) t.place[r.unit[k]] = static_cast<int64_t>(k);
    } else if (r.spec->spikes) {
      t.wanted.assign(population.size(), false);
      for (const uint32_t u : r.unit) t.wanted[u] = true;
    } else {
      samples_[t.population] = true;
      for (auto& rows : t.rows) rows.resize((block_steps / t.every + 1) * r.unit.size());
    }
    tracks_.push_back(std::move(t));
  }
}

size_t Recorder::samples_before(const Track& t, uint64_t block, uint64_t step) const {
  const auto until = [&](uint64_t k) { return k <= transient_ ? 0 : (k - transient_) / t.every; };
  return until(step) - until(block);
}

void Recorder::sample(size_t population, size_t first, size_t n, uint64_t step, uint64_t block) {
  for (auto& t : tracks_) {
    const RecordSpec& spec = *t.recorded->spec;
    if (t.population != population || spec.spikes || spec.rates || !is_sampled(t, step) || !is_covered(t, step))
      continue;
    const auto& units = t.recorded->unit;
    const Column& state = populations_[population]->state(spec.state);
    double* row = t.rows[block / block_steps_ % 2].data() + samples_before(t, block, step) * units.size();
    with_real(state.element(), [&](auto real) {
      const auto column = state.as<decltype(real)>();
      if (t.covers_all) {
        for (size_t u = first; u < first + n; ++u) row[u] = static_cast<double>(column[u]);
        return;
      }
      auto at = static_cast<size_t>(std::ranges::lower_bound(units, first) - units.begin());
      for (; at < units.size() && units[at] < first + n; ++at) row[at] = static_cast<double>(column[units[at]]);
    });
  }
}

void Recorder::collect_spikes(Track& t, uint64_t step, double t_ms, const SpikeHistory& history) {
  for (size_t s = 0; s < history.n_slices(); ++s)
    for (const uint32_t u : history.of(t.population, s, step))
      if (t.covers_all || t.wanted[u]) t.time_ms.push_back(t_ms), t.unit.push_back(u);
}

void Recorder::collect_rates(Track& t, uint64_t step, double t_ms, const SpikeHistory& history) {
  const auto& population = *populations_[t.population];
  for (size_t s = 0; s < history.n_slices(); ++s)
    for (const uint32_t u : history.of(t.population, s, step))
      if (const int64_t k = t.place[population.region_of(u)]; k >= 0) t.count[static_cast<size_t>(k)] += 1;
  if (!is_sampled(t, step)) return;
  t.time_ms.push_back(t_ms);
  const double interval_s = static_cast<double>(t.every) * dt_ms_ * 1e-3;
  for (size_t k = 0; k < t.count.size(); ++k) {
    const auto [first, last] = population.units_of_region()[t.recorded->unit[k]];
    t.out.push_back(t.count[k] / (interval_s * static_cast<double>(last - first)));
    t.count[k] = 0;
  }
}

void Recorder::collect(uint64_t from, uint64_t to, const SpikeHistory& history, const RecordSink& sink) {
  for (size_t i = 0; i < tracks_.size(); ++i) {
    auto& t = tracks_[i];
    if (!is_covered(t, from)) continue;
    const RecordSpec& spec = *t.recorded->spec;
    if (spec.spikes || spec.rates) {
      for (uint64_t step = std::max(from, transient_); step < to; ++step) {
        const double t_ms = static_cast<double>(step + 1) * dt_ms_;
        spec.rates ? collect_rates(t, step, t_ms, history) : collect_spikes(t, step, t_ms, history);
      }
    } else if (const size_t n = samples_before(t, from, to); n > 0) {
      for (uint64_t step = from; step < to; ++step)
        if (is_sampled(t, step)) t.time_ms.push_back(static_cast<double>(step + 1) * dt_ms_);
      const double* rows = t.rows[from / block_steps_ % 2].data();
      t.out.insert(t.out.end(), rows, rows + n * t.recorded->unit.size());
    }
    constexpr size_t enough_spikes = 65536, enough_numbers = 49152;
    if (spec.spikes ? t.time_ms.size() >= enough_spikes : t.out.size() >= enough_numbers) hand_on(i, sink);
  }
}

void Recorder::hand_on(size_t track, const RecordSink& sink) {
  auto& t = tracks_[track];
  const size_t record = t.record;
  if (t.time_ms.empty()) return;
  if (t.recorded->spec->spikes)
    sink.spikes(record, t.time_ms, t.unit);
  else
    sink.signal(record, t.time_ms, t.out);
  t.time_ms.clear(), t.out.clear(), t.unit.clear();
}

void Recorder::flush(const RecordSink& sink) {
  for (size_t i = 0; i < tracks_.size(); ++i) hand_on(i, sink);
}

}  // namespace encephagen
