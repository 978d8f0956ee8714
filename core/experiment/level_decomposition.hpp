// Which property of a connectome is enough to explain each metric: a ladder of null models, each keeping more than the
// one before (SCIENCE: nulls and the two-level decomposition).
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiment/decomposition.hpp"
#include "experiment/run_selection.hpp"
#include "experiment/run_table.hpp"
#include "scenario/node.hpp"

namespace encephagen {

enum class Correction { none, bh, by };

struct DecompositionSpec {
  struct Rung {
    std::string arm;
    stats::RungClass keeps;
  };
  std::string id, text;
  std::string real;  // arm of the one real graph, with as many repeats as the nulls have
  std::vector<Rung> ladder;
  std::vector<std::string> metrics;  // expressions; NAME[*] stands for every group that NAME has
  SweepPoint where;
  double alpha = 0.05;
  Correction correction = Correction::bh;  // over the metrics, rung by rung
  // The metrics mean something only where this expression, averaged over the real graph's runs, lies above the number.
  std::string valid_metric;
  double valid_above = 0;
  bool as_published = false;
  uint64_t seed = 1;
  Position at;
};

struct RungResult {
  std::string arm;
  stats::Rung rung;
  size_t n = 0;  // graphs
  double mean = std::numeric_limits<double>::quiet_NaN();
  double sd = std::numeric_limits<double>::quiet_NaN();
  double z = std::numeric_limits<double>::quiet_NaN();  // of the real graph
  double q = std::numeric_limits<double>::quiet_NaN();
  double p_floor = 0;  // the smallest p that so many nulls can give
  bool is_reproduced = false;
};

struct DecomposedMetric {
  std::string metric;
  double real = std::numeric_limits<double>::quiet_NaN();
  double real_sd = std::numeric_limits<double>::quiet_NaN();  // over the noise repeats of the real graph
  std::vector<RungResult> rungs;                              // in the order of the ladder
  stats::Classification level{stats::Level::unresolved, {}};
};

struct Decomposition {
  DecompositionSpec spec;
  std::string refusal;  // why nothing could be said; "" if it could
  std::vector<DecomposedMetric> metrics;
  std::vector<std::string> caveats;
  bool is_too_small = false;  // no metric can be significant alone: that none is says nothing
  size_t count(stats::Level level) const;
};

std::vector<Decomposition> decompose(std::span<const DecompositionSpec> specs, const RunTable& table);

// "NAME[*]" -> one expression per group (not region) that NAME has in the runs of `arm`; others as they are.
std::vector<std::string> expand_metrics(const std::vector<std::string>& patterns, const RunTable& table,
                                        const std::string& arm);

// decompositions.csv: decomposition, metric, real, real_sd, rung, arm, keeps, n, mean, sd, z, p, q, explained,
// explained_low, explained_high, reproduced, level.
std::string write_decompositions_csv(std::span<const Decomposition> decompositions);
// A line per metric with z and E of every rung and the level; counts per level.
std::string decompositions_table(std::span<const Decomposition> decompositions, bool use_colour = false);

const char* name_of(Correction correction);

}  // namespace encephagen
