// Downloads one file with curl or wget.
#include "scenario/data_download.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <vector>

namespace encephagen {
namespace {

struct Outcome {
  int status = 0;
  std::string said;
};

// Runs a program found in PATH with its standard error captured. Nothing: there is no such program.
std::optional<Outcome> run_program(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) throw DownloadFailed("no pipe could be made");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDERR_FILENO);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe_ends[1]);
  if (failed != 0) {
    ::close(pipe_ends[0]);
    if (failed == ENOENT) return std::nullopt;
    throw DownloadFailed(arguments[0] + " could not be started");
  }
  Outcome out;
  std::array<char, 4096> piece{};
  for (;;) {
    const ssize_t n = ::read(pipe_ends[0], piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    out.said.append(piece.data(), static_cast<size_t>(n));
  }
  ::close(pipe_ends[0]);
  while (::waitpid(child, &out.status, 0) < 0 && errno == EINTR) {
  }
  while (!out.said.empty() && out.said.back() == '\n') out.said.pop_back();
  return out;
}

}  // namespace

void download(const std::string& url, const std::filesystem::path& file) {
  auto outcome = run_program({"curl", "--fail", "--location", "--silent", "--show-error", "--connect-timeout", "30",
                              "--output", file.string(), "--url", url});
  if (!outcome)
    outcome = run_program(
        {"wget", "--no-verbose", "--tries=3", "--timeout=30", "--output-document=" + file.string(), "--", url});
  if (!outcome) throw DownloadFailed("neither curl nor wget is installed");
  if (WIFEXITED(outcome->status) && WEXITSTATUS(outcome->status) == 0) return;
  throw DownloadFailed(outcome->said.empty() ? "the download tool failed without a word" : outcome->said);
}

}  // namespace encephagen
