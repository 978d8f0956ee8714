// The BOLD signal of each region, volume by volume, from a recorded signal or from spikes: core.bold, core.fc_fit.
#pragma once
#include "hemodynamics.hpp"
#include "region_series.hpp"

namespace analysis {

enum class BoldModel { friston2003, heinzle2016_3t };

struct BoldParams : SeriesParams {
  BoldModel constants = BoldModel::friston2003;
  double scale = 1, baseline = 0, step_ms = 10, tr_ms = 720, burn_in_ms = 60000;
  double signal_decay_ms = 650, flow_feedback_ms = 410;
};
inline constexpr auto bold_fields = eg::list(
    eg::param("source", &SeriesParams::source, eg::choices("auto", "signal", "spikes"),
              "what drives the vessels; auto takes the signal where there is one, else the spikes"),
    eg::param("scale", &BoldParams::scale, eg::range(-1e9, 1e9),
              "drive z = scale (x - baseline), x the signal or the rate in Hz; z near 1 is strong activation"),
    eg::param("baseline", &BoldParams::baseline, eg::range(-1e9, 1e9), "activity at which the vessels are at rest"),
    eg::param("constants", &BoldParams::constants, eg::choices("friston2003", "heinzle2016_3t"),
              "k1, k2, k3 of the BOLD equation"),
    eg::param("step_ms", &BoldParams::step_ms, eg::range(1, 10),
              "activity is averaged over, and the equations are integrated in, steps of at most this"),
    eg::param("tr_ms", &BoldParams::tr_ms, eg::range(10, 1e6), "time between volumes, a multiple of the step"),
    eg::param("burn_in_ms", &BoldParams::burn_in_ms, eg::range(0, 1e9), "left out at the beginning"),
    eg::param("signal_decay_ms", &BoldParams::signal_decay_ms, eg::range(1, 1e6),
              "time constant of the vasodilatory signal, 1 / kappa"),
    eg::param("flow_feedback_ms", &BoldParams::flow_feedback_ms, eg::range(1, 1e6),
              "1 / gamma, gamma the feedback of blood flow on that signal"));

namespace detail {

inline RegionSeries activity(const eg::Recording& rec, const BoldParams& p) {
  auto params = SeriesParams{p.source, 0, p.step_ms};
  if (takes_signal(rec, p)) {
    require_signal(rec);
    params.bin_ms = rec.sample_interval_ms() * std::max(1.0, std::floor(p.step_ms / rec.sample_interval_ms() + 1e-6));
  }
  return region_series(rec, params, 1);
}

inline size_t steps_per_volume(const BoldParams& p, double interval_ms) {
  const double ratio = p.tr_ms / interval_ms, steps = std::round(ratio);
  if (steps < 1 || std::abs(ratio - steps) > 1e-6 * steps)
    throw std::invalid_argument("tr_ms = " + std::to_string(p.tr_ms) + " is not a multiple of the step of " +
                                std::to_string(interval_ms) + " ms: change tr_ms, step_ms or the recording interval");
  return static_cast<size_t>(steps);
}

}  // namespace detail

// One sample per volume after the burn-in, at the end of each TR. Too short a recording and too strong a flow are
// warned about. Throws when the drive empties the vessels.
inline RegionSeries bold_series(const eg::Recording& rec, const BoldParams& p, eg::Sink& log) {
  const auto drive = detail::activity(rec, p);
  const size_t per_volume = detail::steps_per_volume(p, drive.interval_ms);
  const auto burn_in = static_cast<size_t>(std::ceil(p.burn_in_ms / drive.interval_ms - 1e-9));
  RegionSeries out{std::vector<std::vector<double>>(rec.n_regions()), p.tr_ms, drive.time_ms(burn_in + per_volume - 1),
                   false, drive.n_samples > burn_in ? (drive.n_samples - burn_in) / per_volume : 0};
  std::vector<size_t> region;  // of each column
  for (size_t r = 0; r < out.values.size(); ++r)
    if (!drive.values[r].empty()) region.push_back(r);
  const size_t columns = (region.size() + 7) / 8 * 8;  // the last ones stay at rest
  std::vector<double> values(drive.n_samples * columns), highest(columns), lowest(columns);
  for (size_t c = 0; c < region.size(); ++c)
    for (size_t k = 0; k < drive.n_samples; ++k)
      values[k * columns + c] = p.scale * (drive.values[region[c]][k] - p.baseline);
  const Hemodynamics model(p.constants == BoldModel::friston2003 ? friston_2003 : heinzle_2016_3t,
                           1000 / p.signal_decay_ms, 1000 / p.flow_feedback_ms);
  // A signal that was recorded in coarser steps is held while several of the integration pass.
  const auto parts = static_cast<size_t>(std::max(1.0, std::ceil(drive.interval_ms / p.step_ms - 1e-6)));
  respond({&model, drive.n_samples, columns, parts, drive.interval_ms / static_cast<double>(parts) / 1000,
           values.data(), highest.data(), lowest.data()});
  double highest_flow = 1;
  for (size_t c = 0; c < region.size(); ++c) {
    if (!(lowest[c] > 0 && highest[c] < 1e6))
      throw std::invalid_argument("the activity of region '" + rec.region_label[region[c]] + "' drives blood flow to " +
                                  std::to_string(highest[c] < 1e6 ? lowest[c] : highest[c]) +
                                  " times that at rest: change scale or baseline");
    highest_flow = std::max(highest_flow, highest[c]);
    for (size_t k = 1; k <= out.n_samples; ++k)
      out.values[region[c]].push_back(values[(burn_in + k * per_volume - 1) * columns + c]);
  }
  if (out.n_samples < 3)
    log.warning("the recording gives " + std::to_string(out.n_samples) +
                " volumes after burn_in_ms: record for longer");
  if (highest_flow > 3)  // far above what activation does to flow; the equations were made for small changes
    log.warning("blood flow rises to " + std::to_string(highest_flow) +
                " times that at rest: choose a smaller scale, or a baseline");
  return out;
}

}  // namespace analysis
