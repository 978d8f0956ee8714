// Bodies in a run: when they act, what moves and pushes them, and who sees them.
#include "engine/closed_loop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "encephagen/sdk/random.hpp"
#include "engine/expected_wiring.hpp"
#include "engine/wiring.hpp"

namespace encephagen {

ClosedLoop::ClosedLoop(const Scenario& scenario, const Brain& brain, const PathResolver& paths) : scenario_(scenario) {
  for (const auto& spec : scenario.bodies) {
    bodies_.push_back(std::make_unique<Body>(spec, paths, scenario.dt_ms));
    auto& controller = controllers_.emplace_back();
    if (!spec.controller) continue;
    Body& body = *bodies_.back();
    controller = std::make_unique<Controller>();
    controller->what = spec.controller_observes.what;
    controller->population =
        std::make_unique<Population>("controller of " + spec.name, *spec.controller,
                                     std::vector<uint32_t>(body.n_actions(), 0), brain, scenario.seeds, paths, false);
    controller->population->connect(&controller->observation);
    controller->request = {1, 0};
    controller->population->connect(&controller->request, body.n_actions());
  }
  for (const auto& spec : scenario.perturbations) pushes_.push_back({&spec});
  trial_number_.resize(bodies_.size());
  trial_start_.resize(bodies_.size()), shown_at_.resize(bodies_.size()), over_since_.resize(bodies_.size());
}

void ClosedLoop::connect_decoder(Population& decoder, size_t population) {
  for (size_t b = 0; b < bodies_.size(); ++b)
    for (const auto& act : scenario_.bodies[b].acts) {
      if (act.population != population) continue;
      auto& d = decoders_.emplace_back();
      d.population = &decoder;
      d.body = b;
      d.actions = act.actions;
      d.request.interval = bodies_[b]->interval();
      // A decoder that gives none is asked all the same: a critic judges whenever the actor decides.
      decoder.connect(&d.request, std::max<size_t>(1, d.actions.size()));
    }
}

void ClosedLoop::connect_encoder(Population& encoder, const ObserveSpec& observes) {
  auto& e = encoders_.emplace_back();
  e.body = observes.body;
  e.what = observes.what;
  e.observation.first.resize(e.what.size());
  e.observation.later.resize(e.what.size());
  encoder.connect(&e.observation);
}

void ClosedLoop::init() {
  std::ranges::fill(trial_number_, 0u);
  for (auto& b : bodies_) b->forget();
  for (auto& c : controllers_)
    if (c) c->n_steps = 0;
}

bool ClosedLoop::is_boundary(uint64_t since_episode) const {
  return std::ranges::any_of(bodies_, [&](const auto& b) { return since_episode % b->interval() == 0; });
}

void ClosedLoop::begin_phase(const PhaseSpec* phase, uint64_t noise_seed, bool has_own_noise) {
  noise_seed_ = noise_seed;
  if (has_own_noise) std::ranges::fill(trial_number_, 0u);
  for (auto& p : pushes_) p.acts = !phase || is_chosen(phase->inputs, p.spec->name);
  for (auto& c : controllers_)
    if (c) c->population->set_noise(noise_seed, has_own_noise ? c->n_steps : 0);
  for (size_t b = 0; b < bodies_.size(); ++b) {
    bool rows = false, poses = false;
    for (const auto& r : scenario_.body_records) {
      if (r.body != b || !is_recorded(r.phases, phase)) continue;
      rows = true, poses = poses || r.poses;
    }
    bodies_[b]->keep(rows, poses);
  }
}

void ClosedLoop::draw(Push& p, double after_ms) {
  const auto value = [&](const ValueSpec& spec, const char* name) {
    double v = spec.a;
    if (!spec.is_constant()) draw_values(spec, eg::mix_key(p.key, name), p.n_events, {&v, 1}, p.spec->at);
    return v;
  };
  p.onset_ms = after_ms + value(p.n_events == 0 ? p.spec->onset_ms : *p.spec->period_ms, "time");
  p.amplitude = value(p.spec->amplitude, "amplitude");
  if (p.spec->random_sign && eg::Random(p.key, "sign", p.n_events).uniform() < 0.5) p.amplitude = -p.amplitude;
  ++p.n_events;
}

// An onset within an interval takes effect with the next.
bool ClosedLoop::pushes(Push& p, uint64_t interval, double step_ms) {
  const auto first = [&] { return static_cast<uint64_t>(std::ceil(p.onset_ms / step_ms - 1e-9)); };
  const auto length = static_cast<uint64_t>(std::llround(p.spec->duration_ms / step_ms));
  while (!p.is_done && interval >= first() + length) {
    if (p.spec->period_ms)
      draw(p, p.onset_ms);
    else
      p.is_done = true;
  }
  return !p.is_done && interval >= first();
}

void ClosedLoop::begin_trial(size_t b, uint64_t step) {
  Body& body = *bodies_[b];
  const uint64_t number = trial_number_[b]++;
  trial_start_[b] = step;
  for (auto& p : pushes_) {
    if (p.spec->body != b) continue;
    const auto index = static_cast<uint64_t>(&p - pushes_.data());
    p.key = eg::mix_key(eg::mix_key(noise_seed_, "perturbation " + body.spec().name, index), "trial", number);
    p.n_events = 0, p.is_done = false;
    draw(p, 0);
  }
  body.begin_trial(eg::mix_key(noise_seed_, "body " + body.spec().name, number),
                   static_cast<double>(step) * scenario_.dt_ms);
  if (body.is_over()) over_since_[b] = step;
  if (controllers_[b]) controllers_[b]->population->init(body.step_ms());
  show(b, step);
}

void ClosedLoop::begin_episode(uint64_t step) {
  for (auto& d : decoders_) d.request.origin = step;
  for (size_t b = 0; b < bodies_.size(); ++b) begin_trial(b, step);
}

void ClosedLoop::act(size_t b, uint64_t step) {
  Body& body = *bodies_[b];
  std::vector<double> action(body.n_actions(), 0.0), disturbance(body.n_disturbances(), 0.0);
  if (auto& c = controllers_[b]) {
    c->request.origin = c->n_steps;
    c->population->step(0, body.n_actions(), c->n_steps++, body.step_ms(), nullptr, c->scratch);
    std::ranges::copy(c->population->action(), action.begin());
  }
  for (const auto& d : decoders_) {
    if (d.body != b) continue;
    const auto decided = d.population->action();
    for (size_t k = 0; k < d.actions.size(); ++k) action[d.actions[k]] = decided[k];
  }
  const uint64_t interval = (step - trial_start_[b]) / body.interval() - 1;
  for (auto& p : pushes_)
    if (p.spec->body == b && p.acts && pushes(p, interval, body.step_ms())) disturbance[p.spec->channel] += p.amplitude;
  body.advance(action, disturbance, static_cast<double>(step) * scenario_.dt_ms);
  if (body.is_over()) over_since_[b] = step;
}

void ClosedLoop::advance(uint64_t step, uint64_t since_episode) {
  for (size_t b = 0; b < bodies_.size(); ++b) {
    Body& body = *bodies_[b];
    if (since_episode % body.interval() != 0) continue;
    if (body.is_in_trial())
      act(b, step), show(b, step);
    else if (body.spec().restarts)
      begin_trial(b, step);
    else
      body.rest(), show(b, step);
  }
}

void ClosedLoop::show(size_t b, uint64_t step) {
  const Body& body = *bodies_[b];
  shown_at_[b] = step;
  const auto fill = [&](const std::vector<uint32_t>& what, Observation& to) {
    to.first_step = step;
    to.first.resize(what.size()), to.later.resize(what.size());
    for (size_t k = 0; k < what.size(); ++k) {
      to.first[k] = body.seen()[what[k]];
      to.later[k] = body.is_pulse(what[k]) ? 0 : to.first[k];
    }
  };
  for (auto& e : encoders_)
    if (e.body == b) fill(e.what, e.observation);
  if (auto& c = controllers_[b]) {
    fill(c->what, c->observation);
    c->observation.first_step = c->n_steps;  // it has steps of its own
  }
}

double ClosedLoop::earned(const ModulatorSpec& m, uint64_t step) const {
  if (shown_at_[*m.rewards] != step) return 0;
  return bodies_[*m.rewards]->earned(m.reward_term);
}

uint64_t ClosedLoop::next_step(uint64_t step, const Schedule& schedule, uint64_t block_steps, uint64_t n_steps) const {
  const auto& phase = schedule.phases()[schedule.phase_at(step - 1)];
  if (!phase.spec || !phase.spec->reset) return step;
  for (size_t b = 0; b < bodies_.size(); ++b) {
    const Body& body = *bodies_[b];
    // One interval to see how it ended, and then a block in which rules hear what was made of it.
    if (body.is_in_trial() || body.spec().restarts || step < over_since_[b] + body.interval() + block_steps)
      return step;
  }
  return std::min(n_steps, schedule.episode_start(step - 1) + phase.episode_steps);
}

size_t ClosedLoop::bytes() const {
  size_t n = 0;
  for (const auto& c : controllers_)
    if (c) n += c->population->bytes();
  return n;
}

void ClosedLoop::visit(StateArchive& a) {
  a(trial_number_, trial_start_, shown_at_, over_since_, pushes_, noise_seed_);
  for (auto& b : bodies_) a(*b);
  for (auto& d : decoders_) a(d.request.origin);
  for (auto& e : encoders_) a(e.observation.first, e.observation.later, e.observation.first_step);
  for (auto& c : controllers_)
    if (c) a(*c->population, c->n_steps, c->observation.first, c->observation.later, c->observation.first_step);
}

std::vector<std::string> raw_sensor_warnings(const Scenario& s, const Brain& brain) {
  std::vector<std::string> warnings;
  if (brain.n_regions() < 2) return warnings;
  const auto stands = template_of_regions(s, brain);
  for (const auto& e : s.encoders) {
    if (!e.observes || !e.observes->senses) continue;
    const auto fed = regions_matching(brain, e.to.region);
    for (const auto& act : s.bodies[e.observes->body].acts) {
      const auto& decoder = s.populations[act.population];
      for (size_t r = 0; r < fed.size(); ++r) {
        if (!fed[r] || stands[r] != decoder.of_template) continue;
        warnings.push_back(
            fmt::format("{}: encoder '{}' feeds region {}, in which decoder '{}' of the same body stands: what "
                        "the body senses may reach its motors without the brain; choose other regions with 'to'",
                        e.to.at.text(), e.plugin.found->plugin->name, brain.connectome.labels[r], decoder.name));
        break;
      }
    }
  }
  return warnings;
}

}  // namespace encephagen
