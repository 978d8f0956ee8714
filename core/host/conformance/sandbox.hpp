// Runs a function in a child process, so that whatever a plugin does there ends the child and nothing else.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

namespace encephagen::conformance {

struct ChildEnd {
  bool is_finished = false;  // the function returned
  std::string answer;        // what it returned; empty unless finished
  std::string how;  // why it did not finish: "was stopped by SIGSEGV in step", "gave no answer within 20 s in create"
};

// Forks, runs `body` in the child with default signal handlers and standard output and error caught, and waits for its
// answer (at most 4 MiB) for at most `timeout_s`. Works inside a child too. Throws std::system_error when the system
// has no process or memory to give.
ChildEnd run_in_child(double timeout_s, const std::function<std::string()>& body);

// Says which call a child is about to make, for the message in case it does not come back. `call` must be a literal.
void mark_call(const char* call) noexcept;
// What the calls that follow are about: "tau_m_ms = 0.1". Empty: nothing in particular.
void mark_subject(const std::string& text) noexcept;

// Within a child: what has been written to its standard output and error so far.
std::string printed_so_far();

}  // namespace encephagen::conformance
