// Synapses with a changing weight each, in rows of their sources: what plasticity works on.
#include "engine/synapses.hpp"

#include <algorithm>
#include <numeric>

namespace encephagen {

uint16_t Synapses::max_delay_steps() const {
  return delay_steps.empty() ? shared_delay_steps : *std::ranges::max_element(delay_steps);
}

Synapses draw_synapses(const Wiring& wiring, size_t n_source) {
  struct Drawn {
    uint32_t source, target;
    float weight;
    uint16_t delay;
  };
  std::vector<Drawn> drawn;
  std::vector<uint32_t> partners;
  std::vector<float> weight;
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
    out.weight.push_back(wiring.shares_weight() ? wiring.spec().weight.a : static_cast<double>(d.weight));
    if (!wiring.shares_delay()) out.delay_steps.push_back(d.delay);
  }
  std::partial_sum(out.row_begin.begin(), out.row_begin.end(), out.row_begin.begin());
  return out;
}

}  // namespace encephagen
