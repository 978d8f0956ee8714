// Checks that a plugin leaves alone what belongs to the whole process.
#include <fmt/format.h>

#include <array>
#include <clocale>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <locale>

#include "host/conformance/check.hpp"
#include "host/conformance/exercise.hpp"

namespace encephagen::conformance {
namespace {

// A whole life: creation, some moves, destruction.
void live(const Subject& s) {
  try {
    trace(s, s.defaults(), std::min<size_t>(usual_moves(s), 20));
  } catch (const CallFailed&) {
    // Other checks tell.
  }
}

void floating_point(const Subject& s, Report& report) {
  live(s);
  if (!misdeeds().floating_point.empty())
    report.fail(misdeeds().floating_point +
                " and did not change it back: results of everything else in the process depend on it");
}

void locale(const Subject& s, Report& report) {
  const std::string c_before = std::setlocale(LC_ALL, nullptr), cpp_before = std::locale().name();
  live(s);
  const std::string c_after = std::setlocale(LC_ALL, nullptr), cpp_after = std::locale().name();
  if (c_after != c_before || cpp_after != cpp_before)
    report.warn(
        fmt::format("the locale became '{}' (C) and '{}' (C++): numbers in files may be read and written with a comma",
                    c_after, cpp_after));
}

void directory(const Subject& s, Report& report) {
  const auto before = std::filesystem::current_path();
  live(s);
  if (std::filesystem::current_path() != before)
    report.warn(fmt::format("the working directory became '{}': relative paths of everybody else now lead elsewhere",
                            std::filesystem::current_path().string()));
}

void signals(const Subject& s, Report& report) {
  using Handlers = std::array<struct sigaction, NSIG>;
  const auto take = [] {
    Handlers out{};
    for (int k = 1; k < NSIG; ++k) ::sigaction(k, nullptr, &out[static_cast<size_t>(k)]);
    return out;
  };
  const auto before = take();
  live(s);
  const auto after = take();
  for (int k = 1; k < NSIG; ++k)
    if (before[static_cast<size_t>(k)].sa_handler != after[static_cast<size_t>(k)].sa_handler) {
      const char* name = ::sigabbrev_np(k);
      report.warn(
          fmt::format("the handler of SIG{} was replaced: the kernel needs it to stop cleanly", name ? name : "?"));
    }
}

void quiet(const Subject& s, Report& report) {
  live(s);
  const std::string printed = printed_so_far();
  if (!printed.empty())
    report.warn(fmt::format("writes to standard output or error: \"{}\"; report through status, error text or messages",
                            printed.substr(0, std::min<size_t>(printed.find('\n'), 100))));
}

}  // namespace

void add_process_checks(std::vector<Check>& checks) {
  const std::vector<const char*> runs{"step-runs", "edge-runs", "world-runs", "batch-runs"};
  checks.push_back({"process-floating-point", every_kind, runs,
                    "rounding and flush-to-zero are the same after every call", floating_point});
  checks.push_back({"process-locale", every_kind, runs, "the locale stays as it is", locale});
  checks.push_back({"process-directory", every_kind, runs, "the working directory stays as it is", directory});
  checks.push_back({"process-signals", every_kind, runs, "signal handlers stay as they are", signals});
  checks.push_back({"process-quiet", every_kind, runs, "nothing is written to standard output or error", quiet});
}

}  // namespace encephagen::conformance
