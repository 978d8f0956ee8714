// Built-in input for batch plugins: three graphs and recordings of a small brain that nobody ever measured.
#include "host/conformance/sample_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>

#include "encephagen/sdk/random.hpp"

namespace encephagen::conformance {
namespace {

// Weights are lognormal, as between cortical areas (Markov et al. 2014).
Sample graph(const std::string& name, size_t n, double density, bool is_symmetric, bool has_isolated_region) {
  eg::Random random(1, name);
  std::vector<double> weights(n * n, 0.0), lengths(n * n, 0.0), centres;
  for (size_t k = 0; k < 3 * n; ++k) centres.push_back(random.uniform(-60, 60));
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) {
      double squared = 0;
      for (size_t d = 0; d < 3; ++d) squared += std::pow(centres[3 * i + d] - centres[3 * j + d], 2);
      lengths[i * n + j] = std::sqrt(squared);
      const bool is_drawn = is_symmetric ? i < j : i != j;
      if (!is_drawn || random.uniform() >= density) continue;
      if (has_isolated_region && (i == 5 || j == 5)) continue;
      weights[i * n + j] = std::exp(random.normal());
      if (is_symmetric) weights[j * n + i] = weights[i * n + j];
    }
  std::vector<std::string> labels, hemisphere, group;
  for (size_t i = 0; i < n; ++i) {
    labels.push_back(fmt::format("{}{}", i < n / 2 ? "l_" : "r_", i % (n / 2)));
    hemisphere.push_back(i < n / 2 ? "left" : "right");
    group.push_back(i % 3 == 0 ? "sensory" : i % 3 == 1 ? "prefrontal" : "");
  }
  return {name,
          {texts("region_label", labels), numbers("weights", {n, n}, weights), numbers("lengths_mm", {n, n}, lengths),
           numbers("centres_mm", {n, 3}, centres), texts("attribute.hemisphere", hemisphere),
           texts("attribute.group", group), texts("history", {"source", "conformance kit"})}};
}

constexpr size_t kRegions = 6, kUnitsPerRegion = 2, kUnits = kRegions * kUnitsPerRegion;

struct RecordingOptions {
  size_t n_samples = 4000;
  bool is_constant = false, has_signal = true, has_spikes = true, has_groups = true, has_stimulus = true,
       has_weights = true, has_geometry = true, has_network = true, has_body = true;
};

// Two hemispheres of three regions each.
void add_geometry(std::vector<ArrayData>& to) {
  std::vector<double> centres, lengths;
  std::vector<std::string> hemisphere;
  for (size_t r = 0; r < kRegions; ++r) {
    const bool is_left = r < kRegions / 2;
    const auto k = static_cast<double>(r % (kRegions / 2));
    centres.insert(centres.end(), {is_left ? -20 - 5 * k : 20 + 5 * k, 30 * k, 4 * k * k});
    hemisphere.emplace_back(is_left ? "left" : "right");
  }
  for (size_t i = 0; i < kRegions; ++i)
    for (size_t j = 0; j < kRegions; ++j)
      lengths.push_back(std::hypot(centres[3 * i] - centres[3 * j], centres[3 * i + 1] - centres[3 * j + 1],
                                   centres[3 * i + 2] - centres[3 * j + 2]));
  to.push_back(numbers("centres_mm", {kRegions, 3}, centres));
  to.push_back(numbers("lengths_mm", {kRegions, kRegions}, lengths));
  to.push_back(texts("attribute.hemisphere", hemisphere));
}

// One population of integrate-and-fire neurons per region, each driven by its neighbour (eg::NetworkSummary).
void add_network(std::vector<ArrayData>& to) {
  const auto add = [&](const char* name, double first, double step) {
    std::vector<double> v;
    for (size_t r = 0; r < kRegions; ++r) v.push_back(first + step * static_cast<double>(r));
    to.push_back(numbers(fmt::format("network.{}", name), {kRegions}, std::move(v)));
  };
  std::vector<int64_t> region, next;
  for (size_t r = 0; r < kRegions; ++r)
    region.push_back(static_cast<int64_t>(r)), next.push_back(static_cast<int64_t>((r + 1) % kRegions));
  to.push_back(texts("network.group_population", std::vector<std::string>(kRegions, "exc")));
  to.push_back(texts("network.recorded_population", {"exc"}));
  to.push_back(integers("network.group_region", region));
  to.push_back(integers("network.group_units", std::vector<int64_t>(kRegions, int64_t{kUnitsPerRegion})));
  add("tau_m_ms", 20, 0), add("threshold_mv", 20, 0), add("reset_mv", 10, 0), add("t_ref_ms", 2, 0);
  add("tau_syn_ms", 2, 0), add("external_mean_mv", 16, 0.3), add("external_variance_mv2", 20, 0);
  to.push_back(integers("network.link_target", region));
  to.push_back(integers("network.link_source", next));
  add("link_in_degree", 20, 1), add("link_weight_mv", 0.2, 0), add("link_square_mv2", 0.04, 0);
}

// A body with one lever that answers to what it saw 20 ms ago, pushed now and then; the last trial is cut off.
void add_body(std::vector<ArrayData>& to, eg::Random& random) {
  constexpr size_t n_trials = 4, n_rows = 61;
  constexpr double step_ms = 20;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> time_ms, observation, action, disturbance, reward, begin_ms, trial_reward;
  std::vector<int64_t> trial;
  double t_ms = 0;
  for (size_t n = 0; n < n_trials; ++n) {
    begin_ms.push_back(t_ms);
    double angle = 0, earned = 0;
    for (size_t k = 0; k < n_rows; ++k, t_ms += step_ms) {
      const double push = k % 20 == 10 ? 1 : 0, did = k == 0 ? nan : std::clamp(-2 * angle, -1.0, 1.0);
      angle = 0.8 * angle + 0.1 * random.normal() + 0.3 * push + (k == 0 ? 0 : 0.05 * did);
      time_ms.push_back(t_ms), trial.push_back(static_cast<int64_t>(n));
      observation.insert(observation.end(), {angle, 0.1 * random.normal()});
      action.push_back(did), disturbance.push_back(push), reward.push_back(k == 0 ? 0 : 1);
      earned += reward.back();
    }
    trial_reward.push_back(earned);
  }
  const uint64_t rows = time_ms.size();
  to.push_back(numbers("body.time_ms", {rows}, time_ms));
  to.push_back(integers("body.trial", trial));
  to.push_back(numbers("body.observation", {rows, 2}, observation));
  to.push_back(numbers("body.action", {rows, 1}, action));
  to.push_back(numbers("body.disturbance", {rows, 1}, disturbance));
  to.push_back(numbers("body.reward", {rows, 1}, reward));
  to.push_back(texts("body.observation_name", {"angle_rad", "noise"}));
  to.push_back(texts("body.action_name", {"torque_nm"}));
  to.push_back(texts("body.disturbance_name", {"push_n"}));
  to.push_back(texts("body.reward_name", {"upright"}));
  to.push_back(numbers("body.action_low", {1}, {-1}));
  to.push_back(numbers("body.action_high", {1}, {1}));
  to.push_back(numbers("body.step_ms", {1}, {step_ms}));
  to.push_back(numbers("trial.begin_ms", {n_trials}, begin_ms));
  to.push_back(integers("trial.steps", std::vector<int64_t>(n_trials, n_rows - 1)));
  to.push_back(integers("trial.end", {1, 1, 2, 0}));
  to.push_back(texts("trial.reason", {"fell", "fell", "time is up", ""}));
  to.push_back(numbers("trial.reward", {n_trials, 1}, trial_reward));
}

// Signals are noisy oscillations whose frequency and memory grow from region to region; each unit fires at random, more
// often after the stimulus.
Sample recording(const std::string& name, const RecordingOptions& o) {
  eg::Random random(7, "recording");
  const double end_ms = static_cast<double>(o.n_samples);
  Sample out{name, {}};
  out.arrays.push_back(texts("region_label", {"V1", "A1", "PFC", "ACC", "M1", "TH"}));
  out.arrays.push_back(texts(
      "region_group", o.has_groups ? std::vector<std::string>{"sensory", "sensory", "prefrontal", "prefrontal", "", ""}
                                   : std::vector<std::string>(kRegions)));
  out.arrays.push_back(numbers("interval_ms", {2}, {0, end_ms}));
  if (o.has_weights) {
    std::vector<double> weights(kRegions * kRegions);
    for (size_t i = 0; i < kRegions; ++i)
      for (size_t j = 0; j < kRegions; ++j) weights[i * kRegions + j] = i == j ? 0 : random.uniform();
    out.arrays.push_back(numbers("weights", {kRegions, kRegions}, weights));
    std::vector<double> centres;
    for (size_t k = 0; k < 3 * kRegions; ++k) centres.push_back(100 * random.uniform());
    out.arrays.push_back(numbers("centres_mm", {kRegions, 3}, centres));
    out.arrays.push_back(texts("attribute.hemisphere", {"left", "right", "left", "right", "left", "both"}));
  }
  if (o.has_geometry) add_geometry(out.arrays);
  if (o.has_stimulus) {
    out.arrays.push_back(numbers("stimulus_onset_ms", {2}, {1000, 2500}));
    out.arrays.push_back(numbers("stimulus_duration_ms", {2}, {50, 50}));
  }
  if (o.has_network) add_network(out.arrays);
  if (o.has_body) add_body(out.arrays, random);
  std::vector<int64_t> unit_region;
  for (size_t u = 0; u < kUnits; ++u) unit_region.push_back(static_cast<int64_t>(u / kUnitsPerRegion));
  if (o.has_signal) {
    std::vector<double> time_ms, signal, slow(kUnits, 0.0);
    for (size_t t = 0; t < o.n_samples; ++t) {
      time_ms.push_back(static_cast<double>(t + 1));
      for (size_t u = 0; u < kUnits; ++u) {
        const double region = static_cast<double>(u / kUnitsPerRegion);
        slow[u] += -slow[u] / (5 + 10 * region) + 0.3 * random.normal();
        const double wave = std::sin(2 * 3.141592653589793 * (4 + 4 * region) * static_cast<double>(t) * 1e-3);
        signal.push_back(o.is_constant ? 0.5 : 0.5 + 0.05 * slow[u] + 0.1 * wave);
      }
    }
    out.arrays.push_back(numbers("signal", {o.n_samples, kUnits}, signal));
    out.arrays.push_back(numbers("time_ms", {o.n_samples}, time_ms));
    out.arrays.push_back(integers("unit_region", unit_region));
    out.arrays.push_back(texts("signal_name", {"e"}));
  }
  if (o.has_spikes) {
    std::vector<double> spike_time_ms;
    std::vector<int64_t> spike_unit;
    for (size_t t = 0; t < o.n_samples && !o.is_constant; ++t)
      for (size_t u = 0; u < kUnits; ++u) {
        const bool is_driven = (t >= 1010 && t < 1060) || (t >= 2510 && t < 2560);
        if (random.uniform() > (is_driven ? 0.08 : 0.015)) continue;
        spike_time_ms.push_back(static_cast<double>(t + 1));
        spike_unit.push_back(static_cast<int64_t>(u));
      }
    const uint64_t n = spike_time_ms.size();
    out.arrays.push_back(numbers("spike_time_ms", {n}, spike_time_ms));
    out.arrays.push_back(integers("spike_unit", spike_unit));
    out.arrays.push_back(integers("spike_unit_region", unit_region));
  }
  return out;
}

}  // namespace

std::vector<Sample> sample_graphs() {
  return {graph("directed", 24, 0.35, false, false), graph("symmetric", 20, 0.4, true, false),
          graph("sparse", 18, 0.15, false, true)};
}

Sample sample_recording() { return recording("usual", {}); }

std::vector<Sample> odd_recordings() {
  return {recording("without signal", {.has_signal = false}),
          recording("without spikes", {.has_spikes = false}),
          recording("without signal and spikes", {.has_signal = false, .has_spikes = false}),
          recording("with a constant signal and no spike", {.is_constant = true}),
          recording("with one sample", {.n_samples = 1}),
          recording("with no sample", {.n_samples = 0}),
          recording("without groups", {.has_groups = false}),
          recording("without stimulus", {.has_stimulus = false}),
          recording("without weights", {.has_weights = false}),
          recording("without geometry", {.has_geometry = false}),
          recording("without network", {.has_network = false}),
          recording("without body", {.has_body = false})};
}

}  // namespace encephagen::conformance
