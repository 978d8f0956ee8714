// run and check: from a file on the command line to results, or to everything that is wrong with it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/command_line.hpp"
#include "cli/estimate_text.hpp"
#include "cli/job_script.hpp"
#include "engine/closed_loop.hpp"
#include "engine/network_estimate.hpp"
#include "experiment/cost_estimate.hpp"
#include "experiment/execution.hpp"
#include "experiment/experiment_results.hpp"
#include "experiment/loaded_file.hpp"
#include "experiment/optimize.hpp"
#include "host/processors.hpp"
#include "host/write_file.hpp"
#include "live/live_view.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen::cli {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

LoadedFile load(const fs::path& file, const po::variables_map& given, const std::vector<std::string>& overrides) {
  return load_file(file, {overrides, texts(given, "plugin-path"), given["allow-insecure-plugins"].as<bool>(),
                          given["quick"].as<bool>()});
}

void warn(const std::vector<std::string>& warnings) {
  for (const auto& w : warnings) fmt::print(stderr, "warning: {}\n", w);
}

// The folder results go to: the one asked for, or results/NAME, NAME-2 ...
fs::path output_folder(const po::variables_map& given, const fs::path& file, bool is_experiment, bool resume) {
  const auto occupied = [](const fs::path& p) {
    std::error_code ec;
    return fs::exists(p, ec) && !fs::is_empty(p, ec);
  };
  fs::path folder;
  if (given.count("output")) {
    folder = given["output"].as<std::string>();
    if (occupied(folder) && !resume)
      throw Failure(
          Exit::usage,
          fmt::format("{}: the folder holds something already; choose another with -o, or complete it with --resume",
                      folder.string()));
  } else {
    const fs::path absolute = fs::absolute(file);
    const std::string name = is_experiment && absolute.stem() == "experiment"
                                 ? absolute.parent_path().filename().string()
                                 : absolute.stem().string();
    folder = fs::path("results") / name;
    for (int k = 2; occupied(folder) && !resume; ++k) folder = fs::path("results") / fmt::format("{}-{}", name, k);
  }
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) throw Failure(Exit::usage, fmt::format("{}: cannot be made: {}", folder.string(), ec.message()));
  return folder;
}

// Ranks on one machine share its processors.
unsigned threads_of_rank(const MpiLink* link) {
  const unsigned mine = default_threads();
  if (!link || std::getenv("SLURM_CPUS_PER_TASK")) return mine;
  return std::max(1u, std::min(mine, all_processors() / static_cast<unsigned>(link->ranks_here())));
}

void parse_shard(const po::variables_map& given, ExecutionOptions& options) {
  if (!given.count("shard")) return;
  const auto text = given["shard"].as<std::string>();
  unsigned i = 0, n = 0;
  char slash = 0, rest = 0;
  if (std::sscanf(text.c_str(), "%u%c%u%c", &i, &slash, &n, &rest) != 3 || slash != '/' || n == 0 || i == 0 || i > n)
    throw Failure(Exit::usage, fmt::format("--shard {}: needs I/N with I from 1 to N, for example 2/8", text));
  options.shard = i - 1;
  options.n_shards = n;
}

int exit_status(const ExecutionResult& result) {
  if (result.stopped_by_signal != 0) return 128 + result.stopped_by_signal;
  if (result.n_failed > 0) return static_cast<int>(Exit::some_runs_failed);
  return 0;
}

// What runs left to say, as far as it is for the terminal.
void tell(const ExecutionResult& result, const ExecutionOptions& options, bool is_experiment) {
  if (!options.quiet) {
    // An experiment may have hundreds of runs that all have something to say.
    constexpr size_t most = 8;
    const bool cut = is_experiment && result.warnings.size() > most;
    warn({result.warnings.begin(), cut ? result.warnings.begin() + most : result.warnings.end()});
    if (cut)
      fmt::print(stderr, "warning: {} more warnings of runs are in {}\n", result.warnings.size() - most,
                 (options.folder / "run.json").string());
  }
  for (const auto& f : result.failures) fmt::print(stderr, "error: {}\n", f);
  if (result.n_failed_before > 0)
    fmt::print(stderr, "{} run{} failed before and {} not tried again; --retry-failed does\n", result.n_failed_before,
               result.n_failed_before == 1 ? "" : "s", result.n_failed_before == 1 ? "was" : "were");
  if (result.stopped_by_signal != 0)
    fmt::print(stderr, "stopped by a signal; {} complete runs are kept in {}{}\n", result.n_kept,
               options.folder.string(), is_experiment ? "; --resume completes them" : "");
  if (result.stopped_by_signal != 0 && !is_experiment)
    fmt::print(stderr, "a checkpoint is in {}; go on with: {}\n", (options.folder / "checkpoint").string(),
               options.resume_command);
}

