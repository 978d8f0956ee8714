// Plasticity rules with one mistake each: pairs of spikes through traces, with an eligibility at every synapse; what is
// delivered depends on it.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <encephagen/sdk/plasticity.hpp>
#include <limits>
#include <stdexcept>

#include "fault.hpp"

namespace {

using mutants::Fault;

template <Fault F>
struct Rule {
  static constexpr eg::Info info{mutants::plugin_name<F>.data(), "1.0.0", "pairs of spikes"};
  struct Params {
    double tau_ms = 20.0, step_weight = 0.01, w_max_weight = 1.8;
    static constexpr auto fields =
        eg::list(eg::param("tau_ms", &Params::tau_ms, eg::range(1, 1000), "time constant of the traces"),
                 eg::param("step_weight", &Params::step_weight, eg::range(0, 0.1), "change per pair"),
                 eg::param("w_max_weight", &Params::w_max_weight, eg::range(0, 10), "highest weight"));
  } p;
  enum { kEligibility };
  static constexpr auto edge_state = eg::list(eg::Column{"eligibility", "what a reward would reinforce", -1, 1});
  static constexpr auto pre_traces = eg::list(eg::Column{"pre_trace", "recent presynaptic spikes"});
  static constexpr auto post_traces = eg::list(eg::Column{"post_trace", "recent postsynaptic spikes"});
  static constexpr std::array<const char*, 1> post_ports{"pseudo_derivative"};
  static constexpr std::array<const char*, 1> modulators{F == "modulator_without_name" ? "" : "reward"};
  static constexpr bool keeps_history = true;

  mutable std::atomic<bool> was_initialised = false;
  mutable int events_left = 300;

  explicit Rule(const Params& params) : p(params) {}
  double update_every_ms() const { return F == "updates_every_nan" ? std::numeric_limits<double>::quiet_NaN() : 10.0; }

  void init(eg::EdgeBlock& b) const {
    if constexpr (F == "remembers_init") was_initialised = true;
    for (size_t k = 0; k < b.size(); ++k) b.edge_state(kEligibility, k) = 0.0;
  }
  double decay(double since_ms) const { return std::exp(-since_ms / p.tau_ms); }
  void bring_up_pre(const eg::EdgeBlock& b, size_t unit) const {
    b.pre(0, unit) *= decay(b.t_ms() - b.pre_t_ms(unit));
    b.pre_t_ms(unit) = b.t_ms();
  }
  double pre_now(const eg::EdgeBlock& b, size_t unit) const {
    if constexpr (F == "brings_up_traces_of_branches_whenever_it_can") {
      bring_up_pre(b, unit);
      return b.pre(0, unit);
    }
    return b.pre(0, unit) * decay(b.t_ms() - b.pre_t_ms(unit));
  }
  void bring_up_post(const eg::EdgeBlock& b, size_t unit) const {
    b.post(0, unit) *= decay(b.t_ms() - b.post_t_ms(unit));
    b.post_t_ms(unit) = b.t_ms();
  }
  void add(const eg::EdgeBlock& b, size_t k, double x) const {
    auto& e = b.edge_state(kEligibility, k);
    e = F == "breaks_its_bounds" ? e + 100 * x : std::clamp(e + x, -1.0, 1.0);
  }

