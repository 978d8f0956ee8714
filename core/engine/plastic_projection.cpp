// A projection whose weights change: what arrives when, and the calls into plasticity rules.
#include "engine/plastic_projection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "engine/prefetch.hpp"
#include "engine/schedule.hpp"

namespace encephagen {
namespace {

// Synapses are swept in stretches that stay in the cache next to the core.
constexpr uint32_t swept_at_once = 2048;
// Histories come a step at a time and are read a unit at a time: so many steps are put in place together, since each
// unit's lie on a page of their own.
constexpr uint32_t staged_steps = 32;
// What a spike needs is asked for while those before it are worked on: some units, and about so many synapses, ahead.
constexpr size_t most_units_ahead = 4, synapses_ahead = 256;

void prefetch_traces(const std::vector<double*>& columns, std::span<const double> t_ms, uint32_t unit) {
  for (const double* c : columns) __builtin_prefetch(c + unit, 1);
  if (!t_ms.empty()) __builtin_prefetch(t_ms.data() + unit, 1);
}

}  // namespace

PlasticProjection::PlasticProjection(const ProjectionSpec& spec, size_t from_index, size_t to_index,
                                     const Synapses& synapses, const Population& to, std::vector<uint32_t> bound,
                                     const PathResolver& paths, double dt_ms)
    : spec_(&spec),
      from_(from_index),
      to_(to_index),
      dt_ms_(dt_ms),
      shares_delay_(synapses.delay_steps.empty()),
      bound_(std::move(bound)) {
  min_delay_ = max_delay_ = synapses.shared_delay_steps;
  if (!shares_delay_ && synapses.size() > 0) {
    const auto [low, high] = std::ranges::minmax(synapses.delay_steps);
    min_delay_ = low, max_delay_ = high;
  }
  dendritic_ = static_cast<uint64_t>(std::llround(spec.dendritic_delay_ms / dt_ms));
  if (dendritic_ >= min_delay_)
    throw Failure(Exit::scenario_invalid,
                  fmt::format("{}: 'dendritic_delay_ms' = {:g} leaves no step of the shortest delay, {:g} ms, to the "
                              "axon: make it shorter",
                              spec.at.text(), spec.dendritic_delay_ms, static_cast<double>(min_delay_) * dt_ms));
  for (const auto& choice : spec.plasticity) add_rule(choice, to, paths);
  const bool with_incoming =
      std::ranges::any_of(rules_, [](const Rule& r) { return r.edge.post_spike || r.edge.update; });
  size_t n_pre = 0, n_post = 0;  // columns of all rules, with times
  for (const Rule& rule : rules_) {
    if (rule.edge.n_pre > 0) n_pre += rule.edge.n_pre + 1;
    if (rule.edge.n_post > 0) n_post += rule.edge.n_post + 1;
  }
  for (size_t s = 0; s + 1 < bound_.size(); ++s) {
    Part& part = parts_.emplace_back(PlasticSynapses(synapses, bound_[s], bound_[s + 1], with_incoming, n_pre, n_post),
                                     bound_[s]);
    if (!shares_delay_) part.to_synapse.resize(max_delay_ + 1);
    if (!shares_delay_ && dendritic_ > 0) part.to_soma.resize(max_delay_ + 1);
    const size_t per_target = part.synapses.size() / std::max(1u, bound_[s + 1] - bound_[s]);
    part.units_ahead = std::clamp<size_t>(synapses_ahead / std::max<size_t>(1, per_target), 1, most_units_ahead);
    auto pre = part.synapses.pre_trace.begin(), post = part.synapses.post_trace.begin();
    for (const Rule& rule : rules_) {
      RulePart& r = part.rules.emplace_back();
      for (uint32_t c = 0; c < rule.edge.n_pre; ++c) r.pre.push_back(*pre++);
      if (rule.edge.n_pre > 0) r.pre_t_ms = *pre++;
      for (uint32_t c = 0; c < rule.edge.n_post; ++c) r.post.push_back(*post++);
      if (rule.edge.n_post > 0) r.post_t_ms = *post++;
      lay_out(part, r, rule, to);
    }
  }
}

void PlasticProjection::add_rule(const PlasticitySpec& choice, const Population& to, const PathResolver& paths) {
  Rule rule{create_instance(choice.plugin, paths), {}, {}, {}, choice.modulators};
  rule.edge = edge_calls(rule.instance.edge());
  for (uint32_t k = 0; k < rule.edge.n_post_ports; ++k)
    for (uint32_t c = 0; c < to.unit().n_state; ++c)
      if (std::string_view(to.unit().state[c].name) == rule.edge.post_ports[k]) {
        rule.ports.push_back(c);
        rule.is_constant.push_back(to.unit().state[c].accepts == EG_STATE_SET_BY_INIT);
      }
  const double every_ms = rule.edge.update_every_ms(rule.instance.self());
  if (every_ms > 0) {
    rule.update_every = static_cast<uint64_t>(std::llround(every_ms / dt_ms_));
    if (rule.update_every == 0 ||
        std::abs(static_cast<double>(rule.update_every) * dt_ms_ - every_ms) > 1e-6 * every_ms)
      throw Failure(
          Exit::scenario_invalid,
          fmt::format("{}: plasticity '{}' wants an update each {:g} ms, which is not a multiple of dt_ms = {:g}",
                      choice.plugin.at.text(), rule.instance.plugin().name, every_ms, dt_ms_));
  }
  transmits_ = transmits_ || rule.edge.transmit;
  rules_.push_back(std::move(rule));
}

void PlasticProjection::lay_out(Part& part, RulePart& r, const Rule& rule, const Population& to) {
  const eg_edge& edge = rule.edge;
  const size_t n_targets = bound_[parts_.size()] - part.first;  // it is the last that was added
  r.edge_state.assign(edge.n_edge_state, std::vector<double>(part.synapses.size()));
  const auto point = [](auto& columns) {
    std::vector<double*> out;
    for (auto& c : columns) out.push_back(c.data());
    return out;
  };
  r.edge_state_pointers = point(r.edge_state);
  r.pre_pointers = point(r.pre);
  r.post_pointers = point(r.post);
  for (const uint32_t c : rule.ports) r.port_pointers.push_back(to.state(c).as<double>().data() + part.first);
  r.modulator.assign(rule.modulators.size(), 0.0);
  r.block = {};
  r.block.size = sizeof r.block;
  r.block.dt_ms = dt_ms_;
  r.block.weight = part.synapses.weight.data();
  r.block.edge_state = r.edge_state_pointers.data();
  r.block.pre = r.pre_pointers.data();
  r.block.post = r.post_pointers.data();
  r.block.pre_t_ms = r.pre_t_ms.data();
  r.block.post_t_ms = r.post_t_ms.data();
  r.block.post_port = r.port_pointers.data();
  r.block.modulator = r.modulator.data();
  if (edge.keeps_history && rule.update_every > 0) {
    for (const bool is_constant : rule.is_constant) {
      r.post_history.emplace_back((is_constant ? 1 : n_targets) * rule.update_every);
      r.staged.emplace_back(is_constant ? 0 : n_targets * staged_steps);
    }
    r.modulator_history.assign(edge.n_modulators, std::vector<double>(rule.update_every));
  }
}

void PlasticProjection::call(const Rule& rule, Call f, const char* name, eg_edge_block& block) const {
  eg_error err;
  err.text[0] = '\0';
  if (f(rule.instance.self(), &block, &err) == EG_OK) return;
  throw Failure(Exit::simulation_failed,
                fmt::format("projection '{}': plasticity '{}' {} failed in {} at t = {:.6g} ms: {}", spec_->name,
                            rule.instance.plugin().name, rule.instance.plugin().version, name, block.t_ms,
                            err.text[0] ? err.text : "it gave no reason"));
}

eg_edge_block& PlasticProjection::begin_call(Part& part, size_t rule, uint64_t step, const double* modulators) {
  RulePart& r = part.rules[rule];
  for (size_t m = 0; m < r.modulator.size(); ++m) r.modulator[m] = modulators[rules_[rule].modulators[m]];
  r.block.t_ms = static_cast<double>(step + 1) * dt_ms_;
  return r.block;
}

void PlasticProjection::set_outgoing(eg_edge_block& b, const Part& part, uint32_t branch) const {
  const auto& s = part.synapses;
  b.unit = branch;
  b.first_edge = s.row_begin[branch];
  b.n = s.row_begin[branch + 1] - s.row_begin[branch];
  b.edge = nullptr;
  b.other = s.target.data() + b.first_edge;
}

void PlasticProjection::set_incoming(eg_edge_block& b, Part& part, uint32_t target) const {
  const auto& s = part.synapses;
  const uint32_t begin = s.in_begin[target], n = s.in_begin[target + 1] - begin;
  if (part.edges.size() < n) part.edges.resize(n);
  for (uint32_t k = 0; k < n; ++k) part.edges[k] = s.in_synapse[begin + k];
  b.unit = target;
  b.first_edge = 0;
  b.n = n;
  b.edge = part.edges.data();
  b.other = s.in_branch.data() + begin;
}

void PlasticProjection::prefetch_outgoing(const Part& part, uint32_t branch) const {
  const auto& s = part.synapses;
  const uint32_t begin = s.row_begin[branch], n = s.row_begin[branch + 1] - begin;
  prefetch(s.target.data() + begin, n);
  prefetch(s.weight.data() + begin, n);
  for (const RulePart& r : part.rules) prefetch_traces(r.pre_pointers, r.pre_t_ms, branch);
}

void PlasticProjection::prefetch_index(const Part& part, uint32_t target) const {
  const auto& s = part.synapses;
  const uint32_t begin = s.in_begin[target], n = s.in_begin[target + 1] - begin;
  prefetch(s.in_synapse.data() + begin, n);
  prefetch(s.in_branch.data() + begin, n);
}

void PlasticProjection::prefetch_incoming(const Part& part, uint32_t target) const {
  const auto& s = part.synapses;
  for (uint32_t k = s.in_begin[target]; k < s.in_begin[target + 1]; ++k)
    __builtin_prefetch(&s.weight[s.in_synapse[k]], 1);
  for (const RulePart& r : part.rules) prefetch_traces(r.post_pointers, r.post_t_ms, target);
}

void PlasticProjection::init() {
  for (auto& part : parts_)
    for (size_t i = 0; i < rules_.size(); ++i) {
      const Rule& rule = rules_[i];
      RulePart& r = part.rules[i];
      for (auto& c : r.edge_state) std::ranges::fill(c, 0.0);
      for (auto* columns : {&r.pre, &r.post})
        for (auto& c : *columns) std::ranges::fill(c, 0.0);
      std::ranges::fill(r.pre_t_ms, 0.0);
      std::ranges::fill(r.post_t_ms, 0.0);
      auto& block = r.block;
      block.t_ms = 0;
      std::ranges::fill(r.modulator, 0.0);
      const CallScope scope(rule.instance.plugin(), "init");
      for (uint32_t b = 0; b < part.synapses.n_branches(); ++b) {
        set_outgoing(block, part, b);
        call(rule, rule.edge.init, "init", block);
      }
      const auto keep = [](const auto& columns, std::span<const double> time_ms) {
        std::vector<std::vector<double>> out;
        for (const auto& c : columns) out.emplace_back(c.begin(), c.end());
        out.emplace_back(time_ms.begin(), time_ms.end());
        return out;
      };
      r.initial_pre = keep(r.pre, r.pre_t_ms), r.initial_post = keep(r.post, r.post_t_ms);
    }
  restart(0);
}

void PlasticProjection::restart(uint64_t step) {
  for (auto& part : parts_) {
    for (auto& w : part.to_synapse) w.clear();
    for (auto& w : part.to_soma) w.clear();
    for (size_t i = 0; i < rules_.size(); ++i) {
      RulePart& r = part.rules[i];
      // Copied into place: the plugins hold the addresses.
      const auto begin_anew = [](const eg_column* columns, std::vector<std::span<double>>& traces,
                                 const std::vector<std::vector<double>>& initial, std::span<double> time_ms) {
        bool lasts = false;
        for (size_t c = 0; c < traces.size(); ++c) {
          if (columns[c].accepts == EG_TRACE_OF_RUN)
            lasts = true;
          else
            std::ranges::copy(initial[c], traces[c].begin());
        }
        if (!lasts) std::ranges::copy(initial.back(), time_ms.begin());
      };
      begin_anew(rules_[i].edge.pre, r.pre, r.initial_pre, r.pre_t_ms);
      begin_anew(rules_[i].edge.post, r.post, r.initial_post, r.post_t_ms);
      forget_history(r);
    }
  }
  for (auto& rule : rules_) rule.active_since = step;
}

void PlasticProjection::set_active(const std::vector<std::string>& patterns, uint64_t step) {
  for (size_t i = 0; i < rules_.size(); ++i) {
    rules_[i].is_active = is_chosen(patterns, {spec_->name, rules_[i].instance.plugin().name});
    rules_[i].active_since = step;
    for (auto& part : parts_) forget_history(part.rules[i]);
  }
}

void PlasticProjection::queue(size_t p, const SpikeHistory& history, uint64_t from, uint64_t to) {
  if (shares_delay_) return;  // found by their time
  Part& part = parts_[p];
  const auto& s = part.synapses;
  for (uint64_t step = from; step < to; ++step)
    for (size_t slice = 0; slice < history.n_slices(); ++slice)
      for (const uint32_t source : history.of(from_, slice, step)) {
        const auto [first, last] = s.branches_of(source);
        for (uint32_t b = first; b < last; ++b) {
          const uint64_t soma = step + s.branch_delay[b];
          part.to_synapse[(soma - dendritic_) % part.to_synapse.size()].push_back(b);
          if (dendritic_ > 0) part.to_soma[soma % part.to_soma.size()].push_back(b);
        }
      }
}

// The branches whose spikes arrive `ahead` steps before they reach the soma, in order of their numbers, so that no
// order of sums depends on when they were queued.
const std::vector<uint32_t>& PlasticProjection::arriving(Part& part, const SpikeHistory& history, uint64_t step,
                                                         uint64_t ahead, std::vector<std::vector<uint32_t>>& waiting) {
  if (!shares_delay_) {
    auto& branches = waiting[step % waiting.size()];
    std::ranges::sort(branches);
    return branches;
  }
  part.arriving.clear();
  const uint64_t delay = max_delay_ - ahead;
  if (step >= delay)
    for (size_t slice = 0; slice < history.n_slices(); ++slice) {
      const auto& spikes = history.of(from_, slice, step - delay);
      part.arriving.insert(part.arriving.end(), spikes.begin(), spikes.end());
    }
  return part.arriving;
}

template <class Real>
void PlasticProjection::arrive(size_t p, const SpikeHistory& history, uint64_t step, const double* modulators,
                               Real* slot) {
  Part& part = parts_[p];
  const auto& s = part.synapses;
  {
    const auto& branches = arriving(part, history, step, 0, dendritic_ > 0 ? part.to_soma : part.to_synapse);
    for (const uint32_t b : branches) __builtin_prefetch(&s.row_begin[b]);
    for (size_t i = 0, asked = 0; i < branches.size(); ++i) {
      for (; asked < std::min(i + 1 + most_units_ahead, branches.size()); ++asked)
        prefetch_outgoing(part, branches[asked]);
      const uint32_t begin = s.row_begin[branches[i]], n = s.row_begin[branches[i] + 1] - begin;
      const uint32_t* target = s.target.data() + begin;
      const double* weight = s.weight.data() + begin;
      part.n_events += n;
      if (transmits_) {
        part.transmitted.assign(weight, weight + n);
        for (size_t r = 0; r < rules_.size(); ++r) {
          if (!rules_[r].edge.transmit) continue;
          const CallScope scope(rules_[r].instance.plugin(), "transmit");
          auto& block = begin_call(part, r, step, modulators);
          set_outgoing(block, part, branches[i]);
          block.transmitted = part.transmitted.data();
          call(rules_[r], rules_[r].edge.transmit, "transmit", block);
          block.transmitted = nullptr;
        }
        weight = part.transmitted.data();
      }
      for (uint32_t k = 0; k < n; ++k) slot[target[k]] += static_cast<Real>(weight[k]);
    }
    if (dendritic_ == 0)
      for (size_t r = 0; r < rules_.size(); ++r) tell(part, r, step, modulators, branches);
  }
  if (dendritic_ > 0) {
    const auto& branches = arriving(part, history, step, dendritic_, part.to_synapse);
    for (size_t r = 0; r < rules_.size(); ++r) tell(part, r, step, modulators, branches);
    if (!shares_delay_) part.to_soma[step % part.to_soma.size()].clear();
  }
  if (!shares_delay_) part.to_synapse[step % part.to_synapse.size()].clear();
}
template void PlasticProjection::arrive(size_t, const SpikeHistory&, uint64_t, const double*, double*);
template void PlasticProjection::arrive(size_t, const SpikeHistory&, uint64_t, const double*, float*);

void PlasticProjection::tell(Part& part, size_t i, uint64_t step, const double* modulators,
                             const std::vector<uint32_t>& branches) {
  const Rule& rule = rules_[i];
  if (!rule.is_active || branches.empty()) return;
  RulePart& r = part.rules[i];
  if (rule.edge.keeps_history)
    for (const uint32_t b : branches) r.arrivals.emplace_back(b, r.n_history);
  if (!rule.edge.pre_spike) return;
  part.n_changes += branches.size();
  const CallScope scope(rule.instance.plugin(), "pre_spike");
  auto& block = begin_call(part, i, step, modulators);
  for (const uint32_t b : branches) {
    set_outgoing(block, part, b);
    call(rule, rule.edge.pre_spike, "pre_spike", block);
  }
}

void PlasticProjection::fired(size_t p, const SpikeHistory& history, uint64_t step, const double* modulators) {
  Part& part = parts_[p];
  for (size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    if (!rule.is_active) continue;
    if (rule.edge.post_spike && step >= dendritic_) {
      const auto& spikes = history.of(to_, p, step - dendritic_);
      if (!spikes.empty()) {
        part.n_changes += spikes.size();
        const CallScope scope(rule.instance.plugin(), "post_spike");
        auto& block = begin_call(part, i, step, modulators);
        for (const uint32_t unit : spikes) __builtin_prefetch(&part.synapses.in_begin[unit - part.first]);
        for (size_t k = 0, asked = 0, indexed = 0; k < spikes.size(); ++k) {
          for (; indexed < std::min(k + 1 + 2 * part.units_ahead, spikes.size()); ++indexed)
            prefetch_index(part, spikes[indexed] - part.first);
          for (; asked < std::min(k + 1 + part.units_ahead, spikes.size()); ++asked)
            prefetch_incoming(part, spikes[asked] - part.first);
          set_incoming(block, part, spikes[k] - part.first);
          call(rule, rule.edge.post_spike, "post_spike", block);
        }
      }
    }
    if (rule.update_every == 0) continue;
    if (rule.edge.keeps_history) keep_history(part, i, modulators);
    if ((step + 1 - rule.active_since) % rule.update_every != 0) continue;
    (void)begin_call(part, i, step, modulators);
    update(part, i);
  }
}

void PlasticProjection::finish_episode(uint64_t step, const double* modulators) {
  for (auto& part : parts_)
    for (size_t i = 0; i < rules_.size(); ++i) {
      if (!rules_[i].is_active || !rules_[i].edge.keeps_history || part.rules[i].n_history == 0) continue;
      (void)begin_call(part, i, step, modulators);
      update(part, i);
    }
}

void PlasticProjection::update(Part& part, size_t i) {
  const Rule& rule = rules_[i];
  RulePart& r = part.rules[i];
  auto& block = r.block;
  ++part.n_changes;
  if (rule.edge.sweep) {
    const CallScope scope(rule.instance.plugin(), "sweep");
    const auto n = static_cast<uint32_t>(part.synapses.size());
    for (uint32_t first = 0; first < n; first += swept_at_once) {
      block.unit = 0;
      block.edge = nullptr;
      block.first_edge = first;
      block.n = std::min(swept_at_once, n - first);
      block.other = part.synapses.target.data() + first;
      call(rule, rule.edge.sweep, "sweep", block);
    }
  }
  if (!rule.edge.update) return;
  std::vector<uint64_t> begin;
  std::vector<uint32_t> arrivals;
  std::vector<double*> ports(r.post_history.size());
  std::vector<const double*> modulators;
  if (rule.edge.keeps_history) {
    r.place_history();
    begin.assign(part.synapses.n_branches() + 1, 0);
    for (const auto& [b, step] : r.arrivals) ++begin[b + 1];
    for (size_t b = 0; b + 1 < begin.size(); ++b) begin[b + 1] += begin[b];
    arrivals.resize(r.arrivals.size());
    auto at = begin;
    for (const auto& [b, step] : r.arrivals) arrivals[at[b]++] = step;
    for (const auto& m : r.modulator_history) modulators.push_back(m.data());
    block.n_history = r.n_history;
    block.post_history = ports.data();
    block.pre_history_begin = begin.data();
    block.pre_history = arrivals.data();
    block.modulator_history = modulators.data();
  }
  const CallScope scope(rule.instance.plugin(), "update");
  for (uint32_t t = 0; t + 1 < part.synapses.in_begin.size(); ++t) {
    set_incoming(block, part, t);
    for (size_t k = 0; k < ports.size(); ++k) {
      auto& history = r.post_history[k];
      ports[k] = history.data() + (rule.is_constant[k] ? 0 : t * rule.update_every);
      if (rule.is_constant[k]) std::fill_n(ports[k], r.n_history, r.port_pointers[k][t]);
    }
    call(rule, rule.edge.update, "update", block);
  }
  forget_history(r);
}

void PlasticProjection::keep_history(Part& part, size_t i, const double* modulators) {
  const Rule& rule = rules_[i];
  RulePart& r = part.rules[i];
  if (r.n_history >= rule.update_every) return;
  for (size_t k = 0; k < r.staged.size(); ++k) {
    const size_t n = r.staged[k].size() / staged_steps;
    std::copy_n(r.port_pointers[k], n, r.staged[k].data() + (r.n_history - r.n_placed) * n);
  }
  for (size_t m = 0; m < r.modulator_history.size(); ++m)
    r.modulator_history[m][r.n_history] = modulators[rule.modulators[m]];
  if (++r.n_history - r.n_placed == staged_steps) r.place_history();
}

void PlasticProjection::RulePart::place_history() {
  const uint32_t n = n_history - n_placed;
  for (size_t k = 0; k < staged.size(); ++k) {
    if (staged[k].empty()) continue;
    const size_t n_targets = staged[k].size() / staged_steps, capacity = post_history[k].size() / n_targets;
    constexpr size_t tile = 8;  // targets that share lines of the cache in `staged`
    for (size_t first = 0; first < n_targets; first += tile)
      for (uint32_t step = 0; step < n; ++step) {
        const double* from = staged[k].data() + step * n_targets;
        double* to = post_history[k].data() + n_placed + step;
        for (size_t t = first; t < std::min(first + tile, n_targets); ++t) to[t * capacity] = from[t];
      }
  }
  n_placed = n_history;
}

void PlasticProjection::forget_history(RulePart& r) {
  r.n_history = r.n_placed = 0;
  r.arrivals.clear();
  r.block.n_history = 0;
}

Synapses PlasticProjection::synapses() const {
  struct One {
    uint32_t target;
    uint16_t delay;
    double weight;
  };
  Synapses out;
  const auto& first = parts_.front().synapses;
  const size_t n_source = first.branch_begin.empty() ? first.n_branches() : first.branch_begin.size() - 1;
  out.row_begin.push_back(0);
  out.shared_delay_steps = static_cast<uint16_t>(max_delay_);
  std::vector<One> row;
  for (uint32_t source = 0; source < n_source; ++source) {
    row.clear();
    for (const auto& part : parts_) {
      const auto& s = part.synapses;
      const auto [from, to] = s.branches_of(source);
      for (uint32_t b = from; b < to; ++b)
        for (uint32_t k = s.row_begin[b]; k < s.row_begin[b + 1]; ++k)
          row.push_back({s.target[k] + part.first, shares_delay_ ? uint16_t{0} : s.branch_delay[b], s.weight[k]});
    }
    std::ranges::stable_sort(
        row, [](const One& a, const One& b) { return std::tie(a.target, a.delay) < std::tie(b.target, b.delay); });
    for (const One& o : row) {
      out.target.push_back(o.target);
      out.weight.push_back(o.weight);
      if (!shares_delay_) out.delay_steps.push_back(o.delay);
    }
    out.row_begin.push_back(out.target.size());
  }
  return out;
}

double& PlasticProjection::weight(const Synapses& as, uint64_t k) {
  const auto source = static_cast<uint32_t>(std::ranges::upper_bound(as.row_begin, k) - as.row_begin.begin() - 1);
  uint64_t before = 0;  // synapses of the source with the same target and delay
  for (uint64_t j = as.row_begin[source]; j < k; ++j)
    before += as.target[j] == as.target[k] && as.delay(j) == as.delay(k);
  for (auto& part : parts_) {
    auto& s = part.synapses;
    const auto [from, to] = s.branches_of(source);
    for (uint32_t b = from; b < to; ++b) {
      if (!shares_delay_ && s.branch_delay[b] != as.delay(k)) continue;
      for (uint32_t i = s.row_begin[b]; i < s.row_begin[b + 1]; ++i)
        if (s.target[i] + part.first == as.target[k] && before-- == 0) return s.weight[i];
    }
  }
  throw std::logic_error("a synapse of the projection is in none of its parts");
}

uint64_t PlasticProjection::n_changes() const {
  uint64_t n = 0;
  for (const auto& p : parts_) n += p.n_changes;
  return n;
}
uint64_t PlasticProjection::n_events() const {
  uint64_t n = 0;
  for (const auto& p : parts_) n += p.n_events;
  return n;
}
size_t PlasticProjection::n_synapses() const {
  size_t n = 0;
  for (const auto& p : parts_) n += p.synapses.size();
  return n;
}
size_t PlasticProjection::synapse_bytes() const {
  size_t n = 0;
  for (const auto& p : parts_) n += p.synapses.bytes();
  return n;
}
size_t PlasticProjection::trace_bytes() const {
  size_t n = 0;
  for (const auto& p : parts_)
    for (const auto& r : p.rules) {
      const auto bytes = [](const auto& columns) {
        size_t sum = 0;
        for (const auto& c : columns) sum += c.size() * sizeof(double);
        return sum;
      };
      // Traces and their times twice: what an episode begins with is kept.
      n += bytes(r.edge_state) + bytes(r.post_history) + bytes(r.staged) + 2 * (bytes(r.pre) + bytes(r.post)) +
           2 * (r.pre_t_ms.size() + r.post_t_ms.size()) * sizeof(double);
    }
  return n;
}

}  // namespace encephagen
