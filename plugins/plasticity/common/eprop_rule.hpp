// What the rules of e-prop for recurrent neurons share: parameters, and the update from the history of a target.
#pragma once
#include "eprop_gradient.hpp"
#include "gradient_steps.hpp"
#include "sequence.hpp"

namespace core {

// Base of a rule's Params.
struct EpropRule : SequenceWindow, GradientSteps, TimeAverage {
  double tau_out_ms = 20, c_reg = 0, target_rate_hz = 10;
  int64_t signal_delay_steps = 2;
  static constexpr auto rule_fields = eg::concat(
      eg::concat(SequenceWindow::window_fields, GradientSteps::step_fields),
      eg::list(eg::param("tau_out_ms", &EpropRule::tau_out_ms, eg::range(0, 1e6),
                         "time constant of the readout that the error is of; 0: no memory"),
               eg::param("signal_delay_steps", &EpropRule::signal_delay_steps, eg::range(0, 1e6),
                         "steps from a spike to the learning signal of the output it took part in"),
               average_field,
               eg::param("c_reg", &EpropRule::c_reg, eg::range(0, 1e9), "strength of the regularisation of rates"),
               eg::param("target_rate_hz", &EpropRule::target_rate_hz, eg::range(0, 1e4),
                         "rate that the regularisation pulls towards")));

  void init(eg::EdgeBlock& b) const {
    gradient_steps::init(*this, b);
    check(b.dt_ms(), static_cast<size_t>(signal_delay_steps));
    check_average(b.dt_ms());
  }

  Sequence window(const eg::EdgeBlock& b) const {
    return sequence(b.dt_ms(), b.raw().n_history, static_cast<size_t>(signal_delay_steps));
  }

  // Learning signals of steps 0 .. window.end-1; to be overwritten at will.
  std::span<double> signals(const eg::EdgeBlock& b, const Sequence& window) const {
    return b.post_history(eprop_ports::kSignal).subspan(static_cast<size_t>(signal_delay_steps), window.end);
  }

  // Adds the gradients of one sequence to all synapses of the block.
  void learn(eg::EdgeBlock& b, const Sequence& window) const {
    const auto spiked = b.post_history(eprop_ports::kSpiked);
    double n_spikes = 0;
    for (size_t t = window.begin; t < window.end; ++t) n_spikes += spiked[t];
    const auto n = static_cast<double>(window.size());
    const double rate_signal = c_reg * (n_spikes / n - target_rate_hz * 1e-3 * b.dt_ms()) / n;
    const double kappa = tau_out_ms > 0 ? eg::exp(-b.dt_ms() / tau_out_ms) : 0;
    const auto by_arrival = b.post_history(eprop_ports::kPseudo).first(window.end);
    gradient_by_arrivals(EpropNeuron::of(b), kappa, window.begin, signals(b, window), rate_signal, by_arrival);
    step_by_arrivals(*this, b, by_arrival, divisor(b.dt_ms()));
  }
};

}  // namespace core
