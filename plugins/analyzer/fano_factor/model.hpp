// How much the spike count of a unit varies from window to window: its variance over its mean.
#pragma once
#include "../common/pools.hpp"
#include "../common/region_series.hpp"
#include "../common/spike_trains.hpp"

namespace analysis {

// Variance over mean of the counts of one train in n windows (from, from + window], ...; NaN for no spike in them. The
// variance is divided by n - 1: then the expectation is 1 for Poisson spikes however few the windows, because given
// their number they fall into windows as a multinomial does.
inline double fano_factor(std::span<const double> spike_ms, double from_ms, double window_ms, size_t n) {
  double sum = 0, squares = 0, in_window = 0;
  size_t window = 0;
  const auto end_window = [&] { sum += in_window, squares += in_window * in_window, in_window = 0; };
  for (const double t : spike_ms) {
    const size_t at = bin_of(t, from_ms, window_ms);
    if (at >= n) break;
    if (at != window) end_window(), window = at;
    in_window += 1;
  }
  end_window();
  const auto windows = static_cast<double>(n);
  return n >= 2 && sum > 0 ? (squares - sum * sum / windows) / (windows - 1) / (sum / windows) : undetermined;
}

struct FanoFactor {
  static constexpr eg::Info info{"core.fano_factor", "1.0.0", "variability of the spike counts of single units"};
  struct Params {
    static constexpr double usual_windows_ms[] = {100, 1000};
    eg::Numbers windows_ms = usual_windows_ms;
    int64_t min_spikes = 1;
    static constexpr auto fields = eg::list(
        eg::param("windows_ms", &Params::windows_ms, eg::range(1e-3, 1e9),
                  "lengths of the windows in which spikes are counted"),
        eg::param("min_spikes", &Params::min_spikes, eg::range(1, 1e9), "units with fewer spikes are left out"));
  } p;
  explicit FanoFactor(const Params& params) : p(params) {
    for (size_t k = 0; k < p.windows_ms.size(); ++k)
      for (size_t l = 0; l < k; ++l)
        if (name_of(p.windows_ms[k]) == name_of(p.windows_ms[l]))
          throw std::invalid_argument("windows_ms holds a length twice: " + name_of(p.windows_ms[k]));
  }

  // Per window W: metrics fano_factor_<W>ms_mean, _median over the units of a region, a group, the whole, and
  // fano_factor_<W>ms_units, how many took part. Arrays fano_factor [window, unit], window_ms [window].
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    require_spikes(rec);
    const auto trains = spikes_of_units(rec);
    const auto pools = unit_pools(rec, rec.spike_unit_region);
    std::vector<double> all;
    for (const double window_ms : p.windows_ms) {
      const size_t n = count_bins(rec, window_ms);
      const std::string name = "fano_factor_" + name_of(window_ms);
      if (n < 10)
        out.warning(name + " rests on " + std::to_string(n) + (n == 1 ? " window" : " windows") +
                    ": record for longer or choose shorter windows");
      std::vector<double> of_unit(trains.size(), undetermined);
      for (size_t u = 0; u < trains.size(); ++u)
        if (trains[u].size() >= static_cast<uint64_t>(p.min_spikes))
          of_unit[u] = fano_factor(trains[u], rec.from_ms, window_ms, n);
      for (const auto& pool : pools) {
        const auto values = ascending_values(pool, of_unit);
        out.metric((name + "_mean").c_str(), "", pool.name, mean(values));
        out.metric((name + "_median").c_str(), "", pool.name, quantile(values, 0.5));
        out.metric((name + "_units").c_str(), "", pool.name, static_cast<double>(values.size()));
      }
      all.insert(all.end(), of_unit.begin(), of_unit.end());
    }
    out.array("fano_factor", all, {p.windows_ms.size(), trains.size()}, "of every unit, for each of window_ms");
    out.array("window_ms", p.windows_ms, {p.windows_ms.size()}, "lengths of the windows");
  }

 private:
  // 100 -> "100ms", 2.5 -> "2_5ms": metrics are named in expressions, where a dot has a meaning.
  static std::string name_of(double window_ms) {
    char text[32];
    std::snprintf(text, sizeof text, "%.10g", window_ms);
    std::string out(text);
    std::erase(out, '+');
    std::ranges::replace(out, '.', '_');
    std::ranges::replace(out, '-', '_');
    return out + "ms";
  }
};

}  // namespace analysis
