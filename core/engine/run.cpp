// One run from a checked scenario to results on disk.
#include "engine/run.hpp"

#include <fmt/format.h>

#include <chrono>

#include "encephagen/sdk/random.hpp"
#include "engine/calibrate.hpp"
#include "engine/network_summary.hpp"
#include "engine/result_store.hpp"

namespace encephagen {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// What one recording gathered in memory, for the analyzers that read it.
struct Kept {
  std::vector<double> time_ms, rows;
  std::vector<int64_t> unit;
};

ArrayData numbers(const char* name, std::vector<uint64_t> shape, std::vector<double> v) {
  return {name, "", EG_F64, std::move(shape), std::move(v), {}, {}};
}
ArrayData integers(const char* name, std::vector<int64_t> v) {
  return {name, "", EG_I64, {v.size()}, {}, std::move(v), {}};
}
ArrayData texts(const char* name, std::vector<std::string> v) {
  return {name, "", EG_TEXT_ELEMENT, {v.size()}, {}, {}, std::move(v)};
}

// The dataset of eg::Recording (sdk/analyzer.hpp).
std::vector<ArrayData> analyzer_input(const Scenario& s, const Brain& brain, const RecordedUnits& record,
                                      const Kept& kept) {
  std::vector<ArrayData> in;
  for (auto& array : connectome_arrays(brain))  // labels, groups, weights; lengths, centres, attributes as far as known
    if (array.name != "history") in.push_back(std::move(array));
  in.push_back(
      numbers("interval_ms", {2},
              {static_cast<double>(s.n_transient_steps()) * s.dt_ms, static_cast<double>(s.n_steps()) * s.dt_ms}));
  std::vector<double> onset, duration;
  for (const auto& stimulus : s.stimuli) onset.push_back(stimulus.onset_ms), duration.push_back(stimulus.duration_ms);
  in.push_back(numbers("stimulus_onset_ms", {onset.size()}, onset));
  in.push_back(numbers("stimulus_duration_ms", {duration.size()}, duration));
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
  append_summary(in, s, brain, record.spec->population);
  return in;
}

void analyze(const Scenario& s, const Brain& brain, const PathResolver& paths,
             const std::vector<RecordedUnits>& records, const std::vector<Kept>& kept, ResultWriter& store,
             RunOutcome& out) {
  size_t prepared = records.size();
  std::vector<ArrayData> input;
  for (const auto& a : s.analyzers) {
    const eg_plugin& plugin = *a.plugin.found->plugin;
    if (prepared != a.input) input = analyzer_input(s, brain, records[a.input], kept[a.input]), prepared = a.input;
    Diagnostics d;
    const ParamValues values = param_values(a.plugin, paths, d);
    d.throw_if_any();
    BatchResult result;
    try {
      result = run_batch(PluginInstance(plugin, values), eg::mix_key(s.seeds.noise, a.name), input);
    } catch (const PluginFailed& e) {
      throw Failure(Exit::simulation_failed, fmt::format("{}: analyzer '{}' {} failed: {}", a.plugin.at.text(),
                                                         plugin.name, plugin.version, e.what()));
    }
    for (auto& m : result.metrics) out.metrics.push_back({a.prefix + m.name, m.unit, m.group, m.value});
    for (const auto& m : result.messages)
      (m.is_warning ? out.warnings : out.notes).push_back(fmt::format("{}: {}", a.name, m.text));
    for (const auto& array : result.arrays) store.put(fmt::format("/analyzers/{}/{}", a.name, array.name), array);
  }
}

// The mean rate of all recorded units; nothing when `progress` stopped the run.
std::optional<double> simulated_rate_hz(const Scenario& s, const Brain& brain, const PathResolver& paths,
                                        const std::function<bool(double)>& progress, unsigned threads) {
  Simulation simulation(s, brain, paths, threads);
  double spikes = 0, units = 0;
  RecordSink sink;
  sink.signal = [](size_t, std::span<const double>, std::span<const double>) {};
  sink.spikes = [&](size_t, std::span<const double> time_ms, std::span<const int64_t>) {
    spikes += static_cast<double>(time_ms.size());
  };
  if (progress) sink.progress = [&](double) { return progress(0); };
  if (!simulation.run(sink)) return std::nullopt;
  for (const auto& r : simulation.records()) units += static_cast<double>(r.unit.size());
  return 1000 * spikes / (units * (s.duration_ms - s.transient_ms));
}

}  // namespace

