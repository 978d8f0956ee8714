// Signals that plasticity rules read.
#include "engine/modulators.hpp"

#include <algorithm>
#include <cmath>

#include "encephagen/sdk/math.hpp"
#include "encephagen/sdk/random.hpp"
#include "engine/schedule.hpp"
#include "engine/wiring.hpp"

namespace encephagen {

Modulators::Modulators(const std::vector<ModulatorSpec>& specs, double dt_ms, uint64_t block_steps, uint64_t noise_seed,
                       const std::function<SynapseEnds(const SynapseRef&)>& ends_of)
    : dt_ms_(dt_ms), values_(specs.size() * block_steps) {
  for (const auto& spec : specs) {
    Signal& signal = signals_.emplace_back();
    signal.spec = &spec;
    for (size_t r = 0; r < spec.releases.size(); ++r) {
      const auto& release = spec.releases[r];
      Source& source = signal.sources.emplace_back();
      source.spec = &release;
      source.key = eg::mix_key(noise_seed, "modulator " + spec.name, r);
      if (release.pair) source.pair = ends_of(*release.pair);
      for (const double ms : release.at_ms) source.at.push_back(static_cast<uint64_t>(std::llround(ms / dt_ms)));
      std::ranges::sort(source.at);
    }
  }
}

void Modulators::init() {
  for (auto& s : signals_) {
    s.level = s.mean = s.found = 0;
    s.pending.clear();
    for (auto& source : s.sources) source.last_source = -1, source.n_events = 0;
  }
}

void Modulators::restart() {
  for (auto& s : signals_) {
    s.level = 0;
    s.pending.clear();
    for (auto& source : s.sources) source.last_source = -1;
  }
}

void Modulators::set_active(const std::vector<std::string>& patterns) {
  for (auto& s : signals_) s.is_active = is_chosen(patterns, s.spec->name);
}

void Modulators::release(Signal& signal, Source& source, uint64_t event, uint64_t earliest) {
  double delay_ms = source.spec->delay_ms.a;
  if (!source.spec->delay_ms.is_constant())
    draw_values(source.spec->delay_ms, source.key, source.n_events, {&delay_ms, 1}, source.spec->at);
  ++source.n_events;
  const auto delay = static_cast<uint64_t>(std::max(0LL, std::llround(delay_ms / dt_ms_)));
  signal.pending.push_back({std::max(event + delay, earliest), source.spec->amount});
}

// A spike of the target that follows one of the source: the last one counts.
void Modulators::watch_pair(Signal& signal, Source& source, uint64_t from, uint64_t to, const SpikeHistory& history) {
  const auto fired = [&](size_t population, uint32_t unit, uint64_t step) {
    for (size_t s = 0; s < history.n_slices(); ++s)
      if (std::ranges::binary_search(history.of(population, s, step), unit)) return true;
    return false;
  };
  const auto within = static_cast<int64_t>(std::llround(source.spec->within_ms / dt_ms_));
  for (uint64_t step = from; step < to; ++step) {
    if (fired(source.pair.target_population, source.pair.target, step) && source.last_source >= 0 &&
        static_cast<int64_t>(step) - source.last_source < within)
      release(signal, source, step + 1, to);
    if (fired(source.pair.source_population, source.pair.source, step)) source.last_source = static_cast<int64_t>(step);
  }
}

void Modulators::advance(uint64_t spikes_from, uint64_t from, uint64_t to, const SpikeHistory& history,
                         const std::function<double(size_t)>& followed, const std::function<double(size_t)>& earned) {
  block_ = from;
  for (size_t m = 0; m < signals_.size(); ++m) {
    Signal& s = signals_[m];
    const ModulatorSpec& spec = *s.spec;
    for (auto& source : s.sources) {
      const auto& r = *source.spec;
      if (r.pair && s.is_active) watch_pair(s, source, spikes_from, from, history);
      for (uint64_t step = from; step < to && s.is_active; ++step) {
        bool is_event = std::ranges::binary_search(source.at, step);
        if (r.period_ms > 0) {
          const auto onset = static_cast<uint64_t>(std::llround(r.onset_ms / dt_ms_)),
                     period = std::max<uint64_t>(1, static_cast<uint64_t>(std::llround(r.period_ms / dt_ms_)));
          is_event = is_event || (step >= onset && (step - onset) % period == 0);
        }
        if (r.rate_hz > 0)
          is_event =
              is_event || eg::Random(source.key, "event", step).uniform() < -std::expm1(-r.rate_hz * dt_ms_ * 1e-3);
        if (is_event) release(s, source, step, step);
      }
    }
    if (spec.rewards && s.is_active)
      if (const double reward = earned(m); reward != 0) s.pending.push_back({from, spec.gain * reward});
    const double follows = (spec.follows && s.is_active ? spec.gain * followed(m) : 0) + spec.gain * s.found;
    const double keeps = spec.tau_ms > 0 ? eg::exp(-dt_ms_ / spec.tau_ms) : 0;
    const double learns = spec.mean_tau_ms > 0 ? 1 - eg::exp(-dt_ms_ / spec.mean_tau_ms) : 0;
    for (uint64_t step = from; step < to; ++step) {
      s.level *= keeps;
      // Sums in the order of release, whatever the blocks.
      std::erase_if(s.pending, [&](const Pending& p) {
        if (p.step > step) return false;
        if (s.is_active) s.level += p.amount;
        return true;
      });
      // What was released before decays on unseen, what is released meanwhile is lost, and the mean rests.
      if (!s.is_active) {
        values_[(step - from) * signals_.size() + m] = spec.baseline;
        continue;
      }
      const double raw = s.level + follows;
      values_[(step - from) * signals_.size() + m] = spec.baseline + raw - s.mean;
      s.mean += learns * (raw - s.mean);
    }
  }
}

}  // namespace encephagen
