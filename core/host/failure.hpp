// The one way the program gives up: a message for the user and the exit status that belongs to it.
#pragma once
#include <stdexcept>
#include <string>

namespace encephagen {

// Exit statuses of the command (contract).
enum class Exit {
  success = 0,
  simulation_failed = 1,
  usage = 2,
  scenario_invalid = 3,
  plugin_unusable = 4,
  data_unusable = 5,
  some_runs_failed = 6,
  interrupted = 130,
  terminated = 143
};

// what() is ready to print after "error: ".
class Failure : public std::runtime_error {
 public:
  Failure(Exit status, const std::string& message) : std::runtime_error(message), status_(status) {}
  Exit status() const { return status_; }

 private:
  Exit status_;
};

// Results cannot be written or read back: the disk's fault, not the simulation's.
class StorageFailure : public Failure {
 public:
  explicit StorageFailure(const std::string& message) : Failure(Exit::simulation_failed, message) {}
};

}  // namespace encephagen
