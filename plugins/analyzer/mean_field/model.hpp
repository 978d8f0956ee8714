// Do the regions fire as mean-field theory says they should?
#pragma once
#include <encephagen/sdk/network_summary.hpp>

#include "../common/metrics.hpp"
#include "../common/region_series.hpp"

namespace analysis {

struct MeanField {
  static constexpr eg::Info info{"core.mean_field", "1.0.0",
                                 "simulated rates beside those of mean-field theory, and how far they are apart"};
  struct Params {
    static constexpr auto fields = eg::none;
  };
  explicit MeanField(const Params&) {}

  // Throws when the recording holds no spikes or the network other neurons than integrate-and-fire.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    require_spikes(rec);
    const eg::NetworkSummary network(rec.data);
    if (network.n_groups() == 0)
      throw std::invalid_argument("the recording comes without a summary of the network that was simulated");
    const auto simulated = simulated_rates(rec);
    write_metrics(out, rec, "simulated_rate_hz", "Hz", simulated);

    const auto net = network.mean_field();
    const auto solutions = eg::solve_mean_field(net);
    out.metric("mean_field_solutions", "", "", static_cast<double>(solutions.size()));
    if (solutions.empty()) out.warning("the mean-field equations were not solved: no start settled");
    if (solutions.size() > 1)
      out.warning("mean-field theory has " + std::to_string(solutions.size()) +
                  " stable solutions; the one closest to the simulation is reported");
    std::vector<double> rates(rec.n_regions(), undetermined), cvs = rates;
    double difference = undetermined;
    for (const auto& solution : solutions) {
      const auto of_region = pick_recorded(network, rec, solution.rate_hz);
      const double d = mean_difference(of_region, simulated);
      if (d >= difference) continue;  // a difference that is not a number yet lets everything pass
      difference = d, rates = of_region;
      std::vector<double> cv_of_group;
      for (size_t g = 0; g < net.size(); ++g)
        cv_of_group.push_back(eg::siegert_isi_cv(net.neuron[g], net.input(g, solution.rate_hz)));
      cvs = pick_recorded(network, rec, cv_of_group);
    }
    write_metrics(out, rec, "mean_field_rate_hz", "Hz", rates);
    write_metrics(out, rec, "mean_field_isi_cv", "", cvs);
    out.metric("mean_field_difference_hz", "Hz", "", difference);
    const auto [predicted, measured] = pairs(rates, simulated);
    out.metric("mean_field_pearson", "", "", pearson(predicted, measured));
    if (rec.weights.size() != rec.n_regions() * rec.n_regions()) return;
    const auto strength = in_strength(rec);
    const auto [s1, simulated_rate] = pairs(strength, simulated);
    const auto [s2, predicted_rate] = pairs(strength, rates);
    out.metric("rate_in_strength_spearman", "", "", spearman(s1, simulated_rate));
    out.metric("mean_field_in_strength_spearman", "", "", spearman(s2, predicted_rate));
  }

 private:
  static std::vector<double> simulated_rates(const eg::Recording& rec) {
    std::vector<double> spikes(rec.n_regions(), 0.0), units = spikes;
    for (const auto r : rec.spike_unit_region) units[static_cast<size_t>(r)] += 1;
    for (const auto u : rec.spike_unit) spikes[static_cast<size_t>(rec.spike_unit_region[static_cast<size_t>(u)])] += 1;
    const double seconds = (rec.to_ms - rec.from_ms) / 1000;
    for (size_t r = 0; r < spikes.size(); ++r)
      spikes[r] = units[r] > 0 ? spikes[r] / (units[r] * seconds) : undetermined;
    return spikes;
  }

  // [group] -> [region] for the recorded population; NaN for regions without recorded units.
  static std::vector<double> pick_recorded(const eg::NetworkSummary& network, const eg::Recording& rec,
                                           const std::vector<double>& of_group) {
    std::vector<bool> is_recorded(rec.n_regions());
    for (const auto r : rec.spike_unit_region) is_recorded[static_cast<size_t>(r)] = true;
    std::vector<double> out(rec.n_regions(), undetermined);
    for (size_t g = 0; g < network.n_groups(); ++g) {
      const auto r = static_cast<size_t>(network.group_region[g]);
      if (network.group_population[g] == network.recorded_population && is_recorded[r]) out[r] = of_group[g];
    }
    return out;
  }

  static std::vector<double> in_strength(const eg::Recording& rec) {
    const size_t n = rec.n_regions();
    std::vector<double> out(n, 0.0);
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j)
        if (i != j) out[i] += rec.weights[i * n + j];
    return out;
  }

  // The regions where both are known.
  static std::pair<std::vector<double>, std::vector<double>> pairs(std::span<const double> a,
                                                                   std::span<const double> b) {
    std::pair<std::vector<double>, std::vector<double>> out;
    for (size_t r = 0; r < a.size(); ++r)
      if (std::isfinite(a[r]) && std::isfinite(b[r])) out.first.push_back(a[r]), out.second.push_back(b[r]);
    return out;
  }

  static double mean_difference(std::span<const double> a, std::span<const double> b) {
    const auto [x, y] = pairs(a, b);
    double sum = 0;
    for (size_t i = 0; i < x.size(); ++i) sum += std::abs(x[i] - y[i]);
    return sum / static_cast<double>(x.size());
  }
};

}  // namespace analysis
