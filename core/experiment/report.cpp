// report.html: one self-contained page made from a folder of results.
#include "experiment/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/result_store.hpp"
#include "experiment/metrics_csv.hpp"
#include "experiment/report_page.hpp"
#include "experiment/run_store.hpp"
#include "experiment/search_record.hpp"
#include "host/failure.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

Json read_json(const fs::path& file, const Json& otherwise) {
  const auto j = Json::parse(read_text(file), nullptr, false);
  return j.is_discarded() ? otherwise : j;
}

std::string base64(const std::vector<uint8_t>& bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t v = static_cast<uint32_t>(bytes[i]) << 16;
    if (i + 1 < bytes.size()) v |= static_cast<uint32_t>(bytes[i + 1]) << 8;
    if (i + 2 < bytes.size()) v |= bytes[i + 2];
    out += digits[v >> 18], out += digits[(v >> 12) & 63];
    out += i + 1 < bytes.size() ? digits[(v >> 6) & 63] : '=';
    out += i + 2 < bytes.size() ? digits[v & 63] : '=';
  }
  return out;
}

// A picture needs 256 levels, not 16 digits.
Json quantised(const std::vector<double>& v) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const double x : v)
    if (std::isfinite(x)) low = std::min(low, x), high = std::max(high, x);
  std::vector<uint8_t> levels;
  for (const double x : v) {
    const double t = high > low && std::isfinite(x) ? (x - low) / (high - low) : 0.0;
    levels.push_back(static_cast<uint8_t>(std::lround(t * 255)));
  }
  return {{"low", low}, {"high", high}, {"values", base64(levels)}};
}

// Region means over time, at most `max_columns` samples, as [region][time].
Json signal_json(const ResultReader& file, const std::string& name, size_t n_regions, size_t max_columns) {
  const auto data = file.read("/recordings/" + name + "/data");
  const auto time = file.read("/recordings/" + name + "/time_ms").numbers;
  const auto region = file.read("/recordings/" + name + "/unit_region").integers;
  const size_t units = region.size(), samples = time.size(), columns = std::min(samples, max_columns);
  std::vector<double> image(n_regions * columns, 0.0), count(n_regions, 0.0);
  for (const auto r : region) count[static_cast<size_t>(r)] += 1;
  for (size_t c = 0; c < columns; ++c) {
    const size_t t = c * samples / columns;
    for (size_t u = 0; u < units; ++u) {
      const auto r = static_cast<size_t>(region[u]);
      image[r * columns + c] += data.numbers[t * units + u] / count[r];
    }
  }
  Json j = quantised(image);
  j["name"] = name;
  j["columns"] = columns;
  j["from_ms"] = samples ? time.front() : 0.0;
  j["to_ms"] = samples ? time.back() : 0.0;
  return j;
}

Json example_json(const fs::path& file, const std::string& name) {
  const ResultReader h5(file);
  const auto labels = h5.read("/connectome/region_label").texts;
  Json j{{"name", name},
         {"labels", labels},
         {"groups", h5.read("/connectome/region_group").texts},
         {"matrices", Json::array()}};
  for (const auto& recording : h5.list("/recordings")) {
    j["signal"] = signal_json(h5, recording, labels.size(), 600);
    break;
  }
  const auto add_matrix = [&](const std::string& path, const std::string& title) {
    if (!h5.has(path)) return;
    const auto a = h5.read(path);
    if (a.numbers.size() != labels.size() * labels.size()) return;
    Json m = quantised(a.numbers);
    m["name"] = title;
    j["matrices"].push_back(m);
  };
  add_matrix("/connectome/weights", "connectome weights");
  for (const auto& analyzer : h5.list("/analyzers"))
    for (const auto& array : h5.list("/analyzers/" + analyzer))
      add_matrix("/analyzers/" + analyzer + "/" + array, analyzer + ": " + array);
  return j;
}

std::string point_text(const RunInfo& run) {
  std::string out;
  for (const auto& [key, value] : run.sweep) out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", key, value);
  return out;
}

