// What mean-field theory needs to know about a scenario's network: its integrate-and-fire neurons, their weights as
// jumps of the potential, and their input from outside. Nothing is built for it.
#pragma once
#include "encephagen/sdk/mean_field.hpp"
#include "engine/expected_wiring.hpp"
#include "scenario/value_moments.hpp"

namespace encephagen {

// A group whose neuron plugin has the parameters of an integrate-and-fire neuron (tau_m_ms, threshold_mv, reset_mv,
// t_ref_ms), by their names, and none that stands for further dynamics. Values that differ from unit to unit count with
// their mean over the region.
struct LifGroup {
  eg::LifTheory neuron;  // tau_syn_ms: the mean of tau_exc_ms and tau_inh_ms, 0 without them
  double drive_mv = 0;
  // Delta equivalent of a weight of 1 at an excitatory and an inhibitory port: 1 for delta synapses and for weights
  // given as areas, tau_syn / tau_m for amplitudes of currents, that over the peak per amplitude for peaks.
  double exc_per_weight = 1, inh_per_weight = 1;
};

struct NetworkSummary {
  ExpectedWiring wiring;
  std::vector<std::optional<LifGroup>> lif;  // [group]
  std::vector<eg::NoisyInput> external;      // [group] drive and encoders: core.poisson, noise_current, dc_current
  std::vector<double> external_rate_hz;      // [group] of core.poisson encoders, events per unit
  std::vector<Moments> link_weight_mv;       // [link] delta equivalent
  eg::MeanFieldNetwork mean_field() const;   // groups without integrate-and-fire neurons stay silent
};

NetworkSummary summarize_network(const Scenario& scenario, const Brain& brain);

// The arrays of eg::NetworkSummary (sdk/network_summary.hpp).
void append_summary(std::vector<ArrayData>& to, const Scenario& scenario, const Brain& brain,
                    size_t recorded_population);

}  // namespace encephagen
