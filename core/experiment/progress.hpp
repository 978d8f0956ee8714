// Progress on standard error: a bar on a terminal, one line per 10 % elsewhere, nothing when quiet.
#pragma once
#include <chrono>
#include <mutex>
#include <string>

namespace encephagen {

// Thread-safe.
class Progress {
 public:
  Progress(std::string what, bool quiet);
  ~Progress();
  // `share` of everything done, `detail` shown behind the bar.
  void show(double share, const std::string& detail);

 private:
  std::mutex lock_;
  std::string what_;
  bool quiet_, terminal_;
  int last_tenth_ = 0;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_, last_;
};

// SIGINT and SIGTERM set a flag instead of ending the process; 0 until then.
void watch_signals();
int signal_received();

}  // namespace encephagen
