// The BOLD signal that the activity of each region would give in a scanner, and its functional connectivity.
#pragma once
#include "../common/region_correlations.hpp"
#include "../common/region_series.hpp"
#include "hemodynamics.hpp"

namespace analysis {

enum class BoldModel { friston2003, heinzle2016_3t };

struct Bold {
  static constexpr eg::Info info{"core.bold", "1.0.0", "BOLD signal of each region and its functional connectivity"};
  struct Params : SeriesParams {
    BoldModel constants = BoldModel::friston2003;
    double scale = 1, baseline = 0, step_ms = 10, tr_ms = 720, burn_in_ms = 60000;
    double signal_decay_ms = 650, flow_feedback_ms = 410;
    static constexpr auto fields = eg::list(
        eg::param("source", &SeriesParams::source, eg::choices("auto", "signal", "spikes"),
                  "what drives the vessels; auto takes the signal where there is one, else the spikes"),
        eg::param("scale", &Params::scale, eg::range(-1e9, 1e9),
                  "drive z = scale (x - baseline), x the signal or the rate in Hz; z near 1 is strong activation"),
        eg::param("baseline", &Params::baseline, eg::range(-1e9, 1e9), "activity at which the vessels are at rest"),
        eg::param("constants", &Params::constants, eg::choices("friston2003", "heinzle2016_3t"),
                  "k1, k2, k3 of the BOLD equation"),
        eg::param("step_ms", &Params::step_ms, eg::range(1, 10),
                  "activity is averaged over, and the equations are integrated in, steps of at most this"),
        eg::param("tr_ms", &Params::tr_ms, eg::range(10, 1e6), "time between volumes, a multiple of the step"),
        eg::param("burn_in_ms", &Params::burn_in_ms, eg::range(0, 1e9), "left out at the beginning"),
        eg::param("signal_decay_ms", &Params::signal_decay_ms, eg::range(1, 1e6),
                  "time constant of the vasodilatory signal, 1 / kappa"),
        eg::param("flow_feedback_ms", &Params::flow_feedback_ms, eg::range(1, 1e6),
                  "1 / gamma, gamma the feedback of blood flow on that signal"));
  } p;
  explicit Bold(const Params& params) : p(params) {}

  // Arrays bold [T, R], bold_time_ms [T], bold_fc [R, R]; metrics bold_fc_mean (whole, groups, pairs of groups) and
  // bold_volumes. Too short a recording is warned about and gives NaN. Throws when the drive empties the vessels.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const auto drive = activity(rec);
    const size_t per_volume = whole_steps(drive.interval_ms);
    const auto burn_in = static_cast<size_t>(std::ceil(p.burn_in_ms / drive.interval_ms - 1e-9));
    const size_t volumes = drive.n_samples > burn_in ? (drive.n_samples - burn_in) / per_volume : 0;
    std::vector<std::vector<double>> bold(rec.n_regions());
    double highest_flow = 1;
    for (size_t r = 0; r < bold.size(); ++r) {
      if (drive.values[r].empty()) continue;
      const auto every_step = respond(drive, r, rec.region_label[r], highest_flow);
      for (size_t k = 1; k <= volumes; ++k) bold[r].push_back(every_step[burn_in + k * per_volume - 1]);
    }
    if (volumes < 3)
      out.warning("the recording gives " + std::to_string(volumes) + " volumes after burn_in_ms: record for longer");
    if (highest_flow > 3)  // far above what activation does to flow; the equations were made for small changes
      out.warning("blood flow rises to " + std::to_string(highest_flow) +
                  " times that at rest: choose a smaller scale, or a baseline");
    if (volumes > 0) write_series(rec, drive, bold, burn_in, per_volume, out);
    const auto fc = region_correlations(bold);
    out.array("bold_fc", fc, {rec.n_regions(), rec.n_regions()}, "Pearson correlation of the BOLD of two regions");
    write_pair_means(out, rec, "bold_fc_mean", fc);
    out.metric("bold_volumes", "", "", static_cast<double>(volumes));
  }

 private:
  RegionSeries activity(const eg::Recording& rec) const {
    auto params = SeriesParams{p.source, 0, p.step_ms};
    if (takes_signal(rec, p)) {
      require_signal(rec);
      params.bin_ms = rec.sample_interval_ms() * std::max(1.0, std::floor(p.step_ms / rec.sample_interval_ms() + 1e-6));
    }
    return region_series(rec, params, 1);
  }

  size_t whole_steps(double interval_ms) const {
    const double ratio = p.tr_ms / interval_ms, steps = std::round(ratio);
    if (steps < 1 || std::abs(ratio - steps) > 1e-6 * steps)
      throw std::invalid_argument("tr_ms = " + std::to_string(p.tr_ms) + " is not a multiple of the step of " +
                                  std::to_string(interval_ms) + " ms: change tr_ms, step_ms or the recording interval");
    return static_cast<size_t>(steps);
  }

  std::vector<double> respond(const RegionSeries& drive, size_t region, const std::string& label,
                              double& highest_flow) const {
    const Hemodynamics model(p.constants == BoldModel::friston2003 ? friston_2003 : heinzle_2016_3t,
                             1000 / p.signal_decay_ms, 1000 / p.flow_feedback_ms);
    // A signal that was recorded in coarser steps is held while several of the integration pass.
    const auto parts = static_cast<size_t>(std::max(1.0, std::ceil(drive.interval_ms / p.step_ms - 1e-6)));
    const double h_s = drive.interval_ms / static_cast<double>(parts) / 1000;
    Hemodynamics::State x;
    std::vector<double> out;
    for (const double activity : drive.values[region]) {
      for (size_t k = 0; k < parts; ++k) model.step(x, p.scale * (activity - p.baseline), h_s);
      if (!(x.f > 0 && x.v > 0 && x.q > 0 && x.f < 1e6))
        throw std::invalid_argument("the activity of region '" + label + "' drives blood flow to " +
                                    std::to_string(x.f) + " times that at rest: change scale or baseline");
      highest_flow = std::max(highest_flow, x.f);
      out.push_back(model.bold(x));
    }
    return out;
  }

  static void write_series(const eg::Recording& rec, const RegionSeries& drive,
                           const std::vector<std::vector<double>>& bold, size_t burn_in, size_t per_volume,
                           eg::Sink& out) {
    std::vector<double> rows, time_ms;
    const size_t volumes = std::ranges::max(bold, {}, [](const auto& b) { return b.size(); }).size();
    for (size_t k = 0; k < volumes; ++k) {
      time_ms.push_back(drive.time_ms(burn_in + (k + 1) * per_volume - 1));
      for (const auto& b : bold) rows.push_back(b.empty() ? undetermined : b[k]);
    }
    out.array("bold", rows, {volumes, rec.n_regions()},
              "BOLD signal at the end of each volume, change relative to rest");
    out.array("bold_time_ms", time_ms, {volumes}, "time of the rows of bold");
  }
};

}  // namespace analysis
