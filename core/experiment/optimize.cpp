// Finds the values of [arm.optimize] before the runs of an experiment.
#include "experiment/optimize.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>
#include <nlohmann/json.hpp>

#include "engine/parallel.hpp"
#include "engine/run.hpp"
#include "experiment/metric_expression.hpp"
#include "experiment/plan_record.hpp"
#include "experiment/process_record.hpp"
#include "experiment/progress.hpp"
#include "experiment/provenance.hpp"
#include "experiment/run_store.hpp"
#include "experiment/search_record.hpp"
#include "host/failure.hpp"

namespace encephagen {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

bool is_stopping() { return signal_received() != 0; }

// What came of one run of a candidate.
struct Trial {
  double value = std::numeric_limits<double>::quiet_NaN();
  std::string failure;    // why there is no value
  std::string mistake;    // why there can be none for any candidate
  int status = 0;         // that goes with the mistake
  bool is_there = false;  // else: stopped before
};

Json json_of(const Trial& t) {
  return {t.is_there, std::isfinite(t.value) ? Json(t.value) : Json(), t.failure, t.mistake, t.status};
}
Trial trial_of(const Json& j) {
  Trial out;
  out.is_there = j.at(0);
  if (!j.at(1).is_null()) out.value = j.at(1);
  out.failure = j.at(2);
  out.mistake = j.at(3);
  out.status = j.at(4);
  return out;
}

class Optimizer {
 public:
  Optimizer(Experiment& experiment, const PathResolver& paths, const ExecutionOptions& options)
      : experiment_(experiment),
        paths_(paths),
        options_(options),
        link_(options.link),
        leads_(!options.link || options.link->rank() == 0) {}

  OptimizationResult optimize() {
    watch_signals();
    if (options_.n_shards > 1) {
      for (auto& what : experiment_.optimizations) take_over(what);
      return std::move(out_);
    }
    const ProcessRecord record(options_.folder, [this] {
      return ProcessState{options_.threads,
                          std::chrono::duration<double>(Clock::now() - start_).count(),
                          1e-6 * static_cast<double>(simulated_us_.load()),
                          {}};
    });
    try {
      if (leads_) prepare();
      for (auto& what : experiment_.optimizations) {
        if (!(leads_ ? lead(what) : follow(what))) {
          out_.is_over = false;
          break;
        }
        give(what);
      }
    } catch (...) {
      // Here the others wait for what comes next.
      if (leads_ && link_) share({{"stop", true}}), link_->finalize();
      throw;
    }
    out_.stopped_by_signal = signal_received();
    if (!out_.is_over && link_ && out_.stopped_by_signal == 0) link_->finalize();
    return std::move(out_);
  }

 private:
  void prepare() {
    forget_dead_processes(options_.folder);
    RunStore(options_.folder).clean_up();
    const auto& runs = experiment_.runs;
    std::vector<std::string> keys(runs.size());
    parallel_for(options_.threads, runs.size(), [&](size_t i) { keys[i] = content_key(runs[i].scenario); });
    write_plan(options_.folder, experiment_, keys, options_.resume_command);
  }

  // As far as it has come on disk.
  Search begun(const Optimization& what, const std::string& key) {
    Search out(what);
    if (!options_.resume) return out;
    const auto record = read_search(search_file(options_.folder, what.name));
    if (!record || record->key != key) return out;
    for (const auto& values : record->told) {
      if (!out.why_over().empty()) break;
      out.tell(values);
    }
    return out;
  }

  void take_over(Optimization& what) {
    const Search search = begun(what, search_key(what));
    if (search.why_over().empty()) {
      std::string command = options_.resume_command;
      if (const auto at = command.rfind(" --resume"); at != std::string::npos)
        command.replace(at, 9, " --optimize-only");
      throw Failure(Exit::usage,
                    fmt::format("arm '{}' is optimized before its runs, and shards cannot share that; first run\n  {}\n"
                                "  and then the shards (the ranks of mpirun do share it)",
                                what.arm, command));
    }
    what.chosen = search.chosen();
    give(what);
  }