// Not all runs are there, so nothing can be concluded.
int leave_incomplete(const ExecutionResult& result, const ExecutionOptions& options) {
  if (options.n_shards > 1) {
    if (!options.quiet)
      fmt::print(
          "shard {}/{}: {} runs done, {} reused in {:.1f} s; {} runs of the experiment are not there yet\n"
          "the last shard concludes; or, when all have ended: {}\n",
          options.shard + 1, options.n_shards, result.n_run, result.n_reused, result.wall_s, result.n_missing,
          options.resume_command);
    return exit_status(result);
  }
  throw Failure(Exit::simulation_failed,
                fmt::format("{} runs were lost; complete them with: {}", result.n_missing, options.resume_command));
}

// The values that [arm.optimize] looks for, first. The exit status, if nothing more is to be done.
std::optional<int> find_values(LoadedFile& loaded, const po::variables_map& given, const ExecutionOptions& options) {
  auto& experiment = *loaded.experiment;
  const bool only = given["optimize-only"].as<bool>();
  if (only && experiment.optimizations.empty())
    throw Failure(Exit::usage, "--optimize-only: no arm of this experiment has [arm.optimize]");
  const auto result = optimize(experiment, loaded.paths, options);
  experiment.warnings.insert(experiment.warnings.end(), result.warnings.begin(), result.warnings.end());
  const bool leads = !options.link || options.link->rank() == 0;
  if (leads && !options.quiet) warn(result.warnings);
  if (result.stopped_by_signal != 0) {
    if (leads) fmt::print(stderr, "stopped by a signal; to go on: {}\n", options.resume_command);
    return 128 + result.stopped_by_signal;
  }
  if (!result.is_over) return 0;  // rank 0 tells why
  if (!only) return std::nullopt;
  if (options.link) options.link->finalize();
  if (leads && !options.quiet) std::cout << searches_text(experiment);
  return 0;
}

// What the searches of an experiment will run, a line for each arm.
std::string searches_planned(const Experiment& experiment) {
  std::string out;
  for (const auto& arm : experiment.arms) {
    size_t n_points = 0, n_runs = 0;
    double simulated_s = 0;
    const Optimization* first = nullptr;
    for (const auto& o : experiment.optimizations) {
      if (o.arm != arm.name) continue;
      if (!first) first = &o;
      ++n_points, n_runs += o.n_runs(), simulated_s += static_cast<double>(o.n_runs()) * o.run_s;
    }
    if (!first) continue;
    out += fmt::format(
        "\n  arm '{}' is optimized first{}: {} number{} in at most {} generations of {} x {} runs, {} runs, "
        "{:g} s of simulated time",
        arm.name, n_points > 1 ? fmt::format(" at each of {} sweep points", n_points) : "", first->n(),
        first->n() == 1 ? "" : "s", first->spec.generations, first->population, first->spec.replicates, n_runs,
        simulated_s);
  }
  return out;
}

int write_job_script(const Experiment& experiment, const fs::path& file, const po::variables_map& given,
                     const ExecutionOptions& options) {
  JobScript job{file, options.folder, experiment.runs.size(), 1, 1};
  job.n_tasks = static_cast<size_t>(whole_number(given, "sbatch", 1, 1, static_cast<int64_t>(job.n_runs)));
  job.threads = static_cast<unsigned>(whole_number(given, "threads", 1, 1, 4096));
  if (job.n_runs / job.n_tasks < 2 * job.threads)
    warn(
        {fmt::format("{} tasks for {} runs: to start a task costs Slurm a second or so; unless a run takes minutes, "
                     "fewer tasks are sooner ready",
                     job.n_tasks, job.n_runs)});
  const fs::path script = options.folder / "job.sbatch", self = fs::read_symlink("/proc/self/exe");
  make_folder(options.folder / "log");
  replace_file(script, job_script(job, completing_command(self.string(), given, file, options.folder)));
  fmt::print(
      "wrote {0}; to submit it, and what concludes even if a task is lost:\n"
      "  job=$(sbatch --parsable {0})\n  sbatch --dependency=afterany:$job --array=0 {0}\n",
      fs::absolute(script).string());
  return 0;
}

