// Tests only: plays the kernel for one projection and one rule, told of every event by hand through the rule's table.
#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <encephagen/sdk/plasticity.hpp>
#include <encephagen/sdk/random.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace core::testing {

// Synapses sorted by source, delay and target; those of one source and one delay are a branch of its axon. Calls throw
// std::runtime_error with the rule's words where it refuses.
template <class Rule>
class TestProjection {
 public:
  struct Synapse {
    uint32_t source, target;
    double delay_ms;
    bool operator==(const Synapse&) const = default;
  };
  struct Branch {
    uint32_t source;
    double delay_ms;
    uint64_t first, n;  // synapses
  };

  TestProjection(const typename Rule::Params& params, size_t n_post, std::vector<Synapse> synapses, double w,
                 double dt_ms = 0.1)
      : weight(synapses.size(), w), dt_ms_(dt_ms), incoming_(n_post), from_(n_post) {
    std::ranges::sort(synapses, {}, [](const Synapse& s) { return std::tuple(s.source, s.delay_ms, s.target); });
    synapses_ = std::move(synapses);
    for (uint64_t k = 0; k < synapses_.size(); ++k) {
      const auto& s = synapses_[k];
      if (branches_.empty() || branches_.back().source != s.source || branches_.back().delay_ms != s.delay_ms)
        branches_.push_back({s.source, s.delay_ms, k, 0});
      ++branches_.back().n;
      target_.push_back(s.target);
      incoming_[s.target].push_back(k);
      from_[s.target].push_back(static_cast<uint32_t>(branches_.size() - 1));
    }
    edge_state_ = columns(table_.n_edge_state, synapses_.size());
    pre_ = columns(table_.n_pre, branches_.size());
    post_ = columns(table_.n_post, n_post);
    pre_t_.assign(branches_.size(), 0.0);
    post_t_.assign(n_post, 0.0);
    std::vector<eg_value> values;
    eg::detail::for_each(Rule::Params::fields,
                         [&](const auto& f) { values.push_back(eg::detail::preset_value(params.*(f.member))); });
    eg_error err{};
    self_ = {table_.create(values.data(), &err), table_.destroy};
    if (!self_) throw std::runtime_error(err.text);
    for (uint32_t i = 0; i < branches_.size(); ++i) call(table_.init, outgoing(i), 0);
  }

  const std::vector<Synapse>& synapses() const { return synapses_; }
  const std::vector<Branch>& branches() const { return branches_; }

  // A spike arrives at the synapses of a branch. Returns what it delivers to each of them.
  std::vector<double> arrive(uint32_t branch, double t_ms) {
    auto b = outgoing(branch);
    const auto first = weight.begin() + static_cast<std::ptrdiff_t>(b.first_edge);
    std::vector<double> delivered(first, first + b.n);
    b.transmitted = delivered.data();
    if (table_.transmit) call(table_.transmit, b, t_ms);
    b.transmitted = nullptr;
    if (table_.pre_spike) call(table_.pre_spike, b, t_ms);
    return delivered;
  }
  void fire(uint32_t unit, double t_ms) {
    if (table_.post_spike) call(table_.post_spike, incoming(unit), t_ms);
  }
  void update(double t_ms) {
    for (uint32_t unit = 0; unit < incoming_.size(); ++unit) call(table_.update, incoming(unit), t_ms);
  }
  // All synapses at once, with modulators of these values.
  void sweep(double t_ms, const std::vector<double>& modulators) {
    eg_edge_block b{};
    b.n = static_cast<uint32_t>(weight.size());
    b.other = target_.data();
    b.modulator = modulators.data();
    call(table_.sweep, b, t_ms);
  }
  double update_every_ms() const { return table_.update_every_ms(self_.get()); }
  double post(size_t column, uint32_t unit) const { return post_[column][unit]; }
  const std::vector<double>& edge_state(size_t column) const { return edge_state_[column]; }

