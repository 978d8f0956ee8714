// Progress on standard error, and the signals that stop a run politely.
#include "experiment/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace encephagen {
namespace {

std::atomic<int> received{0};
std::atomic<bool> keeps_process{false};

size_t terminal_columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

void watch_signals() {
  const auto note = [](int s) {
    // A second signal ends the process at once.
    if (received.exchange(s) != 0 && !keeps_process) std::_Exit(128 + s);
  };
  std::signal(SIGINT, note);
  std::signal(SIGTERM, note);
  // A file that grows beyond its limit is an error of the call that writes, which is told in words.
  std::signal(SIGXFSZ, SIG_IGN);
}
int signal_received() { return received; }
void keep_process_on_signals() { keeps_process = true; }
void forget_signal() { received = 0; }

std::string duration_text(double s) {
  if (s < 59.5) return fmt::format("{:.0f} s", s);
  if (s < 3570) return fmt::format("{:.0f} min", s / 60);
  return fmt::format("{:.1f} h", s / 3600);
}

std::string progress_text(const ProgressState& state, const ProgressSpeed& speed) {
  std::string out = fmt::format("{:.0f} %", std::floor(state.share * 100));
  if (const double rate = speed.simulated_s / speed.seconds; speed.seconds > 0 && rate > 0)
    out += rate < 9.95 ? fmt::format(", {:.2g}x real time", rate) : fmt::format(", {:.0f}x real time", rate);
  if (state.n_runs > 1) out += fmt::format(", {} of {} runs", state.n_done, state.n_runs);
  // After a hundredth of the work the rest can be guessed.
  if (speed.share > 0.01 && state.share < 1)
    out += fmt::format(", {} left", duration_text(speed.seconds / speed.share * (1 - state.share)));
  return out;
}

std::string progress_bar(const std::string& what, const ProgressState& state, const ProgressSpeed& speed,
                         size_t columns) {
  constexpr size_t longest = 30, shortest = 10;
  const std::string text = progress_text(state, speed);
  const size_t others = what.size() + 4 + text.size();  // blanks and brackets
  if (columns < others + shortest) return (what + " " + text).substr(0, columns);
  const size_t length = std::min(longest, columns - others);
  const auto filled = static_cast<size_t>(std::clamp(state.share, 0.0, 1.0) * static_cast<double>(length));
  return fmt::format("{} [{}{}] {}", what, std::string(filled, '#'), std::string(length - filled, '.'), text);
}

Progress::Progress(std::string what, bool quiet)
    : what_(std::move(what)), quiet_(quiet), start_(Clock::now()), last_(start_), from_time_(start_) {
  const char* term = std::getenv("TERM");
  terminal_ = isatty(STDERR_FILENO) && !std::getenv("CI") && term && std::string_view(term) != "dumb";
}

Progress::~Progress() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
}

ProgressSpeed Progress::speed(const ProgressState& state, Clock::time_point now) {
  if (!from_ || state.share <= from_->share) {
    from_ = state;
    from_time_ = now;
  }
  return {std::chrono::duration<double>(now - from_time_).count(), state.share - from_->share,
          state.simulated_s - from_->simulated_s};
}

void Progress::show(const ProgressState& state) {
  if (quiet_) return;
  const std::lock_guard guard(lock_);
  const auto now = Clock::now();
  const auto current = speed(state, now);
  if (terminal_) {
    if (now - last_ < std::chrono::milliseconds(200) && state.share < 1) return;
    last_ = now;
    drawn_ = true;
    fmt::print(stderr, "\r\033[K{}", progress_bar(what_, state, current, terminal_columns() - 1));
    std::fflush(stderr);
  } else if (const int tenth = static_cast<int>(state.share * 10);
             tenth > last_tenth_ && now - start_ > std::chrono::seconds(1)) {
    last_tenth_ = tenth;
    fmt::print(stderr, "{}: {}\n", what_, progress_text(state, current));
  }
}

}  // namespace encephagen
