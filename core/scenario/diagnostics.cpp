// Collects everything that is wrong with a file and reports it in one go.
#include "scenario/diagnostics.hpp"

#include <algorithm>
#include <tuple>

#include "host/text.hpp"

namespace encephagen {

void Diagnostics::error(const Position& at, std::string text, Exit status) {
  errors_.push_back({at, std::move(text), status});
}
void Diagnostics::warning(const Position& at, std::string text) {
  warnings_.push_back({at, std::move(text), Exit::success});
}

void Diagnostics::take(const Diagnostics& other) {
  errors_.insert(errors_.end(), other.errors_.begin(), other.errors_.end());
}

std::vector<std::string> Diagnostics::sorted(std::vector<Entry> entries) {
  std::ranges::stable_sort(entries, {}, [](const Entry& e) { return std::tuple(e.at.file, e.at.line, e.at.column); });
  std::vector<std::string> out;
  for (const auto& e : entries) {
    auto line = e.at.file.empty() ? e.text : e.at.text() + ": " + e.text;
    if (out.empty() || out.back() != line) out.push_back(std::move(line));
  }
  return out;
}

void Diagnostics::throw_if_any() const {
  if (errors_.empty()) return;
  Exit status = errors_.front().status;
  for (const auto& e : errors_)
    if (e.status == Exit::scenario_invalid) status = Exit::scenario_invalid;
  throw Failure(status, join(errors(), "\nerror: "));
}

std::vector<std::string> Diagnostics::errors() const { return sorted(errors_); }
std::vector<std::string> Diagnostics::warnings() const { return sorted(warnings_); }

}  // namespace encephagen
