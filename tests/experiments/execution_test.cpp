// Ensembles that are killed, shared and completed: real processes on a small network.
#include <nlohmann/json.hpp>

#include "ensemble.hpp"
#include "host/sha256.hpp"

namespace fs = std::filesystem;
using namespace encephagen;
using namespace encephagen::testing;
using nlohmann::json;

TEST_CASE("execution: an ensemble killed ten times in a row and resumed gives the bytes of one that ran through") {
  const auto folder = scratch("killed");
  const auto file = experiment(folder, 40);
  REQUIRE(run(file, folder / "whole").status == 0);
  for (int k = 0; k < 10; ++k) {
    INFO(k);
    CHECK(start_and_kill(run_command(file, folder / "killed", k == 0 ? "" : "--resume"), folder / "killed"));
    CHECK_FALSE(fs::exists(folder / "killed/metrics.csv"));
  }
  CHECK(count_runs(folder / "killed") >= 20);
  // The broken case: files that are no complete run, as a program leaves them that writes in place, are no result.
  fs::remove_all(folder / "killed/runs/00003");
  fs::create_directories(folder / "killed/runs/00003");
  fs::copy_file(folder / "killed/runs/00002/metrics.csv", folder / "killed/runs/00003/metrics.csv");
  CHECK(count_runs(folder / "killed") < 80);
  const auto said = run(file, folder / "killed", "--resume");
  CHECK(said.status == 0);
  CHECK_FALSE(has(said.err, " 0 reused"));
  check_same(folder / "whole", folder / "killed");
  // Nothing is left of the dead processes.
  CHECK(count_runs(folder / "killed") == 80);
  CHECK(count_runs(folder / "killed", ".tmp") == 0);
  CHECK_FALSE(fs::exists(folder / "killed/processes"));
}

TEST_CASE("execution: a launcher of MPI is refused by a build without MPI, unless it starts one process only") {
  const auto folder = scratch("no_mpi");
  const auto file = experiment(folder, 4);
  fs::create_directories(folder / "bin");
  fs::copy_file(binary_dir() / "bin/encephagen", folder / "bin/encephagen");
  const std::string alone = quoted(folder / "bin/encephagen") + " run " + quoted(file);
  for (const char* launcher : {"OMPI_COMM_WORLD_SIZE=4", "PMI_SIZE=4"}) {
    ChildProcess child(fmt::format("env {} {}", launcher, alone), folder / "said");
    CHECK(child.wait() == 2);
    CHECK(has(child.said(),
              "error: an MPI launcher started 4 processes of this program, but this build has no MPI: there is no "));
  }
  // One process needs no MPI.
  ChildProcess one(fmt::format("env OMPI_COMM_WORLD_SIZE=1 ENCEPHAGEN_PLUGIN_PATH={} {} -o {}",
                               quoted(binary_dir() / "lib/encephagen/plugins"), alone, quoted(folder / "one")),
                   folder / "said");
  CHECK(one.wait() == 0);
}

TEST_CASE("execution: an experiment that was changed before --resume is told how many runs are of no use") {
  const auto folder = scratch("outdated");
  const auto file = experiment(folder, 6);
  REQUIRE(run(file, folder / "out").status == 0);
  CHECK_FALSE(has(run(file, folder / "out", "--resume").err, "of no use"));
  const auto said = run(file, folder / "out", "--resume --set run.duration_ms=350.0");
  CHECK(has(said.err, "12 finished runs in " + (folder / "out/runs").string() +
                          " are of no use, since the experiment, its data or a plugin changed: they are run again\n"));
  CHECK(has(said.err, "12 runs done, 0 reused"));
}

TEST_CASE("execution: a metrics.csv that was changed after its run is noticed, and the run is run again") {
  const auto folder = scratch("damaged");
  const auto file = experiment(folder, 6);
  const auto results = folder / "out", damaged = results / "runs/00004";
  REQUIRE(run(file, folder / "whole").status == 0);
  REQUIRE(start_and_kill(run_command(file, results), results));
  REQUIRE(run(file, results, "--resume").status == 0);
  damage(damaged);
  auto said = run(file, results, "--resume");
  CHECK(said.status == 0);
  CHECK(has(said.err, "warning: 1 run was found damaged in "));
  CHECK(has(said.err, "1 run done, 11 reused"));
  check_same(folder / "whole", results);
  // run.json cut short, as after a loss of power.
  fs::resize_file(damaged / "run.json", 20);
  CHECK(has(run(file, results, "--resume").err, "1 run was found damaged"));
  check_same(folder / "whole", results);

  // The broken case: with a checksum that fits, the change is taken for a result, and the comparison sees it.
  damage(damaged);
  auto provenance = json::parse(read_file(damaged / "run.json"));
  provenance["metrics_sha256"] = sha256_of_file(damaged / "metrics.csv");
  write(damaged / "run.json", provenance.dump());
  CHECK(has(run(file, results, "--resume").err, "0 runs done, 12 reused"));
  CHECK(read_file(results / "metrics.csv") != read_file(folder / "whole/metrics.csv"));
}

