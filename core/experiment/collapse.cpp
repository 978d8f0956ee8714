// Turns a sweep into one value per run of it.
#include "experiment/collapse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "experiment/metric_expression.hpp"
#include "experiment/run_selection.hpp"
#include "experiment/statistics.hpp"

namespace encephagen {
namespace {

// A function: see collapse_spec().
const std::vector<std::string>& take_names() {
  static const std::vector<std::string> names{"first_below", "first_above", "argmax", "argmin", "at_max", "at_min",
                                              "max",         "min",         "mean",   "first",  "last"};
  return names;
}

// The runs of one line through the sweep, in order of the key.
struct Line {
  RunInfo info;
  std::vector<std::pair<double, size_t>> points;  // value of the key, run
};

std::vector<Line> lines_of(const CollapseSpec& c, const RunTable& table) {
  std::vector<Line> out;
  std::map<std::string, size_t> at;
  for (size_t r = 0; r < table.runs.size(); ++r) {
    const RunInfo& run = table.runs[r];
    if (run.arm != c.arm) continue;
    Line line;
    line.info = run;
    line.info.arm = c.name;
    line.info.sweep.clear();
    line.info.failed = false;
    line.info.error.clear();
    std::optional<double> key;
    std::string rest = fmt::format("{}/{}", run.replicate, run.repeat);
    for (const auto& [k, v] : run.sweep) {
      if (k == c.along) {
        key = sweep_number(v);
      } else {
        line.info.sweep.emplace_back(k, v);
        rest += fmt::format("\n{}\n{}", k, v);
      }
    }
    if (!key) continue;  // load_collapses and the plan have said so
    const auto [found, is_new] = at.try_emplace(rest, out.size());
    if (is_new) out.push_back(std::move(line));
    out[found->second].points.emplace_back(*key, r);
  }
  for (auto& line : out) std::ranges::stable_sort(line.points, {}, &std::pair<double, size_t>::first);
  return out;
}

// Index of the largest (sign 1) or smallest (sign -1) finite value; the first of equals.
std::optional<size_t> extreme(const std::vector<double>& v, double sign) {
  std::optional<size_t> best;
  for (size_t i = 0; i < v.size(); ++i)
    if (std::isfinite(v[i]) && (!best || sign * v[i] > sign * v[*best])) best = i;
  return best;
}

double taken(const CollapsedMetric& m, const std::vector<double>& key, const std::vector<double>& v,
             const std::vector<double>& by) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double sign = m.take == Take::argmin || m.take == Take::at_min || m.take == Take::min ? -1 : 1;
  switch (m.take) {
    case Take::first_below:
    case Take::first_above:
      for (size_t i = 0; i < v.size(); ++i)
        if (m.take == Take::first_below ? v[i] < m.threshold : v[i] > m.threshold) return key[i];
      return m.otherwise;
    case Take::argmax:
    case Take::argmin: {
      const auto i = extreme(v, sign);
      return i ? key[*i] : nan;
    }
    case Take::at_max:
    case Take::at_min: {
      const auto i = extreme(by, sign);
      return i ? v[*i] : nan;
    }
    case Take::max:
    case Take::min: {
      const auto i = extreme(v, sign);
      return i ? v[*i] : nan;
    }
    case Take::mean:
      return stats::mean(v);
    case Take::first:
      return v.front();
    case Take::last:
      return v.back();
  }
  return nan;
}

class Collapser {
 public:
  Collapser(const CollapseSpec& spec, const RunTable& table, const std::vector<RunMetrics>& metrics)
      : spec_(spec), table_(table), metrics_(metrics) {}

  void append_to(RunTable& out) const {
    for (auto& line : lines_of(spec_, table_)) {
      const size_t run = table_.runs.size() + out.runs.size();
      for (const auto& [key, r] : line.points) {
        const RunInfo& info = table_.runs[r];
        if (info.failed && !line.info.failed) {
          line.info.failed = true;
          line.info.error = fmt::format("run {} ({} = {}): {}", r, spec_.along, key, info.error);
        }
        if (info.graph_id != line.info.graph_id) line.info.graph_id.clear();
      }
      std::vector<MetricRow> rows;
      try {
        if (!line.info.failed)
          for (const auto& m : spec_.metrics) collapse_metric(m, line, run, rows);
      } catch (const ExpressionError& e) {
        line.info.failed = true;
        line.info.error = e.what();
        rows.clear();
      }
      out.runs.push_back(std::move(line.info));
      out.rows.insert(out.rows.end(), rows.begin(), rows.end());
    }
  }

