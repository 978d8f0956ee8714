// Which regions stand at the ceiling or at the floor of a bounded activity, where other metrics lose their meaning.
#pragma once
#include "../common/metrics.hpp"
#include "../common/region_series.hpp"

namespace analysis {

struct Saturation {
  static constexpr eg::Info info{"core.saturation", "1.0.0", "regions at the ceiling or floor of a bounded activity"};
  struct Params {
    double saturated_above = 0.95, silent_below = 0.05, silent_variance = 1e-3, lower_bound = 0, upper_bound = 1;
    static constexpr auto fields = eg::list(
        eg::param("saturated_above", &Params::saturated_above, eg::any, "a region with a larger mean is saturated"),
        eg::param("silent_below", &Params::silent_below, eg::any,
                  "a region with a smaller mean and a variance below silent_variance is silent"),
        eg::param("silent_variance", &Params::silent_variance, eg::range(0, 1e12),
                  "variance in time that a silent region stays below"),
        eg::param("lower_bound", &Params::lower_bound, eg::any, "floor of the signal"),
        eg::param("upper_bound", &Params::upper_bound, eg::any, "ceiling of the signal"));
  } p;
  explicit Saturation(const Params& params) : p(params) {
    if (!(p.lower_bound < p.upper_bound)) throw std::invalid_argument("lower_bound must be below upper_bound");
    if (p.silent_below > p.saturated_above)
      throw std::invalid_argument("silent_below must not be above saturated_above");
  }

  // state: 1 saturated, 0 active, -1 silent. clipped_fraction: samples that equal a bound.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const auto series = signal_series(rec, 0);
    const auto clipped = clipped_fractions(rec);
    std::vector<double> state, saturated, silent;
    std::vector<std::string> saturated_names, silent_names;
    for (size_t r = 0; r < rec.n_regions(); ++r) {
      const auto& x = series.values[r];
      const double m = x.empty() ? undetermined : mean(x);
      require_bounded(rec.region_label[r], m);
      const bool is_saturated = m > p.saturated_above,
                 is_silent = m < p.silent_below && variance(x) < p.silent_variance;
      if (is_saturated) saturated_names.push_back(rec.region_label[r]);
      if (is_silent) silent_names.push_back(rec.region_label[r]);
      state.push_back(x.empty() ? undetermined : is_saturated - is_silent);
      saturated.push_back(x.empty() ? undetermined : is_saturated);
      silent.push_back(x.empty() ? undetermined : is_silent);
    }
    for (size_t r = 0; r < rec.n_regions(); ++r) out.metric("state", "", "region:" + rec.region_label[r], state[r]);
    write_shares(out, rec, "saturated_fraction", saturated);
    write_shares(out, rec, "silent_fraction", silent);
    write_metrics(out, rec, "clipped_fraction", "", clipped);
    warn(out, saturated_names, "saturated", "mean above " + number(p.saturated_above) + " is saturation, not silence");
    warn(out, silent_names, "silent",
         "mean below " + number(p.silent_below) + " and variance below " + number(p.silent_variance));
  }

 private:
  // Noise may carry single samples of a bounded model a little beyond its bounds, but not the mean of a region.
  void require_bounded(const std::string& region, double mean) const {
    const double margin = 0.05 * (p.upper_bound - p.lower_bound);
    if (mean < p.lower_bound - margin || mean > p.upper_bound + margin)
      throw std::invalid_argument(
          "the mean signal of region '" + region + "' is " + number(mean) + ", outside [" + number(p.lower_bound) +
          ", " + number(p.upper_bound) +
          "]: saturation needs a bounded activity; record one or set lower_bound and upper_bound");
  }

  std::vector<double> clipped_fractions(const eg::Recording& rec) const {
    const size_t n_units = rec.n_units();
    std::vector<double> clipped(rec.n_regions(), 0.0), samples(rec.n_regions(), 0.0);
    for (size_t t = 0; t < rec.n_samples(); ++t)
      for (size_t u = 0; u < n_units; ++u) {
        const double x = rec.signal[t * n_units + u];
        const auto r = static_cast<size_t>(rec.unit_region[u]);
        samples[r] += 1;
        if (x == p.lower_bound || x == p.upper_bound) clipped[r] += 1;
      }
    for (size_t r = 0; r < clipped.size(); ++r) clipped[r] /= samples[r];
    return clipped;
  }

  // A share of regions is a word about groups and the whole; for a single region it is `state`.
  static void write_shares(eg::Sink& out, const eg::Recording& rec, const char* name, std::span<const double> flags) {
    for (const auto& g : rec.groups()) out.metric(name, "", g, finite_mean(pick(flags, rec.members(g))));
    out.metric(name, "", "", finite_mean(flags));
  }

  static void warn(eg::Sink& out, const std::vector<std::string>& names, const std::string& what,
                   const std::string& why) {
    if (!names.empty())
      out.warning(std::to_string(names.size()) + (names.size() == 1 ? " region is " : " regions are ") + what + " (" +
                  why + "): " + name_list(names));
  }

  static std::string number(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", x);
    return text;
  }
};

}  // namespace analysis
