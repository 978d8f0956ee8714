// What a network will be made of, in expectation and before it is built.
#include "engine/expected_wiring.hpp"

#include <algorithm>
#include <cmath>

#include "engine/wiring.hpp"
#include "scenario/value_moments.hpp"

namespace encephagen {
namespace {

// Synapses per target unit from `ns` source units; `w` is the connectome's weight times global_coupling.
double in_degree(const ProjectionSpec& spec, double ns, double nt, bool same_units, double w) {
  const double sources = ns - (same_units && !spec.autapses ? 1 : 0);
  switch (spec.rule.kind) {
    case RuleKind::bernoulli:
      return spec.rule.value * sources;
    case RuleKind::fixed_indegree:
      return spec.rule.value;
    case RuleKind::fixed_outdegree:
      return spec.rule.value * ns / nt;
    case RuleKind::fixed_total:
    case RuleKind::listed:  // the value is the number of synapses in the file
      return spec.rule.value / nt;
    case RuleKind::all_to_all:
      return sources;
    case RuleKind::one_to_one:
      return same_units && !spec.autapses ? 0 : 1;
    case RuleKind::bernoulli_per_weight:
      return std::min(1.0, spec.rule.value * w) * ns;
    case RuleKind::indegree_per_weight:
      return spec.rule.value * w;
    case RuleKind::rate_per_weight:
      break;
  }
  return 0;
}

}  // namespace

void add_delays(const ProjectionSpec& spec, double length_mm, double dt_ms, double n, std::map<uint64_t, double>& to) {
  ValueSpec ms = spec.delay_ms.value_or(ValueSpec{});
  if (spec.velocity_m_per_s) ms = {.a = length_mm * spec.length_scale / *spec.velocity_m_per_s};
  if (spec.delay_sd_ms > 0)  // what is shorter than the minimum is drawn again
    ms = {ValueSpec::Kind::normal, std::max(ms.a, spec.minimum_delay_ms), spec.delay_sd_ms, spec.minimum_delay_ms};
  if (ms.is_constant()) {
    to[delay_in_steps(spec, length_mm, dt_ms, 1)] += n;
    return;
  }
  const auto shortest =
      std::max(uint64_t{1}, static_cast<uint64_t>(std::llround(std::max(0.0, spec.minimum_delay_ms) / dt_ms)));
  double before = 0;
  for (uint64_t step = shortest; before < 1 - 1e-9 && step < 65536; ++step) {
    const double up_to = probability_below(ms, (static_cast<double>(step) + 0.5) * dt_ms);
    if (up_to > before) to[step] += n * (up_to - before), before = up_to;
  }
}

std::optional<size_t> ExpectedWiring::group_of(size_t population, size_t region) const {
  const auto at = std::ranges::lower_bound(groups, std::pair{population, region}, {}, [](const UnitGroup& g) {
    return std::pair{g.population, g.region};
  });
  if (at == groups.end() || at->population != population || at->region != region) return std::nullopt;
  return static_cast<size_t>(at - groups.begin());
}

std::vector<size_t> template_of_regions(const Scenario& scenario, const Brain& brain) {
  std::vector<size_t> out(brain.n_regions(), 0);
  for (size_t t = scenario.templates.size(); t-- > 1;)  // backwards: the first that names a region has the last word
    for (const auto& pattern : scenario.templates[t].regions)
      for (const size_t r : brain.select(pattern)) out[r] = t;
  return out;
}

ExpectedWiring expect_wiring(const Scenario& s, const Brain& brain) {
  ExpectedWiring out;
  const size_t n = brain.n_regions();
  const auto of_region = template_of_regions(s, brain);
  for (size_t p = 0; p < s.populations.size(); ++p)
    for (size_t r = 0; r < n; ++r)
      if (of_region[r] == s.populations[p].of_template) out.groups.push_back({p, r, s.populations[p].n});
  out.projections.resize(s.projections.size());
  for (size_t k = 0; k < s.projections.size(); ++k) {
    const ProjectionSpec& spec = s.projections[k];
    if (spec.rule.kind == RuleKind::rate_per_weight) continue;
    require_lengths(spec, brain);
    const auto add = [&](size_t target_region, size_t source_region, double w, double length_mm) {
      const auto target = out.group_of(spec.to, target_region), source = out.group_of(spec.from, source_region);
      if (!target || !source) return;
      const auto nt = static_cast<double>(out.groups[*target].n_units),
                 ns = static_cast<double>(s.populations[spec.from].n);
      const double degree = in_degree(spec, ns, nt, *target == *source, w);
      if (!(degree > 0)) return;
      const double of_region_factor = spec.region_factor.empty() ? 1 : spec.region_factor[target_region];
      out.links.push_back({k, *target, *source, degree, (spec.scales_weight ? w : 1) * of_region_factor});
      out.projections[k].n_synapses += degree * nt;
      add_delays(spec, length_mm, s.dt_ms, degree * nt, out.projections[k].synapses_by_delay_steps);
    };
    if (!spec.is_long_range) {
      for (size_t r = 0; r < n; ++r) add(r, r, 1, 0);
      continue;
    }
    const auto from = regions_matching(brain, spec.from_region), to = regions_matching(brain, spec.to_region);
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j) {
        const double w = brain.connectome.weight(i, j);
        if (i == j || !to[i] || !from[j] || !(w > 0)) continue;
        add(i, j, w * spec.global_coupling, spec.velocity_m_per_s ? brain.connectome.lengths_mm[i * n + j] : 0);
      }
  }
  return out;
}

}  // namespace encephagen
