// Actor and critic on the weights of a decoder: traces of spikes at decisions, times the error of reward prediction;
// equations in policy_gradient.md.
#pragma once
#include "../common/gradient_steps.hpp"
#include "../common/sequence.hpp"

namespace core {

struct PolicyGradient {
  static constexpr eg::Info info{"core.policy_gradient", "1.0.0",
                                 "reward learning of the weights onto a decoder: policy gradient, and TD(lambda)"};
  struct Params : GradientSteps {
    double update_every_ms = 20, discount = 0.99, lambda = 0.9;
    int64_t signal_delay_steps = 1;
    static constexpr auto fields = eg::concat(
        std::tuple{eg::param("update_every_ms", &Params::update_every_ms, eg::range(0.001, 1e9),
                             "from one change of the weights to the next: the time an action lasts, or a part of it"),
                   eg::param("discount", &Params::discount, eg::range(0, 1),
                             "worth of a reward that comes one decision later"),
                   eg::param("lambda", &Params::lambda, eg::range(0, 1),
                             "share of an error of prediction that the decision before is credited with as well"),
                   eg::param("signal_delay_steps", &Params::signal_delay_steps, eg::range(0, 1),
                             "steps until td_error is seen: 1 if it follows a critic, 0 if it is the reward itself")},
        GradientSteps::step_fields);
  } p;

  enum EdgeState { kEligibility = gradient_steps::edge_state.size(), kTrace };
  static constexpr auto edge_state =
      eg::concat(gradient_steps::edge_state,
                 eg::list(eg::Column{"eligibility", "discounted sum over decisions of error times trace"},
                          eg::Column{"trace", "leaky sum of arrivals, at the last update"}));
  static constexpr auto pre_traces = eg::none;
  enum PostTrace { kHasBegun = gradient_steps::post_traces.size(), kWasOver, kPending, kPendingError, kPendingStart };
  static constexpr auto post_traces = eg::concat(
      gradient_steps::post_traces,
      eg::list(eg::Column{"has_begun", "1 after the first update of an episode: eligibilities are of this one", 0, 1},
               eg::Column{"was_over", "whether the trial was over in the last step before the update", 0, 1},
               eg::Column{"pending", "1 if that step was a decision, which counts from the next step on", 0, 1},
               eg::Column{"pending_error", "its error"},
               eg::Column{"pending_start", "1 if a trial began in that step", 0, 1}));
  enum Port { kError, kBonus, kDecides, kIsOver, kDecay };
  static constexpr std::array<const char*, 5> post_ports{"error", "bonus_error", "decides", "is_over", "decay"};
  static constexpr std::array<const char*, 1> modulators{"td_error"};
  static constexpr bool keeps_history = true;

  explicit PolicyGradient(const Params& params) : p(params) { check_bounds(p.w_min, p.w_max); }
  double update_every_ms() const { return p.update_every_ms; }

  void init(eg::EdgeBlock& b) const {
    gradient_steps::init(p, b);
    for (size_t k = 0; k < b.size(); ++k) b.edge_state(kEligibility, k) = b.edge_state(kTrace, k) = 0;
    SequenceWindow::steps("update_every_ms", p.update_every_ms, b.dt_ms());
  }

  // Everything is linear in the eligibility and the trace at the last update and in the arrivals since: one pass
  // backwards in time finds what each of them counts, for all synapses of the unit at once.
  void update(eg::EdgeBlock& b) const {
    const size_t n = b.raw().n_history, j = b.unit();
    if (n == 0) return;
    Counts by = counts(b);
    // States of synapses outlast episodes, traces of units do not.
    if (double& has_begun = b.post(kHasBegun, j); has_begun == 0) {
      by = {};
      has_begun = 1;
    }
    const auto gradient_by_arrival = b.post_history(kError), eligibility_by_arrival = b.post_history(kDecides),
               trace_by_arrival = b.post_history(kBonus);
    gradient_steps::Step step(p, b);
    for (size_t k = 0; k < b.size(); ++k) {
      double &e = b.edge_state(kEligibility, k), &x = b.edge_state(kTrace, k);
      double gradient = by.gradient.of(e, x), e_now = by.eligibility.of(e, x), x_now = by.trace.of(e, x);
      for (const uint32_t s : b.pre_history(b.other(k))) {
        gradient += gradient_by_arrival[s];
        e_now += eligibility_by_arrival[s];
        x_now += trace_by_arrival[s];
      }
      // Traces of silent synapses would become subnormal numbers in time, which are slow.
      e = vanishes(e_now) ? 0 : e_now, x = vanishes(x_now) ? 0 : x_now;
      step.add(k, gradient);
    }
  }

