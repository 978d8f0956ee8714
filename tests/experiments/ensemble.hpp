// Ensembles of a small network that tests start, kill, complete and compare.
#pragma once
#include <fmt/format.h>

#include <fstream>

#include "child_process.hpp"

namespace encephagen::testing {

namespace fs = std::filesystem;

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

inline std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }

inline void write(const fs::path& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }

// Two arms of `n` runs and a claim about them, in `folder`; returns the file. `more` goes into the second arm.
inline fs::path experiment(const fs::path& folder, size_t n, const std::string& more = "", double duration_ms = 400) {
  write(folder / "small.toml",
        fmt::format("format = 1\n[run]\nduration_ms = {:.1f}\ntransient_ms = 10.0\n[connectome]\nplugin = "
                    "\"core.toy20\"\nparams.rows = \"targets\"\n[region.population.mass]\nplugin = "
                    "\"core.wilson_cowan\"\n[[long_range]]\nfrom = \"mass\"\nto = \"mass\"\nrule = {{ rate_per_weight "
                    "= 1.0 }}\nglobal_coupling = 0.02\n[[null_model]]\nplugin = "
                    "\"core.degree_preserving\"\n[[analyzer]]\nplugin = \"core.variance\"\n",
                    duration_ms));
  write(folder / "experiment.toml",
        fmt::format("format = 1\ntitle = \"ensemble\"\nbase = \"small.toml\"\n[[arm]]\nname = \"a\"\nreplicates = {0}\n"
                    "[[arm]]\nname = \"b\"\nreplicates = {0}\n{1}\n[[claim]]\nid = \"C\"\ntext = \"b varies more\"\n"
                    "metric = \"variance_cv\"\ncompare = [\"a\", \"b\"]\ntest = {{ mann_whitney = true }}\n",
                    n, more));
  return folder / "experiment.toml";
}

inline std::string program() { return quoted(binary_dir() / "bin/encephagen"); }
inline std::string run_command(const fs::path& file, const fs::path& folder, const std::string& options = "") {
  return fmt::format("env HOME=/nowhere {} run {} -o {} --threads 1 {}", program(), quoted(file), quoted(folder),
                     options);
}

// Runs to the end.
inline Said run(const fs::path& file, const fs::path& folder, const std::string& options = "",
                const std::string& before = "") {
  const auto said = folder.parent_path() / "said";
  ChildProcess child(before + run_command(file, folder, options), said);
  Said out;
  out.status = child.wait();
  out.err = child.said();
  return out;
}

inline size_t count_runs(const fs::path& folder, const std::string& extension = "") {
  size_t n = 0;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder / "runs", ec))
    n += entry.path().extension() == extension ? 1 : 0;
  return n;
}

// Starts, waits until two more runs are done, and kills. True if it was at work until then.
inline bool start_and_kill(const std::string& command, const fs::path& folder) {
  const size_t before = count_runs(folder);
  ChildProcess child(command, folder.parent_path() / "said");
  const bool came = wait_until([&] { return count_runs(folder) >= before + 2; });
  child.kill(SIGKILL);
  return child.wait() == 128 + SIGKILL && came;
}

inline void check_same(const fs::path& a, const fs::path& b) {
  for (const char* name : {"metrics.csv", "claims.json"}) {
    INFO(name);
    CHECK(read_file(a / name).size() > 100);
    CHECK(read_file(a / name) == read_file(b / name));
  }
}

// Changes a digit of a run's metrics.csv.
inline void damage(const fs::path& run) {
  auto text = read_file(run / "metrics.csv");
  const auto line = text.find("variance_cv,,");
  REQUIRE(line != std::string::npos);
  char& digit = text[text.find_first_of("123456789", line)];
  digit = digit == '7' ? '3' : '7';
  write(run / "metrics.csv", text);
}

inline std::string status_of(const fs::path& folder, const std::string& options = "") {
  return run_program("status " + quoted(folder) + " " + options).out;
}

}  // namespace encephagen::testing