// Of hundreds of values a plot of dots needs some fifty: every k-th of them in order of size, the ends included.
std::vector<double> drawn(std::vector<double> values) {
  constexpr size_t most = 50;
  if (values.size() <= most) return values;
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  std::ranges::sort(values);
  std::vector<double> out;
  for (size_t i = 0; i < most && !values.empty(); ++i) out.push_back(values[i * (values.size() - 1) / (most - 1)]);
  return out;
}

// Means and single values per arm, sweep point, metric and group; single regions stay out.
Json metrics_json(const RunTable& table) {
  struct Cell {
    std::string arm, point, metric, group;
    std::vector<double> values;
  };
  std::vector<Cell> cells;
  std::map<std::string, size_t> at;
  for (const auto& row : table.rows) {
    if (row.group.starts_with("region:")) continue;
    const auto& run = table.runs[row.run];
    const std::string point = point_text(run);
    const std::string key = run.arm + "\n" + point + "\n" + row.metric + "\n" + row.group;
    const auto [it, fresh] = at.try_emplace(key, cells.size());
    if (fresh) cells.push_back({run.arm, point, row.metric, row.group, {}});
    cells[it->second].values.push_back(row.value);
  }
  Json out = Json::array();
  for (const auto& c : cells) {
    double sum = 0, n = 0;
    for (const double v : c.values)
      if (std::isfinite(v)) sum += v, n += 1;
    Json values = Json::array();
    for (const double v : drawn(c.values))
      values.push_back(std::isfinite(v) ? Json(std::stod(fmt::format("{:.6g}", v))) : Json());
    out.push_back({{"arm", c.arm},
                   {"point", c.point},
                   {"metric", c.metric},
                   {"group", c.group},
                   {"mean", n > 0 ? Json(sum / n) : Json()},
                   {"values", values}});
  }
  return out;
}

Json examples_json(const fs::path& folder, const RunTable& table) {
  Json out = Json::array();
  std::error_code ec;
  std::vector<std::string> seen;
  for (size_t i = 0; i < table.runs.size() && out.size() < 12; ++i) {
    const auto& run = table.runs[i];
    const std::string point = point_text(run);
    const std::string name = point.empty() ? run.arm : run.arm + ", " + point;
    if (std::ranges::find(seen, name) != seen.end()) continue;
    fs::path file = run_folder(folder, i) / "results.h5";
    if (!fs::exists(file, ec)) file = table.runs.size() == 1 ? folder / "results.h5" : fs::path();
    if (file.empty() || !fs::exists(file, ec)) continue;
    seen.push_back(name);
    Json example = example_json(file, name);
    if (example.contains("signal") || !example["matrices"].empty()) out.push_back(std::move(example));
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

void replace(std::string& text, std::string_view what, std::string_view with) {
  if (const auto at = text.find(what); at != std::string::npos) text.replace(at, what.size(), with);
}

std::string escaped_html(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

}  // namespace

std::string make_report(const fs::path& folder) {
  std::error_code ec;
  for (const char* needed : {"run.json", "metrics.csv"})
    if (!fs::exists(folder / needed, ec))
      throw Failure(Exit::data_unusable, fmt::format("{}: holds no results: there is no {}", folder.string(), needed));
  const Json provenance = read_json(folder / "run.json", Json::object());
  const RunTable table = read_metrics_csv(read_text(folder / "metrics.csv"), (folder / "metrics.csv").string());
  const Json claims = read_json(folder / "claims.json", Json::array());
  const Json data{
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
      {"metrics", metrics_json(table)},
      {"examples", examples_json(folder, table)},
      {"resolved", read_text(folder / "resolved.toml")}};
  std::string text = data.dump(-1, ' ', false, Json::error_handler_t::replace);
  for (size_t at = 0; (at = text.find("</", at)) != std::string::npos; at += 3)
    text.replace(at, 2, "<\\/");  // no early end of the script
  std::string page(report_page::html);
  replace(page, "@TITLE@", escaped_html(provenance.value("title", "Encephagen results")));
  replace(page, "@CSS@", report_page::css);
  replace(page, "@JS@", report_page::js);
  replace(page, "@DATA@", text);
  return page;
}

}  // namespace encephagen
