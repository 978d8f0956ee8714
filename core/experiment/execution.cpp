// Runs everything an experiment plans: threads, ranks and shards, atomic results per run, resume, progress.
#include "experiment/execution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

#include "engine/parallel.hpp"
#include "engine/run.hpp"
#include "experiment/plan_record.hpp"
#include "experiment/process_record.hpp"
#include "experiment/progress.hpp"
#include "experiment/provenance.hpp"
#include "experiment/run_store.hpp"
#include "host/failure.hpp"
#include "host/write_file.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

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

// How far a process has come with the runs that it has to do; any thread may call.
class Tally {
 public:
  explicit Tally(bool quiet) : progress_("running", quiet) {}

  void expect(double run_s) { all_s_ += run_s, ++n_runs_; }

  void show(size_t run, double run_s, double share) {
    const std::lock_guard guard(lock_);
    const auto at = in_flight_.try_emplace(run, 0.0).first;
    done_s_ += (share - at->second) * run_s;
    at->second = share;
    if (share >= 1) ++n_done_, in_flight_.erase(at);
    progress_.show({all_s_ > 0 ? done_s_ / all_s_ : 0, done_s_, n_done_, n_runs_});
  }

  void done_elsewhere(double run_s) {
    const std::lock_guard guard(lock_);
    done_s_ += run_s, elsewhere_s_ += run_s, ++n_done_;
    progress_.show({all_s_ > 0 ? done_s_ / all_s_ : 0, done_s_, n_done_, n_runs_});
  }

  // It failed: nothing of it counts.
  void drop(size_t run, double run_s) {
    const std::lock_guard guard(lock_);
    if (const auto at = in_flight_.find(run); at != in_flight_.end()) {
      done_s_ -= at->second * run_s;
      in_flight_.erase(at);
    }
    all_s_ -= run_s;
    --n_runs_;
  }

  ProcessState state(unsigned threads, double elapsed_s) {
    const std::lock_guard guard(lock_);
    ProcessState out{threads, elapsed_s, done_s_ - elsewhere_s_, {}};
    for (const auto& [run, share] : in_flight_) out.running.push_back(run);
    return out;
  }

 private:
  std::mutex lock_;
  Progress progress_;
  double all_s_ = 0, done_s_ = 0, elsewhere_s_ = 0;
  size_t n_done_ = 0, n_runs_ = 0;
  std::map<size_t, double> in_flight_;
};

// Runs that learn may be long; others are soon run again.
bool wants_checkpoint(const Scenario& s) {
  return s.checkpoint_every_ms > 0 ||
         std::ranges::any_of(s.projections, [](const auto& p) { return !p.plasticity.empty(); });
}

void forget(const fs::path& checkpoint) {
  std::error_code ec;
  fs::remove(checkpoint, ec);
}

class Executor {
 public:
  Executor(const Experiment& experiment, const PathResolver& paths, const ExecutionOptions& options)
      : runs_(experiment.runs),
        experiment_(experiment),
        paths_(paths),
        options_(options),
        leads_(!options.link || options.link->rank() == 0),
        store_(options.folder),
        tally_(options.quiet || !leads_),
        keys_(runs_.size()),
        known_(runs_.size()) {}

  ExecutionResult execute() {
    watch_signals();
    make_folder(options_.folder / "runs");
    {
      const ProcessRecord record(options_.folder,
                                 [this] { return tally_.state(options_.threads, seconds_since(start_)); });
      parallel_for(options_.threads, runs_.size(), [&](size_t i) { keys_[i] = content_key(runs_[i].scenario); });
      if (leads_) prepare();
      run_all();
    }
    if (!storage_failure_.empty())
      throw StorageFailure(
          fmt::format("{}\n  the runs in flight are lost; {} complete runs are kept in {}; when there "
                      "is room again, complete them with: {}",
                      storage_failure_, store_.names().done.size(), options_.folder.string(), options_.resume_command));
    return collect();
  }

 private:
  bool is_mine(size_t i) const { return i % options_.n_shards == options_.shard; }
  bool is_stopping() const { return signal_received() != 0 || has_storage_failed_; }
  double simulated_s(size_t i) const { return runs_[i].scenario.duration_ms * 1e-3; }

