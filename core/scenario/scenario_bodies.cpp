// [body.NAME] and [[perturbation]]: bodies, who moves them, and what pushes them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/text.hpp"
#include "scenario/scenario_resolver.hpp"
#include "scenario/scenario_values.hpp"

namespace encephagen {

void Resolver::bodies() {
  Node* map = top_table("body");
  if (!map) return;
  for (auto& m : map->members) {
    if (!m.value.is(Node::Kind::table)) continue;
    check_name("a body", m.key, m.key_at);
    const View v{m.value};
    BodySpec b;
    b.name = m.key;
    b.at = m.key_at;
    b.plugin = choose_plugin("body", m.value, registry_, d_);
    b.step_ms = v.number("step_ms");
    b.sensor_delay_ms = v.number("sensor_delay_ms");
    b.motor_delay_ms = v.number("motor_delay_ms");
    b.restarts = v.text("when_over") == "restart";
    b.reward_gain = v.number("reward_gain", 1);
    b.shuffled_reward = v.flag("shuffled_reward");
    body_steps(m.value, b);
    s_.bodies.push_back(std::move(b));
  }
}

// The clocks: run, body, actions.
void Resolver::body_steps(Node& t, BodySpec& b) {
  worlds_.push_back(b.plugin.usable() ? world_names(b.plugin, paths_, d_) : std::nullopt);
  if (!worlds_.back()) return;
  const double own_ms = worlds_.back()->dt_ms;
  if (b.step_ms == 0) t.set("step_ms", Node::of_number(b.step_ms = own_ms));
  const View v{t};
  const auto is_multiple = [&](double of) {
    const double n = b.step_ms / of;
    return std::abs(n - std::round(n)) <= 1e-6 * std::max(1.0, n) && n > 0.5;
  };
  if (!is_multiple(own_ms))
    d_.error(v.at("step_ms"), fmt::format("'step_ms' = {} is not a multiple of the {} ms in which body '{}' ({}) moves",
                                          b.step_ms, own_ms, b.name, b.plugin.found->plugin->name));
  if (!is_multiple(s_.dt_ms))
    d_.error(v.at("step_ms"), fmt::format("'step_ms' = {} is not a multiple of dt_ms = {}", b.step_ms, s_.dt_ms));
  check_steps(v, "sensor_delay_ms", b.sensor_delay_ms, b);
  check_steps(v, "motor_delay_ms", b.motor_delay_ms, b);
  for (const auto& phase : s_.phases)
    if (const double n = phase.episode_ms / b.step_ms; std::abs(n - std::round(n)) > 1e-6 * std::max(1.0, n))
      d_.error(phase.at, fmt::format("an episode of phase '{}' lasts {} ms, which is not a multiple of step_ms = {} of "
                                     "body '{}'",
                                     phase.name, phase.episode_ms, b.step_ms, b.name));
}

void Resolver::check_steps(const View& v, std::string_view key, double ms, const BodySpec& b) {
  const double steps = ms / b.step_ms;
  if (b.step_ms > 0 && std::abs(steps - std::round(steps)) > 1e-6 * std::max(1.0, steps))
    d_.error(v.at(key),
             fmt::format("'{}' = {} is not a multiple of step_ms = {}, the time an action of body '{}' lasts", key, ms,
                         b.step_ms, b.name));
}

ObserveSpec Resolver::observed(Node& t, size_t body) {
  ObserveSpec out{body, {}, false};
  if (!t.find("observe")) t.set("observe", Node::of_array({Node::of_text("*")}));
  if (!worlds_[body]) return out;
  const auto names = worlds_[body]->seen();
  const size_t n_observations = worlds_[body]->observations.size();
  for (const auto* node : View{t}.text_nodes("observe")) {
    const bool takes_out = node->text.starts_with("!");
    const std::string pattern = node->text.substr(takes_out ? 1 : 0);
    bool any = pattern == "*";
    for (uint32_t k = 0; k < names.size(); ++k) {
      // A pattern means observations; everything else goes by its full name.
      if (k < n_observations ? !glob_match(pattern, names[k], true) : pattern != names[k]) continue;
      any = true;
      std::erase(out.what, k);
      if (!takes_out) out.what.push_back(k);
    }
    if (!any)
      d_.error(node->at, fmt::format("'{}' matches nothing that can be seen of body '{}'; there are: {}{}", node->text,
                                     s_.bodies[body].name, join(names, ", "), did_you_mean(pattern, names)));
  }
  out.senses = std::ranges::any_of(out.what, [&](uint32_t k) { return k < n_observations; });
  return out;
}

std::optional<uint32_t> Resolver::place_of(const std::string& name, const std::vector<std::string>& names,
                                           const char* what, size_t body, const Position& at) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<uint32_t>(found - names.begin());
  d_.error(at, fmt::format("body '{}' has no {} '{}'; there are: {}{}", s_.bodies[body].name, what, name,
                           names.empty() ? "none" : join(names, ", "), did_you_mean(name, names)));
  return std::nullopt;
}

