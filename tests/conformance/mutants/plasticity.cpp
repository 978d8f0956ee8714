// Plasticity rules with one mistake each: pairs of spikes through traces, with an eligibility at every synapse.
#include <algorithm>
#include <atomic>
#include <cmath>
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
    double tau_ms = 20.0, step_weight = 0.01;
    static constexpr auto fields =
        eg::list(eg::param("tau_ms", &Params::tau_ms, eg::range(1, 1000), "time constant of the traces"),
                 eg::param("step_weight", &Params::step_weight, eg::range(0, 0.1), "change per pair"));
  } p;
  enum { kEligibility };
  static constexpr auto edge_state = eg::list(eg::Column{"eligibility", "what a reward would reinforce", -1, 1});
  static constexpr auto pre_traces = eg::list(eg::Column{"pre_trace", "recent presynaptic spikes"});
  static constexpr auto post_traces = eg::list(eg::Column{"post_trace", "recent postsynaptic spikes"});
  static constexpr std::array<const char*, 1> post_ports{"pseudo_derivative"};
  static constexpr std::array<const char*, 1> modulators{F == "modulator_without_name" ? "" : "reward"};

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
    for (size_t k = 0; k < b.size(); ++k) {
      bring_up_post(b, b.other(k));
      if constexpr (F == "wrong_synapse_for_lists") {
        // Only read there, so that nothing foreign is changed.
        const double twin = (&b.weight(0) - b.edge(0))[first_edge(b) + k];
        extra = 1e-3 * twin;
      }
      add(b, k, -p.step_weight * b.post(0, b.other(k)) * b.post_port(0, b.other(k)) - extra);
      if constexpr (F == "changes_the_next_synapse") (&b.weight(k))[1] += 1e-3;
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
    for (size_t k = 0; k < b.size(); ++k) {
      bring_up_pre(b, b.other(k));
      add(b, k, p.step_weight * b.pre(0, b.other(k)));
    }
    b.post(0, b.unit()) += 1;
  }
  void update(eg::EdgeBlock& b) const {
    for (size_t k = 0; k < b.size(); ++k) b.weight(k) += 1e-3 * b.modulator(0) * b.edge_state(kEligibility, k);
  }

  static size_t first_edge(const eg::EdgeBlock& b) { return b.raw().first_edge; }
};

template <Fault F>
constexpr eg_plugin rule = eg::detail::describe<Rule<F>>("plasticity", EG_SHAPE_EDGE,
                                                         &eg::detail::EdgeTable<Rule<F>>::table);

}  // namespace

EG_PLUGIN_LIBRARY(rule<"none">, rule<"modulator_without_name">, rule<"updates_every_nan">, rule<"gives_up">,
                  rule<"weights_explode">, rule<"breaks_its_bounds">, rule<"changes_the_next_synapse">,
                  rule<"reads_one_synapse_too_many">, rule<"counts_all_events">, rule<"at_least_one_synapse">,
                  rule<"wrong_synapse_for_lists">, rule<"scratch_shared_by_threads">, rule<"remembers_init">)
