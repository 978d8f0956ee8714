// A search on its way.
#include "experiment/search.hpp"

#include <cmath>
#include <limits>

namespace encephagen {
namespace {

// In units of the parameters' sigma: nobody looks for more digits, and rounding of the metric would take over.
constexpr double smallest_deviation = 1e-12;
constexpr double largest_axis_ratio = 1e7;

}  // namespace

Search::Search(const Optimization& what)
    : what_(what), maximizes_(what.spec.maximizes), cma_(what.n(), what.population, what.seed) {
  what_.scenario = nullptr;
  what_.training_seeds = nullptr;
}

std::vector<std::vector<double>> Search::candidates() const {
  std::vector<std::vector<double>> out;
  for (const auto& point : cma_.ask()) out.push_back(what_.values_at(point));
  return out;
}

void Search::tell(GenerationValues values) {
  const auto here = candidates();
  std::vector<double> costs;
  for (const double v : values.metric) costs.push_back(maximizes_ ? -v : v);
  cma_.tell(costs);

  GenerationRow row;
  row.best = std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  for (size_t k = 0; k < here.size(); ++k) {
    const double v = values.metric[k];
    if (!std::isfinite(v)) {
      ++row.n_failed;
      continue;
    }
    sum += v;
    if (std::isnan(row.best) || is_better(v, row.best)) row.best = v;
    if (!best_ || is_better(v, best_->first)) best_ = {v, here[k]};
  }
  row.mean = sum / static_cast<double>(here.size() - row.n_failed);
  row.sigma = cma_.sigma();
  row.axis_ratio = cma_.axis_ratio();
  row.centre = what_.values_at(cma_.mean());
  rows_.push_back(std::move(row));
  told_.push_back(std::move(values));
}

std::string Search::why_over() const {
  if (rows_.empty()) return "";
  if (const auto stop = what_.spec.stop_at; stop && (rows_.back().best == *stop || is_better(rows_.back().best, *stop)))
    return "stop_at";
  if (cma_.largest_deviation() < smallest_deviation || cma_.axis_ratio() > largest_axis_ratio) return "converged";
  return rows_.size() >= what_.spec.generations ? "generations" : "";
}

std::vector<double> Search::chosen() const {
  return what_.spec.uses_best && best_ ? best_->second : what_.values_at(cma_.mean());
}

}  // namespace encephagen
