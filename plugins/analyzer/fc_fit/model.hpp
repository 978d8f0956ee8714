// How well the functional connectivity of a run, and its dynamics, agree with what was measured in people.
#pragma once
#include "../common/bold_series.hpp"
#include "../common/fc_agreement.hpp"
#include "fcd.hpp"

namespace analysis {

enum class FcOf { bold, activity };

struct FcFit {
  static constexpr eg::Info info{"core.fc_fit", "1.0.0",
                                 "agreement of functional connectivity and its dynamics with measured ones"};
  struct Params : BoldParams, EmpiricalParams {
    FcOf fc_of = FcOf::bold;
    std::string_view fcd_dataset, fcd_file, fcd_variable;
    std::string_view fcd_test_dataset, fcd_test_file, fcd_test_variable;
    FcdKind fcd_kind = FcdKind::sample;
    double fcd_window_ms = 60000, fcd_step_ms = 3000;
    constexpr Params() { spike_bin_ms = 10; }
    static constexpr auto fields = eg::concat(
        eg::list(eg::param("fc_of", &Params::fc_of, eg::choices("bold", "activity"),
                           "whether the run's connectivity is that of its BOLD signal or of the activity itself"),
                 eg::param("bin_ms", &SeriesParams::bin_ms, eg::range(0, 1e6),
                           "fc_of activity: average the signal over bins of this length; 0 takes every sample"),
                 eg::param("spike_bin_ms", &SeriesParams::spike_bin_ms, eg::range(1e-3, 1e6),
                           "fc_of activity: bin in which spikes are counted")),
        eg::concat(
            bold_fields,
            eg::concat(
                empirical_fields,
                eg::list(eg::dataset_param("fcd_dataset", &Params::fcd_dataset,
                                           "id of a distribution of measured FCD values in a data manifest"),
                         eg::file_param("fcd_file", &Params::fcd_file, "the same as a file; at most one of the two"),
                         eg::param("fcd_variable", &Params::fcd_variable, "array of an npz or mat file that holds it"),
                         eg::dataset_param("fcd_test_dataset", &Params::fcd_test_dataset,
                                           "id of the distribution of the people or sessions of the test matrix"),
                         eg::file_param("fcd_test_file", &Params::fcd_test_file, "the same as a file"),
                         eg::param("fcd_test_variable", &Params::fcd_test_variable, "array that holds it"),
                         eg::param("fcd_kind", &Params::fcd_kind, eg::choices("sample", "histogram", "cumulative"),
                                   "what the numbers are: FCD values; their counts in equal bins from -1 to 1; such "
                                   "counts summed up"),
                         eg::param("fcd_window_ms", &Params::fcd_window_ms, eg::range(1, 1e9),
                                   "length of a window, rounded to whole samples"),
                         eg::param("fcd_step_ms", &Params::fcd_step_ms, eg::range(1, 1e9),
                                   "from window to window, rounded to whole samples")))));
  } p;
  explicit FcFit(const Params& params) : p(params) {
    files::one_of("fc_dataset", p.fc_dataset, "fc_file", p.fc_file, true);
  }

  // Array fc [R, R]; metrics see fc_fit.md. Group "" where there is one measured matrix, "train" and "test" where there
  // are two.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const auto measured = read_empirical_fc(rec, p, out);
    const RegionPairs pairs(rec);
    const auto series = p.fc_of == FcOf::bold ? bold_series(rec, p, out) : region_series(rec, p, 3);
    const size_t n = rec.n_regions();
    const auto fc = region_correlations(series.values);
    out.array("fc", fc, {n, n}, "Pearson correlation of two regions");
    for (const auto& m : measured) {
      const auto paired = paired_fc(fc, m, pairs, n);
      if (paired.n_unknown > 0 && &m == &measured.front())
        out.warning(std::to_string(paired.n_unknown) + " pairs with a constant or unrecorded region are not compared");
      write_agreement(out, paired, "", m.name);
      out.metric("fc_nrmse", "", m.name, nrmse(paired));
      out.metric("fc_global_signal", "", m.name, global_signal(paired.predicted, m.region.size()));
      out.metric("fc_global_signal_measured", "", m.name, global_signal(paired.measured, m.region.size()));
      out.metric("fc_pairs", "", m.name, static_cast<double>(paired.predicted.size()));
    }
    if (measured.size() == 2) out.metric("fc_noise_ceiling", "", "", ceiling(measured[0], measured[1], n));
    compare_dynamics(series, measured.front().region, out);
  }

