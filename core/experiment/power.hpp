// What t tests can find: the probability that a difference of known size becomes significant.
#pragma once
#include <cstddef>

#include "experiment/hypothesis_tests.hpp"

namespace encephagen::stats {

// d: Cohen's d, positive in the predicted direction. Normal values of equal SD; by the noncentral t distribution, as
// G*Power and R's power.t.test(strict = TRUE). A permutation test of the means needs as much (Hoeffding 1952);
// Mann-Whitney of normal values needs pi / 3 times the values.
double power_of_two_means(double d, size_t n_a, size_t n_b, Tail tail, double alpha);
double power_of_one_mean(double d, size_t n, Tail tail, double alpha);  // also of pairs, with d_z

}  // namespace encephagen::stats
