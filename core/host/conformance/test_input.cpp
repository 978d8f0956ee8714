// Numbers to feed plugins with.
#include "host/conformance/test_input.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace encephagen::conformance {
namespace {

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> suffixes) {
  for (const auto s : suffixes)
    if (name.ends_with(s)) return true;
  return false;
}

bool is_rate(const eg_column& port) { return ends_with_any(port.name, {"_hz", "_khz", "_per_s", "_per_ms"}); }
bool is_conductance(const eg_column& port) {
  return ends_with_any(port.name, {"_ns", "_us", "_s_per_cm2", "_ms_per_cm2"});
}

}  // namespace

double input_value(const eg_column& port, uint32_t index, uint64_t unit, uint64_t step, bool is_wide, uint64_t stream) {
  const Draw d = draw(stream, Purpose::input, index, unit, step);
  const double scale = input_scale(unit, is_wide);
  const bool is_one_sided = port.sign != EG_SIGN_ANY || is_rate(port) || is_conductance(port);
  double value;
  if (port.accepts == EG_ACCEPTS_SPIKES) {
    if (d.uniform > 0.2) return 0.0;
    const Draw size = draw(stream, Purpose::input, index + 1000, unit, step);
    value = scale * size.normal();
  } else {
    value = scale * (0.5 + d.normal());
  }
  if (!is_one_sided) return value;
  const bool is_negative = port.sign == EG_SIGN_INHIBITORY && !is_rate(port) && !is_conductance(port);
  return is_negative ? -std::abs(value) : std::abs(value);
}

double activity_value(const eg_column& port, uint32_t index, uint64_t unit, uint64_t step, uint64_t stream) {
  const Draw d = draw(stream, Purpose::input, index, unit, step);
  if (port.accepts == EG_ACCEPTS_SPIKES) return d.uniform < 0.2 ? 1.0 : 0.0;
  return std::abs(d.normal());
}

double noise_value(const eg_column& column, uint32_t index, uint64_t unit, uint64_t step, double events,
                   uint64_t stream) {
  const bool is_initial = std::string_view(column.name).starts_with("initial");
  const Draw d = draw(stream, is_initial ? Purpose::initial : Purpose::noise, index, unit, is_initial ? 0 : step);
  if (column.random == EG_RANDOM_UNIFORM) return d.uniform;
  if (column.random != EG_RANDOM_POISSON) return d.normal();
  if (events > 30) return std::max(0.0, std::round(events + std::sqrt(events) * d.normal()));
  // Inversion: the smallest k whose cumulative probability reaches the uniform number.
  double p = std::exp(-events), sum = p;
  int k = 0;
  while (d.uniform > sum && k < 200) p *= events / ++k, sum += p;
  return k;
}

}  // namespace encephagen::conformance
