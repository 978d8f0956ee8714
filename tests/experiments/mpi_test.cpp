// Ensembles whose runs several ranks of mpirun share, with one of them killed.
#include "ensemble.hpp"
#include "experiment/process_record.hpp"

namespace fs = std::filesystem;
using namespace encephagen;
using namespace encephagen::testing;

namespace {

bool has_mpi() {
  return fs::exists(binary_dir() / "lib/encephagen/encephagen_mpi.so") &&
         std::system("command -v mpirun >/dev/null") == 0;
}

std::string mpirun(int n) {
  return fmt::format("env OMPI_MCA_rmaps_base_oversubscribe=1 mpirun {} -n {} ",
                     ::geteuid() == 0 ? "--allow-run-as-root" : "", n);
}

}  // namespace

TEST_CASE("mpi: ranks share the runs to the bytes of one process; a killed rank loses what was in flight") {
  if (!has_mpi()) {
    MESSAGE("every case of this file was skipped: there is no mpirun, or this build has no MPI");
    return;
  }
  const auto folder = scratch("mpi");
  const auto file = experiment(folder, 40), results = folder / "killed";
  REQUIRE(run(file, folder / "whole").status == 0);
  for (const int n : {2, 3}) {
    const auto said = run(file, folder / fmt::format("{}", n), "", mpirun(n));
    CAPTURE(said.err);
    CHECK(said.status == 0);
    CHECK(has(said.err, fmt::format("{} ranks, 1 thread in rank 0\n", n)));
    CHECK(has(said.err, "80 runs done, 0 reused, 0 failed"));
    check_same(folder / "whole", folder / fmt::format("{}", n));
  }
  {
    ChildProcess job(mpirun(2) + run_command(file, results), folder / "job");
    REQUIRE(wait_until([&] { return count_runs(results) >= 4 && living_processes(results).size() == 2; }));
    ::kill(living_processes(results).back().pid, SIGKILL);
    CHECK(job.wait() != 0);
  }
  CHECK(count_runs(results) < 80);
  CHECK_FALSE(fs::exists(results / "metrics.csv"));
  const auto said = run(file, results, "--resume", mpirun(2));
  CHECK(said.status == 0);
  CHECK_FALSE(has(said.err, " 0 reused"));
  check_same(folder / "whole", results);
  CHECK(count_runs(results, ".tmp") == 0);
}

TEST_CASE("mpi: ranks share the runs of a search to the bytes of one process, also after one was killed") {
  if (!has_mpi()) return;
  const auto folder = scratch("mpi_search");
  for (const char* name : {"network.toml", "tune.toml"})
    fs::copy_file(source_dir() / "docs/how-to/optimise" / name, folder / name);
  const auto file = folder / "tune.toml";
  const std::string few = "--set arm.tuned.optimize.generations=6";
  const auto check_same_search = [&](const fs::path& results) {
    check_same(folder / "whole", results);
    for (const char* name : {"optimize/tuned.csv", "optimize/tuned.json"}) {
      INFO(name);
      CHECK(read_file(folder / "whole" / name).size() > 100);
      CHECK(read_file(folder / "whole" / name) == read_file(results / name));
    }
  };
  REQUIRE(run(file, folder / "whole", few).status == 0);
  for (const int n : {2, 3}) {
    const auto said = run(file, folder / fmt::format("{}", n), few, mpirun(n));
    CAPTURE(said.err);
    CHECK(said.status == 0);
    check_same_search(folder / fmt::format("{}", n));
  }
  const auto results = folder / "killed";
  {
    ChildProcess job(mpirun(2) + run_command(file, results, few), folder / "job");
    REQUIRE(wait_until(
        [&] { return fs::exists(results / "optimize/tuned.json") && living_processes(results).size() == 2; }));
    ::kill(living_processes(results).back().pid, SIGKILL);
    CHECK(job.wait() != 0);
  }
  CHECK_FALSE(fs::exists(results / "metrics.csv"));
  REQUIRE(run(file, results, few + " --resume", mpirun(2)).status == 0);
  check_same_search(results);
  // What is wrong is told once, by rank 0, whichever rank found it.
  const auto said = run(file, folder / "wrong", "--set arm.tuned.optimize.metric=nothing", mpirun(2));
  CHECK(said.status == 3);
  CHECK(has(said.err, "there is no metric 'nothing'"));
  CHECK(said.err.find("there is no metric") == said.err.rfind("there is no metric"));
}

TEST_CASE("mpi: a mistake is told once, and what cannot be shared is refused") {
  if (!has_mpi()) return;
  const auto folder = scratch("mpi_refused");
  const auto file = experiment(folder, 4);
  auto said = run(folder / "small.toml", folder / "o", "", mpirun(2));
  CHECK(said.status == 2);
  const std::string refusal = "error: only the runs of an experiment can be shared among the processes of mpirun";
  CHECK(has(said.err, refusal));
  CHECK(said.err.find(refusal) == said.err.rfind(refusal));
  // A launcher of another MPI: each process would take itself for the only one.
  ChildProcess other(fmt::format("env PMI_SIZE=4 {}", run_command(file, folder / "o")), folder / "said");
  CHECK(other.wait() == 2);
  CHECK(has(other.said(), "started 4 processes of this program, but the MPI library of this build sees 1"));
}
