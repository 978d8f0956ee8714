// How much units act at the same time: the spread of their summed spikes, or of their mean signal.
#pragma once
#include "../common/metrics.hpp"
#include "../common/pools.hpp"
#include "../common/region_series.hpp"

namespace analysis {

struct Synchrony {
  static constexpr eg::Info info{"core.synchrony", "1.0.0", "synchrony of spikes, and of signals as Golomb's chi^2"};
  struct Params {
    double bin_ms = 3;
    static constexpr auto fields = eg::list(eg::param("bin_ms", &Params::bin_ms, eg::range(1e-3, 1e6),
                                                      "bin in which the spikes of a population are counted"));
  } p;
  explicit Synchrony(const Params& params) : p(params) {}

  // Spikes: synchrony, variance over mean of the summed count per bin. Signal: golomb_chi2. Each of the units of a
  // region, a group, the whole. NaN without spikes; chi^2 NaN for a single unit or units that never change.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    if (!rec.has_signal() && !rec.has_spikes())
      throw std::invalid_argument("the recording holds neither a signal nor spikes: add a [[record]] table");
    if (rec.has_spikes()) write_synchrony(rec, out);
    if (rec.has_signal()) write_chi2(rec, out);
  }

 private:
  // Running sums of the counts of one population; whole numbers, so sums are exact.
  struct Counts {
    double now = 0, sum = 0, squares = 0;
    void end_bin() { sum += now, squares += now * now, now = 0; }
    double variance_over_mean(double n_bins) const { return sum > 0 ? squares / sum - sum / n_bins : undetermined; }
  };

  void write_synchrony(const eg::Recording& rec, eg::Sink& out) const {
    require_spikes(rec);
    const size_t n_bins = count_bins(rec, p.bin_ms);
    if (n_bins < 2)
      throw std::invalid_argument("the recording is shorter than two bins of " + std::to_string(p.bin_ms) +
                                  " ms: record for longer or choose smaller bins");
    const auto groups = rec.groups();
    std::vector<Counts> of_region(rec.n_regions()), of_group(groups.size() + 1);  // the last takes regions without one
    std::vector<size_t> group(rec.n_regions());
    for (size_t r = 0; r < group.size(); ++r)
      group[r] = static_cast<size_t>(std::ranges::find(groups, rec.region_group[r]) - groups.begin());
    Counts whole;
    // Spikes come in the order of time, so a bin is finished when the next one begins: no row of bins is kept.
    std::vector<size_t> active;  // regions with spikes in the present bin
    const auto end_bin = [&] {
      for (const size_t r : active) of_group[group[r]].end_bin(), of_region[r].end_bin();
      active.clear();
      whole.end_bin();
    };
    size_t bin = 0;
    for (size_t s = 0; s < rec.spike_time_ms.size(); ++s) {
      const size_t at = bin_of(rec.spike_time_ms[s], rec.from_ms, p.bin_ms);
      if (at >= n_bins) break;
      if (at != bin) end_bin(), bin = at;
      const auto r = static_cast<size_t>(rec.spike_unit_region[static_cast<size_t>(rec.spike_unit[s])]);
      if (of_region[r].now == 0) active.push_back(r);
      of_region[r].now += 1, of_group[group[r]].now += 1, whole.now += 1;
    }
    end_bin();
    const auto write = [&](const std::string& name, const Counts& counts) {
      out.metric("synchrony", "", name, counts.variance_over_mean(static_cast<double>(n_bins)));
    };
    for (size_t r = 0; r < of_region.size(); ++r) write("region:" + rec.region_label[r], of_region[r]);
    for (size_t g = 0; g < groups.size(); ++g) write(groups[g], of_group[g]);
    write("", whole);
  }

  // Golomb and Rinzel 1994, Physica D 72:259; Golomb 2007, Scholarpedia 2(1):1347, eq. 4.
  static void write_chi2(const eg::Recording& rec, eg::Sink& out) {
    require_signal(rec);
    const size_t n_units = rec.n_units();
    const auto n_samples = static_cast<double>(rec.n_samples());
    std::vector<double> means(n_units, 0.0), variances(n_units, 0.0);
    for (size_t t = 0; t < rec.n_samples(); ++t)
      for (size_t u = 0; u < n_units; ++u) means[u] += rec.signal[t * n_units + u] / n_samples;
    for (size_t t = 0; t < rec.n_samples(); ++t)
      for (size_t u = 0; u < n_units; ++u) {
        const double d = rec.signal[t * n_units + u] - means[u];
        variances[u] += d * d / n_samples;
      }
    for (const auto& pool : unit_pools(rec, rec.unit_region)) {
      double variance_of_mean = 0, sum_of_variances = 0, squares = 0;
      const auto n = static_cast<double>(pool.units.size());
      for (size_t t = 0; t < rec.n_samples(); ++t) {
        double d = 0;
        for (const size_t u : pool.units) d += rec.signal[t * n_units + u] - means[u];
        variance_of_mean += d * d / (n * n * n_samples);
      }
      for (const size_t u : pool.units) sum_of_variances += variances[u], squares += means[u] * means[u];
      const bool is_determined = n >= 2 && sum_of_variances > 1e-20 * squares;  // above rounding
      out.metric("golomb_chi2", "", pool.name, is_determined ? variance_of_mean * n / sum_of_variances : undetermined);
    }
  }
};

}  // namespace analysis
