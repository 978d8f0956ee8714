// Figures drawn from the metrics of an experiment.
#include "experiment/metric_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <set>

#include "experiment/metrics_csv.hpp"
#include "experiment/report_parts.hpp"
#include "experiment/run_store.hpp"
#include "experiment/statistics.hpp"
#include "experiment/svg_drawing.hpp"
#include "experiment/text_table.hpp"
#include "host/write_file.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Numbers = std::vector<double>;
using Points = std::vector<std::pair<double, double>>;

constexpr size_t most_files = 12;

// The page's colours (report_page/colours.js): one for every type of region, everywhere.
std::string type_colour(const std::string& type, const std::set<std::string>& types) {
  static const std::map<std::string, std::string> known{
      {"sensory", "#0072b2"},     {"motor", "#d55e00"},         {"prefrontal", "#009e73"}, {"thalamus", "#cc79a7"},
      {"hippocampus", "#e69f00"}, {"basal_ganglia", "#56b4e9"}, {"amygdala", "#c9b800"},   {"other", "#8a8f98"}};
  static const std::vector<std::string> free{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"};
  if (const auto it = known.find(type); it != known.end()) return it->second;
  size_t at = 0;
  for (const auto& t : types) at += t < type && !known.contains(t);
  return free[at % free.size()];
}
std::string arm_colour(size_t arm) {
  static const std::vector<std::string> colours{"#cc6677", "#4477aa", "#117733", "#ddaa33", "#aa4499", "#44aa99"};
  return colours[arm % colours.size()];
}

// Values by run of an arm and sweep point, in the order of the table.
struct Facet {
  std::string arm, point;
  std::map<std::string, std::string> sweep;
  std::map<std::string, std::map<std::string, Numbers>> values;  // metric -> group -> runs
};

std::vector<Facet> facets_of(const RunTable& table) {
  std::vector<Facet> out;
  std::vector<size_t> of_run;
  std::map<std::pair<std::string, std::string>, size_t> at;
  for (const auto& run : table.runs) {
    const auto point = sweep_point_text(run);
    const auto [it, is_new] = at.try_emplace({run.arm, point}, out.size());
    if (is_new) out.push_back({run.arm, point, {run.sweep.begin(), run.sweep.end()}, {}});
    of_run.push_back(it->second);
  }
  for (const auto& row : table.rows)
    if (!row.group.starts_with("region:")) out[of_run[row.run]].values[row.metric][row.group].push_back(row.value);
  return out;
}

// Which groups are types of regions: what the runs' run.json says, from the first run of each arm.
std::set<std::string> region_types(const fs::path& folder, const RunTable& table) {
  std::set<std::string> out, seen;
  for (size_t i = 0; i < table.runs.size(); ++i) {
    if (!seen.insert(table.runs[i].arm).second) continue;
    std::error_code ec;
    const auto own = run_folder(folder, i);
    const auto run = Json::parse(text_of_file((fs::exists(own, ec) ? own : folder) / "run.json"), nullptr, false);
    if (!run.is_object() || !run.contains("region_group")) continue;
    for (const auto& [label, type] : run["region_group"].items())
      if (type.is_string() && type != "") out.insert(type.get<std::string>());
  }
  return out;
}

// The metrics of which claims speak, in their order; else some that are worth a look.
std::vector<std::string> metrics_shown(const fs::path& folder, const std::set<std::string>& known) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& text) {
    static const std::regex word(R"([A-Za-z_][A-Za-z0-9_.]*\b(?![(]))");  // min( and max( are functions
    for (std::sregex_iterator it(text.begin(), text.end(), word), end; it != end; ++it)
      if (known.contains(it->str()) && std::ranges::find(out, it->str()) == out.end()) out.push_back(it->str());
  };
  const auto claims = Json::parse(text_of_file(folder / "claims.json"), nullptr, false);
  if (claims.is_object() && claims.contains("claims"))
    for (const auto& c : claims["claims"]) {
      add(c.value("metric", ""));
      if (c.contains("for_each"))
        for (const auto& m : c["for_each"]) add(m.get<std::string>());
    }
  if (out.empty())
    for (const char* m : {"variance", "timescale_ms", "rate_hz"}) add(m);
  return out;
}

