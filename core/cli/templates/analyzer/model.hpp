// How much of the firing comes in bursts; definition in README.md.
#pragma once
#include <cmath>
#include <encephagen/sdk/analyzer.hpp>
#include <limits>
#include <stdexcept>

namespace vendor {

struct PluginName {
  static constexpr eg::Info info{"vendor.name", "0.1.0", "share of spikes that belong to bursts"};

  // Every parameter is declared once, beside the member it fills: key with its unit as suffix, range, one sentence. The
  // default is the member's initialiser.
  struct Params {
    double max_isi_ms = 10;
    int64_t min_spikes = 3;
    static constexpr auto fields =
        eg::list(eg::param("max_isi_ms", &Params::max_isi_ms, eg::range(0.01, 10000),
                           "longest interval between spikes of a burst"),
                 eg::param("min_spikes", &Params::min_spikes, eg::range(2, 1e6), "fewest spikes that make a burst"));
  } p;

  explicit PluginName(const Params& params) : p(params) {}

  // Metrics: burst_spikes_share, and bursts per second and unit, of the whole, of every region and of every group. What
  // cannot be determined is NaN.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    if (!rec.has_spikes()) throw std::invalid_argument("it counts spikes: give it a recording with spikes = true");
    const size_t n_regions = rec.n_regions();
    std::vector<double> spikes(n_regions, 0.0), in_bursts(n_regions, 0.0), bursts(n_regions, 0.0),
        units(n_regions, 0.0);
    const auto trains = spike_trains(rec);
    for (size_t u = 0; u < trains.size(); ++u) {
      const auto r = static_cast<size_t>(rec.spike_unit_region[u]);
      const auto [n_bursts, n_spikes] = bursts_of(trains[u]);
      units[r] += 1, spikes[r] += static_cast<double>(trains[u].size());
      bursts[r] += static_cast<double>(n_bursts), in_bursts[r] += static_cast<double>(n_spikes);
    }
    const double seconds = 1e-3 * (rec.to_ms - rec.from_ms);
    std::vector<double> share(n_regions), rate_hz(n_regions);
    for (size_t r = 0; r < n_regions; ++r) {
      share[r] = ratio(in_bursts[r], spikes[r]);
      rate_hz[r] = ratio(bursts[r], seconds * units[r]);
    }
    out.metric("burst_spikes_share", "", "", ratio(sum(in_bursts), sum(spikes)));
    out.metric("burst_rate_hz", "Hz", "", ratio(sum(bursts), seconds * sum(units)));
    eg::region_and_group_metrics(out, rec, "burst_spikes_share", "", share);
    eg::region_and_group_metrics(out, rec, "burst_rate_hz", "Hz", rate_hz);
  }

 private:
  static double ratio(double a, double b) { return b > 0 ? a / b : std::numeric_limits<double>::quiet_NaN(); }
  static double sum(const std::vector<double>& values) {
    double total = 0;
    for (const double x : values) total += x;
    return total;
  }

  // The times of the spikes of every recorded unit; a recording holds them in order of time.
  static std::vector<std::vector<double>> spike_trains(const eg::Recording& rec) {
    std::vector<std::vector<double>> out(rec.spike_unit_region.size());
    for (size_t k = 0; k < rec.spike_time_ms.size(); ++k)
      out[static_cast<size_t>(rec.spike_unit[k])].push_back(rec.spike_time_ms[k]);
    return out;
  }

  // How many bursts a train has, and how many spikes lie in them.
  std::pair<size_t, size_t> bursts_of(const std::vector<double>& times_ms) const {
    size_t n_bursts = 0, n_spikes = 0, length = 1;
    for (size_t k = 1; k <= times_ms.size(); ++k) {
      if (k < times_ms.size() && times_ms[k] - times_ms[k - 1] <= p.max_isi_ms) {
        ++length;
        continue;
      }
      if (length >= static_cast<size_t>(p.min_spikes)) ++n_bursts, n_spikes += length;
      length = 1;
    }
    return {n_bursts, n_spikes};
  }
};

}  // namespace vendor
