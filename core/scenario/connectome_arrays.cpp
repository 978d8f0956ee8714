// A connectome as it comes out of a batch plugin.
#include "scenario/connectome_arrays.hpp"

#include <algorithm>
#include <cmath>

namespace encephagen {

eg::Connectome connectome_of(const BatchResult& result) {
  const auto numbers = [&](std::string_view name) {
    const auto* a = result.array(name);
    return a ? a->numbers : std::vector<double>{};
  };
  eg::Connectome c;
  if (const auto* labels = result.array("region_label")) c.labels = labels->texts;
  c.weights = numbers("weights");
  c.lengths_mm = numbers("lengths_mm");
  c.centres_mm = numbers("centres_mm");
  const size_t n = c.size();
  if (n == 0 || c.weights.size() != n * n)
    throw PluginFailed("it did not deliver region labels and a square weight matrix");
  if (!c.lengths_mm.empty() && c.lengths_mm.size() != n * n)
    throw PluginFailed("its tract lengths do not fit its regions");
  if (!c.centres_mm.empty() && c.centres_mm.size() != 3 * n) throw PluginFailed("its centres do not fit its regions");
  for (const auto* values : {&c.weights, &c.lengths_mm, &c.centres_mm})
    if (!std::ranges::all_of(*values, [](double v) { return std::isfinite(v); }))
      throw PluginFailed("its weights, lengths or centres are not all finite");
  for (const auto& a : result.arrays)
    if (a.name.starts_with("attribute.")) c.attributes.push_back({a.name.substr(10), a.numbers, a.texts});
  if (const auto* h = result.array("history"))
    for (size_t k = 0; k + 1 < h->texts.size(); k += 2) c.history.emplace_back(h->texts[k], h->texts[k + 1]);
  return c;
}

}  // namespace encephagen
