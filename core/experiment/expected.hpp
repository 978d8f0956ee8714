// Figures an experiment is expected to give, and whether it did.
#pragma once
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiment/claim.hpp"
#include "experiment/run_selection.hpp"
#include "experiment/run_table.hpp"

namespace encephagen {

struct ExpectedFigure {
  std::string id;
  std::string arm;
  SweepPoint where;
  std::string metric;    // a MetricExpression; the figure is its mean over the runs
  std::string claim;     // instead of arm and metric: the first effect of this claim
  double value = 0;      // expected
  double tolerance = 0;  // largest deviation, absolute
  std::string reason;    // why the tolerance is what it is
  std::optional<double> published;
  std::string source;  // of the published figure
};

enum class FigureStatus { ok, deviates, missing };

struct FigureResult {
  ExpectedFigure figure;
  FigureStatus status = FigureStatus::missing;
  double found = std::numeric_limits<double>::quiet_NaN();
  size_t n_runs = 0;  // averaged
  std::string text;   // one sentence
};

// missing: no such run, an unknown metric, or a run that failed or has no value: a mean over fewer runs is another
// figure.
std::vector<FigureResult> compare_figures(std::span<const ExpectedFigure> figures, const RunTable& table,
                                          std::span<const ClaimResult> claims = {});

// An array with id, arm, where, metric, expected, tolerance, reason, found, n_runs, published, source, status, text.
std::string figures_json(std::span<const FigureResult> results);
std::string figures_table(std::span<const FigureResult> results, bool use_colour = false);

const char* name_of(FigureStatus status);

}  // namespace encephagen
