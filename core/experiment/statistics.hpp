// Descriptive statistics, effect sizes, correlation and corrections for many tests: pure functions of their arguments.
#pragma once
#include <span>
#include <vector>

namespace encephagen::stats {

using Values = std::span<const double>;

// A quantity that its data cannot determine (too few values, no spread) is NaN. NaN in the data gives NaN.
double mean(Values x);
double sd_population(Values x);  // divides by n
double sd_sample(Values x);      // divides by n - 1
double median(Values x);

// The ranks 1 ... n, ties sharing the mean of their ranks.
std::vector<double> midranks(Values x);

// Cohen 1988: (mean a - mean b) / SD pooled over both samples. NaN if nothing scatters.
double cohen_d(Values a, Values b);
// Cliff 1993: share of pairs with a > b minus share with a < b, from -1 to 1.
double cliff_delta(Values a, Values b);
// (value - mean of nulls) / sample SD of nulls.
double z_score(double value, Values nulls);

// Of two samples of equal length; NaN if either is constant or the lengths differ.
double pearson(Values x, Values y);
double spearman(Values x, Values y);

// Adjusted p-values (q), in the order of p. NaN entries were not tested: they stay NaN and are not counted.
std::vector<double> benjamini_hochberg(Values p);   // Benjamini & Hochberg 1995
std::vector<double> benjamini_yekutieli(Values p);  // Benjamini & Yekutieli 2001: valid under any dependence

}  // namespace encephagen::stats
