// What an analyzer may know about the network it sees a recording of: groups of units (a population in a region), the
// integrate-and-fire neurons in them, and who drives them how much, in expectation.
#pragma once
#include <string>
#include <vector>

#include "encephagen/sdk/batch.hpp"
#include "encephagen/sdk/mean_field.hpp"

namespace eg {

// Arrays of the dataset, G groups, L links. Weights are delta equivalents: what an event adds to the potential, were
// its charge to arrive at once.
//   network.group_population text[G], network.group_region i64[G], network.group_units i64[G]
//   network.recorded_population text[1]
//   network.tau_m_ms, threshold_mv, reset_mv, t_ref_ms, tau_syn_ms [G]: NaN where neurons are no such neurons
//   network.external_mean_mv, network.external_variance_mv2 [G]: constant drive and Poisson input
//   network.link_target, network.link_source i64[L]: groups; link_in_degree [L]: mean synapses per target unit;
//   network.link_weight_mv, network.link_square_mv2 [L]: mean weight and mean squared weight of a synapse
class NetworkSummary {
 public:
  explicit NetworkSummary(const Dataset& data)
      : group_region(data.integers("network.group_region")),
        group_units(data.integers("network.group_units")),
        tau_m_ms(data.numbers("network.tau_m_ms")),
        threshold_mv(data.numbers("network.threshold_mv")),
        reset_mv(data.numbers("network.reset_mv")),
        t_ref_ms(data.numbers("network.t_ref_ms")),
        tau_syn_ms(data.numbers("network.tau_syn_ms")),
        external_mean_mv(data.numbers("network.external_mean_mv")),
        external_variance_mv2(data.numbers("network.external_variance_mv2")),
        link_in_degree(data.numbers("network.link_in_degree")),
        link_weight_mv(data.numbers("network.link_weight_mv")),
        link_square_mv2(data.numbers("network.link_square_mv2")),
        link_target(data.integers("network.link_target")),
        link_source(data.integers("network.link_source")) {
    for (const char* s : data.texts("network.group_population")) group_population.emplace_back(s);
    for (const char* s : data.texts("network.recorded_population")) recorded_population = s;
  }
  size_t n_groups() const { return group_population.size(); }
  size_t n_links() const { return link_target.size(); }
  // Neurons that mean-field theory describes.
  bool is_integrate_and_fire(size_t group) const { return tau_m_ms[group] == tau_m_ms[group]; }

  // Throws when a group has other neurons.
  MeanFieldNetwork mean_field() const {
    MeanFieldNetwork net(n_groups());
    for (size_t g = 0; g < n_groups(); ++g) {
      if (!is_integrate_and_fire(g))
        throw std::invalid_argument(
            "mean-field theory here is of leaky integrate-and-fire neurons, and those of population '" +
            group_population[g] + "' are others");
      net.neuron[g] = {tau_m_ms[g], threshold_mv[g], reset_mv[g], t_ref_ms[g], tau_syn_ms[g]};
      net.external[g] = {external_mean_mv[g], external_variance_mv2[g]};
    }
    for (size_t l = 0; l < n_links(); ++l) {
      const size_t at = static_cast<size_t>(link_target[l]) * n_groups() + static_cast<size_t>(link_source[l]);
      net.kj_mv[at] += link_in_degree[l] * link_weight_mv[l];
      net.kj_mv2[at] += link_in_degree[l] * link_square_mv2[l];
    }
    return net;
  }

  std::vector<std::string> group_population;
  std::string recorded_population;
  std::span<const int64_t> group_region, group_units;
  std::span<const double> tau_m_ms, threshold_mv, reset_mv, t_ref_ms, tau_syn_ms, external_mean_mv,
      external_variance_mv2, link_in_degree, link_weight_mv, link_square_mv2;
  std::span<const int64_t> link_target, link_source;
};

}  // namespace eg
