// [[phase]]: stretches of the run, and the patterns that choose what acts in them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/text.hpp"
#include "scenario/scenario_resolver.hpp"

namespace encephagen {
namespace {

Node list_of_all() { return Node::of_array({Node::of_text("*")}); }

std::string quoted(const std::vector<std::string>& names) { return names.empty() ? "none" : join(names, ", "); }

}  // namespace

void Resolver::phases() {
  for_each_in(s_.resolved, "phase", [&](Node& t) {
    const View v{t};
    PhaseSpec p;
    p.at = t.at;
    p.name = v.text("name");
    p.noise = v.text("noise");
    p.reset = v.flag("reset");
    p.snapshot = v.flag("snapshot");
    if (v.has("name")) check_name("a phase", p.name, v.at("name"));
    if (std::ranges::any_of(s_.phases, [&](const auto& other) { return other.name == p.name; }) && !p.name.empty())
      d_.error(v.at("name"), fmt::format("two phases are named '{}'", p.name));
    phase_length(t, p);
    s_.phases.push_back(std::move(p));
  });
}

void Resolver::phase_length(const Node& t, PhaseSpec& p) {
  const View v{t};
  const bool has_duration = v.has("duration_ms"), has_episodes = v.has("episodes"), has_length = v.has("episode_ms");
  if (has_duration == (has_episodes || has_length) || has_episodes != has_length)
    d_.error(t.at, fmt::format("phase '{}' needs either duration_ms or both episodes and episode_ms", p.name));
  const char* key = has_duration ? "duration_ms" : "episode_ms";
  p.episode_ms = v.number(key);
  if (!has_duration) p.episodes = static_cast<uint64_t>(std::max<int64_t>(1, v.integer("episodes", 1)));
  const double steps = p.episode_ms / s_.dt_ms;
  if (v.has(key) && (std::abs(steps - std::round(steps)) > 1e-6 * std::max(1.0, steps) || steps < 0.5))
    d_.error(v.at(key), fmt::format("'{}' = {} is not a multiple of dt_ms = {}", key, p.episode_ms, s_.dt_ms));
}

void Resolver::duration(Node& run) {
  const View v{run};
  s_.duration_ms = v.number("duration_ms");
  if (s_.phases.empty()) {
    // A list of phases that is no list of tables has been reported.
    const Node* list = s_.resolved.find("phase");
    if (!v.has("duration_ms") && (!list || (list->is(Node::Kind::array) && list->items.empty())))
      d_.error(run.at,
               "[run] needs the key 'duration_ms': simulated time, the transient included; or [[phase]] tables, "
               "whose lengths it is then");
    return;
  }
  double sum = 0;
  for (const auto& p : s_.phases) sum += p.duration_ms();
  if (sum > 1e12) {
    d_.error(s_.phases.front().at, fmt::format("the phases last {} ms together; a run lasts at most 1e12 ms", sum));
    s_.duration_ms = 0;
    return;
  }
  if (!v.has("duration_ms"))
    run.set("duration_ms", Node::of_number(sum));
  else if (std::abs(s_.duration_ms - sum) > s_.dt_ms / 2 && d_.ok())
    d_.error(v.at("duration_ms"),
             fmt::format("'duration_ms' = {}, but the phases last {} ms together; leave it out", s_.duration_ms, sum));
  s_.duration_ms = sum;
}

void Resolver::check_patterns(const std::vector<const Node*>& patterns, const std::vector<std::string>& known,
                              std::string_view what) {
  if (!patterns.empty() && patterns.front()->text.starts_with('!'))
    d_.error(patterns.front()->at,
             fmt::format("'{0}' takes out of nothing: patterns are read in turn; write [\"*\", \"{0}\"]",
                         patterns.front()->text));
  for (const auto* node : patterns) {
    const std::string_view pattern = std::string_view(node->text).substr(node->text.starts_with('!') ? 1 : 0);
    if (pattern == "*" || std::ranges::any_of(known, [&](const auto& n) { return glob_match(pattern, n, true); }))
      continue;
    d_.error(node->at, fmt::format("'{}' matches no {}; there are: {}{}", node->text, what, quoted(known),
                                   did_you_mean(pattern, known)));
  }
}

void Resolver::phase_choices() {
  std::vector<std::string> inputs, rules;
  const auto add = [](std::vector<std::string>& list, const std::string& name) {
    if (!name.empty() && std::ranges::find(list, name) == list.end()) list.push_back(name);
  };
  for (const auto& e : s_.encoders) add(inputs, e.name);
  for (const auto& e : s_.stimuli) add(inputs, e.name);
  for (const auto& e : s_.spike_trains) add(inputs, e.name);
  for (const auto& p : s_.perturbations) add(inputs, p.name);
  for (const auto& m : s_.modulators) add(inputs, m.name);
  for (const auto& p : s_.projections)
    if (!p.plasticity.empty()) add(rules, p.name);
  for (const auto& p : s_.projections)
    for (const auto& rule : p.plasticity) add(rules, rule.plugin.found->plugin->name);
  size_t k = 0;
  for_each_in(s_.resolved, "phase", [&](Node& t) {
    auto& phase = s_.phases[k++];
    if (!t.find("inputs")) t.set("inputs", list_of_all());
    const View v{t};
    phase.inputs = v.texts("inputs");
    check_patterns(v.text_nodes("inputs"), inputs, "named input or modulator");
    const Node* plasticity = t.find("plasticity");
    if (plasticity->is(Node::Kind::flag)) {
      phase.plasticity = plasticity->flag ? std::vector<std::string>{"*"} : std::vector<std::string>{};
    } else {
      phase.plasticity = v.texts("plasticity");
      check_patterns(v.text_nodes("plasticity"), rules, "plastic projection or plasticity plugin");
    }
  });
}

std::vector<std::string> Resolver::phases_chosen(const View& v, std::string_view key) {
  if (!v.has(key)) return {};
  if (s_.phases.empty()) {
    d_.error(v.at(key), fmt::format("'{}' needs [[phase]] tables, and this scenario has none", key));
    return {};
  }
  std::vector<std::string> known;
  for (const auto& p : s_.phases) known.push_back(p.name);
  check_patterns(v.text_nodes(key), known, "phase");
  const auto out = v.texts(key);
  if (v.table.find(key)->is(Node::Kind::array) && out.empty())
    d_.error(v.at(key), fmt::format("'{}' is empty; leave it out to mean all phases", key));
  return out;
}

void Resolver::check_phase(const View& v, std::string_view key) {
  const std::string name = v.text(key);
  if (name.empty()) return;
  std::vector<std::string> known;
  for (const auto& p : s_.phases) known.push_back(p.name);
  if (known.empty())
    d_.error(v.at(key), fmt::format("'{}' needs [[phase]] tables, and this scenario has none", key));
  else if (std::ranges::find(known, name) == known.end())
    d_.error(v.at(key),
             fmt::format("no phase named '{}'; there are: {}{}", name, join(known, ", "), did_you_mean(name, known)));
}

}  // namespace encephagen
