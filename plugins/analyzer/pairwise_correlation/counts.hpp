// Spike counts of one unit in bins, of which most are empty, and the correlation of such counts.
#pragma once
#include <encephagen/sdk/random.hpp>

#include "../common/region_series.hpp"
#include "../common/statistics.hpp"

namespace analysis {

struct SparseCounts {
  std::vector<uint32_t> bin, count;  // bins with spikes, ascending; how many
  double mean = 0, sd = 0;           // over all bins, also the empty ones

  // `bins` ascend and lie below n_bins.
  SparseCounts(std::span<const uint32_t> bins, size_t n_bins) {
    for (const uint32_t b : bins) {
      if (bin.empty() || bin.back() != b) bin.push_back(b), count.push_back(0);
      ++count.back();
    }
    double squares = 0;
    for (const double c : count) squares += c * c;
    const auto n = static_cast<double>(n_bins);
    mean = static_cast<double>(bins.size()) / n;
    sd = std::sqrt(std::max(0.0, squares / n - mean * mean));
  }
};

// Pearson's r of two units.
inline double correlation(const SparseCounts& a, const SparseCounts& b, size_t n_bins) {
  double products = 0;
  for (size_t i = 0, j = 0; i < a.bin.size() && j < b.bin.size();) {
    if (a.bin[i] < b.bin[j]) {
      ++i;
    } else if (b.bin[j] < a.bin[i]) {
      ++j;
    } else {
      products += static_cast<double>(a.count[i++]) * static_cast<double>(b.count[j++]);
    }
  }
  return (products / static_cast<double>(n_bins) - a.mean * b.mean) / (a.sd * b.sd);
}

// The mean of Pearson's r over all pairs of n units without a loop over pairs: with counts z scaled to mean 0 and
// variance 1, Var(sum z) = n + n (n - 1) <r>.
inline double mean_correlation(const std::vector<SparseCounts>& cells, size_t n_bins) {
  if (cells.size() < 2) return undetermined;
  std::vector<double> sum(n_bins, 0.0);
  double mean = 0;
  for (const auto& cell : cells) {
    for (size_t k = 0; k < cell.bin.size(); ++k) sum[cell.bin[k]] += cell.count[k] / cell.sd;
    mean += cell.mean / cell.sd;
  }
  double variance = 0;
  for (const double x : sum) variance += (x - mean) * (x - mean);
  const auto n = static_cast<double>(cells.size());
  return (variance / static_cast<double>(n_bins) - n) / (n * (n - 1));
}

}  // namespace analysis
