// How active each region is: mean, spread and range of a signal, and firing rates from spikes.
#pragma once
#include "../common/metrics.hpp"
#include "../common/pools.hpp"
#include "../common/region_series.hpp"

namespace analysis {

struct GroupRates {
  static constexpr eg::Info info{"core.group_rates", "1.1.0", "mean, spread and range of activity; firing rates"};
  struct Params {
    static constexpr auto fields = eg::none;
  };
  explicit GroupRates(const Params&) {}

  // Signal: mean, sd (population SD over samples and units), min, max. Spikes: rate_hz, rate_sd_hz (population SD over
  // the units of a region), and what needs every unit: array rate_hz [unit], unit_rate_hz with its quantiles, and the
  // share of units that never fired. Throws when the recording holds neither.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    if (!rec.has_signal() && !rec.has_spikes())
      throw std::invalid_argument("the recording holds neither a signal nor spikes: add a [[record]] table");
    if (rec.has_signal()) write_signal(rec, out);
    if (rec.has_spikes()) write_rates(rec, out);
  }

 private:
  static void write_signal(const eg::Recording& rec, eg::Sink& out) {
    require_signal(rec);
    const size_t n_regions = rec.n_regions(), n_units = rec.n_units();
    std::vector<double> values(n_regions, 0.0), means(n_regions, 0.0), sds(n_regions, 0.0);
    std::vector<double> lows(n_regions, eg::infinity), highs(n_regions, -eg::infinity);
    const auto for_each_sample = [&](auto&& f) {
      for (size_t t = 0; t < rec.n_samples(); ++t)
        for (size_t u = 0; u < n_units; ++u) f(static_cast<size_t>(rec.unit_region[u]), rec.signal[t * n_units + u]);
    };
    for_each_sample([&](size_t r, double x) {
      values[r] += 1;
      means[r] += x;
      lows[r] = std::min(lows[r], x);
      highs[r] = std::max(highs[r], x);
    });
    for (size_t r = 0; r < n_regions; ++r) means[r] /= values[r];
    for_each_sample([&](size_t r, double x) { sds[r] += (x - means[r]) * (x - means[r]); });
    for (size_t r = 0; r < n_regions; ++r) {
      sds[r] = std::sqrt(sds[r] / values[r]);
      if (values[r] == 0) lows[r] = highs[r] = undetermined;
    }
    write_metrics(out, rec, "mean", "", means);
    write_metrics(out, rec, "sd", "", sds);
    write_extremes(out, rec, "min", lows, [](const auto& v) { return std::ranges::min(v); });
    write_extremes(out, rec, "max", highs, [](const auto& v) { return std::ranges::max(v); });
  }

  // A mean of minima says nothing, so groups and the whole get the minimum (maximum) of their regions.
  template <class F>
  static void write_extremes(eg::Sink& out, const eg::Recording& rec, const char* name, std::span<const double> regions,
                             F&& extreme) {
    const auto write = [&](const std::string& group, const std::vector<double>& values) {
      const auto v = finite(values);
      out.metric(name, "", group, v.empty() ? undetermined : extreme(v));
    };
    for (size_t r = 0; r < regions.size(); ++r) out.metric(name, "", "region:" + rec.region_label[r], regions[r]);
    for (const auto& g : rec.groups()) write(g, pick(regions, rec.members(g)));
    write("", {regions.begin(), regions.end()});
  }

  static void write_rates(const eg::Recording& rec, eg::Sink& out) {
    require_spikes(rec);
    const double seconds = (rec.to_ms - rec.from_ms) / 1000.0;
    // Counted first, divided once: a rate does not depend on how many spikes were added up.
    std::vector<double> unit_rates(rec.spike_unit_region.size(), 0.0);
    for (const auto u : rec.spike_unit) unit_rates[static_cast<size_t>(u)] += 1.0;
    for (double& rate : unit_rates) rate /= seconds;
    std::vector<std::vector<double>> of_region(rec.n_regions());
    for (size_t u = 0; u < unit_rates.size(); ++u)
      of_region[static_cast<size_t>(rec.spike_unit_region[u])].push_back(unit_rates[u]);
    write_metrics(out, rec, "rate_hz", "Hz", per_region(of_region, mean));
    write_metrics(out, rec, "rate_sd_hz", "Hz", per_region(of_region, standard_deviation));
    out.array("rate_hz", unit_rates, {unit_rates.size()}, "firing rate of every unit, Hz");
    for (const auto& pool : unit_pools(rec, rec.spike_unit_region)) write_distribution(out, pool, unit_rates);
  }

  static void write_distribution(eg::Sink& out, const Pool& pool, std::span<const double> unit_rates) {
    const auto rates = ascending_values(pool, unit_rates);
    const auto silent = std::ranges::upper_bound(rates, 0.0) - rates.begin();
    out.metric("unit_rate_hz", "Hz", pool.name, mean(rates));
    out.metric("unit_rate_q05_hz", "Hz", pool.name, quantile(rates, 0.05));
    out.metric("unit_rate_q25_hz", "Hz", pool.name, quantile(rates, 0.25));
    out.metric("unit_rate_median_hz", "Hz", pool.name, quantile(rates, 0.5));
    out.metric("unit_rate_q75_hz", "Hz", pool.name, quantile(rates, 0.75));
    out.metric("unit_rate_q95_hz", "Hz", pool.name, quantile(rates, 0.95));
    out.metric("silent_unit_fraction", "", pool.name, static_cast<double>(silent) / static_cast<double>(rates.size()));
  }
};

}  // namespace analysis