  // What is there already, and what is to do.
  void prepare() {
    forget_dead_processes(options_.folder);
    store_.clean_up();
    write_plan(options_.folder, experiment_, keys_, options_.resume_command);
    if (options_.resume)
      parallel_for(options_.threads, runs_.size(), [&](size_t i) {
        if (is_mine(i)) known_[i] = store_.read(i, runs_[i], keys_[i]);
      });
    size_t n_outdated = 0;
    for (size_t i = 0; i < runs_.size(); ++i) {
      if (!is_mine(i)) continue;
      auto& known = known_[i];
      if (options_.retry_failed) known.failure.reset();
      if (known.is_damaged) ++n_damaged_;
      n_outdated += known.is_outdated;
      if (known.done) ++n_reused_;
      if (known.failure) ++n_failed_before_;
      if (known.done || known.failure) continue;
      todo_.push_back(i);
      tally_.expect(simulated_s(i));
    }
    // Told before the time is spent.
    if (n_outdated > 0 && !options_.quiet)
      fmt::print(
          stderr,
          "{} finished run{} in {} {} of no use, since the experiment, its data or a plugin changed: {} run again\n",
          n_outdated, n_outdated == 1 ? "" : "s", (options_.folder / "runs").string(), n_outdated == 1 ? "is" : "are",
          n_outdated == 1 ? "it is" : "they are");
  }

  void run_all() {
    MpiLink* link = options_.link;
    const size_t n_todo = leads_ ? todo_.size() : runs_.size();
    const auto n_workers = std::max(1u, std::min(options_.threads, static_cast<unsigned>(n_todo)));
    // Threads that runs leave over work within them; ranks share the runs.
    const size_t per_rank = link ? n_todo / link->size() : n_todo;
    threads_per_run_ = std::max(1u, options_.threads / std::max(1u, static_cast<unsigned>(per_rank)));
    std::vector<std::thread> workers;
    const bool serves = link && leads_;  // this thread is the one that speaks MPI
    for (unsigned t = serves ? 0 : 1; t < n_workers; ++t) workers.emplace_back([this] { work(); });
    if (serves)
      link->serve([this] { return next_of_all(); }, [this](size_t i) { tally_.done_elsewhere(simulated_s(i)); },
                  [] { return signal_received() != 0; });
    else
      work();
    for (auto& w : workers) w.join();
    if (link && signal_received() == 0) {
      if (!leads_) link->leave();
      link->finalize();
    }
  }

  void work() {
    std::optional<size_t> last;
    while (const auto i = next(last)) {
      one(*i);
      last = i;
    }
  }

  std::optional<size_t> next(std::optional<size_t> last) {
    if (leads_) return next_of_all();
    const std::lock_guard guard(link_lock_);
    if (is_stopping()) return std::nullopt;
    return options_.link->next(last, [] { return signal_received() != 0; });
  }

  std::optional<size_t> next_of_all() {
    if (is_stopping()) return std::nullopt;
    const size_t k = next_++;
    return k < todo_.size() ? std::optional(todo_[k]) : std::nullopt;
  }

  void one(size_t i) {
    const PlannedRun& run = runs_[i];
    const auto report = [&](double share) {
      tally_.show(i, simulated_s(i), std::min(share, 0.999));  // analyzers and files come after the last step
      return !is_stopping();
    };
    try {
      report(0);
      const auto outcome = simulate(i, report);
      if (outcome.stopped) return store_.discard(i);
      store_.commit(i, run, outcome, keys_[i], options_.command_line);
      forget(checkpoint_file(options_.folder, i));
      ++n_run_;
      tally_.show(i, simulated_s(i), 1.0);
    } catch (const StorageFailure& e) {
      stop_for(e);
    } catch (const std::exception& e) {
      tally_.drop(i, simulated_s(i));
      store_.discard(i);
      try {
        store_.record_failure(i, run, keys_[i], e.what());
      } catch (const StorageFailure& failure) {
        stop_for(failure);
      }
    }
    if (has_storage_failed_) store_.discard(i);
  }

  RunOutcome simulate(size_t i, const std::function<bool(double)>& report) {
    const fs::path folder = runs_[i].keep_everything ? store_.begin(i) : fs::path();
    const CheckpointPlace place{checkpoint_file(options_.folder, i), keys_[i], options_.resume};
    return run_scenario(runs_[i].scenario, paths_, folder, report, threads_per_run_, &brains_,
                        wants_checkpoint(runs_[i].scenario) ? &place : nullptr);
  }

  // Every other run would fail as well.
  void stop_for(const StorageFailure& failure) {
    const std::lock_guard guard(storage_lock_);
    if (storage_failure_.empty()) storage_failure_ = failure.what();
    has_storage_failed_ = true;
  }

