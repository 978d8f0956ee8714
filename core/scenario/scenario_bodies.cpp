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
    b.yoked_reward = v.flag("yoked_reward");
    if (b.step_ms > 0) {
      const double steps = b.step_ms / s_.dt_ms;
      if (std::abs(steps - std::round(steps)) > 1e-6 * steps || steps < 0.5)
        d_.error(v.at("step_ms"), fmt::format("'step_ms' = {} is not a multiple of dt_ms = {}", b.step_ms, s_.dt_ms));
      check_steps(v, "sensor_delay_ms", b.sensor_delay_ms, b);
      check_steps(v, "motor_delay_ms", b.motor_delay_ms, b);
    }
    s_.bodies.push_back(std::move(b));
  }
}

void Resolver::check_steps(const View& v, std::string_view key, double ms, const BodySpec& b) {
  const double steps = ms / b.step_ms;
  if (b.step_ms > 0 && std::abs(steps - std::round(steps)) > 1e-6 * std::max(1.0, steps))
    d_.error(v.at(key),
             fmt::format("'{}' = {} is not a multiple of step_ms = {}, the time an action of body '{}' lasts", key, ms,
                         b.step_ms, b.name));
}

std::vector<std::string> Resolver::observed(Node& t) {
  if (!t.find("observe")) t.set("observe", Node::of_array({Node::of_text("*")}));
  return View{t}.texts("observe");
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
  d_.error(at, fmt::format("no body named '{}'{}; a body is a table [body.NAME]", name, did_you_mean(name, names)));
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
    b->controller_observes = {static_cast<size_t>(b - s_.bodies.begin()), observed(*controller),
                              controller->find("observe")->at};
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
  b.acts.push_back({populations.front(), v.has("actions") ? v.texts("actions") : std::vector<std::string>{}, t.at});
}

void Resolver::perturbation(Node& t) {
  const View v{t};
  PerturbationSpec p;
  p.name = input_name(t);
  p.at = t.at;
  const auto body = body_called(v, "body");
  p.channel = v.text("channel");
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
  if (!body) return;
  p.body = *body;
  check_steps(v, "duration_ms", p.duration_ms, s_.bodies[*body]);
  s_.perturbations.push_back(std::move(p));
}

}  // namespace encephagen
