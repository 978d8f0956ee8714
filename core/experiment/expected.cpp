// Figures an experiment is expected to give, and whether it did.
#include "experiment/expected.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "experiment/metric_expression.hpp"
#include "experiment/statistics.hpp"
#include "experiment/text_table.hpp"

namespace encephagen {
namespace {

using Json = nlohmann::ordered_json;

struct Missing {
  std::string text;
};

// The metric in every run asked for; throws Missing.
std::vector<double> values_of(const ExpectedFigure& f, const RunTable& table, const std::vector<RunMetrics>& metrics) {
  std::vector<double> out;
  const RunsInView all(table, metrics);
  try {
    const MetricExpression expression(f.metric);
    const auto selection = select_runs(table.runs, f.arm, f.where);
    if (!selection.error.empty()) throw Missing{selection.error};
    for (const size_t r : selection.runs) {
      if (table.runs[r].failed)
        throw Missing{fmt::format("run {} of arm '{}' failed: {}", r, f.arm, table.runs[r].error)};
      out.push_back(expression.evaluate(all, r));
      if (!std::isfinite(out.back()))
        throw Missing{fmt::format("run {} of arm '{}' could not determine '{}'", r, f.arm, f.metric)};
    }
  } catch (const ExpressionError& e) {
    throw Missing{fmt::format("metric '{}', column {}: {}", f.metric, e.column(), e.what())};
  }
  return out;
}

// The first effect of a claim; throws Missing.
double effect_of(const std::string& id, std::span<const ClaimResult> claims) {
  const auto claim = std::ranges::find(claims, id, [](const auto& c) { return c.spec.id; });
  if (claim == claims.end()) throw Missing{fmt::format("there is no claim '{}'", id)};
  if (claim->effects.empty()) throw Missing{fmt::format("claim '{}' has no effect: {}", id, claim->reason)};
  return claim->effects[0].value;
}

FigureResult compare(const ExpectedFigure& f, const RunTable& table, const std::vector<RunMetrics>& metrics,
                     std::span<const ClaimResult> claims) {
  FigureResult out;
  out.figure = f;
  try {
    if (f.claim.empty()) {
      const auto values = values_of(f, table, metrics);
      out.found = stats::mean(values);
      out.n_runs = values.size();
    } else {
      out.found = effect_of(f.claim, claims);
    }
    const double deviation = out.found - f.value;
    out.status = std::abs(deviation) <= f.tolerance ? FigureStatus::ok : FigureStatus::deviates;
    out.text = out.status == FigureStatus::ok
                   ? fmt::format("within {:.4g} of {:.6g}", f.tolerance, f.value)
                   : fmt::format("{:.6g} is {:.4g} {} {:.6g}; {:.4g} is allowed ({})", out.found, std::abs(deviation),
                                 deviation > 0 ? "above" : "below", f.value, f.tolerance, f.reason);
  } catch (const Missing& missing) {
    out.text = missing.text;
  }
  return out;
}

Colour colour_of(FigureStatus status) {
  return status == FigureStatus::ok ? Colour::good : status == FigureStatus::deviates ? Colour::bad : Colour::unclear;
}

std::string six_digits(double v) { return std::isnan(v) ? "" : fmt::format("{:.6g}", v); }

}  // namespace

const char* name_of(FigureStatus status) {
  return status == FigureStatus::ok ? "ok" : status == FigureStatus::deviates ? "deviates" : "missing";
}

std::vector<FigureResult> compare_figures(std::span<const ExpectedFigure> figures, const RunTable& table,
                                          std::span<const ClaimResult> claims) {
  const auto metrics = metrics_by_run(table);
  std::vector<FigureResult> out;
  for (const auto& f : figures) out.push_back(compare(f, table, metrics, claims));
  return out;
}

std::string figures_json(std::span<const FigureResult> results) {
  Json out = Json::array();
  for (const auto& r : results) {
    const auto& f = r.figure;
    Json where = Json::object();
    for (const auto& [key, value] : f.where) where[key] = value;
    out.push_back({{"id", f.id},
                   {"arm", f.arm},
                   {"where", where},
                   {"metric", f.metric},
                   {"claim", f.claim},
                   {"expected", f.value},
                   {"tolerance", f.tolerance},
                   {"reason", f.reason},
                   {"found", r.found},
                   {"n_runs", r.n_runs},
                   {"published", f.published ? Json(*f.published) : Json()},
                   {"source", f.source},
                   {"status", name_of(r.status)},
                   {"text", r.text}});
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string figures_table(std::span<const FigureResult> results, bool use_colour) {
  std::vector<std::vector<Cell>> rows;
  for (const auto& r : results)
    rows.push_back({{r.figure.id},
                    {name_of(r.status), colour_of(r.status)},
                    {six_digits(r.found)},
                    {six_digits(r.figure.value)},
                    {number_cell(r.figure.tolerance)},
                    {r.figure.published ? six_digits(*r.figure.published) : ""},
                    {r.n_runs == 0 ? "" : fmt::format("{}", r.n_runs)},
                    {r.status == FigureStatus::ok ? "" : r.text}});
  return text_table({"figure", "status", "found", "expected", "tolerance", "published", "runs", ""}, rows,
                    {false, false, true, true, true, true, true, false}, use_colour);
}

}  // namespace encephagen
