// The exact gradient of a linear readout, at the end of every sequence; eprop_readout.md.
#pragma once
#include "../common/eprop_gradient.hpp"
#include "../common/gradient_steps.hpp"
#include "../common/sequence.hpp"

namespace core {

struct EpropReadout {
  static constexpr eg::Info info{"core.eprop_readout", "1.0.0", "gradient descent of the weights of a linear readout"};
  struct Params : SequenceWindow, GradientSteps, TimeAverage {
    static constexpr auto fields =
        eg::concat(eg::concat(SequenceWindow::window_fields, GradientSteps::step_fields), eg::list(average_field));
  } p;

  static constexpr auto edge_state = gradient_steps::edge_state;
  static constexpr auto pre_traces = eg::none;
  static constexpr auto post_traces = gradient_steps::post_traces;
  enum Port { kError, kDecay };
  static constexpr std::array<const char*, 2> post_ports{"error", "decay"};
  static constexpr bool keeps_history = true;

  explicit EpropReadout(const Params& params) : p(params) { check_bounds(p.w_min, p.w_max); }
  double update_every_ms() const { return p.update_every_ms; }

  void init(eg::EdgeBlock& b) const {
    gradient_steps::init(p, b);
    p.check(b.dt_ms(), 0);
    p.check_average(b.dt_ms());
  }

  // dloss/dw = sum over t of error_t F(arrivals)_t, F the filter of y itself: backwards, each arrival of step s counts
  // (1 - kappa) sum over t >= s of kappa^(t-s) error_t.
  void update(eg::EdgeBlock& b) const {
    if (b.raw().n_history == 0) return;
    const Sequence window = p.sequence(b.dt_ms(), b.raw().n_history, 0);
    const auto by_arrival = b.post_history(kError).first(window.end);
    const double kappa = b.post_port(kDecay, b.unit());
    double filtered = 0;
    for (size_t s = window.end; s-- > 0;) {
      filtered = kappa * filtered + (s >= window.begin ? (1 - kappa) * by_arrival[s] : 0);
      by_arrival[s] = filtered;
    }
    step_by_arrivals(p, b, by_arrival, p.divisor(b.dt_ms()));
  }
};

}  // namespace core
