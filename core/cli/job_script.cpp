// Command lines for others to run.
#include "cli/job_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace encephagen::cli {
namespace {

namespace fs = std::filesystem;

std::string shell_quoted(const std::string& text) {
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) || std::string_view("_-+=./:,@%").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

}  // namespace

std::string completing_command(const std::string& program, const boost::program_options::variables_map& given,
                               const fs::path& file, const fs::path& folder) {
  std::string out = fmt::format("{} run {}", shell_quoted(program), shell_quoted(fs::absolute(file).string()));
  for (const auto& text : texts(given, "set")) out += " --set " + shell_quoted(text);
  if (given.count("seed")) out += " --seed " + shell_quoted(given["seed"].as<std::string>());
  for (const auto& path : texts(given, "plugin-path"))
    out += " --plugin-path " + shell_quoted(fs::absolute(path).string());
  if (given["allow-insecure-plugins"].as<bool>()) out += " --allow-insecure-plugins";
  return out + fmt::format(" -o {} --resume", shell_quoted(fs::absolute(folder).string()));
}

std::string job_script(const JobScript& job, const std::string& completing_command) {
  const std::string folder = fs::absolute(job.folder).string();
  const std::string script = shell_quoted(folder + "/job.sbatch");
  std::string out = "#!/bin/bash\n";
  out += fmt::format("# Runs {} as a job array: {} runs in {} tasks.\n#\n", job.file.filename().string(), job.n_runs,
                     job.n_tasks);
  out += fmt::format(
      "#   job=$(sbatch --parsable {0})\n"
      "#   sbatch --dependency=afterany:$job --array=0 {0}\n#\n"
      "# The second line is for the case that a task is lost: task 0 runs what is missing then, and concludes.\n",
      script);
  out += fmt::format("#SBATCH --job-name={}\n", shell_quoted(job.folder.filename().string()));
  out += fmt::format("#SBATCH --array=1-{}\n#SBATCH --cpus-per-task={}\n", job.n_tasks, job.threads);
  out += fmt::format("#SBATCH --output={}\n#SBATCH --requeue\n", shell_quoted(folder + "/log/%A_%a.txt"));
  out += "run=(" + completing_command + ")\n";
  out += fmt::format("if [ \"$SLURM_ARRAY_TASK_ID\" -gt 0 ]; then run+=(--shard \"$SLURM_ARRAY_TASK_ID/{}\"); fi\n",
                     job.n_tasks);
  return out + "exec \"${run[@]}\"\n";
}

}  // namespace encephagen::cli
