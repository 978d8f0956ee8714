// [modulator.NAME]: signals that plasticity rules read.
#include <fmt/format.h>

#include <algorithm>

#include "host/text.hpp"
#include "scenario/scenario_resolver.hpp"
#include "scenario/scenario_values.hpp"

namespace encephagen {

void Resolver::modulators() {
  const Node* map = top_table("modulator");
  if (!map) return;
  for (const auto& m : map->members) {
    if (!m.value.is(Node::Kind::table)) continue;
    check_name("a modulator", m.key, m.key_at);
    const View v{m.value};
    ModulatorSpec spec;
    spec.name = m.key;
    spec.at = m.key_at;
    spec.baseline = v.number("baseline");
    spec.tau_ms = v.number("tau_ms");
    spec.mean_tau_ms = v.number("mean_tau_ms");
    spec.gain = v.number("gain", 1);
    s_.modulators.push_back(std::move(spec));
  }
}

void Resolver::modulator_events() {
  Node* map = top_table("modulator");
  if (!map) return;
  for (auto& m : map->members) {
    const auto spec = std::ranges::find(s_.modulators, m.key, &ModulatorSpec::name);
    if (spec == s_.modulators.end()) continue;
    for_each_in(m.value, "release", [&](Node& t) { release(t, *spec); });
    modulator_follows(m.value, *spec);
    modulator_rewards(m.value, *spec);
  }
}

void Resolver::release(Node& t, ModulatorSpec& m) {
  const View v{t};
  std::vector<std::string> given;
  for (const char* key : {"at_ms", "period_ms", "rate_hz", "pair"})
    if (v.has(key)) given.emplace_back(key);
  if (given.size() != 1)
    d_.error(t.at, fmt::format("a release of modulator '{}' happens at exactly one of at_ms, period_ms, rate_hz, pair; "
                               "this has {}",
                               m.name, given.empty() ? "none" : join(given, " and ")));
  if (v.has("onset_ms") && !v.has("period_ms"))
    d_.error(t.key_position("onset_ms"), "'onset_ms' is the first release of those with 'period_ms'");
  ModulatorSpec::Release r;
  r.at = t.at;
  r.amount = v.number("amount");
  r.onset_ms = v.number("onset_ms");
  r.period_ms = v.number("period_ms");
  r.rate_hz = v.number("rate_hz");
  if (const Node* times = t.find("at_ms"); times && times->is(Node::Kind::array)) {
    if (times->items.empty()) d_.error(times->at, "'at_ms' is empty: there is no release");
    for (const auto& time : times->items) r.at_ms.push_back(time.number);
    std::ranges::sort(r.at_ms);
  }
  if (const Node* delay = t.find("delay_ms"))
    if (const auto value = delay_value(*delay, "delay_ms", s_.dt_ms, d_)) r.delay_ms = *value;
  if (const Node* pair = t.find("pair"); pair && pair->is(Node::Kind::table)) {
    const View of{*pair};
    r.within_ms = of.number("within_ms", 20);
    if (!of.has("projection") || !of.has("source")) return;
    const auto found = plastic_called(of.text("projection"), of.at("projection"));
    if (!found) return;
    const auto& p = s_.projections[*found];
    for (const size_t end : {p.from, p.to})
      if (!s_.populations[end].can_spike()) {
        d_.error(of.at("projection"),
                 fmt::format("a pair is two spikes, and population '{}' ({}) does not spike", s_.populations[end].name,
                             s_.populations[end].plugin.found->plugin->name));
        return;
      }
    r.pair = synapse_of(*pair, *found);
  }
  if (given.size() == 1) m.releases.push_back(std::move(r));
}

// BODY or BODY.TERM.
void Resolver::modulator_rewards(const Node& t, ModulatorSpec& m) {
  const View v{t};
  const std::string text = v.text("reward");
  if (text.empty()) return;
  const auto dot = text.find('.');
  m.rewards = body_named(text.substr(0, dot), v.at("reward"));
  if (m.rewards && worlds_[*m.rewards] && dot != std::string::npos)
    m.reward_term =
        place_of(text.substr(dot + 1), worlds_[*m.rewards]->rewards, "term of the reward", *m.rewards, v.at("reward"));
}

void Resolver::modulator_follows(const Node& t, ModulatorSpec& m) {
  const View v{t};
  const std::string text = v.text("follows");
  if (text.empty()) return;
  const auto& at = v.at("follows");
  const auto dot = text.rfind('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == text.size()) {
    d_.error(at, fmt::format("'{}' names no state; write POPULATION.STATE", text));
    return;
  }
  const std::string name = text.substr(0, dot);
  std::vector<size_t> found;
  std::vector<std::string> names, full;
  for (size_t k = 0; k < s_.populations.size(); ++k) {
    const auto& p = s_.populations[k];
    names.push_back(p.short_name);
    if (p.name == name) {
      found = {k};
      break;
    }
    if (p.short_name == name) found.push_back(k), full.push_back(p.name);
  }
  if (found.empty()) {
    if (!is_broken(name)) d_.error(at, fmt::format("no population named '{}'{}", name, did_you_mean(name, names)));
    return;
  }
  if (found.size() > 1) {
    d_.error(at, fmt::format("'{}' is a population of several templates; write one of {}", name, join(full, ", ")));
    return;
  }
  if (const auto state = state_called(s_.populations[found[0]], text.substr(dot + 1), at))
    m.follows = std::pair(found[0], *state);
}

void Resolver::modulator_analyzers() {
  const Node* map = top_table("modulator");
  if (!map) return;
  for (const auto& member : map->members) {
    const auto spec = std::ranges::find(s_.modulators, member.key, &ModulatorSpec::name);
    if (spec == s_.modulators.end()) continue;
    const View v{member.value};
    const std::string name = v.text("analyzer");
    spec->metric = v.text("metric");
    if (name.empty() != spec->metric.empty()) {
      d_.error(
          v.at(name.empty() ? "metric" : "analyzer"),
          fmt::format("modulator '{}' follows a metric of an analyzer: give both 'analyzer' and 'metric'", spec->name));
      continue;
    }
    if (name.empty()) continue;
    std::vector<std::string> names;
    for (const auto& a : s_.analyzers) names.push_back(a.name);
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      d_.error(v.at("analyzer"), fmt::format("no analyzer named '{}'{}", name, did_you_mean(name, names)));
      continue;
    }
    spec->analyzer = static_cast<size_t>(found - names.begin());
    const std::string& phase = s_.analyzers[*spec->analyzer].phase;
    if (phase.empty())
      d_.error(v.at("analyzer"), fmt::format("analyzer '{}' looks at the whole run, and modulator '{}' acts within it: "
                                             "give the analyzer a 'phase'",
                                             name, spec->name));
    else if (!s_.phases.empty() && s_.phases.back().name == phase)
      d_.error(v.at("analyzer"), fmt::format("analyzer '{}' looks at phase '{}', the last: no rule is left to hear of "
                                             "it; look at an earlier one",
                                             name, phase));
  }
}

}  // namespace encephagen
