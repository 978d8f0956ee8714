// [calibrate]: weights and external input set by theory instead of by hand.
#pragma once
#include <optional>
#include <vector>

#include "scenario/node.hpp"
#include "scenario/table_spec.hpp"

namespace encephagen {

struct Scenario;

struct CalibrateSpec {
  enum class Scaling { balanced, as_published };
  enum class Mode { uniform, per_region };
  Scaling scaling = Scaling::balanced;
  std::vector<size_t> excitatory, inhibitory;  // populations
  size_t encoder = 0;                          // the core.poisson encoder whose rate and weight are set
  // Balanced.
  double target_rate_hz = 0;
  double j0_mv = 3.162, dominance = 1.2;
  Mode mode = Mode::uniform;
  std::optional<double> long_range_share;  // nothing: the coupling between regions stays as written
  bool finite_size_correction = false;
  double correction_ms = 5000;
  // As published.
  double j_mv = 2, g = 5, threshold_ratio = 3.5;
  Position at;
};

const TableSpec& calibrate_spec();

// Reads [calibrate] of a scenario whose populations, projections and encoders are there; reports errors.
std::optional<CalibrateSpec> parse_calibrate(const Scenario& scenario, Diagnostics& diagnostics);

}  // namespace encephagen