  // The tables are made from what is on disk, whoever put it there.
  ExecutionResult collect() {
    ExecutionResult out;
    out.n_run = n_run_;
    out.n_failed_before = n_failed_before_;
    out.wall_s = seconds_since(start_);
    out.stopped_by_signal = signal_received();
    out.n_reused = n_reused_;
    if (!leads_) return out;
    const auto names = store_.names();
    out.n_kept = names.done.size();
    for (const size_t i : names.failed)
      if (i < runs_.size() && !known_[i].done) known_[i] = store_.read(i, runs_[i], keys_[i]);
    const auto is_there = named(names);
    const bool is_whole = std::ranges::all_of(is_there, [](bool b) { return b; });
    // A shard that is not the last need not open the files of the others.
    if (is_whole && out.stopped_by_signal == 0) {
      read_the_rest();
      const auto is_done = [&](size_t i) { return known_[i].done.has_value(); };
      out.n_run = static_cast<size_t>(std::ranges::count_if(todo_, is_done));
      out.n_reused =
          static_cast<size_t>(std::ranges::count_if(known_, [](const auto& k) { return !!k.done; })) - out.n_run;
    }
    std::vector<std::string> notes, warnings;
    for (size_t i = 0; i < runs_.size(); ++i) {
      auto& known = known_[i];
      if (known.failure) {
        ++out.n_failed;
        out.failures.push_back(
            fmt::format("run {} (arm '{}', replicate {}): {}", i, runs_[i].arm, runs_[i].replicate, *known.failure));
        RunInfo info{runs_[i].arm, runs_[i].replicate, runs_[i].repeat, runs_[i].sweep, "", {}, true, *known.failure};
        out.table.runs.push_back(std::move(info));
      } else if (known.done) {
        out.table.runs.push_back(std::move(known.done->info));
        std::ranges::move(known.done->rows, std::back_inserter(out.table.rows));
        std::ranges::move(known.done->notes, std::back_inserter(notes));
        std::ranges::move(known.done->warnings, std::back_inserter(warnings));
        known.done.reset();
      } else if (is_whole || !is_there[i]) {
        ++out.n_missing;
      }
    }
    if (out.n_missing > 0) out.table = {};  // half a table would be taken for a whole one
    out.notes = counted(notes, runs_.size());
    out.warnings = counted(warnings, runs_.size());
    if (n_damaged_ > 0)
      out.warnings.push_back(fmt::format(
          "{} run{} found damaged in {}/runs (metrics.csv is not what run.json says, or a file is missing) and run "
          "again",
          n_damaged_, n_damaged_ == 1 ? " was" : "s were", options_.folder.string()));
    return out;
  }

  std::vector<bool> named(const RunNames& names) const {
    std::vector<bool> out(runs_.size());
    for (const auto& list : {names.done, names.failed})
      for (const size_t i : list)
        if (i < out.size()) out[i] = true;
    return out;
  }

  void read_the_rest() {
    parallel_for(options_.threads, runs_.size(), [&](size_t i) {
      if (known_[i].done || known_[i].failure) return;
      known_[i] = store_.read(i, runs_[i], keys_[i]);
    });
  }

  const std::vector<PlannedRun>& runs_;
  const Experiment& experiment_;
  BrainCache brains_{size_t{512} << 20};
  const PathResolver& paths_;
  const ExecutionOptions& options_;
  const bool leads_;  // plans, hands out and collects: the only process, or rank 0
  const Clock::time_point start_ = Clock::now();
  RunStore store_;
  Tally tally_;
  std::vector<std::string> keys_;
  std::vector<RunOnDisk> known_;
  std::vector<size_t> todo_;
  unsigned threads_per_run_ = 1;
  size_t n_reused_ = 0, n_failed_before_ = 0, n_damaged_ = 0;
  std::atomic<size_t> next_{0}, n_run_{0};
  std::mutex link_lock_, storage_lock_;
  std::string storage_failure_;
  std::atomic<bool> has_storage_failed_{false};
};

}  // namespace

ExecutionResult execute(const Experiment& experiment, const PathResolver& paths, const ExecutionOptions& options) {
  return Executor(experiment, paths, options).execute();
}

ExecutionResult execute_single(const Scenario& scenario, const PathResolver& paths, const ExecutionOptions& options) {
  watch_signals();
  const auto start = Clock::now();
  Progress progress("running", options.quiet);
  const PlannedRun run{"run", 0, 0, {}, scenario};
  ExecutionResult out;
  const CheckpointPlace place{options.folder / "checkpoint", content_key(scenario), options.resume};
  const auto outcome = run_scenario(
      scenario, paths, options.folder,
      [&](double share) {
        progress.show({.share = share, .simulated_s = share * scenario.duration_ms * 1e-3});
        return signal_received() == 0;
      },
      options.threads, nullptr, &place, options.companion);
  out.stopped_by_signal = signal_received();
  if (outcome.stopped) return out;
  write_run_files(options.folder, run, outcome, place.key, options.command_line);
  forget(place.file);
  auto done = stored_run(run, outcome, 0);
  out.table = {{std::move(done.info)}, std::move(done.rows)};
  out.notes = std::move(done.notes);
  out.warnings = std::move(done.warnings);
  out.n_run = 1;
  out.wall_s = seconds_since(start);
  return out;
}

}  // namespace encephagen
