// How irregularly units fire: CV, CV2 and LV of the intervals between their spikes.
#pragma once
#include "../common/pools.hpp"
#include "../common/region_series.hpp"
#include "../common/spike_trains.hpp"

namespace analysis {

// SD over mean of the intervals between the spikes of one train.
inline double isi_cv(std::span<const double> spike_ms) {
  std::vector<double> isi;
  for (size_t k = 1; k < spike_ms.size(); ++k) isi.push_back(spike_ms[k] - spike_ms[k - 1]);
  return standard_deviation(isi) / mean(isi);
}

// The mean of f((b - a) / (a + b)) over neighbouring intervals a, b: what a slow change of the rate hardly touches.
template <class F>
double mean_of_neighbours(std::span<const double> spike_ms, F&& f) {
  double sum = 0;
  for (size_t k = 2; k < spike_ms.size(); ++k) {
    const double a = spike_ms[k - 1] - spike_ms[k - 2], b = spike_ms[k] - spike_ms[k - 1];
    if (a + b > 0) sum += f((b - a) / (a + b));
  }
  return spike_ms.size() > 2 ? sum / static_cast<double>(spike_ms.size() - 2) : undetermined;
}

// Holt, Softky, Koch and Douglas 1996, J. Neurophysiol. 75:1806, eq. 3.
inline double isi_cv2(std::span<const double> spike_ms) {
  return mean_of_neighbours(spike_ms, [](double x) { return 2 * std::abs(x); });
}

// Shinomoto, Shima and Tanji 2003, Neural Comput. 15:2823, eq. 2.3.
inline double isi_lv(std::span<const double> spike_ms) {
  return mean_of_neighbours(spike_ms, [](double x) { return 3 * x * x; });
}

struct IsiCv {
  static constexpr eg::Info info{"core.isi_cv", "1.0.0",
                                 "irregularity of firing: CV, CV2 and LV of interspike intervals"};
  struct Params {
    int64_t min_isis = 10;
    static constexpr auto fields = eg::list(eg::param("min_isis", &Params::min_isis, eg::range(2, 1e9),
                                                      "units with fewer intervals between spikes are left out"));
  } p;
  explicit IsiCv(const Params& params) : p(params) {}

  // Arrays isi_cv, isi_cv2, isi_lv [unit], NaN for units with too few intervals. Metrics: mean and median of each over
  // the units of a region, a group and the whole, and isi_units, how many took part.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    require_spikes(rec);
    const auto trains = spikes_of_units(rec);
    const auto pools = unit_pools(rec, rec.spike_unit_region);
    write(out, trains, pools, "isi_cv", isi_cv);
    write(out, trains, pools, "isi_cv2", isi_cv2);
    write(out, trains, pools, "isi_lv", isi_lv);
    for (const auto& pool : pools)
      out.metric("isi_units", "", pool.name,
                 static_cast<double>(std::ranges::count_if(pool.units, [&](size_t u) { return is_used(trains[u]); })));
  }

 private:
  bool is_used(std::span<const double> train) const { return train.size() > static_cast<uint64_t>(p.min_isis); }

  template <class F>
  void write(eg::Sink& out, const SpikeTrains& trains, const std::vector<Pool>& pools, const std::string& name,
             F&& f) const {
    std::vector<double> of_unit(trains.size(), undetermined);
    for (size_t u = 0; u < trains.size(); ++u)
      if (is_used(trains[u])) of_unit[u] = f(trains[u]);
    out.array(name.c_str(), of_unit, {of_unit.size()}, "of every unit; NaN where there are too few intervals");
    for (const auto& pool : pools) {
      const auto values = ascending_values(pool, of_unit);
      out.metric((name + "_mean").c_str(), "", pool.name, mean(values));
      out.metric((name + "_median").c_str(), "", pool.name, quantile(values, 0.5));
    }
  }
};

}  // namespace analysis
