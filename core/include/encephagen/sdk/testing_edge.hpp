// Plays the kernel for a plasticity rule in tests: owns synapses, traces and histories, calls the table.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "encephagen/abi/library.h"

namespace eg::testing {

// A rule of events: EdgeHarness h(eg::plasticity<Rule>, 1, 1, {{0, 0, 0.5}}, 0.1); h.set("tau_ms", 10); h.init();
// h.arrive(0, 5.0); h.fire(0, 15.0); then look at h.weight[0]. A rule of updates: h.init(1000); fill
// h.history("error")[target][step] and h.arrivals[source], both of which last for one update; h.update().
// Every source has one delay, so sources are the branches that rules see. Failed calls throw std::runtime_error with
// the plugin's text.
class EdgeHarness {
 public:
  struct Synapse {
    uint32_t source, target;
    double weight;
  };
  using Column = std::vector<double>;

  EdgeHarness(const eg_plugin& plugin, size_t n_pre, size_t n_post, const std::vector<Synapse>& synapses, double dt_ms)
      : arrivals(n_pre),
        plugin_(plugin),
        table_(*static_cast<const eg_edge*>(plugin.table)),
        dt_ms_(dt_ms),
        n_pre_(n_pre),
        incoming_(n_post),
        sources_(n_post),
        outgoing_(n_pre),
        targets_(n_pre) {
    for (uint64_t k = 0; k < synapses.size(); ++k) {
      const auto& s = synapses[k];
      weight.push_back(s.weight);
      incoming_[s.target].push_back(k), sources_[s.target].push_back(s.source);
      outgoing_[s.source].push_back(k), targets_[s.source].push_back(s.target);
    }
    edge_state.assign(table_.n_edge_state, Column(synapses.size(), -1.0));
    pre_.assign(table_.n_pre, Column(n_pre, 0.0)), post_.assign(table_.n_post, Column(n_post, 0.0));
    pre_t_.assign(n_pre, 0.0), post_t_.assign(n_post, 0.0);
    post_port_.assign(table_.n_post_ports, Column(n_post, 0.0));
    for (uint32_t i = 0; i < plugin.n_params; ++i) values_.push_back(plugin.params[i].preset);
  }

  void set(std::string_view param, double value) {
    auto& v = values_[index(param)];
    v.number = value, v.integer = static_cast<int64_t>(value);
  }
  void choose(std::string_view param, std::string_view choice) {
    const auto& p = plugin_.params[index(param)];
    const auto at = std::find(p.choices, p.choices + p.n_choices, choice);
    if (at == p.choices + p.n_choices) throw std::out_of_range("no choice " + std::string(choice));
    values_[index(param)].integer = at - p.choices;
  }

  // Histories get n_steps steps.
  void init(size_t n_steps = 0) {
    n_steps_ = n_steps;
    eg_error err{};
    self_ = {table_.create(values_.data(), &err), table_.destroy};
    if (!self_) throw std::runtime_error(err.text);
    modulator.assign(table_.n_modulators, 0.0);
    for (uint32_t u = 0; u < n_pre_; ++u) call(table_.init, u, outgoing_[u], targets_[u]);
    clear();
  }
  // A spike of `source` arrives. Returns what each of its synapses delivers, in order.
  Column arrive(uint32_t source, double t_ms) {
    t_ms_ = t_ms;
    Column transmitted;
    for (const uint64_t k : outgoing_[source]) transmitted.push_back(weight[k]);
    transmitted_ = transmitted.data();
    if (table_.transmit) call(table_.transmit, source, outgoing_[source], targets_[source]);
    transmitted_ = nullptr;
    if (table_.pre_spike) call(table_.pre_spike, source, outgoing_[source], targets_[source]);
    return transmitted;
  }
  // `target` fires.
  void fire(uint32_t target, double t_ms) {
    t_ms_ = t_ms;
    if (table_.post_spike) call(table_.post_spike, target, incoming_[target], sources_[target]);
  }
  // [target][step] of a required state, and its value at the update.
  std::vector<Column>& history(std::string_view port) { return post_history_[port_index(port)]; }
  Column& now(std::string_view port) { return post_port_[port_index(port)]; }

