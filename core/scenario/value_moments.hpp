// What a ValueSpec is on average, and how its values are distributed.
#pragma once
#include "scenario/scenario.hpp"

namespace encephagen {

struct Moments {
  double mean = 0, mean_square = 0;
};

// Of the values that are drawn: those outside [low, high] are not.
Moments moments_of(const ValueSpec& value);

// Probability that a drawn value lies at or below x.
double probability_below(const ValueSpec& value, double x);

}  // namespace encephagen
