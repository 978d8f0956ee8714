// Synapses of one projection and the delivery of spikes through them.
#include "engine/projection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "encephagen/sdk/random.hpp"

namespace encephagen {
namespace {

// Calls f(k) for every success of n Bernoulli trials: jumps from success to success (geometric gaps).
template <class F>
void bernoulli_trials(eg::Random& random, uint64_t n, double p, F&& f) {
  if (p <= 0) return;
  if (p >= 1) {
    for (uint64_t k = 0; k < n; ++k) f(k);
    return;
  }
  const double scale = 1.0 / std::log1p(-p);
  for (uint64_t k = 0;; ++k) {
    const double gap = std::floor(std::log(random.uniform()) * scale);
    if (gap >= static_cast<double>(n - k)) return;
    k += static_cast<uint64_t>(gap);
    if (k >= n) return;
    f(k);
  }
}

// For rules that count from the target's side: lists of pairs, turned into rows by a counting sort.
Synapses rows_of(const std::vector<std::pair<uint32_t, uint32_t>>& pairs, size_t n_source) {
  Synapses s;
  s.row_begin.assign(n_source + 1, 0);
  for (const auto& [source, target] : pairs) ++s.row_begin[source + 1];
  for (size_t i = 0; i < n_source; ++i) s.row_begin[i + 1] += s.row_begin[i];
  s.target.resize(pairs.size());
  auto at = s.row_begin;
  for (const auto& [source, target] : pairs) s.target[at[source]++] = target;
  for (size_t i = 0; i < n_source; ++i)
    std::sort(s.target.begin() + static_cast<std::ptrdiff_t>(s.row_begin[i]),
              s.target.begin() + static_cast<std::ptrdiff_t>(s.row_begin[i + 1]));
  return s;
}

[[noreturn]] void refuse(const ProjectionSpec& spec, const std::string& text) {
  throw Failure(Exit::scenario_invalid, spec.at.text() + ": " + text);
}

Synapses within_regions(const ProjectionSpec& spec, const Population& from, const Population& to, const Brain& brain,
                        uint64_t key) {
  const size_t ns = from.units_per_region(), nt = to.units_per_region();
  const bool same = &from == &to;
  const auto is_autapse = [&](uint64_t s, uint64_t t) { return same && !spec.autapses && s == t; };
  const RuleKind kind = spec.rule.kind;
  if (kind == RuleKind::fixed_indegree || kind == RuleKind::fixed_total) {
    std::vector<std::pair<uint32_t, uint32_t>> pairs;
    if (same && !spec.autapses && ns == 1 && spec.rule.value > 0)
      refuse(spec, "a population of one unit cannot connect to itself without autapses");
    for (size_t r = 0; r < brain.n_regions(); ++r) {
      const bool total = kind == RuleKind::fixed_total;
      for (size_t t = 0; t < (total ? 1 : nt); ++t) {
        eg::Random random(key, "target", r * nt + t);
        for (uint64_t k = 0; k < static_cast<uint64_t>(spec.rule.value); ++k) {
          uint64_t s, target;
          do {  // with replacement: several synapses between two units are allowed
            s = random.below(ns);
            target = total ? random.below(nt) : t;
          } while (is_autapse(s, target));
          pairs.emplace_back(static_cast<uint32_t>(r * ns + s), static_cast<uint32_t>(r * nt + target));
        }
      }
    }
    return rows_of(pairs, from.size());
  }
  Synapses out;
  out.row_begin.assign(1, 0);
  for (size_t source = 0; source < from.size(); ++source) {
    const size_t r = source / ns, s = source % ns;
    const auto add = [&](uint64_t t) {
      if (!is_autapse(s, t)) out.target.push_back(static_cast<uint32_t>(r * nt + t));
    };
    if (kind == RuleKind::one_to_one) {
      add(s);
    } else {
      eg::Random random(key, "source", source);
      bernoulli_trials(random, nt, kind == RuleKind::all_to_all ? 1.0 : spec.rule.value, add);
    }
    out.row_begin.push_back(out.target.size());
  }
  return out;
}

Synapses between_regions(const ProjectionSpec& spec, const Population& from, const Population& to, const Brain& brain,
                         double dt_ms, uint64_t key) {
  const size_t n = brain.n_regions(), nt = to.units_per_region();
  if (spec.velocity_m_per_s && brain.connectome.lengths_mm.empty())
    refuse(spec, "the connectome has no tract lengths; give delay = { fixed_ms = ... } instead of a velocity");
  Synapses out;
  out.row_begin.assign(1, 0);
  for (size_t source = 0; source < from.size(); ++source) {
    const size_t r = from.region_of(source);
    eg::Random random(key, "source", source);
    for (size_t target_region = 0; target_region < n; ++target_region) {
      const double w = brain.connectome.weight(target_region, r);
      if (target_region == r || w <= 0) continue;
      const double p = std::min(1.0, spec.rule.value * w * spec.global_coupling);
      const auto delay = delay_in_steps(
          spec, spec.velocity_m_per_s ? brain.connectome.lengths_mm[target_region * n + r] : 0, dt_ms, 1);
      if (delay > 65535) refuse(spec, fmt::format("a delay of {} steps is too long; the limit is 65535", delay));
      bernoulli_trials(random, nt, p, [&](uint64_t t) {
        out.target.push_back(static_cast<uint32_t>(target_region * nt + t));
        if (spec.velocity_m_per_s) out.delay_steps.push_back(static_cast<uint16_t>(delay));
      });
    }
    out.row_begin.push_back(out.target.size());
  }
  return out;
}

}  // namespace

void ArrivalRing::drain(uint64_t step, AlignedVector<double>& port) {
  double* arrived = slot(step);
  for (size_t i = 0; i < n_; ++i) port[i] += arrived[i];
  std::fill(arrived, arrived + n_, 0.0);
}

uint16_t Synapses::max_delay_steps() const {
  return delay_steps.empty() ? shared_delay_steps : *std::ranges::max_element(delay_steps);
}

uint64_t delay_in_steps(const ProjectionSpec& spec, double length_mm, double dt_ms, uint64_t minimum) {
  double ms = 0;
  if (spec.velocity_m_per_s)
    ms = length_mm * spec.length_scale / *spec.velocity_m_per_s;  // 1 m/s is 1 mm/ms
  else if (spec.delay_ms)
    ms = spec.delay_ms->a;
  ms = std::max(ms, spec.minimum_delay_ms);
  return std::max(minimum, static_cast<uint64_t>(std::llround(ms / dt_ms)));
}

Synapses connect(const ProjectionSpec& spec, const Population& from, const Population& to, const Brain& brain,
                 double dt_ms, uint64_t key) {
  Synapses s = spec.is_long_range ? between_regions(spec, from, to, brain, dt_ms, key)
                                  : within_regions(spec, from, to, brain, key);
  s.shared_weight = spec.weight.a;
  const auto shared = delay_in_steps(spec, 0, dt_ms, 1);
  if (shared > 65535) refuse(spec, fmt::format("a delay of {} steps is too long; the limit is 65535", shared));
  s.shared_delay_steps = static_cast<uint16_t>(shared);
  if (!spec.plasticity.empty()) s.weight.assign(s.size(), spec.weight.a);
  return s;
}

void deliver(const Synapses& s, std::span<const uint32_t> spikes, uint64_t step, ArrivalRing& ring) {
  if (s.delay_steps.empty()) {
    double* arriving = ring.slot(step + s.shared_delay_steps);
    for (const uint32_t source : spikes)
      for (uint64_t k = s.row_begin[source]; k < s.row_begin[source + 1]; ++k)
        arriving[s.target[k]] += s.weight.empty() ? s.shared_weight : s.weight[k];
    return;
  }
  for (const uint32_t source : spikes)
    for (uint64_t k = s.row_begin[source]; k < s.row_begin[source + 1]; ++k)
      ring.slot(step + s.delay_steps[k])[s.target[k]] += s.weight.empty() ? s.shared_weight : s.weight[k];
}

}  // namespace encephagen
