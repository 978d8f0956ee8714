// Tests that turn samples into p-values, each saying how it got there and how small a p it could have given.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "experiment/statistics.hpp"

namespace encephagen::stats {

// greater: the first sample (or the value) is predicted to be the larger one.
enum class Tail { greater, less, two_sided };

Tail opposite(Tail tail);

struct TestResult {
  double statistic;
  double p;        // never below p_floor; NaN if a sample is empty or holds NaN
  double p_floor;  // the smallest p that data of this size could have given
  std::string method;
};

// Mann & Whitney 1947. statistic = U of `a`. Exact if min(n) <= 8 and nothing is tied, else the normal approximation
// with corrections for ties and continuity: the rule of
// scipy.stats.mannwhitneyu(method="auto"), whose p this is wherever that does not fall below the floor.
TestResult mann_whitney(Values a, Values b, Tail tail);

// Kruskal & Wallis 1952. statistic = H, corrected for ties; p from chi-square with k - 1 degrees of freedom. Needs two
// or more samples, none empty.
TestResult kruskal_wallis(std::span<const std::vector<double>> samples);

// Permutation test of mean a - mean b. All splits are enumerated if there are at most `permutations`; otherwise that
// many are drawn, with p = (1 + #as extreme) / (1 + permutations) (Phipson & Smyth 2010).
TestResult permutation_test(Values a, Values b, Tail tail, size_t permutations, uint64_t seed);

// Sign-flip test that x is symmetric about `center`. statistic = mean(x) - center. All 2^n signs for n <= 20; otherwise
// `permutations` draws, with the same correction.
TestResult sign_flip_test(Values x, double center, Tail tail, size_t permutations, uint64_t seed);

// One value among nulls: p = (1 + #as extreme) / (N + 1). Two-sided, "extreme" is the distance to the mean of all N + 1
// values; the nulls and the value must be treated alike for the test to be exact. statistic = value.
TestResult rank_among(double value, Values nulls, Tail tail);

// How small p can get, before there are data.
double mann_whitney_floor(size_t n_a, size_t n_b, Tail tail);
double permutation_floor(size_t n_a, size_t n_b, Tail tail, size_t permutations);
double sign_flip_floor(size_t n, Tail tail, size_t permutations);
double rank_floor(size_t n_nulls);
double kruskal_wallis_floor(std::span<const size_t> sizes);

}  // namespace encephagen::stats
