// The answer of the conformance kit as text and as JSON.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <ostream>

#include "host/conformance/conformance.hpp"
#include "host/failure.hpp"

namespace encephagen {
namespace {

constexpr std::array kOutcomes{CheckOutcome::success, CheckOutcome::note,    CheckOutcome::warning,
                               CheckOutcome::failure, CheckOutcome::crashed, CheckOutcome::skipped};

size_t count(const std::vector<CheckResult>& results, CheckOutcome outcome) {
  size_t n = 0;
  for (const auto& r : results) n += r.outcome == outcome;
  return n;
}

void write_text(const FoundPlugin& found, const std::vector<CheckResult>& results, std::ostream& out) {
  const auto& p = *found.plugin;
  out << fmt::format("{} '{}' {}: {}\n", p.kind, p.name, p.version, found.file.string());
  for (const auto& r : results) {
    const bool is_quiet = r.outcome == CheckOutcome::success || r.text.empty();
    out << fmt::format("  {:<8} {}{}{}\n", outcome_name(r.outcome), r.id, is_quiet ? "" : ": ", is_quiet ? "" : r.text);
  }
  std::string sum;
  for (const auto o : kOutcomes)
    if (const size_t n = count(results, o)) sum += fmt::format("{}{} {}", sum.empty() ? "" : ", ", n, outcome_name(o));
  out << fmt::format("  {}: {}\n", is_conforming(results) ? "conforms" : "does not conform", sum);
}

nlohmann::ordered_json as_json(const FoundPlugin& found, const std::vector<CheckResult>& results) {
  const auto& p = *found.plugin;
  nlohmann::ordered_json out{{"kind", p.kind},
                             {"name", p.name},
                             {"version", p.version},
                             {"file", found.file.string()},
                             {"conforms", is_conforming(results)},
                             {"checks", nlohmann::ordered_json::array()}};
  for (const auto& r : results)
    out["checks"].push_back({{"id", r.id}, {"outcome", outcome_name(r.outcome)}, {"text", r.text}});
  return out;
}

}  // namespace

const char* outcome_name(CheckOutcome outcome) {
  switch (outcome) {
    case CheckOutcome::success:
      return "success";
    case CheckOutcome::note:
      return "note";
    case CheckOutcome::warning:
      return "warning";
    case CheckOutcome::failure:
      return "failure";
    case CheckOutcome::crashed:
      return "crashed";
    default:
      return "skipped";
  }
}

int run_conformance(const std::vector<const FoundPlugin*>& plugins, const ConformOptions& options, bool json,
                    std::ostream& out) {
  bool all_conform = true;
  auto list = nlohmann::ordered_json::array();
  for (const auto* found : plugins) {
    const auto results = conform(*found, options);
    all_conform = all_conform && is_conforming(results);
    if (json)
      list.push_back(as_json(*found, results));
    else
      write_text(*found, results, out);
    out.flush();
  }
  // A plugin's words may be no UTF-8; they are shown with replacement characters.
  if (json) {
    const nlohmann::ordered_json answer{{"conforms", all_conform}, {"plugins", list}};
    out << answer.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
  }
  return static_cast<int>(all_conform ? Exit::success : Exit::plugin_unusable);
}

}  // namespace encephagen
