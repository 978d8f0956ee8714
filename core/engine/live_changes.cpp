// What a person who drives a simulation may do to it between two pieces: inject input, change parameters, look at
// spikes.
#include <fmt/format.h>

#include <algorithm>

#include "engine/simulation.hpp"
#include "host/floating_point_state.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {

void Simulation::spikes_of(size_t population, uint64_t step, const std::function<void(uint32_t)>& f) const {
  for (size_t s = 0; s < slices_.n; ++s)
    for (const uint32_t unit : history_->of(population, s, step)) f(unit);
}

void Simulation::inject(size_t population, const std::string& port, std::vector<uint32_t> units, double amplitude,
                        uint64_t n_steps) {
  const auto& p = *populations_[population];
  const size_t to = port_for(population, port, false, 1.0, {"inject", 0, 0});
  std::ranges::sort(units);
  units.erase(std::unique(units.begin(), units.end()), units.end());
  if (!units.empty() && units.back() >= p.size())
    throw Failure(Exit::usage, fmt::format("there is no unit {} in population '{}', which has {}, numbered from 0",
                                           units.back(), p.name(), p.size()));
  std::erase_if(injections_, [&](const Injection& i) { return i.to <= next_step_; });
  injections_.push_back({population, to, std::move(units), next_step_, next_step_ + n_steps, amplitude});
  ports_[population][to].is_driven = true;
}

const PluginChoice& Simulation::declared(const Owner& owner) const {
  return owner.is_encoder ? scenario_.encoders[owner.index].plugin : scenario_.populations[owner.index].plugin;
}

const PluginChoice& Simulation::choice_of(const Owner& owner) const {
  const auto at = changed_.find(owner);
  return at == changed_.end() ? declared(owner) : at->second;
}

void Simulation::apply_params(const Owner& owner, const PluginChoice& choice) {
  const FlushSubnormals flush;
  if (!owner.is_encoder) return populations_[owner.index]->set_params(choice, paths_, scenario_.dt_ms);
  for (auto& e : encoders_)
    if (e.spec == owner.index) e.encoder->set_params(choice, paths_, scenario_.dt_ms);
}

void Simulation::change(const Owner& owner, const std::string& key, const Node& value) {
  PluginChoice choice = choice_of(owner);
  Diagnostics d;
  replace_param(choice, key, value, d);
  d.throw_if_any();
  apply_params(owner, choice);
  changed_[owner] = std::move(choice);
}

void Simulation::undo_changes() {
  for (const auto& [owner, choice] : changed_) apply_params(owner, declared(owner));
  changed_.clear();
  injections_.clear();
}

void Simulation::visit_changes(StateArchive& a) {
  a(injections_);
  uint64_t n = changed_.size();
  a(n);
  if (!a.is_loading()) {
    for (const auto& [owner, choice] : changed_) {
      Owner whose = owner;
      std::string params = write_toml(choice.params);
      a(whose.is_encoder, whose.index, params);
    }
    return;
  }
  for (const auto& i : injections_) ports_[i.population][i.port].is_driven = true;
  for (uint64_t k = 0; k < n; ++k) {
    Owner owner;
    std::string params;
    a(owner.is_encoder, owner.index, params);
    PluginChoice choice = declared(owner);
    choice.params = parse_toml(params, "checkpoint");
    apply_params(owner, choice);
    changed_[owner] = std::move(choice);
  }
}

}  // namespace encephagen
