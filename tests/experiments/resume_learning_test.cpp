// Runs that learn, stopped by signals and killed, and gone on with from their checkpoints: real processes.
#include "ensemble.hpp"

namespace fs = std::filesystem;
using namespace encephagen;
using namespace encephagen::testing;

namespace {

// Some seconds of learning; `run_keys` go into [run].
fs::path learning_scenario(const fs::path& folder, const std::string& run_keys = "") {
  const auto file = folder / "learning.toml";
  write(file, "format = 1\n[run]\nseed = 8\n" + run_keys + R"([region.population.e]
plugin = "core.lif"
n = 200
[region.population.f]
plugin = "core.lif"
n = 50
[[region.projection]]
name = "p"
from = "e"
to = "f"
rule = { fixed_indegree = 40 }
weight_mv = 1.5
delay_ms = { uniform = [0.5, 3.0] }
[[region.projection.plasticity]]
plugin = "core.stdp"
params = { a_plus = 0.02, a_minus = 0.015 }
[[region.projection.plasticity]]
plugin = "core.homeostatic"
params = { every_ms = 100.0, target_rate_hz = 10.0 }
[[encoder]]
plugin = "core.poisson"
to = "*.e"
params.rate_hz = 2600.0
[[phase]]
name = "learn"
episodes = 300
episode_ms = 250.0
[[phase]]
name = "test"
duration_ms = 500.0
plasticity = false
[[record]]
name = "spikes"
from = "*.f"
spikes = true
[[analyzer]]
plugin = "core.group_rates"
)");
  return file;
}

}  // namespace

TEST_CASE("learning: a run that a signal stops leaves a checkpoint, and --resume ends as if nothing had been") {
  const auto folder = scratch("learning");
  // The first checkpoint tells that the run is at work.
  const auto file = learning_scenario(folder, "checkpoint_every_ms = 400.0\n");
  REQUIRE(run(file, folder / "whole").status == 0);
  const auto metrics = read_file(folder / "whole/metrics.csv");
  REQUIRE(has(metrics, "learn.weight_mean"));
  REQUIRE(has(metrics, "test.weight_mean"));
  CHECK_FALSE(fs::exists(folder / "whole/checkpoint"));

  const auto results = folder / "stopped";
  for (const int signal : {SIGTERM, SIGINT, SIGKILL}) {
    CAPTURE(signal);
    ChildProcess child(run_command(file, results, fs::exists(results) ? "--resume" : ""), folder / "said");
    const auto before =
        fs::exists(results / "checkpoint") ? fs::last_write_time(results / "checkpoint") : fs::file_time_type::min();
    REQUIRE(wait_until([&] {
      std::error_code ec;
      const auto written = fs::last_write_time(results / "checkpoint", ec);
      return !ec && written > before;
    }));
    child.kill(signal);
    CHECK(child.wait() == 128 + signal);
    CHECK(fs::exists(results / "checkpoint"));
    CHECK_FALSE(fs::exists(results / "metrics.csv"));
    CHECK_FALSE(fs::exists(results / "weights.h5"));
    if (signal == SIGKILL) continue;
    CAPTURE(child.said());
    CHECK(
        has(child.said(), "a checkpoint is in " + (results / "checkpoint").string() + "; go on with: encephagen run "));
  }
  CHECK(run(file, results, "--resume").status == 0);
  CHECK(read_file(results / "metrics.csv") == metrics);
  CHECK(read_file(results / "weights.h5") == read_file(folder / "whole/weights.h5"));
  CHECK_FALSE(fs::exists(results / "checkpoint"));
}

TEST_CASE("learning: without checkpoint_every_ms a signal leaves one as well") {
  const auto folder = scratch("learning_signal");
  const auto file = learning_scenario(folder), results = folder / "stopped";
  REQUIRE(run(file, folder / "whole").status == 0);
  {
    ChildProcess child(run_command(file, results), folder / "said");
    REQUIRE(wait_until([&] { return fs::exists(results / "results.h5.tmp"); }));  // it has begun
    CHECK_FALSE(fs::exists(results / "checkpoint"));
    child.kill(SIGTERM);
    CHECK(child.wait() == 143);
    CHECK(fs::exists(results / "checkpoint"));
  }
  CHECK(run(file, results, "--resume").status == 0);
  CHECK(read_file(results / "metrics.csv") == read_file(folder / "whole/metrics.csv"));
}

TEST_CASE("learning: the runs of an experiment go on from their checkpoints") {
  const auto folder = scratch("learning_experiment");
  learning_scenario(folder, "checkpoint_every_ms = 400.0\n");
  const auto file = folder / "experiment.toml", results = folder / "stopped";
  write(file, R"(format = 1
title = "learns"
base = "learning.toml"
[[arm]]
name = "a"
replicates = 2
[[claim]]
id = "C"
text = "weights are there"
arm = "a"
metric = "learn.weight_mean"
test = { above = 0.1 }
)");
  const auto whole = run(file, folder / "whole");
  CAPTURE(whole.err);
  REQUIRE((whole.status == 0 || whole.status == 6));
  {
    ChildProcess child(run_command(file, results), folder / "said");
    REQUIRE(wait_until([&] { return count_runs(results, ".checkpoint") > 0; }));
    child.kill(SIGTERM);
    CHECK(child.wait() == 143);
    CHECK(count_runs(results, ".checkpoint") == 1);
  }
  CHECK(run(file, results, "--resume").status == whole.status);
  CHECK(read_file(results / "metrics.csv") == read_file(folder / "whole/metrics.csv"));
  CHECK(count_runs(results, ".checkpoint") == 0);
}
