// How much the spike counts of two units of a population vary together, on average over pairs.
#pragma once
#include "../common/metrics.hpp"
#include "../common/pools.hpp"
#include "../common/spike_trains.hpp"
#include "counts.hpp"

namespace analysis {

enum class Shuffle { none, shift, jitter };

struct PairwiseCorrelation {
  static constexpr eg::Info info{"core.pairwise_correlation", "1.0.0",
                                 "mean correlation of spike counts over pairs of units"};
  struct Params {
    double bin_ms = 2, jitter_ms = 200;
    int64_t n_cells = 100, min_spikes = 1, n_shuffles = 10, seed = 1;
    Shuffle shuffle = Shuffle::shift;
    static constexpr auto fields = eg::list(
        eg::param("bin_ms", &Params::bin_ms, eg::range(1e-3, 1e6), "bin in which spikes are counted"),
        eg::param("n_cells", &Params::n_cells, eg::range(2, 1e6),
                  "as many units are drawn from each region, each group and the whole"),
        eg::param("min_spikes", &Params::min_spikes, eg::range(1, 1e9), "units with fewer spikes are not drawn"),
        eg::param("shuffle", &Params::shuffle, eg::choices("none", "shift", "jitter"),
                  "what chance is: nothing, whole trains shifted in time, or spikes moved within jitter_ms"),
        eg::param("jitter_ms", &Params::jitter_ms, eg::range(1e-3, 1e9),
                  "jitter moves a spike anywhere within its window of this length"),
        eg::param("n_shuffles", &Params::n_shuffles, eg::range(1, 1e4), "chance is the mean over as many shuffles"),
        eg::param("seed", &Params::seed, eg::range(0, 9e15), "of the draw of units and of the shuffles"));
  } p;
  explicit PairwiseCorrelation(const Params& params) : p(params) {}

  // Metrics of regions, groups and the whole: pairwise_correlation; pairwise_correlation_corrected, chance taken off;
  // pairwise_units, how many units were drawn. Of the whole also pairwise_correlation_sd over pairs, and the arrays
  // pair_unit [n] i64 and pair_correlation [n, n].
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    require_spikes(rec);
    const size_t n_bins = count_bins(rec, p.bin_ms);
    if (n_bins < 2 || n_bins > std::numeric_limits<uint32_t>::max())
      throw std::invalid_argument("the recording has " + std::to_string(n_bins) + " bins of " +
                                  std::to_string(p.bin_ms) + " ms, 2 to 4294967295 are possible: change bin_ms");
    const auto trains = spikes_of_units(rec);
    for (const auto& pool : unit_pools(rec, rec.spike_unit_region)) {
      // A pool has its own stream, so that what is drawn from it does not depend on the others.
      eg::Random random(static_cast<uint64_t>(p.seed), pool.name);
      std::vector<std::vector<uint32_t>> bins;
      const auto units = draw(rec, trains, pool.units, n_bins, random, bins);
      const auto cells = counts(bins, n_bins);
      const double raw = mean_correlation(cells, n_bins);
      out.metric("pairwise_correlation", "", pool.name, raw);
      if (p.shuffle != Shuffle::none)
        out.metric("pairwise_correlation_corrected", "", pool.name, raw - by_chance(bins, n_bins, random));
      out.metric("pairwise_units", "", pool.name, static_cast<double>(cells.size()));
      if (pool.name.empty()) write_pairs(units, cells, n_bins, out);
    }
  }