RunOutcome run_scenario(const Scenario& given, const PathResolver& paths, const std::filesystem::path& folder,
                        const std::function<bool(double)>& progress, unsigned threads, BrainCache* brains) {
  RunOutcome out;
  auto start = std::chrono::steady_clock::now();
  const auto graph = brains ? brains->get(given, paths) : std::make_shared<const Brain>(load_brain(given, paths));
  const Brain& brain = *graph;
  out.graph_id = brain.graph_id;
  out.notes = brain.notes;
  out.warnings = brain.warnings;
  out.metrics = brain.metrics;
  out.connectome_history = brain.connectome.history;
  for (size_t r = 0; r < brain.n_regions(); ++r) out.region_group[brain.connectome.labels[r]] = brain.group[r];
  Scenario calibrated;
  if (given.calibrate) {
    calibrated = given;
    const auto rate = [&](const Scenario& trial) { return simulated_rate_hz(trial, brain, paths, progress, threads); };
    if (!calibrate(calibrated, brain, out.metrics, rate)) {
      out.stopped = true;
      return out;
    }
    out.calibrated = calibrated.resolved;
  }
  const Scenario& s = given.calibrate ? calibrated : given;
  Simulation simulation(s, brain, paths, threads);
  out.size = simulation.size();
  out.build_s = seconds_since(start);

  ResultWriter store(folder.empty() ? folder : folder / "results.h5");
  const auto& records = simulation.records();
  std::vector<Kept> kept(records.size());
  std::vector<bool> is_read(records.size());
  for (const auto& a : s.analyzers) is_read[a.input] = true;
  RecordSink sink;
  sink.signal = [&](size_t i, std::span<const double> time_ms, std::span<const double> rows) {
    if (is_read[i]) {
      kept[i].time_ms.insert(kept[i].time_ms.end(), time_ms.begin(), time_ms.end());
      kept[i].rows.insert(kept[i].rows.end(), rows.begin(), rows.end());
    }
    if (records[i].spec->store) store.append_signal(records[i].spec->name, time_ms, rows, records[i].unit.size());
  };
  sink.spikes = [&](size_t i, std::span<const double> time_ms, std::span<const int64_t> unit) {
    if (is_read[i]) {
      kept[i].time_ms.insert(kept[i].time_ms.end(), time_ms.begin(), time_ms.end());
      kept[i].unit.insert(kept[i].unit.end(), unit.begin(), unit.end());
    }
    if (records[i].spec->store) store.append_spikes(records[i].spec->name, time_ms, unit);
  };
  sink.progress = progress;
  start = std::chrono::steady_clock::now();
  if (!simulation.run(sink)) {
    out.stopped = true;
    return out;
  }
  out.simulate_s = seconds_since(start);

  start = std::chrono::steady_clock::now();
  for (const auto& r : records) {
    if (!r.spec->store) continue;
    const auto& population = s.populations[r.spec->population];
    if (r.spec->spikes) {
      store.finish_spikes(r.spec->name);
    } else {
      const std::vector<int64_t> unit(r.unit.begin(), r.unit.end());
      store.finish_signal(r.spec->name, unit, r.region,
                          {{"population", population.name}, {"state", population.unit().state[r.spec->state].name}});
    }
  }
  for (const auto& a : connectome_arrays(brain)) store.put("/connectome/" + a.name, a);
  analyze(s, brain, paths, records, kept, store, out);
  store.close();
  out.analyze_s = seconds_since(start);
  return out;
}

}  // namespace encephagen