std::optional<size_t> Resolver::body_called(const View& v, std::string_view key) {
  const std::string name = v.text(key);
  if (name.empty()) return std::nullopt;
  return body_named(name, v.at(key));
}

std::optional<size_t> Resolver::body_named(const std::string& name, const Position& at) {
  std::vector<std::string> names;
  for (size_t k = 0; k < s_.bodies.size(); ++k) {
    names.push_back(s_.bodies[k].name);
    if (names.back() == name) return k;
  }
  d_.error(at, names.empty() ? fmt::format("no body named '{}': the scenario has no table [body.NAME]", name)
                             : fmt::format("no body named '{}'{}", name, did_you_mean(name, names)));
  return std::nullopt;
}

void Resolver::body_actors() {
  Node* map = top_table("body");
  if (!map) return;
  for (auto& m : map->members) {
    const auto b = std::ranges::find(s_.bodies, m.key, &BodySpec::name);
    if (b == s_.bodies.end()) continue;
    for_each_in(m.value, "act", [&](Node& t) { act(t, *b); });
    Node* controller = m.value.find("controller");
    if (!controller || !controller->is(Node::Kind::table)) continue;
    if (m.value.find("act"))
      d_.error(controller->at,
               fmt::format("body '{}' is moved by decoders and by a controller; leave out one of them", b->name));
    const auto chosen = choose_plugin("controller", *controller, registry_, d_);
    b->controller_observes = observed(*controller, static_cast<size_t>(b - s_.bodies.begin()));
    if (chosen.usable()) b->controller = chosen;
  }
}

void Resolver::act(Node& t, BodySpec& b) {
  const View v{t};
  const Node* from = t.find("from");
  if (!from || !from->is(Node::Kind::text)) return;
  const auto populations = populations_called(from->text, from->at);
  if (populations.empty()) return;
  const auto& p = s_.populations[populations.front()];
  if (populations.size() > 1) {
    d_.error(from->at,
             fmt::format("'{}' is a population of several templates; write the full name of one", from->text));
    return;
  }
  if (!p.is_decoder()) {
    d_.error(from->at, fmt::format("population '{}' ({}) is no decoder: what it does is no action", p.name,
                                   p.plugin.found->plugin->name));
    return;
  }
  for (const auto& body : s_.bodies)
    for (const auto& other : body.acts)
      if (other.population == populations.front()) {
        d_.error(from->at, fmt::format("decoder '{}' gives its actions once, and has given them to body '{}'", p.name,
                                       body.name));
        return;
      }
  const auto body = static_cast<size_t>(&b - s_.bodies.data());
  if (!worlds_[body]) return;
  const auto& names = worlds_[body]->actions;
  BodySpec::Act out{populations.front(), {}};
  for (const auto* node : v.text_nodes("actions"))
    if (const auto k = place_of(node->text, names, "action", body, node->at)) out.actions.push_back(*k);
  if (!v.has("actions"))
    for (uint32_t k = 0; k < names.size(); ++k) out.actions.push_back(k);
  b.acts.push_back(std::move(out));
}

void Resolver::perturbation(Node& t) {
  const View v{t};
  PerturbationSpec p;
  p.name = input_name(t);
  p.at = t.at;
  const auto body = body_called(v, "body");
  p.random_sign = v.flag("random_sign");
  p.duration_ms = v.number("duration_ms");
  if (const Node* n = t.find("onset_ms"))
    if (const auto value = delay_value(*n, "onset_ms", 0, d_)) p.onset_ms = *value;
  if (const Node* n = t.find("period_ms")) {
    p.period_ms = delay_value(*n, "period_ms", p.duration_ms, d_);
    if (p.period_ms && p.period_ms->is_constant() && p.period_ms->a < p.duration_ms)
      d_.error(n->at,
               fmt::format("'period_ms' = {} is shorter than 'duration_ms' = {}", p.period_ms->a, p.duration_ms));
    else if (const Node* low = n->find("low"); low && low->number < p.duration_ms)
      d_.error(low->at,
               fmt::format("'low' = {} of 'period_ms' is below 'duration_ms' = {}", low->number, p.duration_ms));
  }
  if (const Node* n = t.find("amplitude"))
    if (const auto value = amplitude_value(*n, "amplitude", d_)) p.amplitude = *value;
  if (!body || !worlds_[*body]) return;
  p.body = *body;
  const auto channel = place_of(v.text("channel"), worlds_[*body]->disturbances, "disturbance", *body, v.at("channel"));
  if (!channel) return;
  p.channel = *channel;
  check_steps(v, "duration_ms", p.duration_ms, s_.bodies[*body]);
  s_.perturbations.push_back(std::move(p));
}

}  // namespace encephagen