 private:
  void collapse_metric(const CollapsedMetric& m, const Line& line, size_t run, std::vector<MetricRow>& rows) const {
    std::vector<double> key, by;
    for (const auto& point : line.points) {
      key.push_back(point.first);
      if (m.take == Take::at_max || m.take == Take::at_min)
        by.push_back(MetricExpression(m.by.empty() ? m.of : m.by).evaluate(metrics_[point.second]));
    }
    const auto& first = metrics_[line.points[0].second].metrics();
    const auto found = first.find(m.of);
    if (found == first.end()) {
      if (!first.empty()) MetricExpression(m.of).evaluate(metrics_[line.points[0].second]);  // says what there is
      return;
    }
    const std::string unit = m.take <= Take::argmin ? "" : unit_of(m.of);  // those give the key
    for (const auto& [group, cell] : found->second) {
      std::vector<double> values;
      for (const auto& point : line.points) {
        const auto& there = metrics_[point.second].metrics();
        const auto metric_there = there.find(m.of);
        const bool has = metric_there != there.end() && metric_there->second.contains(group);
        values.push_back(has ? metric_there->second.at(group).value : std::numeric_limits<double>::quiet_NaN());
      }
      rows.push_back({run, m.name, unit, std::string(group), taken(m, key, values, by)});
    }
  }

  std::string unit_of(const std::string& metric) const {
    const auto row = std::ranges::find(table_.rows, metric, &MetricRow::metric);
    return row == table_.rows.end() ? "" : row->unit;
  }

  const CollapseSpec& spec_;
  const RunTable& table_;
  const std::vector<RunMetrics>& metrics_;
};

}  // namespace

// Inside the function: other declarations of the language are made from it before main.
const TableSpec& collapse_spec() {
  using T = FieldType;
  static const TableSpec metric{
      "[collapse.metric.NAME]",
      "A metric of the collapsed runs.",
      {{.name = "of",
        .type = T::text,
        .doc = "metric of the swept runs; all its groups and regions are taken",
        .required = true},
       {.name = "take",
        .type = T::choice,
        .doc =
            "first_below, first_above: the first value of the key at which it lies below or above the threshold; "
            "argmax, argmin: the value of the key at which it is largest or smallest; at_max, at_min: its value where "
            "`by` is largest or smallest; max, min, mean, first, last: over the sweep",
        .preset = "first",
        .choices = take_names()},
       {.name = "threshold", .type = T::number, .doc = "for first_below and first_above", .preset = 0.0},
       {.name = "by",
        .type = T::text,
        .doc = "for at_max and at_min: metric, or metric[group], that decides",
        .preset = ""},
       {.name = "otherwise",
        .type = T::number,
        .doc = "value where the threshold is never passed; default: not determined"}}};

  static const TableSpec spec{
      "[[collapse]]",
      "Turns the sweep of an arm into one run per replicate, for claims about thresholds and best points.",
      {{.name = "name", .type = T::text, .doc = "arm that the collapsed runs form", .required = true},
       {.name = "arm", .type = T::text, .doc = "arm whose sweep is collapsed", .required = true},
       {.name = "along", .type = T::text, .doc = "swept key with numbers as values", .required = true},
       {.name = "metric", .type = T::table_map, .doc = metric.doc, .required = true, .table = &metric}}};
  return spec;
}

std::vector<CollapseSpec> load_collapses(const Node& root, Diagnostics& d) {
  std::vector<CollapseSpec> out;
  const auto* list = root.find("collapse");
  if (!list) return out;
  for (const auto& t : list->items) {
    CollapseSpec c{t.find("name")->text, t.find("arm")->text, t.find("along")->text, {}, t.at};
    for (const auto& m : t.find("metric")->members) {
      const Node& v = m.value;
      const auto take = std::ranges::find(take_names(), v.find("take")->text) - take_names().begin();
      CollapsedMetric metric{m.key, v.find("of")->text, static_cast<Take>(take), v.find("threshold")->number,
                             v.find("by")->text};
      if (const auto* otherwise = v.find("otherwise")) metric.otherwise = otherwise->number;
      if (!metric.by.empty()) try {
          MetricExpression check(metric.by);
        } catch (const ExpressionError& e) {
          d.error(v.find("by")->at, fmt::format("by = '{}', column {}: {}", metric.by, e.column(), e.what()));
        }
      c.metrics.push_back(std::move(metric));
    }
    out.push_back(std::move(c));
  }
  return out;
}

void collapse(const std::vector<CollapseSpec>& specs, RunTable& table) {
  if (specs.empty()) return;
  RunTable collapsed;  // apart: the metrics point into the table
  const auto metrics = metrics_by_run(table);
  for (const auto& spec : specs) Collapser(spec, table, metrics).append_to(collapsed);
  table.runs.insert(table.runs.end(), collapsed.runs.begin(), collapsed.runs.end());
  table.rows.insert(table.rows.end(), collapsed.rows.begin(), collapsed.rows.end());
}

}  // namespace encephagen
