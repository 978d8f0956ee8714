// Progress on standard error: a bar on a terminal, one line per 10 % elsewhere, nothing when quiet.
#pragma once
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

namespace encephagen {

// "12 s", "3 min", "1.5 h"
std::string duration_text(double s);

// How far something has come.
struct ProgressState {
  double share = 0;        // of everything there is to do
  double simulated_s = 0;  // simulated time behind it, of all runs together
  size_t n_done = 0, n_runs = 1;
};

// How fast it goes on: compares two states.
struct ProgressSpeed {
  double seconds = 0;                 // that passed between the two
  double share = 0, simulated_s = 0;  // done in them
};

// "42 %, 3.2x real time, 3 of 8 runs, 12 s left"; what is not known yet is left out.
std::string progress_text(const ProgressState& state, const ProgressSpeed& speed);

// "running [#####.....] 42 %, ...", no longer than `columns`.
std::string progress_bar(const std::string& what, const ProgressState& state, const ProgressSpeed& speed,
                         size_t columns);

// Thread-safe. Speed is measured from the first state on, so that building networks or reading earlier results does not
// count.
class Progress {
 public:
  Progress(std::string what, bool quiet);
  ~Progress();
  void show(const ProgressState& state);

 private:
  using Clock = std::chrono::steady_clock;
  ProgressSpeed speed(const ProgressState& state, Clock::time_point now);

  std::mutex lock_;
  std::string what_;
  bool quiet_, terminal_;
  int last_tenth_ = 0;
  bool drawn_ = false;
  Clock::time_point start_, last_, from_time_;
  std::optional<ProgressState> from_;
};

// SIGINT and SIGTERM set a flag instead of ending the process; 0 until then. Files that grow beyond a limit of the
// system no longer end it.
void watch_signals();
int signal_received();
// For a library inside another program: a second signal does not end the process, and one that has been answered is
// forgotten.
void keep_process_on_signals();
void forget_signal();

}  // namespace encephagen
