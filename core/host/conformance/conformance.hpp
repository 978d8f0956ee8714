// The conformance kit: what a plugin must satisfy beyond its descriptor. Every check runs in a child process, so that a
// crash, an exit or an endless loop of the plugin is a result and not the end of the kit.
#pragma once
#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "host/plugin_registry.hpp"

namespace encephagen {

// crashed: the plugin ended the process or did not come back. skipped: the check could not be made; the text says why.
enum class CheckOutcome { success, note, warning, failure, crashed, skipped };

struct CheckResult {
  std::string id;  // area first: step-block-invariant
  CheckOutcome outcome = CheckOutcome::success;
  std::string text;  // what was seen; may be empty on success
};

struct ConformOptions {
  // Parameters to create the plugin with, as text: {"tau_m_ms", "20"}. Others keep their defaults.
  std::vector<std::pair<std::string, std::string>> params;
  // Check ids that are wanted, * stands for any characters; empty: all. A check that another one needs is run as well.
  std::vector<std::string> checks;
  uint64_t seed = 1;      // of the random parameter tables
  double timeout_s = 60;  // for one check
};

// What the kit knows about one of its checks.
struct CheckInfo {
  std::string id;
  std::vector<std::string> kinds;  // of plugins it applies to
  std::string meaning;             // one sentence
};

// Every check, in the order in which they are made.
std::vector<CheckInfo> conformance_checks();

// Makes every check that applies to the plugin's kind, in a fixed order. Throws Failure(usage) when `params` do not fit
// the plugin. Forks: call it from a process with one thread.
std::vector<CheckResult> conform(const FoundPlugin& plugin, const ConformOptions& options = {});

// No failure and no crash.
bool is_conforming(const std::vector<CheckResult>& results);

const char* outcome_name(CheckOutcome outcome);

// Checks all of `plugins` and writes a report, as text or as JSON. Returns the exit status: 0 if all conform, else 4.
int run_conformance(const std::vector<const FoundPlugin*>& plugins, const ConformOptions& options, bool json,
                    std::ostream& out);

}  // namespace encephagen
