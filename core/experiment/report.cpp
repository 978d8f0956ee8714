// report.html: one self-contained page made from a folder of results.
#include "experiment/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "experiment/metrics_csv.hpp"
#include "experiment/report_page.hpp"
#include "experiment/report_parts.hpp"
#include "experiment/run_store.hpp"
#include "experiment/search_record.hpp"
#include "host/failure.hpp"
#include "host/sha256.hpp"
#include "host/write_file.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json read_json(const fs::path& file, const Json& otherwise) {
  const auto j = Json::parse(text_of_file(file), nullptr, false);
  return j.is_discarded() ? otherwise : j;
}

// The folder of a run: of an experiment's, or of the only one.
fs::path folder_of(const fs::path& folder, const RunTable& table, size_t run) {
  std::error_code ec;
  const auto own = run_folder(folder, run);
  return fs::exists(own, ec) || table.runs.size() > 1 ? own : folder;
}

// For each arm, from the first of its runs that is there: the groups of its regions.
Json arms_json(const fs::path& folder, const RunTable& table) {
  Json out = Json::object();
  for (size_t i = 0; i < table.runs.size(); ++i) {
    const auto& arm = table.runs[i].arm;
    if (out.contains(arm)) continue;
    const Json run = read_json(folder_of(folder, table, i) / "run.json", Json());
    if (!run.is_object()) continue;
    out[arm] = {{"region_group", run.value("region_group", Json::object())}};
  }
  return out;
}

// The first run of each arm and sweep point that kept its recordings, at most twelve, more finely the fewer there are.
Json runs_json(const fs::path& folder, const RunTable& table, ArrayPack& arrays) {
  constexpr size_t most = 12;
  std::vector<std::pair<std::string, size_t>> chosen;
  std::error_code ec;
  for (size_t i = 0; i < table.runs.size() && chosen.size() < most; ++i) {
    const std::string point = sweep_point_text(table.runs[i]);
    const std::string name = point.empty() ? table.runs[i].arm : table.runs[i].arm + ", " + point;
    if (std::ranges::find(chosen, name, [](const auto& c) { return c.first; }) == chosen.end() &&
        fs::exists(folder_of(folder, table, i) / "results.h5", ec))
      chosen.emplace_back(name, i);
  }
  ReportDetail detail;
  if (chosen.size() > 1) detail = {800, 240, 20000, 400000};
  if (chosen.size() > 4) detail = {500, 160, 8000, 150000};
  Json out = Json::array();
  for (const auto& [name, i] : chosen) {
    const ResultReader file(folder_of(folder, table, i) / "results.h5");
    const auto text = report_of_run(file, name, table.runs[i].arm, detail, arrays);
    if (!text.empty()) out.push_back(Json::parse(text));
  }
  return out;
}

// Of up to twenty replicates of each arm and sweep point.
Json curves_json(const fs::path& folder, const RunTable& table, ArrayPack& arrays) {
  Json out = Json::array();
  std::error_code ec;
  for (size_t i = 0; i < table.runs.size() && out.size() < 2000; ++i) {
    const auto& run = table.runs[i];
    const fs::path file = folder_of(folder, table, i) / "results.h5";
    if (run.replicate >= 20 || run.repeat > 0 || !fs::exists(file, ec)) continue;
    for (auto& curve : Json::parse(report_of_curves(ResultReader(file), arrays))) {
      curve["arm"] = run.arm;
      curve["point"] = sweep_point_text(run);
      out.push_back(std::move(curve));
    }
  }
  return out;
}

// What claims.json says of each search, with its generations.
Json searches_json(const fs::path& folder, const Json& claims) {
  Json out = claims.is_object() ? claims.value("optimizations", Json::array()) : Json::array();
  for (auto& search : out) {
    const auto record = read_search(search_file(folder, search.value("name", "")));
    const auto numbers = [&](const std::vector<double>& values) {
      Json list = Json::array();
      for (const double v : values)
        list.push_back(std::isfinite(v) ? Json(std::stod(fmt::format("{:.6g}", v))) : Json());
      return list;
    };
    if (!record) continue;
    search["best"] = numbers(record->best);
    search["mean"] = numbers(record->mean);
    search["sigma"] = numbers(record->sigma);
  }
  return out;
}

