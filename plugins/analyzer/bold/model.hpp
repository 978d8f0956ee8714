// The BOLD signal that the activity of each region would give in a scanner, and its functional connectivity.
#pragma once
#include "../common/bold_series.hpp"
#include "../common/region_correlations.hpp"

namespace analysis {

struct Bold {
  static constexpr eg::Info info{"core.bold", "1.0.0", "BOLD signal of each region and its functional connectivity"};
  struct Params : BoldParams {
    static constexpr auto fields = bold_fields;
  } p;
  explicit Bold(const Params& params) : p(params) {}

  // Arrays bold [T, R], bold_time_ms [T], bold_fc [R, R]; metrics bold_fc_mean (whole, groups, pairs of groups) and
  // bold_volumes. Too short a recording is warned about and gives NaN. Throws when the drive empties the vessels.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const auto bold = bold_series(rec, p, out);
    if (bold.n_samples > 0) write_series(rec, bold, out);
    const auto fc = region_correlations(bold.values);
    out.array("bold_fc", fc, {rec.n_regions(), rec.n_regions()}, "Pearson correlation of the BOLD of two regions");
    write_pair_means(out, rec, "bold_fc_mean", fc);
    out.metric("bold_volumes", "", "", static_cast<double>(bold.n_samples));
  }

 private:
  static void write_series(const eg::Recording& rec, const RegionSeries& bold, eg::Sink& out) {
    std::vector<double> rows, time_ms;
    for (size_t k = 0; k < bold.n_samples; ++k) {
      time_ms.push_back(bold.time_ms(k));
      for (const auto& b : bold.values) rows.push_back(b.empty() ? undetermined : b[k]);
    }
    out.array("bold", rows, {bold.n_samples, rec.n_regions()},
              "BOLD signal at the end of each volume, change relative to rest");
    out.array("bold_time_ms", time_ms, {bold.n_samples}, "time of the rows of bold");
  }
};

}  // namespace analysis