  void pre_spike(eg::EdgeBlock& b) const {
    if constexpr (F == "gives_up") {
      if (--events_left < 0) throw std::runtime_error("tired");
    }
    bring_up_pre(b, b.unit());
    [[maybe_unused]] double extra = 0;
    if constexpr (F == "counts_all_events") {
      static int events = 0;
      extra = 1e-6 * ++events;
    }
    if constexpr (F == "scratch_shared_by_threads")
      extra = mutants::is_met_by_another_thread(mutants::Held::briefly) ? 1e-3 : 0;
    if constexpr (F == "remembers_init") extra = was_initialised ? 0 : 1e-3;
    if constexpr (F == "normalises_branches") {
      double sum = 0;
      for (size_t k = 0; k < b.size(); ++k) sum += b.weight(k);
      for (size_t k = 0; k < b.size(); ++k) b.weight(k) *= 1 - 1e-3 * (sum - 7);
    }
    for (size_t k = 0; k < b.size(); ++k) {
      bring_up_post(b, b.other(k));
      if constexpr (F == "wrong_synapse_for_lists") {
        // Only read there, so that nothing foreign is changed.
        const double twin = (&b.weight(0) - b.edge(0))[first_edge(b) + k];
        extra = 1e-3 * twin;
      }
      add(b, k, -p.step_weight * b.post(0, b.other(k)) * b.post_port(0, b.other(k)) - extra);
      if constexpr (F == "changes_the_next_synapse") (&b.weight(k))[1] += 1e-3;
      if constexpr (F == "passes_its_highest_weight") b.weight(k) += 1e-3;
      if constexpr (F == "weights_explode") b.weight(k) *= 1e30;
    }
    if constexpr (F == "reads_one_synapse_too_many") {
      volatile double next = (&b.weight(b.size() - 1))[1];
      (void)next;
    }
    if constexpr (F == "at_least_one_synapse") {
      if (b.size() == 0) b.weight(0) += 1e-3;
    }
    b.pre(0, b.unit()) += 1;
  }
  void post_spike(eg::EdgeBlock& b) const {
    bring_up_post(b, b.unit());
    for (size_t k = 0; k < b.size(); ++k) add(b, k, p.step_weight * pre_now(b, b.other(k)));
    b.post(0, b.unit()) += 1;
  }
  void transmit(eg::EdgeBlock& b) const {
    for (size_t k = 0; k < b.size(); ++k) {
      b.transmitted(k) *= 1 + b.edge_state(kEligibility, k);
      if constexpr (F == "transmit_tires_weights") b.weight(k) *= 0.999;
    }
    if constexpr (F == "transmit_notes_the_time")
      if (b.size() > 0) b.post_t_ms(b.other(0)) = b.t_ms();
    if constexpr (F == "transmit_writes_past_the_end") (&b.transmitted(0))[b.size()] = 0;
    if constexpr (F == "transmits_to_nobody") {
      if (b.size() == 0) b.transmitted(0) = 0;
    }
  }
  void sweep(eg::EdgeBlock& b) const {
    const auto e = b.edge_states(kEligibility);
    double target = 0;
    if constexpr (F == "sweeps_towards_the_mean") {
      for (const double x : e) target += x / static_cast<double>(e.size());
    }
    for (double& x : e) x += 0.1 * (target - x);
    if constexpr (F == "sweep_forgets_targets") {
      for (size_t k = 0; k < b.size(); ++k) b.post(0, b.other(k)) = 0;
    }
  }
  void update(eg::EdgeBlock& b) const {
    const auto h = b.post_history(0);
    double sum = 0;
    for (size_t k = 0; k < h.size(); ++k)  // it may keep its intermediate results there
      h[k] = sum = 0.9 * sum + h[k] * b.modulator_history(0)[k];
    if constexpr (F == "writes_past_its_history") h.data()[h.size()] = 0;
    for (size_t k = 0; k < b.size(); ++k) {
      b.weight(k) += 1e-3 * b.modulator(0) * b.edge_state(kEligibility, k);
      for (const uint32_t step : b.pre_history(b.other(k))) b.weight(k) += 1e-6 * h[step];
    }
  }

  static size_t first_edge(const eg::EdgeBlock& b) { return b.raw().first_edge; }
};

// Nothing but what has to be there.
struct Fixed {
  static constexpr eg::Info info{"mutant.changes_nothing", "1.0.0", "weights that stay as they are"};
  struct Params {
    static constexpr auto fields = eg::none;
  };
  static constexpr auto edge_state = eg::none, pre_traces = eg::none, post_traces = eg::none;
  explicit Fixed(const Params&) {}
  void init(eg::EdgeBlock&) const {}
};

template <Fault F>
constexpr eg_plugin rule = eg::detail::describe<Rule<F>>("plasticity", EG_SHAPE_EDGE,
                                                         &eg::detail::EdgeTable<Rule<F>>::table);

// A library of before ABI 1.2: its table ends earlier, and whatever lies behind it is not part of it.
constexpr eg_edge old_table = [] {
  eg_edge table = eg::detail::EdgeTable<Rule<"has_an_old_table">>::table;
  table.size = offsetof(eg_edge, keeps_history);
  table.update = [](const void*, eg_edge_block*, eg_error*) -> eg_status { return EG_OK; };
  table.transmit = table.sweep = [](const void*, eg_edge_block*, eg_error*) -> eg_status { std::abort(); };
  return table;
}();
constexpr eg_plugin old_rule = eg::detail::describe<Rule<"has_an_old_table">>("plasticity", EG_SHAPE_EDGE, &old_table);

}  // namespace

EG_PLUGIN_LIBRARY(rule<"none">, eg::plasticity<Fixed>, old_rule, rule<"modulator_without_name">,
                  rule<"updates_every_nan">, rule<"gives_up">, rule<"weights_explode">, rule<"breaks_its_bounds">,
                  rule<"changes_the_next_synapse">, rule<"writes_past_its_history">, rule<"sweep_forgets_targets">,
                  rule<"transmit_tires_weights">, rule<"transmit_notes_the_time">, rule<"transmit_writes_past_the_end">,
                  rule<"reads_one_synapse_too_many">, rule<"counts_all_events">, rule<"at_least_one_synapse">,
                  rule<"transmits_to_nobody">, rule<"wrong_synapse_for_lists">, rule<"normalises_branches">,
                  rule<"brings_up_traces_of_branches_whenever_it_can">, rule<"sweeps_towards_the_mean">,
                  rule<"scratch_shared_by_threads">, rule<"remembers_init">, rule<"passes_its_highest_weight">)