int run_loaded(LoadedFile& loaded, const fs::path& file, const po::variables_map& given,
               const ExecutionOptions& options) {
  if (given.count("sbatch")) {
    if (!loaded.experiment)
      throw Failure(Exit::usage, "--sbatch: a scenario is a single run; there is nothing to share");
    auto as_shard = options;  // the tasks are shards, and would refuse
    as_shard.n_shards = 2, as_shard.resume = true;
    optimize(*loaded.experiment, loaded.paths, as_shard);
    return write_job_script(*loaded.experiment, file, given, options);
  }
  ExecutionResult result;
  if (loaded.experiment) {
    warn(loaded.experiment->warnings);
    if (const auto status = find_values(loaded, given, options)) return *status;
    result = execute(*loaded.experiment, loaded.paths, options);
  } else {
    if (given["optimize-only"].as<bool>()) throw Failure(Exit::usage, "--optimize-only is for experiments");
    warn(loaded.scenario->warnings);
    result = execute_single(*loaded.scenario, loaded.paths, options);
  }
  tell(result, options, loaded.experiment.has_value());
  if (result.stopped_by_signal != 0) return exit_status(result);
  if (result.n_missing > 0) return leave_incomplete(result, options);

  const auto results =
      loaded.experiment ? conclude(*loaded.experiment, result, options) : conclude(*loaded.scenario, result, options);
  if (given["json"].as<bool>())
    std::cout << results.summary_json();
  else if (!options.quiet)
    std::cout << results.summary_text();
  return exit_status(result);
}

// How to execute, short of the folder: the command line alone decides.
ExecutionOptions execution_options(const po::variables_map& given, const Arguments& arguments, MpiLink* link) {
  ExecutionOptions options;
  options.link = link;
  options.retry_failed = given["retry-failed"].as<bool>();
  options.quiet = given["quiet"].as<bool>();
  options.threads = static_cast<unsigned>(whole_number(given, "threads", threads_of_rank(link), 1, 4096));
  parse_shard(given, options);
  // Shards share a folder, and one may be started again.
  options.resume = given["resume"].as<bool>() || options.retry_failed || options.n_shards > 1;
  options.command_line = {"encephagen", "run"};
  options.command_line.insert(options.command_line.end(), arguments.begin(), arguments.end());
  return options;
}

// Of --live; null without.
std::unique_ptr<LiveView> live_view(const po::variables_map& given, const LoadedFile& loaded) {
  if (!given["live"].as<bool>()) {
    for (const char* option : {"live-port", "live-paused"})
      if (!given[option].defaulted() && given.count(option))
        throw Failure(Exit::usage, fmt::format("--{} goes with --live", option));
    return nullptr;
  }
  if (loaded.experiment) throw Failure(Exit::usage, "--live shows one run; an experiment has many: give it a scenario");
  const auto port = static_cast<uint16_t>(whole_number(given, "live-port", 0, 0, 65535));
  auto out = std::make_unique<LiveView>(port, given["live-paused"].as<bool>());
  fmt::print(stderr, "live view: {}\n", out->server().address());
  return out;
}

int run_alone(const fs::path& file, const po::variables_map& given, const std::vector<std::string>& overrides,
              const Arguments& arguments) {
  auto options = execution_options(given, arguments, nullptr);
  auto loaded = load(file, given, overrides);
  const auto live = live_view(given, loaded);
  options.folder = output_folder(given, file, loaded.experiment.has_value(), options.resume);
  options.resume_command = completing_command("encephagen", given, file, options.folder);
  if (!live) return run_loaded(loaded, file, given, options);
  options.companion = live.get();
  try {
    const int status = run_loaded(loaded, file, given, options);
    live->end(fmt::format("results in {}", options.folder.string()));
    return status;
  } catch (const Failure& e) {
    live->end(e.what());
    throw;
  }
}