  // Rank 0, or the only process. False: stopped.
  bool lead(Optimization& what) {
    const std::string key = search_key(what);
    Search search = begun(what, key);
    const size_t n_before = search.rows().size();
    Progress progress("optimizing " + what.arm, options_.quiet);
    while (search.why_over().empty()) {
      const auto candidates = search.candidates();
      const size_t generation = search.rows().size();
      const auto trials = evaluate(what, generation, candidates, &progress);
      if (is_stopping() || std::ranges::any_of(trials, [](const Trial& t) { return !t.is_there; }))
        return leave(what, search);
      for (const auto& t : trials)
        if (!t.mistake.empty()) throw Failure(static_cast<Exit>(t.status), t.mistake);
      search.tell(averages(what, generation, trials));
      try {
        write_search(options_.folder, what, key, search);
      } catch (const StorageFailure& e) {
        throw StorageFailure(
            fmt::format("{}\n  a generation is lost; {} of the search for arm '{}' are kept in {}; when "
                        "there is room again, go on with: {}",
                        e.what(), generation, what.arm, options_.folder.string(), options_.resume_command));
      }
      ++out_.n_generations;
    }
    // What was over already may have been asked for in another way: fewer generations, another choice.
    if (search.rows().size() == n_before) write_search(options_.folder, what, key, search);
    size_t n_failed = 0;
    std::string reason;
    for (size_t g = 0; g < search.rows().size(); ++g) {
      n_failed += search.rows()[g].n_failed;
      if (reason.empty()) reason = search.told()[g].failure;
    }
    if (n_failed > 0)
      out_.warnings.push_back(
          fmt::format("arm '{}': {} of {} candidates have no value and ranked last; the first "
                      "because: {}",
                      what.arm, n_failed, search.rows().size() * what.population, reason));
    what.chosen = search.chosen();
    if (link_) share({{"chosen", *what.chosen}});
    return true;
  }

  bool leave(const Optimization& what, const Search& search) {
    out_.warnings.push_back(fmt::format("the search for arm '{}' was stopped; {} of {} generations are kept", what.arm,
                                        search.rows().size(), what.spec.generations));
    if (link_ && !is_stopping()) share({{"stop", true}});
    return false;
  }

  // The other ranks. False: rank 0 has stopped.
  bool follow(Optimization& what) {
    for (;;) {
      const Json said = Json::parse(share({}), nullptr, false);
      if (is_stopping() || !said.is_object() || said.contains("stop")) return false;
      if (said.contains("chosen")) {
        what.chosen = said["chosen"].get<std::vector<double>>();
        return true;
      }
      const auto trials =
          my_share(what, said["generation"], said["candidates"].get<std::vector<std::vector<double>>>(), nullptr);
      Json told = Json::array();
      for (const auto& t : trials) told.push_back(json_of(t));
      link_->gather(text_of(told), is_stopping);
    }
  }

  static std::string text_of(const Json& j) { return j.dump(-1, ' ', false, Json::error_handler_t::replace); }
  std::string share(const Json& said) { return link_->broadcast(text_of(said), is_stopping); }

  // Of all candidates, [candidate * replicates + replicate].
  std::vector<Trial> evaluate(const Optimization& what, size_t generation,
                              const std::vector<std::vector<double>>& candidates, Progress* progress) {
    if (!link_) return my_share(what, generation, candidates, progress);
    share({{"generation", generation}, {"candidates", candidates}});
    const auto mine = my_share(what, generation, candidates, progress);
    const auto told = link_->gather("", is_stopping);
    std::vector<Trial> out(candidates.size() * what.spec.replicates);
    if (told.empty()) return out;
    for (size_t rank = 0; rank < link_->size(); ++rank) {
      const Json theirs = rank == 0 ? Json() : Json::parse(told[rank]);
      for (size_t k = 0, i = rank; i < out.size(); ++k, i += link_->size())
        out[i] = rank == 0 ? mine[k] : trial_of(theirs.at(k));
    }
    return out;
  }