// Keys by their last part, texts without quotes.
std::string short_point(const std::map<std::string, std::string>& sweep) {
  std::string out;
  for (const auto& [key, value] : sweep) {
    std::string text = value;
    std::erase(text, '"');
    out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", key.substr(key.rfind('.') + 1), text);
  }
  return out;
}

std::string shortened(const std::string& text, size_t most) {
  return text.size() <= most ? text : text.substr(0, most - 3) + "...";
}

void x_axis(Svg& svg, const SvgAxis& x, double y, const std::string& title, int n) {
  svg.line(x.from, y, x.to, y, "#555", 1);
  for (const double t : x.ticks(n)) {
    svg.line(x.at(t), y, x.at(t), y + 4, "#555", 1);
    svg.text(x.at(t), y + 15, number_cell(t), "middle", 10, "#555");
  }
  svg.text((x.from + x.to) / 2, y + 29, title, "middle", 11, "#555");
}
void y_axis(Svg& svg, const SvgAxis& y, double left, double right, const std::string& title) {
  for (const double t : y.ticks(5)) {
    svg.line(left, y.at(t), right, y.at(t), "#e0e3e8", 1);
    svg.text(left - 6, y.at(t) + 4, number_cell(t), "end", 10, "#555");
  }
  svg.upward_text(14, (y.from + y.to) / 2, title);
}

// ---- types of regions
// ------------------------------------------------------------------------------------------------

std::string hierarchy_figure(const std::string& metric, const std::vector<const Facet*>& facets,
                             const std::set<std::string>& types) {
  constexpr double width = 300, left = 96, row = 20, top = 56;
  constexpr size_t columns = 3;
  // Sorted as in the first panel, so that a change of order is seen.
  std::vector<std::string> order;
  for (const auto* f : facets)
    for (const auto& [group, values] : f->values.at(metric))
      if (types.contains(group) && std::ranges::find(order, group) == order.end()) order.push_back(group);
  const auto& first = facets[0]->values.at(metric);
  std::ranges::stable_sort(order, [&](const auto& a, const auto& b) {
    const auto value = [&](const auto& g) {
      return first.contains(g) ? stats::mean(stats::finite(first.at(g))) : -HUGE_VAL;
    };
    return value(a) > value(b);
  });
  const double height = top + row * static_cast<double>(order.size()) + 44;
  Svg svg;
  svg.text(10, 20, metric + " by type of region", "start", 14);
  for (size_t k = 0; k < facets.size(); ++k) {
    const double x0 = width * static_cast<double>(k % columns), y0 = height * static_cast<double>(k / columns);
    Numbers all;
    for (const auto& g : order)
      if (const auto it = facets[k]->values.at(metric).find(g); it != facets[k]->values.at(metric).end())
        all.insert(all.end(), it->second.begin(), it->second.end());
    const auto x = axis_of(all, x0 + left, x0 + width - 20, true);
    svg.text(x0 + 10, y0 + 38, shortened(facets[k]->arm, 44), "start", 12);
    svg.text(x0 + 10, y0 + 51, shortened(short_point(facets[k]->sweep), 56), "start", 9, "#555");
    for (size_t i = 0; i < order.size(); ++i) {
      const double y = y0 + top + row * static_cast<double>(i);
      svg.text(x0 + left - 6, y + 14, order[i], "end", 11);
      const auto it = facets[k]->values.at(metric).find(order[i]);
      if (it == facets[k]->values.at(metric).end()) continue;
      const double m = stats::mean(stats::finite(it->second)), a = x.at(std::min(0.0, m)), b = x.at(std::max(0.0, m));
      if (!std::isfinite(m)) continue;
      svg.box(a, y + 3, std::max(1.0, b - a), row - 6, type_colour(order[i], types));
      if (it->second.size() > 1)
        for (size_t v = 0; v < std::min<size_t>(it->second.size(), 60); ++v)
          if (std::isfinite(it->second[v]))
            svg.dot(x.at(it->second[v]), y + row / 2 + 3 * (static_cast<double>(v % 3) - 1), 1.6, "#222", 0.5);
    }
    x_axis(svg, x, y0 + top + row * static_cast<double>(order.size()), metric, 3);
  }
  const auto used = std::min(columns, facets.size());
  const auto n_rows = (facets.size() + columns - 1) / columns;
  return svg.page(width * static_cast<double>(used), height * static_cast<double>(n_rows) + 6, metric);
}

