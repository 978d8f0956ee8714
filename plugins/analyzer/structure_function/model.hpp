// How much of functional connectivity follows from the weights between regions.
#pragma once
#include "../common/region_correlations.hpp"
#include "../common/region_pairs.hpp"
#include "../common/region_series.hpp"

namespace analysis {

struct StructureFunction {
  static constexpr eg::Info info{"core.structure_function", "1.0.0",
                                 "correlation of functional connectivity with structural weights"};
  struct Params : SeriesParams {
    constexpr Params() { spike_bin_ms = 10; }
    static constexpr auto fields = series_fields;
  } p;
  explicit StructureFunction(const Params& params) : p(params) {}

  // Over pairs of regions i < j whose correlation is known: Pearson's r and Spearman's rho of the correlation of their
  // series with the mean weight of both directions. Metrics: see structure_function.md.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const size_t n = rec.n_regions();
    if (rec.weights.size() != n * n || n == 0)
      throw std::invalid_argument(
          "the recording comes without the weights of a connectome: structure_function needs one");
    const auto fc = region_correlations(region_series(rec, p, 3).values);
    const RegionPairs regions(rec);
    Pairs all, edges, within, placed;
    for (size_t i = 0; i < n; ++i)
      for (size_t j = i + 1; j < n; ++j) {
        if (!std::isfinite(fc[i * n + j])) continue;
        const double there = rec.weights[i * n + j], back = rec.weights[j * n + i], w = 0.5 * (there + back);
        const double distance = regions.distance_mm(i, j);
        all.add(w, fc[i * n + j], distance);
        if (there != 0 || back != 0) edges.add(w, fc[i * n + j], distance);
        if (regions.within_hemisphere(i, j)) within.add(w, fc[i * n + j], distance);
        if (std::isfinite(distance)) placed.add(w, fc[i * n + j], distance);
      }
    out.metric("structure_function_pairs", "", "", static_cast<double>(all.weight.size()));
    write(out, "structure_function", all);
    write(out, "structure_function_edges", edges);
    write(out, "structure_function_within", within);
    out.metric("structure_function_partial_pearson", "", "",
               partial_pearson(placed.weight, placed.fc, placed.distance_mm));
    out.metric("structure_function_partial_spearman", "", "",
               partial_pearson(ranks(placed.weight), ranks(placed.fc), ranks(placed.distance_mm)));
  }

 private:
  struct Pairs {
    std::vector<double> weight, fc, distance_mm;
    void add(double w, double r, double d) { weight.push_back(w), fc.push_back(r), distance_mm.push_back(d); }
  };
  static void write(eg::Sink& out, const std::string& name, const Pairs& pairs) {
    out.metric((name + "_pearson").c_str(), "", "", pearson(pairs.weight, pairs.fc));
    out.metric((name + "_spearman").c_str(), "", "", spearman(pairs.weight, pairs.fc));
  }
};

}  // namespace analysis
