// Two one-sided t tests (TOST, Schuirmann 1987): whether a difference is smaller than a margin set beforehand.
#pragma once
#include "experiment/bootstrap.hpp"
#include "experiment/statistics.hpp"

namespace encephagen::stats {

// The largest difference that counts as none. Cohen's d is turned into raw units with the SD of the data themselves:
// the pooled SD of both samples, or the SD of the only one.
struct Margin {
  enum class Unit { raw, cohen_d };
  double size;
  Unit unit = Unit::raw;
};

// Equivalent at level alpha if p <= alpha; then, and only then, `interval` lies within -margin ... margin.
struct Equivalence {
  double difference = std::numeric_limits<double>::quiet_NaN();
  double margin = std::numeric_limits<double>::quiet_NaN();   // in raw units
  double p_lower = std::numeric_limits<double>::quiet_NaN();  // of the difference being -margin or less
  double p_upper = std::numeric_limits<double>::quiet_NaN();  // of the difference being +margin or more
  double p = std::numeric_limits<double>::quiet_NaN();        // the larger of both
  Interval interval;                                          // at level 1 - 2 alpha, of the difference
  std::string method;                                         // or why there is no p
};

// mean(a) - mean(b), SDs not taken as equal (Welch 1947). Needs two values per sample, finite ones, and some scatter.
Equivalence equivalence_of_means(Values a, Values b, Margin margin, double alpha);

// mean(x) - center.
Equivalence equivalence_to_number(Values x, double center, Margin margin, double alpha);

// Of a real graph to the mean of an ensemble of nulls: mean(real) - mean(nulls). One value of the real graph is taken
// as known; several are repeats, whose noise counts. With margin = (1 - E) |real - mean of Erdos-Renyi nulls| this asks
// whether the nulls explain at least the fraction E of the effect (see decomposition.hpp).
Equivalence equivalence_to_ensemble(Values real, Values nulls, Margin margin, double alpha);

}  // namespace encephagen::stats
