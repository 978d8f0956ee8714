// A program that runs beside the test, to be watched and killed.
#pragma once
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "cli/program.hpp"

namespace encephagen::testing {

class ChildProcess {
 public:
  // `command` for a shell, which the program replaces; what it says goes to `said`.
  ChildProcess(const std::string& command, const std::filesystem::path& said) : said_(said) {
    pid_ = ::fork();
    if (pid_ != 0) return;
    const int out = ::open(said.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ::dup2(out, 1), ::dup2(out, 2);
    ::dup2(::open("/dev/null", O_RDONLY), 0);
    ::execl("/bin/bash", "bash", "-c", ("exec " + command).c_str(), nullptr);
    ::_exit(127);
  }
  ~ChildProcess() {
    if (!has_ended_) kill(SIGKILL), wait();
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  void kill(int signal) const { ::kill(pid_, signal); }
  // Exit status, or 128 + signal.
  int wait() {
    int raw = 0;
    ::waitpid(pid_, &raw, 0);
    has_ended_ = true;
    return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  }
  std::string said() const { return read_file(said_); }

 private:
  pid_t pid_;
  std::filesystem::path said_;
  bool has_ended_ = false;
};

// Until it is true, at most a minute.
inline bool wait_until(const std::function<bool()>& is_true) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (std::chrono::steady_clock::now() < end) {
    if (is_true()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

}  // namespace encephagen::testing
