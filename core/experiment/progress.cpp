// Progress on standard error, and the signals that stop a run politely.
#include "experiment/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace encephagen {
namespace {

std::atomic<int> received{0};

std::string duration_text(double s) {
  if (s < 60) return fmt::format("{:.0f} s", s);
  if (s < 3600) return fmt::format("{:.0f} min", s / 60);
  return fmt::format("{:.1f} h", s / 3600);
}

}  // namespace

void watch_signals() {
  const auto note = [](int s) {
    // A second signal ends the process at once.
    if (received.exchange(s) != 0) std::_Exit(128 + s);
  };
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
}
int signal_received() { return received; }

Progress::Progress(std::string what, bool quiet)
    : what_(std::move(what)), quiet_(quiet), start_(std::chrono::steady_clock::now()), last_(start_) {
  const char* term = std::getenv("TERM");
  terminal_ = isatty(STDERR_FILENO) && !std::getenv("CI") && term && std::string_view(term) != "dumb";
}

Progress::~Progress() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
}

void Progress::show(double share, const std::string& detail) {
  if (quiet_) return;
  const std::lock_guard guard(lock_);
  const auto now = std::chrono::steady_clock::now();
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const std::string left = share > 0.01 && share < 1 ? ", " + duration_text(elapsed / share - elapsed) + " left" : "";
  if (terminal_) {
    if (now - last_ < std::chrono::milliseconds(200) && share < 1) return;
    last_ = now;
    drawn_ = true;
    const auto filled = static_cast<size_t>(std::clamp(share, 0.0, 1.0) * 30);
    fmt::print(stderr, "\r\033[K{} [{}{}] {:3.0f} % {}{}", what_, std::string(filled, '#'),
               std::string(30 - filled, '.'), share * 100, detail, left);
    std::fflush(stderr);
  } else if (const int tenth = static_cast<int>(share * 10); tenth > last_tenth_ && elapsed > 1) {
    last_tenth_ = tenth;
    fmt::print(stderr, "{}: {} % {}{}\n", what_, tenth * 10, detail, left);
  }
}

}  // namespace encephagen
