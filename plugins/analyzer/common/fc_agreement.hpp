// How well a predicted functional connectivity agrees with a measured one, over the pairs of regions.
#pragma once
#include <string>

#include "empirical_fc.hpp"
#include "statistics.hpp"

namespace analysis {

// What is known about the pairs of regions of a run, besides their connectivity.
class RegionPairs {
 public:
  explicit RegionPairs(const eg::Recording& rec) : n_(rec.n_regions()), distance_mm_(distances(rec)) {
    for (const char* side : rec.data.texts("attribute.hemisphere")) side_.emplace_back(side);
  }
  bool has_distances() const { return !distance_mm_.empty(); }
  bool has_hemispheres() const { return !side_.empty(); }
  double distance_mm(size_t i, size_t j) const { return distance_mm_[i * n_ + j]; }
  bool within_hemisphere(size_t i, size_t j) const { return side_[i] == side_[j] && side_[i] != "both"; }

 private:
  // Between the centres, in a straight line; the mean of the tract lengths of both directions where there are no
  // centres.
  static std::vector<double> distances(const eg::Recording& rec) {
    const auto centres = rec.data.numbers("centres_mm"), lengths = rec.data.numbers("lengths_mm");
    const size_t n = rec.n_regions();
    if (centres.empty() && lengths.empty()) return {};
    std::vector<double> out(n * n);
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j) {
        double squared = 0;
        for (size_t k = 0; k < 3 && !centres.empty(); ++k) {
          const double d = centres[3 * i + k] - centres[3 * j + k];
          squared += d * d;
        }
        out[i * n + j] = centres.empty() ? 0.5 * (lengths[i * n + j] + lengths[j * n + i]) : std::sqrt(squared);
      }
    return out;
  }

  size_t n_;
  std::vector<double> distance_mm_;
  std::vector<std::string> side_;
};

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

// Of x and y, given z. NaN where one of them follows from z.
inline double partial_correlation(std::span<const double> x, std::span<const double> y, std::span<const double> z) {
  const double xy = pearson(x, y), xz = pearson(x, z), yz = pearson(y, z);
  const double scale = std::sqrt((1 - xz * xz) * (1 - yz * yz));
  return scale > 0 ? (xy - xz * yz) / scale : undetermined;
}

// Metrics fc_r, fc_rho (Spearman), fc_r_intra (within hemispheres), fc_r_partial (given the distance), each followed by
// `suffix`, under the group that is the name of the measured matrix. NaN where hemispheres or distances are not known.
inline void write_agreement(eg::Sink& out, const PairedFc& fc, const std::string& suffix, const std::string& group) {
  const auto put = [&](const char* name, double value) { out.metric((name + suffix).c_str(), "", group, value); };
  put("fc_r", pearson(fc.predicted, fc.measured));
  put("fc_rho", spearman(fc.predicted, fc.measured));
  put("fc_r_intra", pearson(fc.predicted_within, fc.measured_within));
  put("fc_r_partial",
      fc.distance_mm.empty() ? undetermined : partial_correlation(fc.predicted, fc.measured, fc.distance_mm));
}

}  // namespace analysis
