// Kolmogorov and Smirnov's distance of a sample from the uniform distribution, and of two samples from each other.
#pragma once
#include "experiment/hypothesis_tests.hpp"

namespace encephagen::stats {

// statistic = D, the largest distance between the distribution functions; p of a D as large, two-sided. Where values
// are tied p is too large, never too small, and the tests conservative. NaN if a sample is empty or not finite.

// Against the uniform distribution on [0, 1]. p to about 1e-8 of itself for n <= 2000 (Marsaglia, Tsang & Wang 2003;
// Birnbaum & Tingey 1951 in the far tail), beyond by Kolmogorov's limit as corrected by Stephens 1970.
TestResult ks_uniform(Values x);

// Exact by counting lattice paths (Hodges 1958) for up to 10^7 pairs of values, beyond by the distribution of one
// sample of n_a n_b / (n_a + n_b) values.
TestResult ks_two_sample(Values a, Values b);

// P(D >= d) of n values from the distribution they are held against.
double kolmogorov_tail(double d, size_t n);

}  // namespace encephagen::stats