  std::vector<double> weight;

 private:
  static std::vector<std::vector<double>> columns(uint32_t count, size_t n) {
    return std::vector(count, std::vector(n, 0.0));
  }
  static std::vector<double*> pointers(std::vector<std::vector<double>>& columns) {
    std::vector<double*> out;
    for (auto& c : columns) out.push_back(c.data());
    return out;
  }
  eg_edge_block outgoing(uint32_t branch) {
    eg_edge_block b{};
    b.unit = branch;
    b.first_edge = branches_[branch].first;
    b.n = static_cast<uint32_t>(branches_[branch].n);
    b.other = target_.data() + b.first_edge;
    return b;
  }
  eg_edge_block incoming(uint32_t unit) {
    eg_edge_block b{};
    b.unit = unit;
    b.n = static_cast<uint32_t>(incoming_[unit].size());
    b.edge = incoming_[unit].data();
    b.other = from_[unit].data();
    return b;
  }
  void call(eg_status (*function)(const void*, eg_edge_block*, eg_error*), eg_edge_block b, double t_ms) {
    const auto edge_state = pointers(edge_state_), pre = pointers(pre_), post = pointers(post_);
    b.size = sizeof b;
    b.t_ms = t_ms;
    b.dt_ms = dt_ms_;
    b.weight = weight.data();
    b.edge_state = edge_state.data(), b.pre = pre.data(), b.post = post.data();
    b.pre_t_ms = pre_t_.data(), b.post_t_ms = post_t_.data();
    eg_error err{};
    if (function(self_.get(), &b, &err) != EG_OK) throw std::runtime_error(err.text);
  }

  const eg_edge& table_ = *static_cast<const eg_edge*>(eg::plasticity<Rule>.table);
  double dt_ms_;
  std::vector<Synapse> synapses_;
  std::vector<Branch> branches_;
  std::vector<uint32_t> target_;
  std::vector<std::vector<uint64_t>> incoming_;
  std::vector<std::vector<uint32_t>> from_;  // branches
  std::vector<std::vector<double>> edge_state_, pre_, post_;
  std::vector<double> pre_t_, post_t_;
  std::unique_ptr<void, void (*)(void*)> self_{nullptr, [](void*) {}};
};

// One synapse from unit 0 to unit 0.
template <class Rule>
struct OneSynapse : TestProjection<Rule> {
  explicit OneSynapse(const typename Rule::Params& params, double w = 5, double dt_ms = 0.1)
      : TestProjection<Rule>(params, 1, {{0, 0, 0}}, w, dt_ms) {}
  double w() const { return this->weight[0]; }
};

// What the rule says when it is given these; empty if it takes them.
template <class Rule>
std::string refusal(const typename Rule::Params& params, double w) {
  try {
    OneSynapse<Rule> synapse(params, w);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

inline std::vector<double> poisson_train(eg::Random& random, double rate_hz, double until_ms) {
  std::vector<double> out;
  for (double t = 0; (t -= std::log(random.uniform()) * 1e3 / rate_hz) < until_ms;) out.push_back(t);
  return out;
}

// Spikes of independent Poisson trains of both sides in order of time; unit k of a side fires at its rate.
struct Event {
  double t_ms;
  uint32_t unit;
  bool is_post;
};
inline std::vector<Event> poisson_events(uint64_t seed, uint32_t n_pre, double pre_hz, uint32_t n_post, double post_hz,
                                         double until_ms) {
  std::vector<Event> events;
  for (uint32_t i = 0; i < n_pre + n_post; ++i) {
    eg::Random random(seed, "poisson trains", i);
    const bool is_post = i >= n_pre;
    for (const double t : poisson_train(random, is_post ? post_hz : pre_hz, until_ms))
      events.push_back({t, is_post ? i - n_pre : i, is_post});
  }
  std::ranges::sort(events, {}, &Event::t_ms);
  return events;
}

}  // namespace core::testing
