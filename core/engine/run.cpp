// One run from a checked scenario to results on disk.
#include "engine/run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <limits>

#include "engine/analysis.hpp"
#include "engine/calibrate.hpp"
#include "engine/checkpoint.hpp"
#include "engine/result_store.hpp"
#include "engine/weight_watch.hpp"

namespace encephagen {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
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

void analyze(const Scenario& s, Analysis analysis, ResultWriter& store, RunOutcome& out) {
  for (const auto& a : s.analyzers) {
    const BatchResult result = analysis.run(a);
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
  const auto phase_done = [&](size_t phase) {
    weights.phase_done(phase, so_far);
    tell_modulators(s, brain, paths, kept, phase, simulation);
  };
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
  analyze(s, {s, brain, paths, simulation, kept}, store, out);
  store.close();
  if (!folder.empty()) weights.save(folder / "weights.h5");
  out.analyze_s = seconds_since(start);
  return out;
}

}  // namespace encephagen
