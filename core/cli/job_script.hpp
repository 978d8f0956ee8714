// Command lines for others to run: what completes a folder, and a job array for Slurm.
#pragma once
#include <filesystem>
#include <string>

#include "cli/command_line.hpp"

namespace encephagen::cli {

// "encephagen run FILE ... -o FOLDER --resume", ready for a shell: `given` are the options of the run at hand, of which
// those that say what is run are kept. `program`: how the program is called.
std::string completing_command(const std::string& program, const boost::program_options::variables_map& given,
                               const std::filesystem::path& file, const std::filesystem::path& folder);

struct JobScript {
  std::filesystem::path file, folder;  // of the experiment, of its results
  size_t n_runs = 0, n_tasks = 1;
  unsigned threads = 1;  // of a task
};

// The text of an sbatch script: an array of n_tasks shards; submitted with --array=0 it completes what is missing.
std::string job_script(const JobScript& job, const std::string& completing_command);

}  // namespace encephagen::cli