  // Every size-th of the trials, beginning with the one of this rank.
  std::vector<Trial> my_share(const Optimization& what, size_t generation,
                              const std::vector<std::vector<double>>& candidates, Progress* progress) {
    const size_t n = candidates.size() * what.spec.replicates, rank = link_ ? link_->rank() : 0,
                 stride = link_ ? link_->size() : 1;
    const size_t n_mine = (n + stride - 1 - rank) / stride;
    std::vector<Trial> out(n_mine);
    std::vector<StreamSeeds> seeds;
    for (size_t r = 0; r < what.spec.replicates; ++r) seeds.push_back(what.training_seeds(generation, r));
    const auto workers = std::max(1u, std::min(options_.threads, static_cast<unsigned>(n_mine)));
    const unsigned threads_per_run = std::max(1u, options_.threads / std::max(1u, static_cast<unsigned>(n_mine)));
    std::atomic<size_t> n_done{0};
    std::mutex resolving;
    parallel_for(workers, n_mine, [&](size_t k) {
      const size_t i = rank + k * stride, candidate = i / what.spec.replicates;
      out[k] = try_run(
          [&] {
            const std::lock_guard guard(resolving);
            return what.scenario(candidates[candidate], seeds[i % what.spec.replicates]);
          },
          what, threads_per_run);
      ++n_done;
      simulated_us_ += static_cast<uint64_t>(1e6 * what.run_s);
      if (progress) {
        const double behind =
            static_cast<double>(generation) + static_cast<double>(n_done) / static_cast<double>(n_mine);
        const double share_done = behind / static_cast<double>(what.spec.generations);
        progress->show({share_done, share_done * static_cast<double>(what.n_runs()) * what.run_s,
                        generation * n + n_done, what.n_runs()});
      }
    });
    return out;
  }

  Trial try_run(const std::function<Scenario()>& make, const Optimization& what, unsigned threads) {
    Trial out;
    if (is_stopping()) return out;
    out.is_there = true;
    const auto wrong = [&](Exit status, const std::string& text) {
      out.mistake = text;
      out.status = static_cast<int>(status);
    };
    try {
      const Scenario scenario = make();
      const auto outcome = run_scenario(
          scenario, paths_, {}, [](double) { return !is_stopping(); }, threads, &brains_);
      if (outcome.stopped) return {};
      std::vector<MetricRow> rows;
      for (const auto& m : outcome.metrics) rows.push_back({0, m.name, m.unit, m.group, m.value});
      RunMetrics metrics;
      for (const auto& row : rows) metrics.add(row);
      out.value = MetricExpression(what.spec.metric).evaluate(metrics);
      if (!std::isfinite(out.value)) out.failure = fmt::format("a run could not determine '{}'", what.spec.metric);
    } catch (const ExpressionError& e) {
      wrong(Exit::scenario_invalid, fmt::format("{}: optimize: metric '{}', column {}: {}", what.spec.metric_at.text(),
                                                what.spec.metric, e.column(), e.what()));
    } catch (const Failure& e) {
      // What values of parameters may bring about, and what has other reasons.
      if (e.status() == Exit::simulation_failed || e.status() == Exit::scenario_invalid)
        out.failure = e.what();
      else
        wrong(e.status(), fmt::format("arm '{}' cannot be optimized: {}", what.arm, e.what()));
    } catch (const std::exception& e) {
      wrong(Exit::simulation_failed, fmt::format("arm '{}' cannot be optimized: {}", what.arm, e.what()));
    }
    return out;
  }

  // A candidate of which a run has no value has none.
  static GenerationValues averages(const Optimization& what, size_t generation, const std::vector<Trial>& trials) {
    GenerationValues out;
    const size_t n = what.spec.replicates;
    for (size_t i = 0; i < trials.size(); i += n) {
      double sum = 0;
      for (size_t r = 0; r < n; ++r) {
        sum += trials[i + r].value;
        if (out.failure.empty()) out.failure = trials[i + r].failure;
      }
      out.metric.push_back(std::isfinite(sum) ? sum / static_cast<double>(n)
                                              : std::numeric_limits<double>::quiet_NaN());
    }
    if (std::ranges::none_of(out.metric, [](double v) { return std::isfinite(v); }))
      throw Failure(Exit::simulation_failed,
                    fmt::format("arm '{}' cannot be optimized: no candidate of generation {} has a value: {}", what.arm,
                                generation + 1, out.failure));
    return out;
  }

  // To the runs of the arm.
  void give(const Optimization& what) {
    for (const size_t i : what.runs) {
      Scenario& scenario = experiment_.runs[i].scenario;
      scenario = what.scenario(*what.chosen, StreamSeeds(scenario.seeds));
    }
  }

  Experiment& experiment_;
  const PathResolver& paths_;
  const ExecutionOptions& options_;
  MpiLink* link_;
  const bool leads_;
  const Clock::time_point start_ = Clock::now();
  BrainCache brains_{size_t{512} << 20};
  std::atomic<uint64_t> simulated_us_{0};
  OptimizationResult out_;
};

}  // namespace

OptimizationResult optimize(Experiment& experiment, const PathResolver& paths, const ExecutionOptions& options) {
  if (experiment.optimizations.empty()) return {};
  return Optimizer(experiment, paths, options).optimize();
}

}  // namespace encephagen
