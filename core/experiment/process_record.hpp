// Who works on a folder of results: a small file for each process, which it renews while it lives.
#pragma once
#include <sys/types.h>

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace encephagen {

// What a process says of itself.
struct ProcessState {
  unsigned threads = 1;
  double elapsed_s = 0;    // since it began
  double simulated_s = 0;  // simulated time that it has behind it
  std::vector<size_t> running;
};

struct LivingProcess {
  std::string host;
  pid_t pid = 0;
  ProcessState state;
};

// Writes FOLDER/processes/HOST.PID.json at once and every few seconds until it is destroyed, which removes the file. A
// file that cannot be written is left: nothing but what others know of this process depends on it.
class ProcessRecord {
 public:
  ProcessRecord(const std::filesystem::path& folder, std::function<ProcessState()> state);
  ~ProcessRecord();
  ProcessRecord(const ProcessRecord&) = delete;
  ProcessRecord& operator=(const ProcessRecord&) = delete;

 private:
  void renew() const;
  void keep_renewing();

  std::filesystem::path file_;
  std::function<ProcessState()> state_;
  std::mutex lock_;
  std::condition_variable wake_;
  bool is_over_ = false;
  std::thread thread_;
};

// Those whose file was renewed within the last minute and, on this machine, that still exist.
std::vector<LivingProcess> living_processes(const std::filesystem::path& folder);

// Removes the files of all others.
void forget_dead_processes(const std::filesystem::path& folder);

}  // namespace encephagen
