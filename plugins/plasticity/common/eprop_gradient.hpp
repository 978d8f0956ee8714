// The gradient of e-prop by what arrives at a neuron, for all its synapses at once; derivation in core.eprop's
// eprop.md.
#pragma once
#include <cstddef>
#include <encephagen/sdk/plasticity.hpp>
#include <span>

#include "gradient_steps.hpp"

namespace core {

// What a neuron tells rules of e-prop, in this order.
namespace eprop_ports {
enum Port { kPseudo, kSignal, kSpiked, kLeak, kInputGain, kADecay, kBeta };
inline constexpr std::array<const char*, 7> names{"pseudo_derivative", "learning_signal", "spiked", "leak",
                                                  "input_gain",        "a_decay",         "beta"};
}  // namespace eprop_ports

// Constants of one neuron (core.alif_delta): alpha, zeta, rho, beta.
struct EpropNeuron {
  double leak, input_gain, a_decay, beta;

  static EpropNeuron of(const eg::EdgeBlock& b) {
    const size_t j = b.unit();
    return {b.post_port(eprop_ports::kLeak, j), b.post_port(eprop_ports::kInputGain, j),
            b.post_port(eprop_ports::kADecay, j), b.post_port(eprop_ports::kBeta, j)};
  }
};

// For every step s of psi.size(), what a spike of weight 1 that arrives in s adds to
//   sum over t in [begin, end) of (L_t ebar_t + rate_signal e_t),   end = psi.size() = signal.size(),
// where e is the eligibility and ebar = kappa ebar + (1 - kappa) e its filtered form: one pass backwards in time
// through e_t = psi_t (zbar_t - beta eps_t), eps_(t+1) = rho eps_t + e_t, zbar_t = alpha zbar_(t-1) + zeta arrivals_t.
// Overwrites psi with the result.
inline void gradient_by_arrivals(const EpropNeuron& neuron, double kappa, size_t begin, std::span<const double> signal,
                                 double rate_signal, std::span<double> psi) {
  double filtered_signal = 0;  // (1 - kappa) sum of kappa^(t-s) L_t
  double by_adaptation = 0;    // derivative by eps_(s+1)
  double by_trace = 0;         // derivative by zbar_s
  for (size_t s = psi.size(); s-- > 0;) {
    filtered_signal *= kappa;
    double by_eligibility = 0;
    if (s >= begin) {
      filtered_signal += (1 - kappa) * signal[s];
      by_eligibility = rate_signal;
    }
    by_eligibility += filtered_signal;
    by_trace = neuron.leak * by_trace + psi[s] * (by_eligibility + by_adaptation);
    by_adaptation = (neuron.a_decay - psi[s] * neuron.beta) * by_adaptation - neuron.beta * psi[s] * by_eligibility;
    psi[s] = neuron.input_gain * by_trace;
  }
}

// The sum of by_arrival over the steps in which spikes arrived; later ones than it covers do not count.
inline double sum_over_arrivals(std::span<const uint32_t> steps, std::span<const double> by_arrival) {
  double sum = 0;
  for (const uint32_t s : steps) {
    if (s >= by_arrival.size()) break;
    sum += by_arrival[s];
  }
  return sum;
}

// Gives every synapse of the block its gradient: what its arrivals count, over `divisor`.
inline void step_by_arrivals(const GradientSteps& p, eg::EdgeBlock& b, std::span<const double> by_arrival,
                             double divisor) {
  gradient_steps::Step step(p, b);
  for (size_t k = 0; k < b.size(); ++k) step.add(k, sum_over_arrivals(b.pre_history(b.other(k)), by_arrival) / divisor);
}

}  // namespace core
