// A random graph with the degrees, the lengths and the relation of weight and length of the real one.
#pragma once
#include "../common/length_bins.hpp"
#include "../common/rewiring.hpp"

namespace null_model {

struct LengthBinned {
  static constexpr eg::Info info{"core.length_binned", "1.0.0", "keeps degrees and how weights depend on length"};
  struct Params : SwapParams {
    int64_t bins = 15, edges_per_bin = 30;
    LengthSource length = LengthSource::automatic;
    static constexpr auto fields = eg::concat(
        eg::list(
            eg::param("bins", &Params::bins, eg::range(1, 100),
                      "intervals of length, at most, each with the same number of real edges; swaps stay within one"),
            eg::param("edges_per_bin", &Params::edges_per_bin, eg::range(1, 1e9),
                      "real edges in an interval, at least: fewer leave nothing to swap"),
            eg::param("length", &Params::length, eg::choices("auto", "centres", "tracts"),
                      "between the centres of regions, or of tracts; auto: centres if they are known")),
        swap_fields);
  } p;
  explicit LengthBinned(const Params& params) : p(params) {}

  // Throws as core.degree_preserving does, and std::invalid_argument where lengths are unknown. Metrics: see
  // length_binned.md.
  eg::Connectome surrogate(const eg::Connectome& real, uint64_t seed, eg::Sink& log) const {
    const auto lengths_mm = place_lengths_mm(real, p.length, treat_as_directed(real, p.graph), info.name);
    const auto most = static_cast<int64_t>(count_edges(real)) / p.edges_per_bin;
    const auto bins = std::clamp<int64_t>(most, 1, p.bins);
    const auto classes = length_classes(real, lengths_mm, static_cast<size_t>(bins));
    eg::Random random(seed, info.name);
    auto null = finish(rewire(real, p, random, &classes, "lower bins, or raise edges_per_bin"), info.name, real, log,
                       [&](const eg::Connectome& made) { check_classes(real, made, classes, "equally long"); });
    log.metric("length_bins", "", "", static_cast<double>(bins));
    log.metric("length_mean_real", "mm", "", mean_length_mm(real, lengths_mm));
    log.metric("length_mean_null", "mm", "", mean_length_mm(null, lengths_mm));
    return null;
  }

 private:
  static double mean_length_mm(const eg::Connectome& c, const std::vector<double>& lengths_mm) {
    double sum = 0, edges = 0;
    for_each_edge(c, [&](size_t i, size_t j, double) {
      if (const double mm = lengths_mm[i * c.size() + j]; mm > 0) sum += mm, edges += 1;
    });
    return sum / edges;
  }
};

}  // namespace null_model
