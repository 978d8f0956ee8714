// Runs everything an experiment plans: threads, atomic results per run, resume, shards, progress.
#include "experiment/execution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "engine/run.hpp"
#include "experiment/metrics_csv.hpp"
#include "experiment/progress.hpp"
#include "experiment/provenance.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// What a finished run contributes to the table.
struct Finished {
  RunInfo info;
  std::vector<MetricRow> rows;
  std::vector<std::string> notes, warnings;
};

void write_text(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out)
    throw Failure(Exit::simulation_failed, fmt::format("{}: cannot be written: is the disk full?", file.string()));
}

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

RunInfo info_of(const PlannedRun& run) {
  RunInfo info;
  info.arm = run.arm;
  info.replicate = run.replicate;
  info.repeat = run.repeat;
  info.sweep = run.sweep;
  return info;
}

std::vector<MetricRow> rows_of(const RunOutcome& outcome, size_t index) {
  std::vector<MetricRow> rows;
  for (const auto& m : outcome.metrics) rows.push_back({index, m.name, m.unit, m.group, m.value});
  return rows;
}

// Writes the files of one run into `folder`, results.h5 being there already.
void write_run_files(const fs::path& folder, const Scenario& scenario, const RunOutcome& outcome, const Finished& done,
                     const std::vector<std::string>& command_line, const std::string& key) {
  write_text(folder / "resolved.toml", write_toml(outcome.calibrated ? *outcome.calibrated : scenario.resolved));
  RunTable one;
  one.runs.push_back(done.info);
  one.rows = done.rows;
  for (auto& row : one.rows) row.run = 0;
  write_text(folder / "metrics.csv", write_metrics_csv(one));
  write_text(folder / "run.json", provenance_json(scenario, outcome, command_line, key));
}

// The results of an earlier process, if they are complete and of the same content.
std::optional<Finished> reuse(const fs::path& folder, const PlannedRun& run, size_t index, const std::string& key) {
  std::error_code ec;
  if (!fs::exists(folder / "run.json", ec)) return std::nullopt;
  const auto j = nlohmann::json::parse(read_text(folder / "run.json"), nullptr, false);
  if (j.is_discarded() || j.value("key", "") != key) return std::nullopt;
  Finished out{
      info_of(run), {}, j.value("notes", std::vector<std::string>{}), j.value("warnings", std::vector<std::string>{})};
  out.info.graph_id = j.value("graph_id", "");
  out.info.region_group = j.value("region_group", std::map<std::string, std::string>{});
  for (auto row : read_metrics_csv(read_text(folder / "metrics.csv"), (folder / "metrics.csv").string()).rows) {
    row.run = index;
    out.rows.push_back(row);
  }
  return out;
}

Finished finish(const PlannedRun& run, const RunOutcome& outcome, size_t index) {
  Finished out{info_of(run), rows_of(outcome, index), outcome.notes, outcome.warnings};
  out.info.graph_id = outcome.graph_id;
  out.info.region_group = outcome.region_group;
  return out;
}

// Texts of all runs, each once.
std::vector<std::string> counted(const std::vector<std::string>& all, size_t n_runs) {
  std::vector<std::string> order;
  std::map<std::string, size_t> count;
  for (const auto& t : all)
    if (count[t]++ == 0) order.push_back(t);
  for (auto& t : order)
    if (n_runs > 1 && count[t] > 1) t += fmt::format(" (in {} runs)", count[t]);
  return order;
}

class Executor {
 public:
  Executor(const Experiment& experiment, const PathResolver& paths, const ExecutionOptions& options)
      : experiment_(experiment),
        paths_(paths),
        options_(options),
        progress_("running", options.quiet),
        done_(experiment.runs.size()),
        share_(experiment.runs.size()),
        failure_(experiment.runs.size()) {}

  ExecutionResult execute() {
    const auto start = Clock::now();
    watch_signals();
    fs::create_directories(options_.folder / "runs");
    std::vector<std::thread> workers;
    const auto n_threads = std::max(1u, std::min(options_.threads, static_cast<unsigned>(experiment_.runs.size())));
    for (unsigned t = 1; t < n_threads; ++t) workers.emplace_back([this] { work(); });
    work();
    for (auto& w : workers) w.join();
    return collect(std::chrono::duration<double>(Clock::now() - start).count());
  }

 private:
  void work() {
    for (size_t i = next_++; i < experiment_.runs.size(); i = next_++) {
      if (signal_received() != 0) return;
      one(i);
    }
  }

