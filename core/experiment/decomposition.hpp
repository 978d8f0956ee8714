// How much of a metric a null model explains, and which property of the connectome is enough to explain it.
#pragma once
#include <limits>
#include <span>
#include <string>

#include "experiment/bootstrap.hpp"
#include "experiment/statistics.hpp"

namespace encephagen::stats {

// E = 1 - |real - mean of nulls| / |real - mean of er|: 1 if the nulls have the metric of the real graph, 0 if they are
// as far from it as Erdos-Renyi graphs, negative beyond. real: one value, taken as known, or repeats of the real graph.
// One value per null graph, averaged over its noise seeds if there are several. The interval resamples nulls, er and
// the repeats; because of the fold at E = 1 it is a percentile interval, which errs towards low E. NaN without values,
// or if the real graph is where er are.
struct ExplainedFraction {
  double value = std::numeric_limits<double>::quiet_NaN();
  Interval interval;
};
ExplainedFraction explained_fraction(Values real, Values nulls, Values er, double level, size_t resamples,
                                     uint64_t seed);

// What the nulls of a rung keep. er: only the number of edges and the weights, the reference of E. constraint: more
// than strengths (hemispheres, rich club, cost or geometry).
enum class RungClass { er, degree, strength, constraint };

// One null model held against one metric of the real graph.
struct Rung {
  std::string name;  // "N2"
  RungClass keeps;
  double p;                     // of the real graph among the nulls, two-sided, not corrected
  bool is_significant;          // after the correction over all metrics
  ExplainedFraction explained;  // not read for er
};

// When nulls count as reproducing a metric: an equivalence, not an absence of significance.
struct ReproductionRule {
  double p_above = 0.1, least_explained = 0.8, least_lower_bound = 0.6;
};
bool is_reproduced_by(const Rung& rung, const ReproductionRule& rule = {});

enum class Level { degree, strength, constraint, wiring, uninformative, unresolved };

struct Classification {
  Level level;
  std::string reason;  // a sentence with the figures that decided
};

// The level of one metric:
//   uninformative  not significant against er
//   degree         reproduced by a rung that keeps degrees
//   strength       by none of these, but by one that keeps strengths
//   constraint     by none of these, but by one that keeps more
//   wiring         significant against every rung, with at least one rung of each class
//   unresolved     anything else, also if a class that decides is missing from the ladder
// Throws std::invalid_argument unless exactly one rung is er.
Classification classify_level(std::span<const Rung> ladder, const ReproductionRule& rule = {});

const char* name_of(Level level);  // "D", "S", "C", "W", "uninformative", "unresolved"
const char* name_of(RungClass keeps);

}  // namespace encephagen::stats
