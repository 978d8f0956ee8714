// A power law fitted to a spectrum, and how far its largest value stands above it.
#pragma once
#include "statistics.hpp"

namespace analysis {

struct PowerLawPeak {
  double exponent = undetermined;   // b of psd ~ f^-b
  double height_sd = undetermined;  // of ln psd at the peak above the line, in SDs of the residuals
};

// The straight line through ln psd over ln f, and the SD of what lies about it. Left out are zero frequencies and
// powers, and those where `is_left_out(k)`. `clip_sd` above 0 also leaves out what lies more than that many SDs above
// the line, and fits again until nothing does: a broad peak and its harmonics would otherwise hide themselves in the
// SD.
struct PowerLaw {
  double slope = undetermined, mean_log_f = undetermined, mean_log_psd = undetermined, sd = undetermined;
  double above(double f, double psd) const { return std::log(psd) - mean_log_psd - slope * (std::log(f) - mean_log_f); }
};
template <class F>
PowerLaw fit_power_law(std::span<const double> f, std::span<const double> psd, double clip_sd, F&& is_left_out) {
  std::vector<double> x, y;
  for (size_t k = 0; k < f.size(); ++k)
    if (f[k] > 0 && psd[k] > 0 && !is_left_out(k)) x.push_back(std::log(f[k])), y.push_back(std::log(psd[k]));
  for (;;) {
    if (x.size() < 3) return {};
    const auto dx = deviations(x), dy = deviations(y);
    PowerLaw out{dot(dx, dy) / dot(dx, dx), mean(x), mean(y), undetermined};
    std::vector<double> residuals, kept_x, kept_y;
    for (size_t k = 0; k < x.size(); ++k) residuals.push_back(dy[k] - out.slope * dx[k]);
    out.sd = standard_deviation(residuals);
    for (size_t k = 0; k < x.size(); ++k)
      if (clip_sd <= 0 || residuals[k] <= clip_sd * out.sd) kept_x.push_back(x[k]), kept_y.push_back(y[k]);
    if (kept_x.size() == x.size()) return out;
    x = std::move(kept_x), y = std::move(kept_y);
  }
}

// How far a peak stands above the line. It takes no part in the fit, nor do two frequencies on each side, the width of
// the Hann window's main lobe. Undetermined at frequency 0.
inline PowerLawPeak peak_above_power_law(std::span<const double> f, std::span<const double> psd, size_t peak,
                                         double clip_sd = 0) {
  if (f[peak] <= 0) return {};
  const auto line = fit_power_law(f, psd, clip_sd, [&](size_t k) { return k + 2 >= peak && k <= peak + 2; });
  return {-line.slope, line.above(f[peak], psd[peak]) / line.sd};
}

// How deep one must go down from a peak, on the way to anything higher or to the end, on the side where that is less: a
// bump on a slope or on a plateau has little of it, however high the plateau.
inline double descent(std::span<const double> y, size_t peak) {
  double left = y[peak], right = y[peak];
  for (size_t k = peak; k-- > 0 && y[k] <= y[peak];) left = std::min(left, y[k]);
  for (size_t k = peak + 1; k < y.size() && y[k] <= y[peak]; ++k) right = std::min(right, y[k]);
  return y[peak] - std::max(left, right);
}

}  // namespace analysis
