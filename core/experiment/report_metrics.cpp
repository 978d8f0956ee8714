// The numbers of metrics.csv as a report page needs them: some values and the mean by arm, sweep point, metric and
// group, and the means of single regions.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "experiment/report_parts.hpp"
#include "experiment/statistics.hpp"

namespace encephagen {
namespace {

using Json = nlohmann::ordered_json;
using Numbers = std::vector<double>;

constexpr std::string_view region_prefix = "region:";

// Of hundreds of values a plot of dots needs some fifty: every k-th of them in order of size, the ends included.
Numbers drawn(Numbers values) {
  constexpr size_t most = 50;
  if (values.size() <= most) return values;
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  std::ranges::sort(values);
  Numbers out;
  for (size_t i = 0; i < most && !values.empty(); ++i) out.push_back(values[i * (values.size() - 1) / (most - 1)]);
  return out;
}

Json short_number(double v) { return std::isfinite(v) ? Json(std::stod(fmt::format("{:.6g}", v))) : Json(); }

struct Cell {
  size_t arm, point, metric;
  std::string group;
  Numbers values;
};

// Names by number, in order of appearance.
class Names {
 public:
  size_t number_of(const std::string& name) {
    const auto [it, is_new] = at_.try_emplace(name, list_.size());
    if (is_new) list_.push_back(name);
    return it->second;
  }
  const std::vector<std::string>& list() const { return list_; }

 private:
  std::map<std::string, size_t> at_;
  std::vector<std::string> list_;
};

}  // namespace

std::string sweep_point_text(const RunInfo& run) {
  std::string out;
  for (const auto& [key, value] : run.sweep) out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", key, value);
  return out;
}

std::string report_of_metrics(const RunTable& table, ArrayPack& arrays) {
  constexpr size_t most_regional = 6000;  // arms x points x metrics, each a row of all regions
  Names arms, points, metrics, labels;
  Json sweeps = Json::array();  // of every point
  std::map<std::string, std::string> units;
  std::vector<Cell> cells;
  std::map<std::tuple<size_t, size_t, size_t, std::string>, size_t> at;
  struct Regional {
    size_t arm, point, metric;
    std::map<size_t, std::pair<double, double>> sum;  // label -> sum and number
  };
  std::vector<Regional> regional;
  std::map<std::tuple<size_t, size_t, size_t>, size_t> regional_at;
  std::vector<std::pair<size_t, size_t>> of_run;
  for (const auto& run : table.runs) {
    const size_t known = points.list().size(), point = points.number_of(sweep_point_text(run));
    if (point == known) {
      Json sweep = Json::object();
      for (const auto& [key, value] : run.sweep) sweep[key] = value;
      sweeps.push_back(sweep);
    }
    of_run.emplace_back(arms.number_of(run.arm), point);
  }
  for (const auto& row : table.rows) {
    if (row.group.starts_with("reason:")) continue;  // one for every trial
    const auto [arm, point] = of_run[row.run];
    const size_t metric = metrics.number_of(row.metric);
    units.emplace(row.metric, row.unit);
    if (row.group.starts_with(region_prefix)) {
      const auto [it, is_new] = regional_at.try_emplace({arm, point, metric}, regional.size());
      if (is_new) regional.push_back({arm, point, metric, {}});
      if (!std::isfinite(row.value)) continue;
      auto& [sum, n] = regional[it->second].sum[labels.number_of(row.group.substr(region_prefix.size()))];
      sum += row.value, n += 1;
      continue;
    }
    const auto [it, is_new] = at.try_emplace({arm, point, metric, row.group}, cells.size());
    if (is_new) cells.push_back({arm, point, metric, row.group, {}});
    cells[it->second].values.push_back(row.value);
  }
  Json out{{"arms", arms.list()}, {"points", points.list()}, {"sweeps", sweeps}, {"metrics", metrics.list()}};
  out["units"] = Json::array();
  for (const auto& m : metrics.list()) out["units"].push_back(units[m]);
  out["cells"] = Json::array();
  for (const auto& c : cells) {
    Json values = Json::array();
    for (const double v : drawn(c.values)) values.push_back(short_number(v));
    out["cells"].push_back({c.arm, c.point, c.metric, c.group, c.values.size(),
                            short_number(stats::mean(stats::finite(c.values))), values});
  }
  const size_t n = labels.list().size();
  out["labels"] = labels.list();
  out["regional"] = Json::array();
  if (regional.size() > most_regional) regional.resize(most_regional);
  for (const auto& r : regional) {
    Numbers row(n, std::nan(""));
    for (const auto& [label, sum] : r.sum) row[label] = sum.first / sum.second;
    out["regional"].push_back({r.arm, r.point, r.metric, Json::parse(arrays.add_levels(row, {n}))});
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace encephagen