std::string escaped_html(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

// 'sha256-...' as a Content-Security-Policy names a script: no other one runs.
std::string script_hash(std::string_view script) {
  const std::string hex = sha256_of_bytes(script);
  std::string raw;
  for (size_t i = 0; i < hex.size(); i += 2) raw += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return "'sha256-" + base64(raw) + "'";
}

}  // namespace

std::string report_page_of(std::string_view title, std::string_view document, std::string_view connect) {
  // "</" would end the script's element; in JavaScript's strings and regular expressions "<\/" is the same.
  std::string script = "\n";
  for (size_t i = 0; i < report_page::js.size(); ++i) {
    script += report_page::js[i];
    if (report_page::js[i] == '<' && i + 1 < report_page::js.size() && report_page::js[i + 1] == '/') script += '\\';
  }
  const std::string policy =
      fmt::format("default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; script-src {}{}{}",
                  script_hash(script), connect.empty() ? "" : "; connect-src ", connect);
  const std::map<std::string_view, std::string> parts{{"@TITLE@", escaped_html(title)},
                                                      {"@POLICY@", policy},
                                                      {"@CSS@", std::string(report_page::css)},
                                                      {"@JS@", script},
                                                      {"@DATA@", base64(deflated(document))}};
  // One pass over the frame: what is put in is not looked at again.
  std::string page;
  for (size_t at = 0; at < report_page::html.size();) {
    const auto part = std::ranges::find_if(
        parts, [&](const auto& p) { return report_page::html.substr(at, p.first.size()) == p.first; });
    if (part == parts.end())
      page += report_page::html[at++];
    else
      page += part->second, at += part->first.size();
  }
  return page;
}

std::string make_report(const fs::path& folder) {
  std::error_code ec;
  for (const char* needed : {"run.json", "metrics.csv"})
    if (!fs::exists(folder / needed, ec))
      throw Failure(Exit::data_unusable, fmt::format("{}: holds no results: there is no {}", folder.string(), needed));
  const Json provenance = read_json(folder / "run.json", Json::object());
  RunTable table = read_metrics_csv(text_of_file(folder / "metrics.csv"), (folder / "metrics.csv").string());
  if (table.runs.empty()) table.runs.emplace_back().arm = "run";  // one that only records
  const Json claims = read_json(folder / "claims.json", Json::array());
  ArrayPack arrays;
  const Json data{
      {"format", 1},
      {"kind", fs::exists(folder / "runs", ec) ? "experiment" : "run"},
      {"title", provenance.value("title", "")},
      {"question", provenance.value("question", "")},
      {"n_runs", provenance.value("runs", size_t{1})},
      {"n_failed", provenance.value("failed", size_t{0})},
      {"provenance", provenance},
      {"warnings", provenance.value("warnings", Json::array())},
      {"claims", claims.is_array() ? claims : claims.value("claims", Json::array())},
      {"decompositions", claims.is_object() ? claims.value("decompositions", Json::array()) : Json::array()},
      {"optimizations", searches_json(folder, claims)},
      {"figures", read_json(folder / "figures.json", Json::array())},
      {"arms", arms_json(folder, table)},
      {"metrics", Json::parse(report_of_metrics(table, arrays))},
      {"curves", curves_json(folder, table, arrays)},
      {"runs", runs_json(folder, table, arrays)},
      {"resolved", text_of_file(folder / "resolved.toml")}};
  return report_page_of(provenance.value("title", "Encephagen results"),
                        pack_document(data.dump(-1, ' ', false, Json::error_handler_t::replace), arrays));
}

}  // namespace encephagen