 private:
  // Up to n_cells units whose count varies, ascending, and the bins of their spikes.
  std::vector<int64_t> draw(const eg::Recording& rec, const SpikeTrains& trains, std::vector<size_t> from,
                            size_t n_bins, eg::Random& random, std::vector<std::vector<uint32_t>>& bins) const {
    std::erase_if(from, [&](size_t u) { return trains[u].size() < static_cast<uint64_t>(p.min_spikes); });
    // A random order of which only the beginning is used, but units that are constant do not use up a place.
    std::vector<std::pair<size_t, std::vector<uint32_t>>> drawn;
    for (size_t k = 0; k < from.size() && drawn.size() < static_cast<uint64_t>(p.n_cells); ++k) {
      std::swap(from[k], from[k + random.below(from.size() - k)]);
      std::vector<uint32_t> of_unit;
      for (const double t : trains[from[k]])
        if (const size_t b = bin_of(t, rec.from_ms, p.bin_ms); b < n_bins) of_unit.push_back(static_cast<uint32_t>(b));
      if (SparseCounts(of_unit, n_bins).sd > 0) drawn.emplace_back(from[k], std::move(of_unit));
    }
    std::ranges::sort(drawn);
    std::vector<int64_t> units;
    for (auto& [unit, of_unit] : drawn) units.push_back(static_cast<int64_t>(unit)), bins.push_back(std::move(of_unit));
    return units;
  }

  static std::vector<SparseCounts> counts(const std::vector<std::vector<uint32_t>>& bins, size_t n_bins) {
    std::vector<SparseCounts> out;
    for (const auto& of_unit : bins) out.emplace_back(of_unit, n_bins);
    // Jitter may, very rarely, put one spike into every bin.
    std::erase_if(out, [](const SparseCounts& cell) { return !(cell.sd > 0); });
    return out;
  }

  double by_chance(const std::vector<std::vector<uint32_t>>& bins, size_t n_bins, eg::Random& random) const {
    double sum = 0;
    for (int64_t k = 0; k < p.n_shuffles; ++k) {
      auto moved = bins;
      for (auto& of_unit : moved) {
        p.shuffle == Shuffle::shift ? shift(of_unit, n_bins, random) : jitter(of_unit, n_bins, random);
        std::ranges::sort(of_unit);
      }
      sum += mean_correlation(counts(moved, n_bins), n_bins);
    }
    return sum / static_cast<double>(p.n_shuffles);
  }

  // A whole train goes round in time by a random stretch: it keeps its own structure, not its relation to others.
  static void shift(std::vector<uint32_t>& bins, size_t n_bins, eg::Random& random) {
    const size_t by = random.below(n_bins);
    for (uint32_t& b : bins) b = static_cast<uint32_t>((b + by) % n_bins);
  }

  // Every spike goes anywhere within its window: counts per window stay, and with them slow common changes of the rate
  // (Amarasingham, Harrison, Hatsopoulos and Geman 2012, J. Neurophysiol. 107:517).
  void jitter(std::vector<uint32_t>& bins, size_t n_bins, eg::Random& random) const {
    const size_t width = std::max(size_t{1}, static_cast<size_t>(std::round(std::min(p.jitter_ms / p.bin_ms, 1e9))));
    for (uint32_t& b : bins) {
      const size_t first = b / width * width;
      b = static_cast<uint32_t>(first + random.below(std::min(width, n_bins - first)));
    }
  }

  static void write_pairs(std::span<const int64_t> units, const std::vector<SparseCounts>& cells, size_t n_bins,
                          eg::Sink& out) {
    const size_t n = cells.size();
    std::vector<double> matrix(n * n, 1.0), pairs;
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < i; ++j) {
        pairs.push_back(correlation(cells[i], cells[j], n_bins));
        matrix[i * n + j] = matrix[j * n + i] = pairs.back();
      }
    out.metric("pairwise_correlation_sd", "", "", pairs.empty() ? undetermined : standard_deviation(pairs));
    out.array("pair_unit", units, {n}, "recorded units that were drawn from the whole");
    out.array("pair_correlation", matrix, {n, n}, "correlation of the spike counts of two of them");
    if (n >= 2 && n < 50)
      out.warning("only " + std::to_string(n) + " units that fire were drawn: a mean correlation needs at least 50");
  }
};

}  // namespace analysis
