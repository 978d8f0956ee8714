// Input ports of neurons, and the units of what goes to them.
#include <fmt/format.h>

#include "host/text.hpp"
#include "scenario/scenario_resolver.hpp"

namespace encephagen {

Resolver::WithUnit Resolver::with_unit(const Node& t, std::string_view name) {
  WithUnit out;
  for (const auto& m : t.members) {
    if (m.key != name && !m.key.starts_with(std::string(name) + "_")) continue;
    if (out.member) {
      d_.error(m.key_at, fmt::format("'{}' and '{}' are both given; give one of them", out.member->key, m.key));
      continue;
    }
    out.member = &m;
    out.unit = m.key == name ? "" : m.key.substr(name.size() + 1);
  }
  return out;
}

bool Resolver::check_unit(const WithUnit& q, const PopulationSpec& target, size_t port) {
  const std::string_view name = target.unit().inputs[port].name;
  if (q.unit.empty() || name == q.unit || name.ends_with("_" + q.unit)) return true;
  d_.error(q.member->key_at,
           fmt::format("'{}' is in {}, but port '{}' of {} is not", q.member->key, q.unit, name, target.plugin_text()));
  return false;
}

std::optional<size_t> choose_port(const PopulationSpec& target, const std::string& name, bool from_spikes, double sign,
                                  const Position& at, Diagnostics& d) {
  const auto& unit = target.unit();
  const std::string plugin = target.plugin_text();
  const auto accepts = [&](const eg_column& c) {
    return c.accepts == EG_ACCEPTS_ANY || (c.accepts == EG_ACCEPTS_SPIKES) == from_spikes;
  };
  std::vector<std::string> names;
  for (uint32_t i = 0; i < unit.n_inputs; ++i) {
    const auto& c = unit.inputs[i];
    names.emplace_back(c.name);
    if (!name.empty()) {
      if (names.back() != name) continue;
      if (accepts(c)) return i;
      d.error(at, fmt::format("port '{}' of {} does not take {}", name, plugin,
                              from_spikes ? "spikes" : "a continuous input"));
      return std::nullopt;
    }
    const uint32_t want = sign < 0 ? EG_SIGN_INHIBITORY : EG_SIGN_EXCITATORY;
    if (accepts(c) && (c.sign == EG_SIGN_ANY || c.sign == want)) return i;
  }
  if (name.empty())
    d.error(at,
            fmt::format("{} of population '{}' has no input port for {}", plugin, target.name,
                        from_spikes ? (sign < 0 ? "inhibitory spikes" : "excitatory spikes") : "a continuous input"));
  else
    d.error(at, fmt::format("{} has no input port '{}'{}", plugin, name, did_you_mean(name, names)));
  return std::nullopt;
}

}  // namespace encephagen
