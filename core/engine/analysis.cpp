// What analyzers see of a run, and what they find.
#include "engine/analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "encephagen/sdk/random.hpp"
#include "engine/network_summary.hpp"
#include "host/text.hpp"

namespace encephagen {
namespace {

// From when to when an analyzer looks, in ms: the run after the transient, or one phase of it.
std::pair<double, double> span_of(const Scenario& s, const Schedule& schedule, const AnalyzerSpec& a) {
  double from = static_cast<double>(s.n_transient_steps()) * s.dt_ms, to = static_cast<double>(s.n_steps()) * s.dt_ms;
  for (const auto& phase : schedule.phases())
    if (phase.spec && phase.spec->name == a.phase) {
      from = std::max(from, static_cast<double>(phase.first) * s.dt_ms);
      to = static_cast<double>(phase.last()) * s.dt_ms;
    }
  return {from, to};
}

// What a recording holds between two times; samples lie at the end of their steps.
Kept cut(const Kept& kept, double from_ms, double to_ms, double dt_ms, size_t n_units) {
  Kept out;
  for (size_t k = 0; k < kept.time_ms.size(); ++k) {
    if (kept.time_ms[k] < from_ms + 0.5 * dt_ms || kept.time_ms[k] > to_ms + 0.5 * dt_ms) continue;
    out.time_ms.push_back(kept.time_ms[k]);
    if (!kept.unit.empty()) out.unit.push_back(kept.unit[k]);
    if (!kept.rows.empty())
      out.rows.insert(out.rows.end(), kept.rows.begin() + static_cast<std::ptrdiff_t>(k * n_units),
                      kept.rows.begin() + static_cast<std::ptrdiff_t>((k + 1) * n_units));
  }
  return out;
}

// Every time a stimulus begins, and for how long: with phases, in each of their episodes.
void stimulus_times(const Scenario& s, const Schedule& schedule, std::pair<double, double> span,
                    std::vector<double>& onset, std::vector<double>& duration) {
  for (const auto& stimulus : s.stimuli)
    for (const auto& phase : schedule.phases()) {
      if (phase.spec && !is_chosen(phase.spec->inputs, stimulus.name)) continue;
      for (uint64_t start = phase.first; start < phase.last(); start += phase.episode_steps) {
        const double at = static_cast<double>(start) * s.dt_ms + stimulus.onset_ms;
        if (phase.spec && (at < span.first || at >= span.second)) continue;
        onset.push_back(at), duration.push_back(stimulus.duration_ms);
      }
    }
}

}  // namespace

std::vector<ArrayData> Analysis::input_of(const AnalyzerSpec& analyzer) const {
  const auto& s = *scenario_;
  const Schedule& schedule = simulation_->schedule();
  const auto span = span_of(s, schedule, analyzer);
  std::vector<ArrayData> in;
  // Labels, groups, weights; lengths, centres, attributes as far as known.
  for (auto& array : connectome_arrays(*brain_))
    if (array.name != "history") in.push_back(std::move(array));
  in.push_back(numbers("interval_ms", {2}, {span.first, span.second}));
  std::vector<double> onset, duration;
  stimulus_times(s, schedule, span, onset, duration);
  in.push_back(numbers("stimulus_onset_ms", {onset.size()}, onset));
  in.push_back(numbers("stimulus_duration_ms", {duration.size()}, duration));
  if (analyzer.body) {
    for (auto& array : simulation_->closed_loop()->bodies()[*analyzer.body]->arrays(span.first, span.second))
      in.push_back(std::move(array));
    return in;
  }
  const RecordedUnits& record = simulation_->records()[analyzer.input];
  const Kept& all = (*kept_)[analyzer.input];
  Kept part;
  if (!analyzer.phase.empty()) part = cut(all, span.first, span.second, s.dt_ms, record.unit.size());
  const Kept& kept = analyzer.phase.empty() ? all : part;
  if (record.spec->spikes) {
    in.push_back(numbers("spike_time_ms", {kept.time_ms.size()}, kept.time_ms));
    // Analyzers see the recorded units only, numbered from 0; results.h5 keeps the numbers within the population.
    std::vector<int64_t> number(record.unit.empty() ? 0 : record.unit.back() + size_t{1}), unit;
    for (size_t k = 0; k < record.unit.size(); ++k) number[record.unit[k]] = static_cast<int64_t>(k);
    unit.reserve(kept.unit.size());
    for (const auto u : kept.unit) unit.push_back(number[static_cast<size_t>(u)]);
    in.push_back(integers("spike_unit", std::move(unit)));
    in.push_back(integers("spike_unit_region", record.region));
  } else {
    in.push_back(numbers("time_ms", {kept.time_ms.size()}, kept.time_ms));
    in.push_back(numbers("signal", {kept.time_ms.size(), record.unit.size()}, kept.rows));
    in.push_back(integers("unit_region", record.region));
    in.push_back(texts("signal_name", {record.spec->name}));
  }
  append_summary(in, s, *brain_, record.spec->population);
  return in;
}

BatchResult Analysis::run(const AnalyzerSpec& analyzer) {
  constexpr size_t none = std::numeric_limits<size_t>::max();
  if (const std::tuple wanted{analyzer.input, analyzer.body.value_or(none), analyzer.phase}; prepared_ != wanted) {
    input_ = input_of(analyzer);
    prepared_ = wanted;
  }
  const eg_plugin& plugin = *analyzer.plugin.found->plugin;
  Diagnostics d;
  const ParamValues values = param_values(analyzer.plugin, *paths_, d);
  d.throw_if_any();
  try {
    return run_batch(PluginInstance(plugin, values), eg::mix_key(scenario_->seeds.noise, analyzer.name), input_);
  } catch (const PluginFailed& e) {
    throw Failure(Exit::simulation_failed, fmt::format("{}: analyzer '{}' {} failed: {}", analyzer.plugin.at.text(),
                                                       plugin.name, plugin.version, e.what()));
  }
}

void tell_modulators(const Scenario& s, const Brain& brain, const PathResolver& paths, const std::vector<Kept>& kept,
                     size_t phase, Simulation& simulation) {
  const PhaseSpec* over = simulation.schedule().phases()[phase].spec;
  Analysis analysis(s, brain, paths, simulation, kept);
  for (size_t m = 0; m < s.modulators.size(); ++m) {
    const auto& spec = s.modulators[m];
    if (!spec.analyzer || !over || s.analyzers[*spec.analyzer].phase != over->name) continue;
    const auto& analyzer = s.analyzers[*spec.analyzer];
    const BatchResult result = analysis.run(analyzer);
    std::vector<std::string> names;
    const MetricData* found = nullptr;
    for (const auto& metric : result.metrics) {
      if (!metric.group.empty()) continue;
      names.push_back(metric.name);
      if (metric.name == spec.metric) found = &metric;
    }
    if (!found)
      throw Failure(Exit::simulation_failed,
                    fmt::format("{}: modulator '{}': analyzer '{}' found no '{}' in phase '{}'{}; it found {}",
                                spec.at.text(), spec.name, analyzer.name, spec.metric, over->name,
                                did_you_mean(spec.metric, names), names.empty() ? "nothing" : join(names, ", ")));
    if (!std::isfinite(found->value))
      throw Failure(Exit::simulation_failed,
                    fmt::format("{}: modulator '{}': analyzer '{}' found no number for '{}' in phase '{}': see that "
                                "there is something to analyze, or follow another metric",
                                spec.at.text(), spec.name, analyzer.name, spec.metric, over->name));
    simulation.set_found(m, found->value);
  }
}

}  // namespace encephagen