 private:
  // What the eligibility and the trace of the last update count in a sum.
  struct Linear {
    double eligibility = 0, trace = 0;
    double of(double e, double x) const { return eligibility * e + trace * x; }
  };
  struct Counts {
    Linear gradient, eligibility, trace;
  };
  static bool vanishes(double x) { return std::abs(x) < 1e-100; }

  // Something that decided, or a trial that began, in one step.
  struct Event {
    bool begins, is_decision;
    double error;
  };
  // Going backwards in time past an event: what the trace of its step counts by it, in the gradient and in the
  // eligibility at the end.
  struct ByTrace {
    double gradient = 0, eligibility = 0;
  };
  ByTrace past(const Event& event, Counts& by) const {
    ByTrace out;
    if (event.is_decision) {
      out = {by.gradient.eligibility * event.error, by.eligibility.eligibility * event.error};
      by.gradient.eligibility *= p.discount * p.lambda, by.eligibility.eligibility *= p.discount * p.lambda;
    }
    if (event.begins) by.gradient.eligibility = by.eligibility.eligibility = 0;
    return out;
  }

  // Overwrites the histories of error, decides and bonus_error with what an arrival of each step counts in the
  // gradient, in the eligibility at the end and in the trace at the end.
  Counts counts(eg::EdgeBlock& b) const {
    const size_t n = b.raw().n_history, j = b.unit();
    const auto error = b.post_history(kError), bonus = b.post_history(kBonus), decides = b.post_history(kDecides),
               over = b.post_history(kIsOver);
    const auto td = b.modulator_history(0);
    const double kappa = b.post_port(kDecay, j);
    const bool is_late = p.signal_delay_steps == 1, was_over = b.post(kWasOver, j) != 0;
    const auto at = [&](size_t s) {
      return Event{over[s] < 0.5 && (s == 0 ? was_over : over[s - 1] >= 0.5), decides[s] >= 0.5, error[s]};
    };
    const Event before{b.post(kPendingStart, j) != 0, b.post(kPending, j) != 0, b.post(kPendingError, j)},
        last = at(n - 1);

    Counts by;
    by.eligibility.eligibility = by.trace.trace = 1;
    ByTrace filtered, of_step, of_last_trace;
    // A step's td_error comes first. Then the decision counts: of this step, or of the one before where td_error is
    // late.
    for (size_t s = n; s-- > 0;) {
      if (is_late) {
        const ByTrace of_step_before = past(s > 0 ? at(s - 1) : before, by);
        if (s == 0) of_last_trace = of_step_before;
        filter(filtered, of_step, kappa);
        of_step = of_step_before;
      } else {
        filter(filtered, past(at(s), by), kappa);
      }
      by.gradient.eligibility += td[s];
      filtered.gradient += bonus[s];
      error[s] = (1 - kappa) * filtered.gradient;
      decides[s] = (1 - kappa) * filtered.eligibility;
      bonus[s] = (1 - kappa) * by.trace.trace;
      by.trace.trace *= kappa;
    }
    by.gradient.trace = kappa * filtered.gradient + of_last_trace.gradient;
    by.eligibility.trace = kappa * filtered.eligibility + of_last_trace.eligibility;

    b.post(kWasOver, j) = over[n - 1] >= 0.5;
    b.post(kPending, j) = is_late && last.is_decision, b.post(kPendingError, j) = is_late ? last.error : 0;
    b.post(kPendingStart, j) = is_late && last.begins;
    return by;
  }
  static void filter(ByTrace& filtered, const ByTrace& more, double kappa) {
    filtered.gradient = kappa * filtered.gradient + more.gradient;
    filtered.eligibility = kappa * filtered.eligibility + more.eligibility;
  }
};

}  // namespace core