 private:
  // Root of the mean squared difference, relative to the standard deviation of what was measured: 1 is no better than
  // one number for all pairs.
  static double nrmse(const PairedFc& fc) {
    double sum = 0;
    for (size_t k = 0; k < fc.predicted.size(); ++k) {
      const double d = fc.predicted[k] - fc.measured[k];
      sum += d * d;
    }
    return std::sqrt(sum / static_cast<double>(fc.predicted.size())) / standard_deviation(fc.measured);
  }

  // The variance of the mean over regions of their z-scored signals: the mean of all entries of the matrix, its
  // diagonal of ones included.
  static double global_signal(std::span<const double> pairs, size_t n_regions) {
    const auto n = static_cast<double>(n_regions);
    return (n + n * (n - 1) * mean(pairs)) / (n * n);
  }

  // Pearson's r of the two measured matrices over the pairs of regions that both have.
  static double ceiling(const EmpiricalFc& a, const EmpiricalFc& b, size_t n_regions) {
    std::vector<double> all(n_regions * n_regions, undetermined);
    for (size_t i = 0; i < a.region.size(); ++i)
      for (size_t j = 0; j < a.region.size(); ++j) all[a.region[i] * n_regions + a.region[j]] = a(i, j);
    std::vector<double> x, y;
    for (size_t i = 0; i < b.region.size(); ++i)
      for (size_t j = i + 1; j < b.region.size(); ++j) {
        const double value = all[b.region[i] * n_regions + b.region[j]];
        if (std::isfinite(value)) x.push_back(value), y.push_back(b(i, j));
      }
    return pearson(x, y);
  }

  void compare_dynamics(const RegionSeries& series, const std::vector<size_t>& members, eg::Sink& out) const {
    const auto path = files::one_of("fcd_dataset", p.fcd_dataset, "fcd_file", p.fcd_file, false);
    const auto test = files::one_of("fcd_test_dataset", p.fcd_test_dataset, "fcd_test_file", p.fcd_test_file, false);
    if (p.fc_of == FcOf::activity && path.empty()) return;  // of finely sampled series dear, and seldom wanted
    const auto samples = [&](double ms) {
      return static_cast<size_t>(std::max(1.0, std::round(ms / series.interval_ms)));
    };
    std::vector<size_t> recorded;
    for (const size_t r : members)
      if (!series.values[r].empty()) recorded.push_back(r);
    const auto values = fcd_values(series.values, recorded, samples(p.fcd_window_ms), samples(p.fcd_step_ms));
    out.metric("fcd_mean", "", "", mean(values));
    out.metric("fcd_sd", "", "", standard_deviation(values));
    if (values.empty() && !path.empty())
      out.warning("the recording is too short for two windows of fcd_window_ms = " + std::to_string(p.fcd_window_ms) +
                  ": record for longer, or choose a shorter window");
    const auto compare = [&](const std::string& file, std::string_view variable, const char* group) {
      if (file.empty()) return;
      const auto measured = fcd_distribution(files::read_matrix(file, std::string(variable)), p.fcd_kind);
      out.metric("fcd_ks", "", group, ks_distance(values, measured, p.fcd_kind));
    };
    compare(path, p.fcd_variable, test.empty() ? "" : "train");
    compare(test, p.fcd_test_variable, "test");
  }
};

}  // namespace analysis