// ---- curves
// ----------------------------------------------------------------------------------------------------------

struct Curve {
  std::string name, colour;
  std::vector<std::pair<double, Numbers>> points;  // x, runs
};

std::string curves_figure(const std::string& title, const std::string& x_title, const std::string& y_title,
                          std::vector<Curve> curves, bool is_log) {
  constexpr double width = 720, height = 380, left = 64, right = 560, top = 44, bottom = 330;
  Numbers all, xs;
  for (auto& c : curves) {
    std::ranges::sort(c.points, {}, [](const auto& p) { return p.first; });
    for (auto& [x, values] : c.points) {
      xs.push_back(x);
      values = stats::finite(values);
      std::ranges::sort(values);
      for (const double q : {0.25, 0.5, 0.75}) all.push_back(stats::quantile(values, q));
    }
  }
  const auto [least, greatest] = std::ranges::minmax(xs);
  SvgAxis x{least, greatest, left, right, is_log};
  const auto y = axis_of(all, bottom, top);
  Svg svg;
  svg.text(10, 20, title, "start", 14);
  svg.text(10, 35, "medians over runs, quartiles as bands", "start", 10, "#555");
  y_axis(svg, y, left, right, y_title);
  x_axis(svg, x, bottom, x_title + (is_log ? " (log)" : ""), 6);
  std::vector<std::pair<double, const Curve*>> ends;
  for (const auto& c : curves) {
    Points low, middle, high;
    for (const auto& [at, values] : c.points) {
      low.emplace_back(x.at(at), y.at(stats::quantile(values, 0.25)));
      middle.emplace_back(x.at(at), y.at(stats::quantile(values, 0.5)));
      high.emplace_back(x.at(at), y.at(stats::quantile(values, 0.75)));
    }
    svg.band(low, high, c.colour);
    svg.path(middle, c.colour, 2);
    const double end = middle.empty() ? bottom : middle.back().second;
    ends.emplace_back(std::isfinite(end) ? end : bottom, &c);
  }
  // Names at the ends of lines, pushed apart, and up from the axis.
  std::ranges::sort(ends, {}, [](const auto& e) { return e.first; });
  for (size_t i = 1; i < ends.size(); ++i) ends[i].first = std::max(ends[i].first, ends[i - 1].first + 13);
  for (size_t i = ends.size(); i-- > 0;)
    ends[i].first = std::min(ends[i].first, i + 1 == ends.size() ? bottom - 4 : ends[i + 1].first - 13);
  for (const auto& [at, c] : ends) svg.text(right + 10, at + 4, shortened(c->name, 26), "start", 11, c->colour.c_str());
  return svg.page(width, height, title);
}

std::optional<double> number_in(const std::string& text) {
  double v = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return v;
}

