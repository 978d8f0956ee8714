// Which factor of a complete factorial design a metric depends on.
#include "experiment/attribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "encephagen/sdk/random.hpp"
#include "host/text.hpp"

namespace encephagen {
namespace {

struct Design {
  std::vector<std::string> factors;
  std::vector<size_t> n_levels;             // of each factor
  std::vector<std::vector<size_t>> levels;  // [cell][factor]
};

// The share of the sum of squares between cells that knowing these factors accounts for.
double share(const Design& design, const std::vector<double>& cells, const std::vector<size_t>& known) {
  const double grand = stats::mean(cells);
  std::map<std::vector<size_t>, std::pair<double, double>> groups;  // sum, number
  double total = 0, between = 0;
  for (size_t c = 0; c < cells.size(); ++c) {
    total += (cells[c] - grand) * (cells[c] - grand);
    std::vector<size_t> levels;
    for (const size_t f : known) levels.push_back(design.levels[c][f]);
    auto& [sum, n] = groups[levels];
    sum += cells[c], n += 1;
  }
  for (const auto& [levels, group] : groups) between += group.second * std::pow(group.first / group.second - grand, 2);
  return between / total;
}

stats::Interval percentiles(std::vector<double> x, double level) {
  std::erase_if(x, [](double v) { return !std::isfinite(v); });
  if (x.size() < 2) return {};
  std::ranges::sort(x);
  const auto at = [&](double q) { return x[static_cast<size_t>(std::lround(q * static_cast<double>(x.size() - 1)))]; };
  return {at((1 - level) / 2), at((1 + level) / 2), "percentile bootstrap over the runs of each cell"};
}

}  // namespace

Attribution attribute(const std::vector<FactorialValue>& values, const std::vector<std::string>& together, double level,
                      size_t resamples, uint64_t seed) {
  Attribution out;
  // Levels in order of first appearance.
  std::vector<std::string> factors;
  std::map<std::string, std::vector<std::string>> levels;
  for (const auto& v : values)
    for (const auto& [factor, text] : v.levels) {
      if (!levels.contains(factor)) factors.push_back(factor);
      auto& known = levels[factor];
      if (std::ranges::find(known, text) == known.end()) known.push_back(text);
    }
  Design design;
  size_t expected = 1;
  for (const auto& f : factors) {
    if (levels[f].size() < 2) continue;
    design.factors.push_back(f);
    design.n_levels.push_back(levels[f].size());
    expected *= levels[f].size();
  }
  std::map<std::vector<size_t>, std::vector<double>> by_cell;
  for (const auto& v : values) {
    std::vector<size_t> cell;
    for (const auto& f : design.factors) {
      const auto found = std::ranges::find(v.levels, f, &std::pair<std::string, std::string>::first);
      if (found == v.levels.end()) return {fmt::format("a run has no level of '{}'", f)};
      cell.push_back(static_cast<size_t>(std::ranges::find(levels[f], found->second) - levels[f].begin()));
    }
    by_cell[cell].push_back(v.value);
  }
  if (design.factors.empty()) return {"nothing is swept: there is no factor with two levels"};
  if (by_cell.size() != expected)
    return {fmt::format("{} of the {} cells have no run: the shares need a complete design", expected - by_cell.size(),
                        expected)};
  std::vector<double> cells;
  for (const auto& [cell, runs] : by_cell) {
    design.levels.push_back(cell);
    cells.push_back(stats::mean(runs));
  }
  // Each factor alone, then those asked for together.
  std::vector<std::vector<size_t>> questions;
  for (size_t f = 0; f < design.factors.size(); ++f) questions.push_back({f});
  std::vector<size_t> joint;
  for (const auto& name : together) {
    const auto found = std::ranges::find(design.factors, name);
    if (found == design.factors.end())
      return {fmt::format("'{}' is no factor with two levels; factors: {}", name, join(design.factors, ", "))};
    joint.push_back(static_cast<size_t>(found - design.factors.begin()));
  }
  questions.push_back(joint);
  std::vector<double> observed;
  for (const auto& known : questions) observed.push_back(share(design, cells, known));
  if (!std::isfinite(observed[0])) return {"the metric is the same in all cells"};
  std::vector<std::vector<double>> drawn(questions.size());
  eg::Random random(seed, "attribution");
  for (size_t b = 0; b < resamples; ++b) {
    std::vector<double> resampled;
    for (const auto& [cell, runs] : by_cell) {
      double sum = 0;
      for (size_t i = 0; i < runs.size(); ++i) sum += runs[random.below(runs.size())];
      resampled.push_back(sum / static_cast<double>(runs.size()));
    }
    for (size_t q = 0; q < questions.size(); ++q) drawn[q].push_back(share(design, resampled, questions[q]));
  }
  out.n_cells = cells.size();
  out.interactions = 1;
  for (size_t f = 0; f < design.factors.size(); ++f) {
    out.factors.push_back({design.factors[f], observed[f], percentiles(drawn[f], level)});
    out.interactions -= observed[f];
  }
  out.joint = {join(together, ", "), observed.back(), percentiles(drawn.back(), level)};
  return out;
}

}  // namespace encephagen
