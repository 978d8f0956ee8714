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
// Linear interpolation between order statistics (numpy's default); `sorted` increases.
double quantile(Values sorted, double share);

// The values that are numbers, in their order.
std::vector<double> finite(Values x);

// The ranks 1 ... n, ties sharing the mean of their ranks.
std::vector<double> midranks(Values x);

// sqrt of the mean variance of both samples, weighted by their degrees of freedom.
double sd_pooled(Values a, Values b);
// Cohen 1988: (mean a - mean b) / SD pooled over both samples. NaN if nothing scatters.
double cohen_d(Values a, Values b);
// Hedges 1981: cohen_d without its upward bias in small samples, by the exact factor of the gamma function.
double hedges_g(Values a, Values b);
// Of paired values: mean / sample SD of the differences x - y. NaN if the lengths differ or no difference scatters.
double cohen_dz(Values x, Values y);
// Cliff 1993: share of pairs with a > b minus share with a < b, from -1 to 1.
double cliff_delta(Values a, Values b);
// (value - mean of nulls) / sample SD of nulls.
double z_score(double value, Values nulls);

// Of two samples of equal length; NaN if either is constant or the lengths differ.
double pearson(Values x, Values y);
double spearman(Values x, Values y);
// Kendall 1945: concordant less discordant pairs, over the geometric mean of the pairs that are not tied in x and that
// are not tied in y.
double kendall_tau_b(Values x, Values y);

// The correlation of what a linear regression on the covariates leaves of x and of y. Spearman: the same of the ranks
// of all of them. NaN where the covariates explain x or y completely, or leave fewer than two degrees of freedom.
double partial_pearson(Values x, Values y, std::span<const Values> covariates);
double partial_spearman(Values x, Values y, std::span<const Values> covariates);

// Adjusted p-values (q), in the order of p. NaN entries were not tested: they stay NaN and are not counted.
std::vector<double> benjamini_hochberg(Values p);   // Benjamini & Hochberg 1995
std::vector<double> benjamini_yekutieli(Values p);  // Benjamini & Yekutieli 2001: valid under any dependence

}  // namespace encephagen::stats
