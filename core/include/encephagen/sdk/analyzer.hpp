// For authors of analyzer plugins: one run's recording in, metrics and arrays out. EG_PLUGIN_LIBRARY(eg::analyzer<X>).
#pragma once
#include <algorithm>

#include "encephagen/sdk/batch.hpp"

namespace eg {

// One recording of one run. Arrays (all optional but the region tables and interval_ms):
//   signal [T, U], time_ms [T], unit_region [U] i64, signal_name text[1]     a state trace of U units
//   spike_time_ms [S], spike_unit [S] i64 (sorted by time, then unit), spike_unit_region [V] i64: recorded units only
//   region_label text[R], region_group text[R] ("" if none), weights [R, R]; lengths_mm [R, R], centres_mm [R, 3] and
//   attribute.NAME [R] as far as the connectome knows them; interval_ms [2]: recorded from, to; stimulus_onset_ms [K],
//   stimulus_duration_ms [K]; network.*: what was simulated, eg::NetworkSummary(data) of sdk/network_summary.hpp
class Recording {
 public:
  explicit Recording(const Dataset& data)
      : data(data),
        signal(data.numbers("signal")),
        time_ms(data.numbers("time_ms")),
        unit_region(data.integers("unit_region")),
        spike_time_ms(data.numbers("spike_time_ms")),
        spike_unit(data.integers("spike_unit")),
        spike_unit_region(data.integers("spike_unit_region")),
        stimulus_onset_ms(data.numbers("stimulus_onset_ms")),
        stimulus_duration_ms(data.numbers("stimulus_duration_ms")),
        weights(data.numbers("weights")) {
    for (const char* s : data.texts("region_label")) region_label.emplace_back(s);
    for (const char* s : data.texts("region_group")) region_group.emplace_back(s);
    region_group.resize(region_label.size());
    const auto interval = data.numbers("interval_ms");
    if (interval.size() == 2) from_ms = interval[0], to_ms = interval[1];
  }
  size_t n_samples() const { return time_ms.size(); }
  size_t n_units() const { return unit_region.size(); }
  size_t n_regions() const { return region_label.size(); }
  bool has_signal() const { return data.has("signal"); }
  bool has_spikes() const { return data.has("spike_time_ms"); }
  double sample_interval_ms() const { return n_samples() > 1 ? time_ms[1] - time_ms[0] : 0.0; }

  // The mean over the units of each region: [region][sample]. Regions without units stay empty.
  std::vector<std::vector<double>> region_means() const {
    std::vector<std::vector<double>> out(n_regions());
    std::vector<double> units(n_regions(), 0.0);
    for (const auto r : unit_region) units[static_cast<size_t>(r)] += 1.0;
    for (size_t r = 0; r < n_regions(); ++r)
      if (units[r] > 0) out[r].assign(n_samples(), 0.0);
    // As many samples at a time as the first-level cache holds, roughly.
    constexpr size_t few = 32;
    for (size_t first = 0; first < n_samples(); first += few) {
      const size_t last = std::min(first + few, n_samples());
      for (size_t u = 0; u < n_units(); ++u) {
        double* const to = out[static_cast<size_t>(unit_region[u])].data();
        for (size_t t = first; t < last; ++t) to[t] += signal[t * n_units() + u];
      }
    }
    for (size_t r = 0; r < n_regions(); ++r)
      for (double& x : out[r]) x /= units[r];
    return out;
  }
  // Names of groups in order of first appearance, without "".
  std::vector<std::string> groups() const {
    std::vector<std::string> out;
    for (const auto& g : region_group)
      if (!g.empty() && std::ranges::find(out, g) == out.end()) out.push_back(g);
    return out;
  }
  std::vector<size_t> members(std::string_view group) const {
    std::vector<size_t> out;
    for (size_t r = 0; r < region_group.size(); ++r)
      if (region_group[r] == group) out.push_back(r);
    return out;
  }

  Dataset data;
  std::span<const double> signal, time_ms;
  std::span<const int64_t> unit_region;
  std::span<const double> spike_time_ms;
  std::span<const int64_t> spike_unit, spike_unit_region;
  std::span<const double> stimulus_onset_ms, stimulus_duration_ms, weights;
  std::vector<std::string> region_label, region_group;
  double from_ms = 0, to_ms = 0;
};

// Writes one value per region ("region:LABEL"), then the mean of the finite ones of each group under the group's name.
inline void region_and_group_metrics(Sink& out, const Recording& rec, const char* name, const char* unit,
                                     std::span<const double> per_region) {
  for (size_t r = 0; r < rec.n_regions(); ++r) out.metric(name, unit, "region:" + rec.region_label[r], per_region[r]);
  for (const auto& g : rec.groups()) {
    double sum = 0, n = 0;
    for (const size_t r : rec.members(g))
      if (per_region[r] - per_region[r] == 0) sum += per_region[r], n += 1;
    out.metric(name, unit, g, n > 0 ? sum / n : std::numeric_limits<double>::quiet_NaN());
  }
}

template <class M>
concept Analyzer = std::constructible_from<M, const typename M::Params&> &&
    requires(const M& m, const Recording& r, Sink& out) {
  { M::info } -> std::convertible_to<Info>;
  M::Params::fields;
  m.analyze(r, out);
};

namespace detail {
template <class M>
void run_analyzer(const M& m, uint64_t, const Dataset& in, Sink& out) {
  m.analyze(Recording(in), out);
}
}  // namespace detail

template <Analyzer M>
inline constexpr eg_plugin analyzer = detail::describe<M>("analyzer", EG_SHAPE_BATCH,
                                                          &detail::BatchTable<M, detail::run_analyzer<M>>::table);

}  // namespace eg
