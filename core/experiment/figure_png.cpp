// SVG figures as PNG, by the program rsvg-convert: a process, since the library would bring twenty others to every
// start.
#include "experiment/figure_png.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace encephagen {

std::string write_png(const std::filesystem::path& svg, const std::filesystem::path& png) {
  const std::vector<std::string> arguments{"rsvg-convert", "--zoom",   "2",          "--format",
                                           "png",          "--output", png.string(), svg.string()};
  std::vector<char*> argv;
  for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);  // answers only are for standard output
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed == ENOENT)
    return "rsvg-convert is not installed, so the figures are SVG only. On Debian: apt-get install librsvg2-bin";
  if (failed != 0) return "rsvg-convert could not be started, so the figures are SVG only";
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  return fmt::format("{}: rsvg-convert could not draw it as PNG", svg.string());
}

}  // namespace encephagen