// An arm along the first of its keys that takes three numbers or more; other keys at their first value.
std::optional<std::string> sweep_figure(const std::string& metric, const std::string& arm,
                                        const std::vector<Facet>& facets, const std::set<std::string>& types) {
  std::vector<const Facet*> mine;
  std::map<std::string, std::set<double>> numbers;
  for (const auto& f : facets)
    if (f.arm == arm && f.values.contains(metric)) {
      mine.push_back(&f);
      for (const auto& [key, text] : f.sweep)
        if (const auto v = number_in(text)) numbers[key].insert(*v);
    }
  const auto swept = std::ranges::find_if(numbers, [](const auto& n) { return n.second.size() >= 3; });
  if (swept == numbers.end()) return std::nullopt;
  const auto rest = [&](const Facet& f) {
    auto sweep = f.sweep;
    sweep.erase(swept->first);
    return sweep;
  };
  std::map<std::string, Curve> curves;
  for (const auto* f : mine)
    if (rest(*f) == rest(*mine[0]) && number_in(f->sweep.at(swept->first)))
      for (const auto& [group, values] : f->values.at(metric)) {
        if (!types.contains(group) && !(types.empty() && group.empty())) continue;
        auto& c = curves[group];
        c.name = group.empty() ? "all" : group, c.colour = type_colour(group, types);
        c.points.emplace_back(*number_in(f->sweep.at(swept->first)), values);
      }
  std::vector<Curve> list;
  for (auto& [group, c] : curves) list.push_back(std::move(c));
  if (list.empty()) return std::nullopt;
  const auto other = short_point(rest(*mine[0]));
  const std::string title = arm + (other.empty() ? "" : ", " + other);
  const double least = *swept->second.begin(), greatest = *swept->second.rbegin();
  return curves_figure(title, swept->first, metric, std::move(list), least > 0 && greatest / least > 15);
}

std::optional<std::string> learning_figure(const std::string& metric, const std::vector<Facet>& facets) {
  static const std::regex window("trials (\\d+)-(\\d+)|episode (\\d+)");
  std::vector<Curve> curves;
  std::vector<std::string> arms;
  for (const auto& f : facets) {
    if (std::ranges::find(arms, f.arm) == arms.end()) arms.push_back(f.arm);
    const auto found = f.values.find(metric);
    if (found == f.values.end()) continue;
    Curve c{f.point.empty() ? f.arm : f.arm + ", " + short_point(f.sweep),
            arm_colour(static_cast<size_t>(std::ranges::find(arms, f.arm) - arms.begin())),
            {}};
    for (const auto& [group, values] : found->second)
      if (std::smatch m; std::regex_match(group, m, window))
        c.points.emplace_back(m[3].matched ? std::stod(m[3]) : (std::stod(m[1]) + std::stod(m[2])) / 2, values);
    if (c.points.size() > 1) curves.push_back(std::move(c));
  }
  if (curves.empty()) return std::nullopt;
  return curves_figure(metric, "trial or episode", metric, std::move(curves), false);
}

}  // namespace

std::vector<fs::path> write_metric_figures(const fs::path& folder, const fs::path& target) {
  std::vector<fs::path> out;
  const auto text = text_of_file(folder / "metrics.csv");
  if (text.empty()) return out;
  const auto table = read_metrics_csv(text, (folder / "metrics.csv").string());
  const auto facets = facets_of(table);
  const auto types = region_types(folder, table);
  std::set<std::string> known;
  std::vector<std::string> arms;
  for (const auto& f : facets) {
    if (std::ranges::find(arms, f.arm) == arms.end()) arms.push_back(f.arm);
    for (const auto& [metric, groups] : f.values) known.insert(metric);
  }
  const auto put = [&](const std::string& name, const std::string& svg) {
    out.push_back(target / (file_part(name) + ".svg"));
    replace_file(out.back(), svg);
  };
  size_t bars = 0, sweeps = 0, learning = 0;
  for (const auto& metric : metrics_shown(folder, known)) {
    std::vector<const Facet*> with_types;
    for (const auto& f : facets)
      if (const auto it = f.values.find(metric); it != f.values.end() && with_types.size() < 12)
        if (std::ranges::count_if(it->second, [&](const auto& g) { return types.contains(g.first); }) > 1)
          with_types.push_back(&f);
    if (!with_types.empty() && bars < most_files)
      put("hierarchy_" + metric, hierarchy_figure(metric, with_types, types)), ++bars;
    for (const auto& arm : arms)
      if (sweeps < most_files)
        if (const auto svg = sweep_figure(metric, arm, facets, types))
          put("sweep_" + metric + "_" + arm, *svg), ++sweeps;
  }
  for (const auto& metric : known)
    if (learning < most_files)
      if (const auto svg = learning_figure(metric, facets)) put("learning_" + metric, *svg), ++learning;
  return out;
}

}  // namespace encephagen