TEST_CASE("execution: shards share a folder at the same time; the last one concludes, also after a kill") {
  const auto folder = scratch("shards");
  const auto file = experiment(folder, 20), results = folder / "parts";
  REQUIRE(run(file, folder / "whole").status == 0);
  {
    // Both at once; the second is killed in the middle.
    ChildProcess first(run_command(file, results, "--shard 1/2"), folder / "first");
    CHECK(start_and_kill(run_command(file, results, "--shard 2/2"), results));
    CHECK(first.wait() == 0);
    CHECK(has(first.said(), "shard 1/2: 20 runs done, 0 reused in "));
  }
  auto said = run(file, results, "--shard 1/2");
  CHECK(said.status == 0);
  CHECK(has(said.err, "shard 1/2: 0 runs done, 20 reused in "));
  CHECK(has(said.err, "not there yet\nthe last shard concludes; or, when all have ended: encephagen run "));
  CHECK_FALSE(fs::exists(results / "metrics.csv"));
  said = run(file, results, "--shard 2/2");
  CHECK(said.status == 0);
  check_same(folder / "whole", results);
}

TEST_CASE("execution: two processes that do the same runs at the same time do not disturb each other") {
  const auto folder = scratch("twice");
  const auto file = experiment(folder, 12), results = folder / "out";
  REQUIRE(run(file, folder / "whole").status == 0);
  fs::create_directories(results);
  ChildProcess a(run_command(file, results, "--resume"), folder / "a");
  ChildProcess b(run_command(file, results, "--resume"), folder / "b");
  const int status_a = a.wait(), status_b = b.wait();
  CAPTURE(a.said());
  CAPTURE(b.said());
  CHECK(status_a == 0);
  CHECK(status_b == 0);
  check_same(folder / "whole", results);
  CHECK(count_runs(results, ".tmp") == 0);
}

TEST_CASE("execution: what a living process has begun is left alone, what a dead one has left is removed") {
  const auto folder = scratch("stale");
  const auto file = experiment(folder, 4), results = folder / "out";
  fs::create_directories(results / "processes");
  for (const char* name : {"00001.elsewhere.77.tmp", "00002.elsewhere.78.tmp", "00003.nowhere.79.tmp"})
    fs::create_directories(results / "runs" / name);
  const auto record = [&](int pid) {
    const auto path = results / "processes" / fmt::format("elsewhere.{}.json", pid);
    write(path, fmt::format("{{\"host\":\"elsewhere\",\"pid\":{},\"threads\":1,\"running\":[]}}", pid));
    return path;
  };
  record(77);
  fs::last_write_time(record(78), fs::file_time_type::clock::now() - std::chrono::minutes(5));
  REQUIRE(run(file, results, "--resume").status == 0);
  CHECK(fs::exists(results / "runs/00001.elsewhere.77.tmp"));
  CHECK_FALSE(fs::exists(results / "runs/00002.elsewhere.78.tmp"));
  CHECK_FALSE(fs::exists(results / "runs/00003.nowhere.79.tmp"));
  CHECK(fs::exists(results / "processes/elsewhere.77.json"));
  CHECK_FALSE(fs::exists(results / "processes/elsewhere.78.json"));
}

