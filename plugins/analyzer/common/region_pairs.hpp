// What is known about pairs of regions besides their activity: distance and hemisphere.
#pragma once
#include <encephagen/sdk/analyzer.hpp>
#include <string>
#include <vector>

#include "statistics.hpp"

namespace analysis {

class RegionPairs {
 public:
  explicit RegionPairs(const eg::Recording& rec) : n_(rec.n_regions()), distance_mm_(distances(rec)) {
    for (const char* side : rec.data.texts("attribute.hemisphere")) side_.emplace_back(side);
  }
  bool has_distances() const { return !distance_mm_.empty(); }
  bool has_hemispheres() const { return !side_.empty(); }
  // NaN where it is not known.
  double distance_mm(size_t i, size_t j) const { return has_distances() ? distance_mm_[i * n_ + j] : undetermined; }
  // Whether both lie in one; regions of both sides lie in none.
  bool within_hemisphere(size_t i, size_t j) const { return has_side(i) && side_[i] == side_[j]; }
  bool between_hemispheres(size_t i, size_t j) const { return has_side(i) && has_side(j) && side_[i] != side_[j]; }

 private:
  bool has_side(size_t i) const { return has_hemispheres() && (side_[i] == "left" || side_[i] == "right"); }

  // Between the centres, in a straight line. Where there are no centres: the mean of the tract lengths of both
  // directions, as far as they are given (above 0).
  static std::vector<double> distances(const eg::Recording& rec) {
    const auto centres = rec.data.numbers("centres_mm"), lengths = rec.data.numbers("lengths_mm");
    const size_t n = rec.n_regions();
    if (centres.empty() && lengths.empty()) return {};
    std::vector<double> out(n * n);
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j)
        out[i * n + j] = centres.empty()
                             ? mean_length(lengths[i * n + j], lengths[j * n + i])
                             : std::hypot(centres[3 * i] - centres[3 * j], centres[3 * i + 1] - centres[3 * j + 1],
                                          centres[3 * i + 2] - centres[3 * j + 2]);
    return out;
  }
  static double mean_length(double there, double back) {
    if (there > 0 && back > 0) return 0.5 * (there + back);
    return there > 0 ? there : back > 0 ? back : undetermined;
  }

  size_t n_;
  std::vector<double> distance_mm_;
  std::vector<std::string> side_;
};

// Pearson's r of x and y, given z. NaN where one of them follows from z.
inline double partial_pearson(std::span<const double> x, std::span<const double> y, std::span<const double> z) {
  const double xy = pearson(x, y), xz = pearson(x, z), yz = pearson(y, z);
  const double scale = std::sqrt((1 - xz * xz) * (1 - yz * yz));
  return scale > 0 ? (xy - xz * yz) / scale : undetermined;
}

}  // namespace analysis
