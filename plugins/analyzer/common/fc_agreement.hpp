// How well a predicted functional connectivity agrees with a measured one, over the pairs of regions.
#pragma once
#include <string>

#include "empirical_fc.hpp"
#include "region_pairs.hpp"
#include "statistics.hpp"

namespace analysis {

// Predicted and measured connectivity of the pairs i < j that both know.
struct PairedFc {
  std::vector<double> predicted, measured, distance_mm;
  std::vector<double> predicted_within, measured_within;  // pairs of one hemisphere
  size_t n_unknown = 0;                                   // pairs whose prediction is not a number
};

// `predicted`: [R, R] of the run.
inline PairedFc paired_fc(std::span<const double> predicted, const EmpiricalFc& measured, const RegionPairs& pairs,
                          size_t n_regions) {
  PairedFc out;
  for (size_t a = 0; a < measured.region.size(); ++a)
    for (size_t b = a + 1; b < measured.region.size(); ++b) {
      const size_t i = measured.region[a], j = measured.region[b];
      const double x = 0.5 * (predicted[i * n_regions + j] + predicted[j * n_regions + i]), y = measured(a, b);
      if (!std::isfinite(x)) {
        out.n_unknown += 1;
        continue;
      }
      out.predicted.push_back(x), out.measured.push_back(y);
      if (pairs.has_distances()) out.distance_mm.push_back(pairs.distance_mm(i, j));
      if (pairs.has_hemispheres() && pairs.within_hemisphere(i, j))
        out.predicted_within.push_back(x), out.measured_within.push_back(y);
    }
  return out;
}

// Metrics fc_r, fc_rho (Spearman), fc_r_intra (within hemispheres), fc_r_partial (given the distance), each followed by
// `suffix`, under the group that is the name of the measured matrix. NaN where hemispheres or distances are not known.
inline void write_agreement(eg::Sink& out, const PairedFc& fc, const std::string& suffix, const std::string& group) {
  const auto put = [&](const char* name, double value) { out.metric((name + suffix).c_str(), "", group, value); };
  put("fc_r", pearson(fc.predicted, fc.measured));
  put("fc_rho", spearman(fc.predicted, fc.measured));
  put("fc_r_intra", pearson(fc.predicted_within, fc.measured_within));
  put("fc_r_partial",
      fc.distance_mm.empty() ? undetermined : partial_pearson(fc.predicted, fc.measured, fc.distance_mm));
}

}  // namespace analysis