TEST_CASE("execution: files that may not grow, and folders that may not be written, are told in words") {
  const auto folder = scratch("limits");
  const auto file = experiment(folder, 4);
  // results.h5 beyond the limit; in blocks of 1024 bytes.
  auto said = run(file, folder / "small", "", "bash -c 'ulimit -f 40; exec \"$@\"' x ");
  CAPTURE(said.err);
  CHECK(said.status == 1);
  CHECK(has(said.err, "File too large"));
  CHECK(count_runs(folder / "small") == 0);
  CHECK(count_runs(folder / "small", ".failed") == 0);
  // The broken case: with room enough the same command succeeds.
  CHECK(run(file, folder / "enough", "", "bash -c 'ulimit -f 40000; exec \"$@\"' x ").status == 0);

  fs::create_directories(folder / "shut");
  fs::permissions(folder / "shut",
                  fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read | fs::perms::others_exec);
  const bool is_root = ::geteuid() == 0;
  if (is_root && std::system("command -v setpriv >/dev/null") != 0) {
    MESSAGE("skipped: without setpriv root cannot be kept from writing");
    return;
  }
  const std::string nobody = is_root ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
  said = run(file, folder / "shut", "--resume", nobody);
  CHECK(said.status == 1);
  CHECK(has(said.err, "error: " + (folder / "shut/runs").string() + ": cannot be made: Permission denied"));
  CHECK(run(file, folder / "shut/below", "", nobody).status == 2);
}

TEST_CASE("execution: runs that diverge are recorded, kept as failed on resume, and tried again when asked") {
  const auto folder = scratch("failing");
  const std::string diverging =
      "set = { \"region.population.mass.params.tau_e_ms\" = 0.001, \"region.population.mass.params.bounds\" = \"none\" "
      "}";
  const auto file = experiment(folder, 4, diverging), results = folder / "out";
  auto said = run(file, results);
  CHECK(said.status == 6);
  CHECK(has(said.err, "error: run 4 (arm 'b', replicate 0): "));
  CHECK(count_runs(results, ".failed") == 4);
  const auto record = json::parse(read_file(results / "runs/00004.failed"));
  CHECK(record.at("arm") == "b");
  CHECK(has(said.err, record.at("error").get<std::string>()));
  const auto claims = read_file(results / "claims.json");

  auto state = json::parse(status_of(results, "--json"));
  CHECK(state.at("all").at("failed") == 4);
  CHECK(state.at("arms").at(1).at("failed") == 4);
  size_t counted = 0;
  for (const auto& f : state.at("failures")) counted += f.at("count").get<size_t>();
  CHECK(counted == 4);
  CHECK(has(status_of(results), record.at("error").get<std::string>()));
  CHECK(has(status_of(results), "--resume --retry-failed\n"));

  said = run(file, results, "--resume");
  CHECK(said.status == 6);
  CHECK(has(said.err, "4 runs failed before and were not tried again; --retry-failed does\n"));
  CHECK(has(said.err, "0 runs done, 4 reused, 4 failed"));
  CHECK(read_file(results / "claims.json") == claims);

  const auto written = fs::last_write_time(results / "runs/00004.failed");
  said = run(file, results, "--retry-failed");
  CHECK(said.status == 6);
  CHECK_FALSE(has(said.err, "not tried again"));
  CHECK(fs::last_write_time(results / "runs/00004.failed") > written);

  // Corrected, the runs are others, and their failures are forgotten.
  experiment(folder, 4);
  CHECK(run(file, results, "--resume").status == 0);
  CHECK(count_runs(results, ".failed") == 0);
}

TEST_CASE("execution: an arm that keeps metrics only gives the same tables without recordings") {
  const auto folder = scratch("keep");
  const auto file = experiment(folder, 4), results = folder / "metrics";
  REQUIRE(run(file, folder / "everything").status == 0);
  experiment(folder, 4, "keep = \"metrics\"");
  REQUIRE(run(file, results).status == 0);
  check_same(folder / "everything", results);
  CHECK(fs::exists(results / "runs/00001/results.h5"));  // of the other arm
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(results / "runs/00005")) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  CHECK(names == std::vector<std::string>{"metrics.csv", "run.json"});
  CHECK(fs::file_size(results / "runs/00005/run.json") < 2000);
  CHECK(has(run(file, results, "--resume").err, "0 runs done, 8 reused"));
  // Wanted whole after all, the runs of that arm are run again.
  experiment(folder, 4);
  CHECK(has(run(file, results, "--resume").err, "4 runs done, 4 reused"));
  experiment(folder, 4, "keep = \"all\"");
  const auto said = run(file, results, "--resume");
  CHECK(said.status == 3);
  CHECK(has(said.err, "'keep'"));
}

