// What of an experiment's results is worth keeping for good.
#include "experiment/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "experiment/figures.hpp"
#include "experiment/metrics_csv.hpp"
#include "experiment/statistics.hpp"
#include "host/failure.hpp"
#include "host/write_file.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json read_json(const fs::path& file) {
  auto json = Json::parse(text_of_file(file), nullptr, false);
  if (json.is_discarded())
    throw Failure(Exit::data_unusable,
                  fmt::format("{}: is missing or no JSON: are there results of an experiment in this "
                              "folder?",
                              file.string()));
  return json;
}

void drop_values(Json& claim) {
  for (auto& side : claim["sides"]) side.erase("values");
  if (claim.contains("members"))
    for (auto& member : claim["members"]) drop_values(member);
}

// Six digits: more would only tell one processor from another.
void shorten(Json& value) {
  if (value.is_number_float()) value = std::stod(fmt::format("{:.6g}", value.get<double>()));
  if (value.is_structured())
    for (auto& item : value) shorten(item);
}

std::string means_csv(const RunTable& table) {
  std::vector<std::string> keys;
  for (const auto& run : table.runs)
    for (const auto& [key, value] : run.sweep)
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  std::vector<std::string> order;
  std::map<std::string, std::vector<double>> cells;
  for (const auto& row : table.rows) {
    if (row.group.starts_with("region:")) continue;
    const auto& run = table.runs[row.run];
    std::string line = csv_field(run.arm);
    for (const auto& key : keys) {
      const auto found = std::ranges::find(run.sweep, key, &std::pair<std::string, std::string>::first);
      line += "," + (found == run.sweep.end() ? "" : csv_field(found->second));
    }
    line += "," + csv_field(row.metric) + "," + csv_field(row.group);
    const auto [cell, is_new] = cells.try_emplace(line);
    if (is_new) order.push_back(line);
    if (std::isfinite(row.value)) cell->second.push_back(row.value);
  }
  std::string out = "arm";
  for (const auto& key : keys) out += "," + csv_field(key);
  out += ",metric,group,n,mean,sd\n";
  const auto number = [](double v) { return std::isnan(v) ? csv_number(v) : fmt::format("{:.6g}", v); };
  for (const auto& line : order) {
    const auto& values = cells[line];
    out += fmt::format("{},{},{},{}\n", line, values.size(), number(stats::mean(values)),
                       number(stats::sd_sample(values)));
  }
  return out;
}

}  // namespace

std::vector<fs::path> write_summary(const fs::path& folder, const fs::path& target) {
  Json claims = read_json(folder / "claims.json");
  const Json run = read_json(folder / "run.json");
  fs::create_directories(target);
  std::vector<fs::path> out;
  const auto put = [&](const char* name, const std::string& text) {
    out.push_back(target / name);
    replace_file(out.back(), text);
  };
  for (auto& claim : claims["claims"]) drop_values(claim);
  claims.erase("decompositions");  // decompositions.csv holds them
  shorten(claims);
  put("claims.json", claims.dump(1) + "\n");
  for (const char* name : {"decompositions.csv", "figures.json"})
    if (const auto text = text_of_file(folder / name); text.size() > 4) put(name, text);  // "[]" is no figures
  put("means.csv",
      means_csv(read_metrics_csv(text_of_file(folder / "metrics.csv"), (folder / "metrics.csv").string())));
  Json provenance;
  for (const char* field : {"title", "question", "seed", "runs", "failed", "versions", "data", "synthetic_fallback"})
    if (run.contains(field)) provenance[field] = run[field];
  if (provenance.contains("data"))
    for (auto& data : provenance["data"]) {
      data.erase("path");
      // A file that is no dataset is known by its name and hash: where it lay is nobody else's business.
      data["file"] = fs::path(data.value("file", "")).filename().string();
    }
  if (run.contains("plugins"))
    for (const auto& p : run["plugins"])
      provenance["plugins"].push_back(
          fmt::format("{} {} {}", p.value("kind", ""), p.value("name", ""), p.value("version", "")));
  put("provenance.json", provenance.dump(1) + "\n");
  for (const auto& figure : write_claim_figures(folder, target)) out.push_back(figure);
  return out;
}

}  // namespace encephagen