  void one(size_t i) {
    const PlannedRun& run = experiment_.runs[i];
    const fs::path folder = run_folder(options_.folder, i);
    try {
      const std::string key = content_key(run.scenario);
      if (options_.resume || i % options_.n_shards != options_.shard)
        if (auto found = reuse(folder, run, i, key)) {
          done_[i] = std::move(found);
          ++n_reused_;
          share_[i] = nothing_to_do;
          return;
        }
      if (i % options_.n_shards != options_.shard) return;
      const fs::path unfinished = folder.string() + ".tmp";
      fs::remove_all(unfinished);
      fs::create_directories(unfinished);
      // Threads that runs leave over work within them.
      const auto threads_per_run = std::max(1u, options_.threads / static_cast<unsigned>(experiment_.runs.size()));
      const auto outcome = run_scenario(
          run.scenario, paths_, unfinished,
          [&](double share) {
            report(i, std::min(share, 0.999));  // analyzers and files come after the last step
            return signal_received() == 0;
          },
          threads_per_run);
      if (outcome.stopped) {
        fs::remove_all(unfinished);
        return;
      }
      Finished finished = finish(run, outcome, i);
      write_run_files(unfinished, run.scenario, outcome, finished, options_.command_line, key);
      fs::remove_all(folder);
      fs::rename(unfinished, folder);
      done_[i] = std::move(finished);
      ++n_run_;
      report(i, 1.0);
    } catch (const std::exception& e) {
      failure_[i] = e.what();
      share_[i] = nothing_to_do;
      std::error_code ec;
      fs::remove_all(folder.string() + ".tmp", ec);
    }
  }

  // Of the runs that this process has to do, weighed by the time they simulate.
  void report(size_t i, double share) {
    share_[i] = share;  // each worker writes its own entry; the sums may be a little stale
    ProgressState state{.share = 0, .simulated_s = 0, .n_done = 0, .n_runs = 0};
    double all_s = 0;
    for (size_t k = options_.shard; k < share_.size(); k += options_.n_shards) {
      const double run_s = experiment_.runs[k].scenario.duration_ms * 1e-3, done = share_[k];
      if (done == nothing_to_do) continue;
      all_s += run_s;
      state.simulated_s += done * run_s;
      state.n_done += done >= 1 ? 1 : 0;
      ++state.n_runs;
    }
    state.share = all_s > 0 ? state.simulated_s / all_s : 0;
    progress_.show(state);
  }

  ExecutionResult collect(double wall_s) {
    ExecutionResult out;
    std::vector<std::string> notes, warnings;
    for (size_t i = 0; i < experiment_.runs.size(); ++i) {
      const auto& run = experiment_.runs[i];
      RunInfo info = info_of(run);
      if (done_[i]) {
        info = done_[i]->info;
        out.table.rows.insert(out.table.rows.end(), done_[i]->rows.begin(), done_[i]->rows.end());
        notes.insert(notes.end(), done_[i]->notes.begin(), done_[i]->notes.end());
        warnings.insert(warnings.end(), done_[i]->warnings.begin(), done_[i]->warnings.end());
      } else if (!failure_[i].empty()) {
        info.failed = true;
        info.error = failure_[i];
        ++out.n_failed;
        out.failures.push_back(
            fmt::format("run {} (arm '{}', replicate {}): {}", i, run.arm, run.replicate, failure_[i]));
      } else {
        info.failed = true;
        info.error = "not run";
        ++out.n_missing;
      }
      out.table.runs.push_back(std::move(info));
    }
    out.notes = counted(notes, experiment_.runs.size());
    out.warnings = counted(warnings, experiment_.runs.size());
    out.n_run = n_run_;
    out.n_reused = n_reused_;
    out.wall_s = wall_s;
    out.stopped_by_signal = signal_received();
    return out;
  }

  static constexpr double nothing_to_do = -1;  // in share_: reused, or failed

  const Experiment& experiment_;
  const PathResolver& paths_;
  const ExecutionOptions& options_;
  Progress progress_;
  std::atomic<size_t> next_{0}, n_run_{0}, n_reused_{0};
  std::vector<std::optional<Finished>> done_;
  std::vector<std::atomic<double>> share_;
  std::vector<std::string> failure_;
};

}  // namespace

fs::path run_folder(const fs::path& folder, size_t index) { return folder / "runs" / fmt::format("{:05}", index); }

ExecutionResult execute(const Experiment& experiment, const PathResolver& paths, const ExecutionOptions& options) {
  return Executor(experiment, paths, options).execute();
}

ExecutionResult execute_single(const Scenario& scenario, const PathResolver& paths, const ExecutionOptions& options) {
  watch_signals();
  const auto start = Clock::now();
  Progress progress("running", options.quiet);
  PlannedRun run;
  run.arm = "run";
  ExecutionResult out;
  const auto outcome = run_scenario(
      scenario, paths, options.folder,
      [&](double share) {
        progress.show({.share = share, .simulated_s = share * scenario.duration_ms * 1e-3});
        return signal_received() == 0;
      },
      options.threads);
  out.stopped_by_signal = signal_received();
  if (outcome.stopped) return out;
  const Finished finished = finish(run, outcome, 0);
  write_run_files(options.folder, scenario, outcome, finished, options.command_line, content_key(scenario));
  out.table.runs.push_back(finished.info);
  out.table.rows = finished.rows;
  out.notes = finished.notes;
  out.warnings = finished.warnings;
  out.n_run = 1;
  out.wall_s = std::chrono::duration<double>(Clock::now() - start).count();
  return out;
}

}  // namespace encephagen