TEST_CASE("execution: status tells what is planned, done, running and missing, while it runs and after a kill") {
  const auto folder = scratch("status");
  const auto file = experiment(folder, 20, "", 5000), results = folder / "out";
  {
    ChildProcess child(run_command(file, results), folder / "said");
    REQUIRE(wait_until([&] { return count_runs(results) >= 3; }));
    json state;
    // The record of the process is renewed after half a second.
    REQUIRE(wait_until([&] {
      state = json::parse(status_of(results, "--json"));
      return state.at("all").at("running") == 1;
    }));
    CHECK(state.at("all").at("planned") == 40);
    CHECK(state.at("processes").at(0).at("pid") == child.pid());
    CHECK(state.at("remaining_s").is_number());
    CHECK(has(status_of(results), fmt::format("at work: process {} on ", child.pid())));
    child.kill(SIGKILL);
    child.wait();
  }
  auto state = json::parse(status_of(results, "--json"));
  CHECK(state.at("all").at("running") == 0);
  CHECK(state.at("processes").empty());
  CHECK(state.at("elapsed_s").is_null());
  const size_t done = count_runs(results);
  CHECK(state.at("all").at("done") == done);
  CHECK(state.at("all").at("missing") == 40 - done);
  CHECK(state.at("concluded") == false);
  CHECK(has(status_of(results), "nothing is at work; to complete it: encephagen run "));
  // What it says completes the experiment.
  ChildProcess resumed(program() + state.at("resume").get<std::string>().substr(std::string("encephagen").size()),
                       folder / "said");
  CHECK(resumed.wait() == 0);
  CHECK(has(status_of(results), "concluded: metrics.csv, claims.json and report.html are there\n"));
  // Of another version of the experiment nothing is there.
  {
    experiment(folder, 20, "", 4000);
    ChildProcess child(run_command(file, results, "--resume"), folder / "said");
    REQUIRE(wait_until([&] { return json::parse(status_of(results, "--json")).at("all").at("done") < 20; }));
  }
  const auto none = run_program("status " + quoted(folder));
  CHECK(none.status == 5);
  CHECK(has(none.err, ": no experiment was begun here: there is no plan.json\n"));
}

TEST_CASE("execution: a signal ends politely with its status, and what is complete stays") {
  const auto folder = scratch("signals");
  const auto file = experiment(folder, 40), results = folder / "out";
  for (const int signal : {SIGINT, SIGTERM}) {
    ChildProcess child(run_command(file, results, "--resume"), folder / "said");
    const size_t before = count_runs(results);
    REQUIRE(wait_until([&] { return count_runs(results) >= before + 2; }));
    child.kill(signal);
    CHECK(child.wait() == 128 + signal);
    CHECK(has(child.said(), fmt::format("stopped by a signal; {} complete runs are kept in {}; --resume completes them",
                                        count_runs(results), results.string())));
    CHECK(count_runs(results, ".tmp") == 0);
  }
}

TEST_CASE("execution: --sbatch writes a job array and runs nothing") {
  const auto folder = scratch("sbatch it's");
  const auto file = experiment(folder, 10), results = folder / "out";
  const auto options = [](const std::string& text) { return text; };
  auto said = run_program(options("run \"" + file.string() + "\" -o \"" + results.string() +
                                  "\" --sbatch 4 --threads 2 --seed 7 --set 'run.duration_ms=50.0'"));
  CAPTURE(said.err);
  CHECK(said.status == 0);
  CHECK(has(said.out, "--dependency=afterany:$job --array=0 "));
  const auto script = read_file(results / "job.sbatch");
  CHECK(has(script, "#SBATCH --array=1-4\n#SBATCH --cpus-per-task=2\n"));
  CHECK(has(script, " --set run.duration_ms=50.0 --seed 7 "));
  CHECK(count_runs(results) == 0);
  // As Slurm would, two tasks and what follows; the folder's name holds a quote.
  for (const char* task : {"2", "4", "0"}) {
    ChildProcess child(fmt::format("env SLURM_ARRAY_TASK_ID={} SLURM_CPUS_PER_TASK=2 bash \"{}\"", task,
                                   (results / "job.sbatch").string()),
                       folder / "said");
    CHECK(child.wait() == 0);
    CHECK(has(child.said(), task == std::string("0") ? "10 runs done, 10 reused" : "5 runs done, "));
  }
  CHECK(fs::exists(results / "claims.json"));
  said = run_program("run \"" + file.string() + "\" -o \"" + results.string() + "-2\" --sbatch 30");
  CHECK(said.status == 2);
  CHECK(said.err == "error: --sbatch 30: needs a whole number from 1 to 20\n");
  said = run_program("run \"" + file.string() + "\" -o \"" + results.string() + "-3\" --sbatch 20");
  CHECK(said.status == 0);
  CHECK(has(said.err, "warning: 20 tasks for 20 runs: to start a task costs Slurm a second or so"));
}