// One of the ranks that mpirun started. Rank 0 chooses the folder and speaks for all: what is wrong with the file is
// wrong for every rank, and told once. The others end with status 0 even if they had to give up, for OpenMPI kills the
// whole job when a rank ends otherwise; rank 0 finds out what is missing.
int run_as_rank(MpiLink& link, const fs::path& file, const po::variables_map& given,
                const std::vector<std::string>& overrides, const Arguments& arguments) {
  const bool leads = link.rank() == 0;
  std::optional<Failure> failure;
  std::optional<LoadedFile> loaded;
  auto options = execution_options(given, arguments, &link);
  try {
    loaded = load(file, given, overrides);
    if (!loaded->experiment || given.count("sbatch"))
      throw Failure(Exit::usage,
                    "only the runs of an experiment can be shared among the processes of mpirun; start "
                    "this without it");
    if (leads) options.folder = output_folder(given, file, true, options.resume);
  } catch (const Failure& e) {
    failure = e;
  }
  const std::string folder = link.broadcast(failure ? "" : options.folder.string());
  if (folder.empty()) {
    link.finalize();
    if (leads) throw *failure;
    return 0;
  }
  const auto of_this_rank = [&](const Failure& e) {
    return Failure(e.status(), fmt::format("rank {} on {}: {}", link.rank(), host_name(), e.what()));
  };
  if (failure) throw of_this_rank(*failure);
  options.folder = folder;
  options.resume_command = completing_command("encephagen", given, file, folder);
  if (leads) {
    if (!options.quiet)
      fmt::print(stderr, "{} ranks, {} thread{} in rank 0\n", link.size(), options.threads,
                 options.threads == 1 ? "" : "s");
    return run_loaded(*loaded, file, given, options);
  }
  try {
    if (const auto status = find_values(*loaded, given, options)) return *status;
    const auto result = execute(*loaded->experiment, loaded->paths, options);
    return result.stopped_by_signal != 0 ? exit_status(result) : 0;
  } catch (const StorageFailure& e) {
    fmt::print(stderr, "error: {}\n", of_this_rank(e).what());
    return 0;
  }
}

// The estimate of a scenario's network, or why there is none. Null models are left out: they take long, and keep about
// the number of synapses.
struct Estimated {
  std::optional<NetworkEstimate> network;
  std::string reason;
  std::vector<std::string> warnings;  // that need the connectome
};

Estimated estimate(Scenario scenario, const PathResolver& paths) {
  scenario.null_models.clear();
  try {
    const Brain brain = load_brain(scenario, paths);
    return {estimate_network(scenario, brain), "", raw_sensor_warnings(scenario, brain)};
  } catch (const Failure& e) {
    if (e.status() != Exit::data_unusable) throw;
    return {std::nullopt, e.what(), {}};
  }
}

// What else a reader of the numbers must know.
std::string estimate_title(const LoadedFile& loaded) {
  const Scenario& s = loaded.experiment ? loaded.experiment->runs.front().scenario : *loaded.scenario;
  std::string out = loaded.experiment ? "the network of the first run, estimated" : "the network, estimated";
  if (!s.null_models.empty()) out += " without its null models";
  if (s.calibrate) out += s.null_models.empty() ? " before calibration" : " and before calibration";
  return out;
}

}  // namespace

int verb_run(const Arguments& arguments) {
  po::options_description options("encephagen run FILE");
  options.add_options()("set", po::value<std::vector<std::string>>(), "key=value: changes the scenario (repeatable)")(
      "output,o", po::value<std::string>(), "folder for the results; default results/NAME")(
      "threads", po::value<std::string>(), "threads; default: SLURM_CPUS_PER_TASK, or all processors allowed")(
      "seed", po::value<std::string>(), "seed of the run or experiment")("resume", po::bool_switch(),
                                                                         "complete the results in the folder")(
      "retry-failed", po::bool_switch(), "as --resume, and runs that failed are run again")(
      "shard", po::value<std::string>(), "I/N: only every N-th run, beginning with the I-th, for job arrays")(
      "quick", po::bool_switch(), "the small size of an experiment, as its table [quick] says")(
      "optimize-only", po::bool_switch(), "only find the values of [arm.optimize]; shards need them there")(
      "sbatch", po::value<std::string>(), "N: run nothing, write DIR/job.sbatch, a Slurm job array of N tasks")(
      "live", po::bool_switch(), "shows the run of a scenario to a browser on this machine, which can act on it")(
      "live-port", po::value<std::string>(), "port of 127.0.0.1 for --live; default: any that is free")(
      "live-paused", po::bool_switch(), "with --live, waits before the first step until a viewer says go")(
      "quiet", po::bool_switch(), "errors only")("json", po::bool_switch(), "summary in JSON")("help", "this text");
  add_plugin_options(options);
  const auto given = parse(arguments, options, "file", 1);
  if (given.count("help")) return std::cout << options << "\n", 0;
  const auto files = texts(given, "file");
  if (files.empty()) throw Failure(Exit::usage, "run needs a scenario or experiment file");
  auto overrides = texts(given, "set");
  if (given.count("seed")) {
    const auto seed = whole_number(given, "seed", 0, 0, 9000000000000000000);
    const bool experiment = is_experiment(read_toml(files[0]));
    overrides.push_back(fmt::format("{}={}", experiment ? "seed" : "run.seed", seed));
  }
  if (const auto link = open_mpi_link()) return run_as_rank(*link, files[0], given, overrides, arguments);
  return run_alone(files[0], given, overrides, arguments);
}

