// A projection whose weights change: arrivals in time order, traces, and the calls into plasticity plugins.
#include "engine/plastic_projection.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace encephagen {

PlasticProjection::PlasticProjection(const ProjectionSpec& spec, Synapses synapses, const Population& from,
                                     const Population& to, const PathResolver& paths)
    : synapses_(std::move(synapses)) {
  const Synapses& s = synapses_;
  waiting_.resize(size_t{s.max_delay_steps()} + 1);
  in_begin_.assign(to.size() + 1, 0);
  for (const uint32_t t : s.target) ++in_begin_[t + 1];
  for (size_t i = 0; i < to.size(); ++i) in_begin_[i + 1] += in_begin_[i];
  in_edge_.resize(s.size());
  in_source_.resize(s.size());
  auto at = in_begin_;
  for (uint32_t source = 0; source < from.size(); ++source)
    for (uint64_t k = s.row_begin[source]; k < s.row_begin[source + 1]; ++k) {
      const uint64_t slot = at[s.target[k]]++;
      in_edge_[slot] = k;
      in_source_[slot] = source;
    }
  for (const auto& [choice_, modulators] : spec.plasticity) {
    const PluginChoice& choice = choice_;
    const eg_plugin& plugin = *choice.found->plugin;
    Diagnostics d;
    const ParamValues values = param_values(choice, paths, d);
    d.throw_if_any();
    const auto instance = [&] {
      try {
        return PluginInstance(plugin, values);
      } catch (const PluginFailed& e) {
        throw Failure(Exit::scenario_invalid, fmt::format("{}: plasticity '{}' {} refuses its parameters: {}",
                                                          choice.at.text(), plugin.name, plugin.version, e.what()));
      }
    };
    rules_.push_back({instance(), {}, {}, {}, {}, {}, {}, {}, {}, {}, 0, 0});
    Rule& rule = rules_.back();
    const eg_edge& edge = rule.instance.edge();
    rule.edge_state.assign(edge.n_edge_state, std::vector<double>(s.size(), 0.0));
    rule.pre.assign(edge.n_pre, std::vector<double>(from.size(), 0.0));
    rule.post.assign(edge.n_post, std::vector<double>(to.size(), 0.0));
    rule.pre_t_ms.assign(from.size(), 0.0);
    rule.post_t_ms.assign(to.size(), 0.0);
    for (auto& c : rule.edge_state) rule.edge_state_pointers.push_back(c.data());
    for (auto& c : rule.pre) rule.pre_pointers.push_back(c.data());
    for (auto& c : rule.post) rule.post_pointers.push_back(c.data());
    for (uint32_t k = 0; k < edge.n_post_ports; ++k)
      for (uint32_t c = 0; c < to.unit().n_state; ++c)
        if (std::string_view(to.unit().state[c].name) == edge.post_ports[k])
          rule.post_port.push_back(to.state(c).as<double>().data());
    rule.update_every_ms = edge.update_every_ms(rule.instance.self());
    rule.next_update_ms = rule.update_every_ms;
  }
}

void PlasticProjection::call(Rule& rule, eg_status (*f)(const void*, eg_edge_block*, eg_error*), const char* name,
                             eg_edge_block block, double t_ms) {
  if (!f) return;
  block.size = sizeof block;
  block.t_ms = t_ms;
  block.weight = synapses_.weight.data();
  block.edge_state = rule.edge_state_pointers.data();
  block.pre = rule.pre_pointers.data();
  block.post = rule.post_pointers.data();
  block.pre_t_ms = rule.pre_t_ms.data();
  block.post_t_ms = rule.post_t_ms.data();
  block.post_port = rule.post_port.data();
  eg_error err;
  err.text[0] = '\0';
  const CallScope scope(rule.instance.plugin(), name);
  if (f(rule.instance.self(), &block, &err) != EG_OK)
    throw Failure(Exit::simulation_failed, fmt::format("plasticity '{}' {} failed in {} at t = {:.6g} ms: {}",
                                                       rule.instance.plugin().name, rule.instance.plugin().version,
                                                       name, t_ms, err.text[0] ? err.text : "it gave no reason"));
}

eg_edge_block PlasticProjection::incoming(uint32_t unit) {
  eg_edge_block b{};
  b.unit = unit;
  b.n = static_cast<uint32_t>(in_begin_[unit + 1] - in_begin_[unit]);
  b.edge = in_edge_.data() + in_begin_[unit];
  b.other = in_source_.data() + in_begin_[unit];
  return b;
}

void PlasticProjection::init(double dt_ms) {
  for (auto& events : waiting_) events.clear();
  for (auto& rule : rules_)
    for (uint32_t source = 0; source + 1 < synapses_.row_begin.size(); ++source) {
      eg_edge_block b{};
      b.dt_ms = dt_ms;
      b.unit = source;
      b.first_edge = synapses_.row_begin[source];
      b.n = static_cast<uint32_t>(synapses_.row_begin[source + 1] - b.first_edge);
      b.other = synapses_.target.data() + b.first_edge;
      call(rule, rule.instance.edge().init, "init", b, 0);
    }
}

void PlasticProjection::queue(std::span<const uint32_t> spikes, uint64_t step) {
  const auto& s = synapses_;
  for (const uint32_t source : spikes)
    for (uint64_t k = s.row_begin[source], end = s.row_begin[source + 1]; k < end;) {
      const uint16_t delay = s.delay_steps.empty() ? s.shared_delay_steps : s.delay_steps[k];
      uint64_t last = k + 1;  // a run of synapses with one delay
      while (last < end && (s.delay_steps.empty() || s.delay_steps[last] == delay)) ++last;
      waiting_[(step + delay) % waiting_.size()].push_back({source, k, last - k});
      k = last;
    }
}

void PlasticProjection::arrive(uint64_t step, double dt_ms, double* arriving) {
  auto& events = waiting_[step % waiting_.size()];
  // Queued in order of emission; sorted so that the order does not depend on it.
  std::ranges::sort(events, {}, &Event::first);
  const double t_ms = static_cast<double>(step + 1) * dt_ms;
  for (const auto& e : events)
    for (uint64_t k = e.first; k < e.first + e.n; ++k) arriving[synapses_.target[k]] += synapses_.weight[k];
  for (auto& rule : rules_)
    for (const auto& e : events) {
      eg_edge_block b{};
      b.dt_ms = dt_ms;
      b.unit = e.source;
      b.first_edge = e.first;
      b.n = static_cast<uint32_t>(e.n);
      b.other = synapses_.target.data() + e.first;
      call(rule, rule.instance.edge().pre_spike, "pre_spike", b, t_ms);
    }
  events.clear();
}

void PlasticProjection::fired(std::span<const uint32_t> spikes, uint64_t step, double dt_ms) {
  const double t_ms = static_cast<double>(step + 1) * dt_ms;
  for (auto& rule : rules_) {
    for (const uint32_t unit : spikes) {
      auto b = incoming(unit);
      b.dt_ms = dt_ms;
      call(rule, rule.instance.edge().post_spike, "post_spike", b, t_ms);
    }
    if (rule.update_every_ms <= 0 || t_ms + 1e-9 < rule.next_update_ms) continue;
    rule.next_update_ms += rule.update_every_ms;
    for (uint32_t unit = 0; unit + 1 < in_begin_.size(); ++unit) {
      auto b = incoming(unit);
      b.dt_ms = dt_ms;
      call(rule, rule.instance.edge().update, "update", b, t_ms);
    }
  }
}

}  // namespace encephagen
