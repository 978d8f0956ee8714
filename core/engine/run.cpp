// One run from a checked scenario to results on disk.
#include "engine/run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <limits>
#include <tuple>

#include "encephagen/sdk/random.hpp"
#include "engine/calibrate.hpp"
#include "engine/checkpoint.hpp"
#include "engine/network_summary.hpp"
#include "engine/result_store.hpp"
#include "engine/weight_watch.hpp"

namespace encephagen {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

ArrayData numbers(const char* name, std::vector<uint64_t> shape, std::vector<double> v) {
  return {name, "", EG_F64, std::move(shape), std::move(v), {}, {}};
}
ArrayData integers(const char* name, std::vector<int64_t> v) {
  return {name, "", EG_I64, {v.size()}, {}, std::move(v), {}};
}
ArrayData texts(const char* name, std::vector<std::string> v) {
  return {name, "", EG_TEXT_ELEMENT, {v.size()}, {}, {}, std::move(v)};
}

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

// The dataset of eg::Recording (sdk/analyzer.hpp).
std::vector<ArrayData> analyzer_input(const Scenario& s, const Brain& brain, const Schedule& schedule,
                                      const AnalyzerSpec& analyzer, const std::vector<RecordedUnits>& records,
                                      const std::vector<Kept>& recorded, const ClosedLoop* loop) {
  const auto span = span_of(s, schedule, analyzer);
  std::vector<ArrayData> in;
  for (auto& array : connectome_arrays(brain))  // labels, groups, weights; lengths, centres, attributes as far as known
    if (array.name != "history") in.push_back(std::move(array));
  in.push_back(numbers("interval_ms", {2}, {span.first, span.second}));
  std::vector<double> onset, duration;
  stimulus_times(s, schedule, span, onset, duration);
  in.push_back(numbers("stimulus_onset_ms", {onset.size()}, onset));
  in.push_back(numbers("stimulus_duration_ms", {duration.size()}, duration));
  if (analyzer.body) {
    for (auto& array : loop->bodies()[*analyzer.body]->arrays(span.first, span.second)) in.push_back(std::move(array));
    return in;
  }
  const RecordedUnits& record = records[analyzer.input];
  const Kept& all = recorded[analyzer.input];
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
  append_summary(in, s, brain, record.spec->population);
  return in;
}

// Trials always; every action, and where the parts were, where a recording asks for it.
void write_body(ResultWriter& store, const Body& body, const Scenario& s) {
  const std::string folder = "/bodies/" + body.spec().name + "/";
  bool stores_rows = false;
  for (const auto& r : s.body_records) stores_rows = stores_rows || (r.store && &s.bodies[r.body] == &body.spec());
  for (const auto& array : body.arrays(0, std::numeric_limits<double>::infinity())) {
    const bool is_trial = array.name.starts_with("trial.");
    if (is_trial || stores_rows || array.name.ends_with("_name"))
      store.put(folder + (is_trial ? "trials/" : "steps/") + array.name.substr(array.name.find('.') + 1), array);
  }
  if (!stores_rows || body.steps().pose.empty()) return;
  const auto& names = body.pose_names();
  const auto& pose = body.steps().pose;
  store.put(folder + "poses/pose", numbers("pose", {pose.size() / names.size(), names.size()}, pose));
  store.put(folder + "poses/pose_name", texts("pose_name", names));
  store.put(folder + "poses/scene", texts("scene", {body.scene()}));
}

void analyze(const Scenario& s, const Brain& brain, const PathResolver& paths, const Schedule& schedule,
             const std::vector<RecordedUnits>& records, const std::vector<Kept>& kept, const ClosedLoop* loop,
             ResultWriter& store, RunOutcome& out) {
  constexpr size_t none = std::numeric_limits<size_t>::max();
  std::tuple<size_t, size_t, std::string> prepared{none, none, ""};
  std::vector<ArrayData> input;
  for (const auto& a : s.analyzers) {
    const eg_plugin& plugin = *a.plugin.found->plugin;
    if (const std::tuple wanted{a.input, a.body.value_or(none), a.phase}; prepared != wanted) {
      input = analyzer_input(s, brain, schedule, a, records, kept, loop);
      prepared = wanted;
    }
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

// Simulation::run() in the pieces that the companion asks for.
bool run_along(Simulation& simulation, const Scenario& s, const Brain& brain, RunCompanion& companion, RecordSink sink,
               const std::function<void(size_t)>& phase_done) {
  simulation.begin();
  companion.begin(simulation, s, brain);
  sink.stepped = [&](uint64_t from, uint64_t to) { companion.stepped(from, to); };
  const auto goes_on = [&] {
    return !sink.progress || sink.progress(static_cast<double>(simulation.now()) / static_cast<double>(s.n_steps()));
  };
  while (simulation.now() < s.n_steps())
    if (!simulation.advance(companion.next_piece(goes_on), sink, phase_done)) return false;
  return true;
}

}  // namespace

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

RunOutcome run_scenario(const Scenario& given, const PathResolver& paths, const std::filesystem::path& folder,
                        const std::function<bool(double)>& progress, unsigned threads, BrainCache* brains,
                        const CheckpointPlace* checkpoint, RunCompanion* companion) {
  RunOutcome out;
  auto start = std::chrono::steady_clock::now();
  const auto graph = brains ? brains->get(given, paths) : std::make_shared<const Brain>(load_brain(given, paths));
  const Brain& brain = *graph;
  out.graph_id = brain.graph_id;
  out.notes = brain.notes;
  out.warnings = brain.warnings;
  for (auto& warning : raw_sensor_warnings(given, brain)) out.warnings.push_back(std::move(warning));
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
  // A calibrated run is calibrated again: its checkpoint would be of another network.
  if (given.calibrate) checkpoint = nullptr;
  const auto going_on = checkpoint && checkpoint->resumes ? checkpoint_threads(*checkpoint) : std::nullopt;
  Simulation simulation(s, brain, paths, going_on.value_or(threads));
  out.size = simulation.size();
  out.build_s = seconds_since(start);

  ResultWriter store(folder.empty() ? folder : folder / "results.h5");
  const auto& records = simulation.records();
  RunSoFar so_far;
  auto& kept = so_far.kept;
  kept.resize(records.size());
  std::vector<bool> is_read(records.size());
  for (const auto& a : s.analyzers)
    if (!a.body) is_read[a.input] = true;
  // A run with checkpoints keeps all it has recorded, to write it again into a new results.h5.
  const auto is_kept = [&](size_t i) { return is_read[i] || checkpoint; };
  const auto write = [&](size_t i, const Kept& k) {
    if (!records[i].spec->store || k.time_ms.empty()) return;
    if (records[i].spec->spikes)
      store.append_spikes(records[i].spec->name, k.time_ms, k.unit);
    else
      store.append_signal(records[i].spec->name, k.time_ms, k.rows, records[i].unit.size());
  };
  RecordSink sink;
  sink.signal = [&](size_t i, std::span<const double> time_ms, std::span<const double> rows) {
    if (is_kept(i)) {
      kept[i].time_ms.insert(kept[i].time_ms.end(), time_ms.begin(), time_ms.end());
      kept[i].rows.insert(kept[i].rows.end(), rows.begin(), rows.end());
    }
    if (records[i].spec->store) store.append_signal(records[i].spec->name, time_ms, rows, records[i].unit.size());
  };
  sink.spikes = [&](size_t i, std::span<const double> time_ms, std::span<const int64_t> unit) {
    if (is_kept(i)) {
      kept[i].time_ms.insert(kept[i].time_ms.end(), time_ms.begin(), time_ms.end());
      kept[i].unit.insert(kept[i].unit.end(), unit.begin(), unit.end());
    }
    if (records[i].spec->store) store.append_spikes(records[i].spec->name, time_ms, unit);
  };
  sink.progress = progress;
  start = std::chrono::steady_clock::now();
  WeightWatch weights(s, simulation);
  const auto phase_done = [&](size_t phase) { weights.phase_done(phase, so_far); };
  if (going_on) {
    read_checkpoint(*checkpoint, simulation, so_far);
    for (size_t i = 0; i < records.size(); ++i) write(i, kept[i]);
  }
  if (checkpoint)
    simulation.on_checkpoint([&](double t_ms) { write_checkpoint(*checkpoint, t_ms, simulation, so_far); });
  if (!(companion ? run_along(simulation, s, brain, *companion, sink, phase_done) : simulation.run(sink, phase_done))) {
    out.stopped = true;
    return out;
  }
  if (companion)
    for (auto& change : companion->changes()) out.warnings.push_back(std::move(change));
  out.simulate_s = seconds_since(start);
  out.metrics.insert(out.metrics.end(), so_far.metrics.begin(), so_far.metrics.end());
  for (const auto& w : so_far.snapshots)
    write_synapses(store, "/weights/" + w.phase, w.projection, w.synapses, s.dt_ms);

  start = std::chrono::steady_clock::now();
  for (const auto& r : records) {
    if (!r.spec->store) continue;
    const auto& population = s.populations[r.spec->population];
    if (r.spec->spikes) {
      store.finish_spikes(r.spec->name);
      store.put("/spikes/" + r.spec->name + "/unit", integers("unit", {r.unit.begin(), r.unit.end()}));
      store.put("/spikes/" + r.spec->name + "/unit_region", integers("unit_region", r.region));
    } else if (!r.spec->weights_of.empty()) {
      const std::vector<int64_t> unit(r.unit.begin(), r.unit.end());
      store.finish_signal(r.spec->name, unit, r.region, {{"projection", r.spec->weights_of}, {"state", "weight"}});
    } else {
      const std::vector<int64_t> unit(r.unit.begin(), r.unit.end());
      ResultWriter::Attributes attributes{{"population", population.name}};
      if (r.spec->rates)
        attributes.insert(attributes.end(), {{"state", "rate_hz"}, {"unit", "Hz"}});
      else
        attributes.emplace_back("state", population.unit().state[r.spec->state].name);
      store.finish_signal(r.spec->name, unit, r.region, attributes);
    }
  }
  for (const auto& a : connectome_arrays(brain)) store.put("/connectome/" + a.name, a);
  if (const ClosedLoop* loop = simulation.closed_loop())
    for (const auto& body : loop->bodies()) write_body(store, *body, s);
  analyze(s, brain, paths, simulation.schedule(), records, kept, simulation.closed_loop(), store, out);
  store.close();
  if (!folder.empty()) weights.save(folder / "weights.h5");
  out.analyze_s = seconds_since(start);
  return out;
}

}  // namespace encephagen