int verb_check(const Arguments& arguments) {
  po::options_description options("encephagen check FILE...");
  options.add_options()("set", po::value<std::vector<std::string>>(), "key=value: changes the scenario (repeatable)")(
      "quick", po::bool_switch(), "the small size of experiments")(
      "cost", po::bool_switch(), "try a little of an experiment: the time and the disk it will take")(
      "threads", po::value<std::string>(), "for --cost; default: as run")("json", po::bool_switch(), "answer in JSON")(
      "help", "this text");
  add_plugin_options(options);
  const auto given = parse(arguments, options, "file", -1);
  if (given.count("help")) return std::cout << options << "\n", 0;
  const auto files = texts(given, "file");
  if (files.empty()) throw Failure(Exit::usage, "check needs at least one scenario or experiment file");
  int status = 0;
  auto answers = nlohmann::ordered_json::array();
  for (const auto& file : files) {
    nlohmann::ordered_json answer{{"file", file}};
    try {
      const auto loaded = load(file, given, texts(given, "set"));
      answer["ok"] = true;
      std::string what;
      if (loaded.experiment) {
        double simulated_ms = 0;
        for (const auto& r : loaded.experiment->runs) simulated_ms += r.scenario.duration_ms;
        what = fmt::format("experiment with {} arms and {} runs, {:g} s of simulated time",
                           loaded.experiment->arms.size(), loaded.experiment->runs.size(), simulated_ms * 1e-3);
        what += searches_planned(*loaded.experiment);
        answer["warnings"] = loaded.experiment->warnings;
      } else {
        what = fmt::format("scenario with {} populations, {} recordings and {} analyzers, {} steps",
                           loaded.scenario->populations.size(), loaded.scenario->records.size(),
                           loaded.scenario->analyzers.size(), loaded.scenario->n_steps());
        answer["warnings"] = loaded.scenario->warnings;
      }
      answer["what"] = what;
      const bool has_runs = !loaded.experiment || !loaded.experiment->runs.empty();
      const auto estimated =
          has_runs
              ? estimate(loaded.experiment ? loaded.experiment->runs.front().scenario : *loaded.scenario, loaded.paths)
              : Estimated{};
      for (const auto& warning : estimated.warnings) answer["warnings"].push_back(warning);
      if (estimated.network)
        answer["network"] = nlohmann::ordered_json::parse(estimate_json(*estimated.network));
      else if (has_runs)
        answer["network_unknown"] = estimated.reason;
      std::string costs;
      if (loaded.experiment && has_runs && given["cost"].as<bool>()) {
        const auto threads = static_cast<unsigned>(whole_number(given, "threads", default_threads(), 1, 4096));
        const auto cost = estimate_costs(*loaded.experiment, loaded.paths);
        costs = costs_text(cost, threads);
        answer["cost"] =
            nlohmann::ordered_json{{"processor_s", cost.processor_s()}, {"bytes", cost.bytes()}, {"threads", threads}};
      }
      if (!given["json"].as<bool>()) {
        warn(loaded.experiment ? loaded.experiment->warnings : loaded.scenario->warnings);
        warn(estimated.warnings);
        fmt::print("{}: ok: {}\n", file, what);
        if (estimated.network)
          fmt::print("{}:\n{}", estimate_title(loaded), estimate_text(*estimated.network));
        else if (has_runs)
          fmt::print("the network is not estimated without its connectome: {}\n", estimated.reason);
        if (!costs.empty()) fmt::print("\n{}", costs);
      }
    } catch (const Failure& e) {
      answer["ok"] = false;
      answer["error"] = e.what();
      if (!given["json"].as<bool>()) fmt::print(stderr, "error: {}\n", e.what());
      status = std::max(status, static_cast<int>(e.status()));
    }
    answers.push_back(answer);
  }
  if (given["json"].as<bool>()) std::cout << answers.dump(1) << "\n";
  return status;
}

}  // namespace encephagen::cli
