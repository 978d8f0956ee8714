// Synapses of one projection, listed.
#include "engine/synapses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace encephagen {

Synapses draw_synapses(const Wiring& wiring, size_t n_source) {
  struct Drawn {
    uint32_t source, target;
    double weight;
    uint16_t delay;
  };
  std::vector<Drawn> drawn;
  std::vector<uint32_t> partners;
  std::vector<double> weight;
  std::vector<uint16_t> delay;
  for (uint32_t u = 0; u < wiring.n_drawing_units(); ++u) {
    partners.clear(), weight.clear(), delay.clear();
    wiring.partners(u, partners);
    wiring.weights(u, partners, weight);
    wiring.delays(u, partners, delay);
    for (size_t k = 0; k < partners.size(); ++k)
      drawn.push_back(
          {wiring.is_by_target() ? partners[k] : u, wiring.is_by_target() ? u : partners[k], weight[k], delay[k]});
  }
  std::ranges::stable_sort(drawn, {}, [](const Drawn& d) { return (uint64_t{d.source} << 32) | d.target; });
  Synapses out;
  out.row_begin.assign(n_source + 1, 0);
  out.shared_delay_steps = wiring.shared_delay_steps();
  for (const auto& d : drawn) {
    ++out.row_begin[d.source + 1];
    out.target.push_back(d.target);
    out.weight.push_back(d.weight);
    if (!wiring.shares_delay()) out.delay_steps.push_back(d.delay);
  }
  std::partial_sum(out.row_begin.begin(), out.row_begin.end(), out.row_begin.begin());
  for (const auto& [ref, w] : wiring.spec().set_weight) out.weight[synapse_at(out, ref)] = w;
  return out;
}

uint64_t synapse_at(const Synapses& s, const SynapseRef& ref) {
  const size_t n_source = s.row_begin.size() - 1;
  if (ref.source >= n_source)
    throw Failure(Exit::scenario_invalid, fmt::format("{}: projection '{}' has no source {}: its sources are 0 to {}",
                                                      ref.at.text(), ref.projection, ref.source, n_source - 1));
  const uint64_t n = s.row_begin[ref.source + 1] - s.row_begin[ref.source];
  if (ref.nth >= n)
    throw Failure(Exit::scenario_invalid,
                  fmt::format("{}: source {} of projection '{}' has {} synapses, numbered from 0 in order of their "
                              "targets; there is no {}",
                              ref.at.text(), ref.source, ref.projection, n, ref.nth));
  return s.row_begin[ref.source] + ref.nth;
}

}  // namespace encephagen