  // An episode begins: traces start anew, but for those that last; states of synapses stay.
  void begin_episode() {
    for (uint32_t c = 0; c < table_.n_pre; ++c)
      if (table_.pre[c].accepts != EG_TRACE_OF_RUN) std::ranges::fill(pre_[c], 0.0);
    for (uint32_t c = 0; c < table_.n_post; ++c)
      if (table_.post[c].accepts != EG_TRACE_OF_RUN) std::ranges::fill(post_[c], 0.0);
    clear();
  }

  void update() {
    for (uint32_t u = 0; u < incoming_.size(); ++u) call(table_.update, u, incoming_[u], sources_[u]);
    clear();
  }

  Column weight, modulator;                     // [synapse], [modulator]
  std::vector<Column> edge_state;               // [column][synapse]
  std::vector<std::vector<uint32_t>> arrivals;  // [source]: steps
  std::vector<Column> modulator_history;        // [modulator][step]

 private:
  size_t index(std::string_view param) const {
    for (uint32_t i = 0; i < plugin_.n_params; ++i)
      if (plugin_.params[i].name == param) return i;
    throw std::out_of_range("no parameter " + std::string(param));
  }
  size_t port_index(std::string_view port) const {
    for (uint32_t i = 0; i < table_.n_post_ports; ++i)
      if (table_.post_ports[i] == port) return i;
    throw std::out_of_range("no required state " + std::string(port));
  }
  void clear() {
    post_history_.assign(table_.n_post_ports, std::vector<Column>(incoming_.size(), Column(n_steps_, 0.0)));
    modulator_history.assign(table_.n_modulators, Column(n_steps_, 0.0));
    for (auto& a : arrivals) a.clear();
  }
  template <class T>
  static std::vector<T*> pointers(std::vector<std::vector<T>>& columns) {
    std::vector<T*> out;
    for (auto& c : columns) out.push_back(c.data());
    return out;
  }
  void call(eg_status (*function)(const void*, eg_edge_block*, eg_error*), uint32_t unit,
            const std::vector<uint64_t>& edges, const std::vector<uint32_t>& others) {
    auto state = pointers(edge_state), pre = pointers(pre_), post = pointers(post_);
    const auto port_now = pointers(post_port_), modulator_steps = pointers(modulator_history);
    const std::vector<const double*> port(port_now.begin(), port_now.end());
    const std::vector<const double*> modulator_columns(modulator_steps.begin(), modulator_steps.end());
    std::vector<double*> history;
    if (function == table_.update)
      for (auto& of_port : post_history_) history.push_back(of_port[unit].data());
    std::vector<uint64_t> begin{0};
    std::vector<uint32_t> steps;
    for (const auto& a : arrivals) {
      steps.insert(steps.end(), a.begin(), a.end());
      begin.push_back(steps.size());
    }
    eg_edge_block b{};
    b.size = sizeof b;
    b.n = static_cast<uint32_t>(edges.size());
    b.t_ms = t_ms_, b.dt_ms = dt_ms_, b.unit = unit;
    b.edge = edges.data(), b.other = others.data(), b.weight = weight.data();
    b.edge_state = state.data(), b.pre = pre.data(), b.post = post.data();
    b.pre_t_ms = pre_t_.data(), b.post_t_ms = post_t_.data(), b.post_port = port.data();
    b.modulator = modulator.data(), b.transmitted = transmitted_;
    if (function == table_.update) {
      b.n_history = static_cast<uint32_t>(n_steps_);
      b.post_history = history.data(), b.modulator_history = modulator_columns.data();
      b.pre_history_begin = begin.data(), b.pre_history = steps.data();
    }
    eg_error err{};
    if (function(self_.get(), &b, &err) != EG_OK) throw std::runtime_error(err.text);
  }

  const eg_plugin& plugin_;
  const eg_edge& table_;
  double dt_ms_, t_ms_ = 0;
  double* transmitted_ = nullptr;
  size_t n_pre_, n_steps_ = 0;
  std::vector<std::vector<uint64_t>> incoming_;  // [target]: synapses
  std::vector<std::vector<uint32_t>> sources_;
  std::vector<std::vector<uint64_t>> outgoing_;  // [source]: synapses
  std::vector<std::vector<uint32_t>> targets_;
  std::vector<Column> pre_, post_, post_port_;
  Column pre_t_, post_t_;
  std::vector<std::vector<Column>> post_history_;  // [required state][target][step]
  std::vector<eg_value> values_;
  std::unique_ptr<void, void (*)(void*)> self_{nullptr, [](void*) {}};
};

}  // namespace eg::testing
