// The values of per-unit parameters: numbers, lists, distributions, maps from region attributes.
#include "engine/per_unit_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "encephagen/sdk/random.hpp"

namespace encephagen {
namespace {

[[noreturn]] void refuse(const Node& value, const std::string& text) {
  throw Failure(Exit::scenario_invalid, value.at.text() + ": " + text);
}

}  // namespace

std::vector<double> per_unit_values(const Node& value, const eg_param& param, const Brain& brain,
                                    std::span<const uint32_t> unit_region, uint64_t key) {
  const size_t regions = brain.n_regions(), n = unit_region.size();
  std::vector<double> out(n);
  if (value.is_number()) {
    std::ranges::fill(out, value.number);
    return out;
  }
  if (value.is(Node::Kind::array)) {
    const size_t given = value.items.size();
    if (given != n && given != regions)
      refuse(value, fmt::format("'{}' lists {} values; it needs one per unit ({}) or one per region ({})", param.name,
                                given, n, regions));
    for (size_t u = 0; u < n; ++u) out[u] = value.items[given == n ? u : unit_region[u]].number;
    return out;
  }
  const auto bound = [&](const char* name, double otherwise) {
    const auto* b = value.find(name);
    return b ? b->number : otherwise;
  };
  if (const auto* name = value.find("attribute")) {
    const auto* attribute = brain.connectome.attribute(name->text);
    if (!attribute || attribute->numbers.empty()) {
      std::string known;
      for (const auto& a : brain.connectome.attributes)
        if (!a.numbers.empty()) known += (known.empty() ? "" : ", ") + a.name;
      refuse(*name, fmt::format("the connectome has no numeric attribute '{}'; it has: {}", name->text,
                                known.empty() ? "none" : known));
    }
    double low = std::numeric_limits<double>::infinity(), high = -low;  // over all regions that have a value
    for (const double x : attribute->numbers) low = std::fmin(low, x), high = std::fmax(high, x);
    const double to_low = bound("low", 0), to_high = bound("high", 0);
    const auto* missing = value.find("missing");
    for (size_t u = 0; u < n; ++u) {
      const double x = attribute->numbers[unit_region[u]];
      if (std::isnan(x) && !missing)
        refuse(*name, fmt::format("the attribute '{}' of region '{}' is not known: give 'missing', the value of '{}' "
                                  "for such regions",
                                  name->text, brain.connectome.labels[unit_region[u]], param.name));
      out[u] = std::isnan(x) ? missing->number
               : high > low  ? to_low + (to_high - to_low) * (x - low) / (high - low)
                             : to_low;
    }
  } else {
    const double low = std::max(param.low, bound("low", param.low)),
                 high = std::min(param.high, bound("high", param.high));
    for (size_t u = 0; u < n; ++u) {
      eg::Random random(eg::mix_key(key, "unit", u));
      int tries = 0;
      do {  // values outside the bounds are drawn again
        if (const auto* d = value.find("normal"))
          out[u] = d->items[0].number + d->items[1].number * random.normal();
        else if (const auto* l = value.find("lognormal"))
          out[u] = l->items[0].number * std::exp(l->items[1].number * random.normal());
        else if (const auto* f = value.find("uniform"))
          out[u] = random.uniform(f->items[0].number, f->items[1].number);
        if (++tries > 1000)
          refuse(value, fmt::format("the distribution of '{}' hardly ever falls within its bounds [{}, {}]", param.name,
                                    low, high));
      } while (out[u] < low || out[u] > high);
    }
  }
  for (const double x : out)
    if (!(x >= param.low && x <= param.high))
      refuse(value, fmt::format("'{}' = {} is outside [{}, {}]", param.name, x, param.low, param.high));
  return out;
}

}  // namespace encephagen
