// What tests of learning share: units that fire when told, rules that show what they are given, and looks at weights.
#pragma once
#include <fmt/format.h>

#include <encephagen/sdk/plasticity.hpp>

#include "data/temporary_folder.hpp"
#include "network.hpp"

namespace encephagen::testing {

// Spikes of units (in steps of 1 ms) become a file for [[spike_train]].
inline std::string spikes_csv(const std::vector<std::pair<int, int>>& time_and_unit) {
  std::string out = "time_ms,unit\n";
  for (const auto& [t, unit] : time_and_unit) out += fmt::format("{},{}\n", t, unit);
  return out;
}

// A population that fires when a spike train tells it to and forgets within a step what plastic weights add: v_mv shows
// what arrived in the step, or 0 where the unit fired.
inline std::string forced(const std::string& name, size_t n, const std::filesystem::path& spikes) {
  return fmt::format(
      "[region.population.{0}]\nplugin = \"core.lif_delta\"\nn = {1}\nparams = {{ tau_m_ms = 0.01, threshold_mv = "
      "1000.0, "
      "reset_mv = 0.0, t_ref_ms = 0.0, initial_v_high_mv = 0.0 }}\n"
      "[[spike_train]]\nfile = \"{2}\"\nto = \"*.{0}\"\nweight_mv = 5000.0\n",
      name, n, spikes.string());
}

inline Synapses synapses_of(const Simulation& simulation, const std::string& name) {
  Synapses out;
  simulation.for_each_projection(false, [&](const ProjectionSpec& p, const Synapses& s) {
    if (p.name == name) out = s;
  });
  return out;
}

// Puts `Rule` in the place of the rule `name`, with its default parameters.
template <class Rule>
void replace_rule(Scenario& s, const std::string& name) {
  static constexpr eg_plugin plugin = eg::plasticity<Rule>;
  static const FoundPlugin found{&plugin, nullptr, {}};
  for (auto& projection : s.projections)
    for (auto& rule : projection.plasticity)
      if (name == rule.plugin.found->plugin->name) rule.plugin.found = &found, rule.plugin.params = Node{};
}

// Each step a weight is what the modulator is. Stands in for core.rstdp.
struct Witness {
  static constexpr eg::Info info{"test.witness", "1.0.0", "weights show a modulator"};
  struct Params {
    static constexpr auto fields = eg::none;
  };
  static constexpr auto edge_state = eg::none;
  static constexpr auto pre_traces = eg::none;
  static constexpr auto post_traces = eg::none;
  static constexpr std::array<const char*, 1> modulators{"dopamine"};

  explicit Witness(const Params&) {}
  void init(eg::EdgeBlock&) const {}
  double update_every_ms() const { return 1; }
  void sweep(eg::EdgeBlock& b) const { std::ranges::fill(b.weights(), b.modulator(0)); }
};

// Two rules whose order matters. They stand in for core.stdp and core.homeostatic.
struct AddsOne {
  static constexpr eg::Info info{"test.adds_one", "1.0.0", "weights grow by 1 each ms"};
  struct Params {
    static constexpr auto fields = eg::none;
  };
  static constexpr auto edge_state = eg::none;
  static constexpr auto pre_traces = eg::none;
  static constexpr auto post_traces = eg::none;

  explicit AddsOne(const Params&) {}
  void init(eg::EdgeBlock&) const {}
  double update_every_ms() const { return 1; }
  void sweep(eg::EdgeBlock& b) const {
    for (double& w : b.weights()) w += 1;
  }
};
struct Doubles {
  static constexpr eg::Info info{"test.doubles", "1.0.0", "weights double each ms"};
  struct Params {
    static constexpr auto fields = eg::none;
  };
  static constexpr auto edge_state = eg::none;
  static constexpr auto pre_traces = eg::none;
  static constexpr auto post_traces = eg::none;

  explicit Doubles(const Params&) {}
  void init(eg::EdgeBlock&) const {}
  double update_every_ms() const { return 1; }
  void sweep(eg::EdgeBlock& b) const {
    for (double& w : b.weights()) w *= 2;
  }
};

}  // namespace encephagen::testing
