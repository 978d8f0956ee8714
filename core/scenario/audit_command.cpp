// `encephagen data audit`: what it prints.
#include "scenario/audit_command.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "host/failure.hpp"

namespace encephagen {
namespace {

using Json = nlohmann::ordered_json;

const char* rows_text(MatrixRows rows) {
  switch (rows) {
    case MatrixRows::targets:
      return "targets";
    case MatrixRows::sources:
      return "sources";
    case MatrixRows::undirected:
      return "undirected";
    default:
      return "unknown";
  }
}

// Breaks a text at blanks; the lines after the first are indented.
std::string wrapped(std::string_view text, size_t indent, size_t width) {
  std::string out;
  size_t column = indent;
  while (!text.empty()) {
    const auto blank = text.find(' ');
    const auto word = text.substr(0, blank);
    text = blank == std::string_view::npos ? "" : text.substr(blank + 1);
    if (column > indent && column + word.size() + 1 > width) out += '\n' + std::string(indent, ' '), column = indent;
    if (column > indent) out += ' ', ++column;
    out += word;
    column += word.size();
  }
  return out;
}

std::string how_rows_are_known(const AuditOptions& options, MatrixRows claimed) {
  if (options.load.rows) return "as asked for";
  if (claimed == MatrixRows::unknown) return "assumed; --rows sources reads it the other way";
  return claimed == MatrixRows::undirected ? "undirected, says its manifest" : "as its manifest says";
}

void print(const AuditOptions& options, const LoadedConnectome& loaded, const std::string& reference,
           MatrixRows claimed, const std::vector<Finding>& findings, std::ostream& out) {
  fmt::print(out, "{}: {} regions, read with rows = {} ({})\n", loaded.name, loaded.connectome.size(),
             rows_text(loaded.read_as), how_rows_are_known(options, claimed));
  fmt::print(out, "  file: {}\n  compared with: {}\n\n", loaded.path.string(),
             reference.empty() ? "no other dataset" : reference);
  constexpr size_t indent = 32, width = 120;
  for (const auto& f : findings) {
    fmt::print(out, "{:<9}{:<23}{}\n", severity_text(f.severity), f.check, wrapped(f.text, indent, width));
    if (!f.action.empty()) fmt::print(out, "{:>{}}{}\n", "-> ", indent, wrapped(f.action, indent, width));
  }
  if (loaded.entry && !loaded.entry->caveats.empty()) {
    fmt::print(out, "\nits manifest says:\n");
    for (const auto& c : loaded.entry->caveats) fmt::print(out, "  - {}\n", wrapped(c, 4, width));
  }
  if (!loaded.messages.empty()) fmt::print(out, "\nsaid while reading:\n");
  for (const auto& m : loaded.messages) fmt::print(out, "  - {}\n", wrapped(m, 4, width));
  std::array<size_t, 4> count{};
  for (const auto& f : findings) ++count[static_cast<size_t>(f.severity)];
  fmt::print(out, "\n{} errors, {} warnings, {} notes, {} passed\n", count[3], count[2], count[1], count[0]);
}

Json json_of(const LoadedConnectome& loaded, const std::string& reference, MatrixRows claimed,
             const std::vector<Finding>& findings) {
  Json answer{{"name", loaded.name},
              {"file", loaded.path.string()},
              {"regions", loaded.connectome.size()},
              {"read_as", rows_text(loaded.read_as)},
              {"manifest_rows", rows_text(claimed)},
              {"reference", reference.empty() ? Json(nullptr) : Json(reference)},
              {"worst", severity_text(worst(findings))},
              {"findings", Json::array()}};
  for (const auto& f : findings) {
    Json one{{"check", f.check},
             {"severity", severity_text(f.severity)},
             {"text", f.text},
             {"action", f.action},
             {"evidence", Json::object()}};
    for (const auto& [name, value] : f.evidence) one["evidence"][name] = value;
    answer["findings"].push_back(std::move(one));
  }
  answer["caveats"] = loaded.entry ? Json(loaded.entry->caveats) : Json::array();
  answer["messages"] = loaded.messages;
  return answer;
}

}  // namespace

int run_audit(const AuditOptions& options, PluginRegistry& registry, const Datasets& datasets, std::ostream& out) {
  const LoadedConnectome loaded = load_for_audit(options.target, registry, datasets, options.load);
  std::optional<LoadedConnectome> reference;
  if (options.reference.empty())
    reference = find_reference(loaded, registry, datasets);
  else if (options.reference != "none")
    reference = load_for_audit(options.reference, registry, datasets);
  AuditContext context;
  context.read_as = loaded.read_as;
  context.random_orders = options.random_orders;
  context.seed = options.seed;
  if (loaded.entry) context.claimed_rows = loaded.entry->rows(), context.claimed_symmetric = loaded.entry->symmetric;
  if (reference) context.reference = AuditReference{reference->name, &reference->connectome};
  auto findings = audit(loaded.connectome, context);
  std::ranges::stable_sort(findings, std::greater{}, &Finding::severity);
  const std::string reference_name = reference ? reference->name : "";
  if (options.json)
    fmt::print(out, "{}\n", json_of(loaded, reference_name, context.claimed_rows, findings).dump(2));
  else
    print(options, loaded, reference_name, context.claimed_rows, findings, out);
  return static_cast<int>(worst(findings) == Severity::error ? Exit::data_unusable : Exit::success);
}

}  // namespace encephagen
