// Weights and delays: one number for all synapses, or a distribution.
#include "scenario/scenario_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "scenario/table_spec.hpp"

namespace encephagen {
namespace {

using Kind = ValueSpec::Kind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Nullopt: the check of the table has complained already.
std::optional<ValueSpec> parse(Node v) {
  Diagnostics said_before;
  if (!check_value({.name = "", .type = FieldType::drawn_number}, "", v, said_before)) return std::nullopt;
  ValueSpec out;
  if (v.is_number()) {
    out.a = v.number;
    return out;
  }
  static constexpr std::pair<const char*, Kind> kinds[] = {
      {"normal", Kind::normal}, {"lognormal", Kind::lognormal}, {"uniform", Kind::uniform}};
  for (const auto& [name, kind] : kinds)
    if (const auto* pair = v.find(name)) out.kind = kind, out.a = pair->items[0].number, out.b = pair->items[1].number;
  if (const auto* low = v.find("low")) out.low = low->number;
  if (const auto* high = v.find("high")) out.high = high->number;
  return out;
}

double normal_below(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

// How likely a draw falls within the bounds.
double probability_within(const ValueSpec& v) {
  if (v.low > v.high) return 0;
  double low = v.low, high = v.high, mean = v.a;
  switch (v.kind) {
    case Kind::constant:
      return 1;
    case Kind::uniform:
      if (v.a == v.b) return v.a >= low && v.a <= high ? 1 : 0;
      return std::max(0.0, std::min(v.b, high) - std::max(v.a, low)) / (v.b - v.a);
    case Kind::lognormal: {
      if (mean == 0) return low <= 0 && high >= 0 ? 1 : 0;
      if (mean < 0) std::swap(low, high), low = -low, high = -high, mean = -mean;
      low = low <= 0 ? -kInfinity : std::log(low);
      high = high <= 0 ? -kInfinity : std::log(high);
      mean = std::log(mean);
      break;
    }
    case Kind::normal:
      break;
  }
  if (v.b == 0) return mean >= low && mean <= high ? 1 : 0;
  return normal_below((high - mean) / v.b) - normal_below((low - mean) / v.b);
}

// Drawing again and again must come to an end.
std::optional<ValueSpec> drawable(const ValueSpec& v, const Node& node, const std::string& key, Diagnostics& d) {
  if (probability_within(v) >= 1e-3) return v;
  d.error(node.at, fmt::format("the distribution of '{}' hardly ever falls within its bounds {}", key,
                               range_text(v.low, v.high)));
  return std::nullopt;
}

}  // namespace

bool has_both_signs(const ValueSpec& v) { return !v.is_constant() && v.low < 0 && v.high > 0; }

double centre(const ValueSpec& v) { return v.kind == Kind::uniform ? (v.a + v.b) / 2 : v.a; }

ValueSpec scaled(ValueSpec v, double factor) {
  const auto scale = [&](double& x) {
    if (std::isfinite(x)) x *= factor;
  };
  scale(v.a), scale(v.low), scale(v.high);
  if (v.kind != Kind::lognormal) scale(v.b);  // sigma of the logarithm has no unit
  return v;
}

std::optional<ValueSpec> weight_value(const Node& node, const std::string& key, Diagnostics& d) {
  auto v = parse(node);
  if (!v || v->is_constant()) return v;
  const double mean = centre(*v);
  // The ends of a uniform distribution are bounds, too.
  double low = v->low, high = v->high;
  if (v->kind == Kind::uniform) low = std::max(low, v->a), high = std::min(high, v->b);
  if (!std::isfinite(low) && mean > 0) low = 0;
  if (!std::isfinite(high) && mean < 0) high = 0;
  v->low = low, v->high = high;
  if (low <= high && ((mean > 0 && high <= 0) || (mean < 0 && low >= 0))) {
    d.error(node.at,
            fmt::format("the bounds {} of '{}' have another sign than its mean {}", range_text(low, high), key, mean));
    return std::nullopt;
  }
  return drawable(*v, node, key, d);
}

std::optional<ValueSpec> amplitude_value(const Node& node, const std::string& key, Diagnostics& d) {
  const auto v = parse(node);
  return !v || v->is_constant() ? v : drawable(*v, node, key, d);
}

std::optional<ValueSpec> delay_value(const Node& node, const std::string& key, double dt_ms, Diagnostics& d) {
  auto v = parse(node);
  if (!v || v->is_constant()) return v;
  if (!std::isfinite(v->low)) v->low = dt_ms;
  if (const Node* low = node.find("low"); low && v->low < 0) {
    d.error(low->at, fmt::format("'low' = {} of '{}' is below 0", v->low, key));
    return std::nullopt;
  }
  return drawable(*v, node, key, d);
}

}  // namespace encephagen
