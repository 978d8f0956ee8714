// What the connectome of a run looks like as a graph.
#pragma once
#include "../common/metrics.hpp"
#include "../common/region_pairs.hpp"
#include "clustering.hpp"
#include "modularity.hpp"
#include "paths.hpp"
#include "rich_club.hpp"

namespace analysis {

struct Topology {
  static constexpr eg::Info info{"core.topology", "1.0.0",
                                 "degrees, clustering, modules, rich club and geometry of the connectome"};
  struct Params {
    int64_t rich_club_step = 10, modularity_restarts = 50, seed = 1;
    double resolution = 1;
    static constexpr auto fields = eg::list(
        eg::param("rich_club_step", &Params::rich_club_step, eg::range(1, 1e6),
                  "the rich-club curve is written as metrics at multiples of this degree; the array has every degree"),
        eg::param("resolution", &Params::resolution, eg::range(0, 1e3),
                  "of the modularity: larger values favour smaller modules"),
        eg::param("modularity_restarts", &Params::modularity_restarts, eg::range(1, 1e6),
                  "runs of Louvain's method in random order, of which the best counts"),
        eg::param("seed", &Params::seed, eg::range(0, 9e15), "of these orders"));
  } p;
  explicit Topology(const Params& params) : p(params) {}

  // Arrays and metrics: see topology.md. Throws without weights and for negative ones.
  void analyze(const eg::Recording& rec, eg::Sink& out) const {
    const Graph g(rec.weights, rec.region_label);
    write_metrics(out, rec, "in_degree", "", g.in);
    write_metrics(out, rec, "out_degree", "", g.out);
    write_metrics(out, rec, "in_strength", "", g.in_strength);
    write_metrics(out, rec, "out_strength", "", g.out_strength);
    write_metrics(out, rec, "clustering", "", binary_clustering(g));
    write_metrics(out, rec, "weighted_clustering", "", weighted_clustering(g));
    write_edges(g, out);
    write_modules(g, out);
    write_rich_club(g, out);
    write_geometry(g, RegionPairs(rec), out);
  }

 private:
  static void write_edges(const Graph& g, eg::Sink& out) {
    const double n = static_cast<double>(g.n);
    double returned = 0;
    g.for_each_edge([&](size_t i, size_t j, double) { returned += g.has(j, i); });
    out.metric("n_edges", "", "", g.n_edges);
    out.metric("density", "", "", g.n_edges / (n * (n - 1)));
    out.metric("reciprocity", "", "", returned / g.n_edges);
    out.metric("assortativity_in_in", "", "", assortativity(g, g.in, g.in));
    out.metric("assortativity_in_out", "", "", assortativity(g, g.in, g.out));
    out.metric("assortativity_out_in", "", "", assortativity(g, g.out, g.in));
    out.metric("assortativity_out_out", "", "", assortativity(g, g.out, g.out));
    out.metric("assortativity_strength", "", "", assortativity(g, g.out_strength, g.in_strength));
    const auto paths = shortest_paths(g);
    out.metric("path_length", "", "", paths.mean_length);
    out.metric("global_efficiency", "", "", paths.global_efficiency);
    out.metric("reachable_share", "", "", paths.reachable_share);
  }

  // Pearson's r over edges (Newman 2003, Phys Rev E 67:026126).
  static double assortativity(const Graph& g, const std::vector<double>& of_source,
                              const std::vector<double>& of_target) {
    std::vector<double> x, y;
    g.for_each_edge([&](size_t i, size_t j, double) { x.push_back(of_source[j]), y.push_back(of_target[i]); });
    return pearson(x, y);
  }

  void write_modules(const Graph& g, eg::Sink& out) const {
    const auto modules =
        find_modules(g, p.resolution, static_cast<uint64_t>(p.modularity_restarts), static_cast<uint64_t>(p.seed));
    out.metric("modularity", "", "", modules.q);
    out.metric("n_modules", "", "", static_cast<double>(std::ranges::max(modules.of) + 1));
    out.array("module", modules.of, {g.n}, "number of the module of each region");
  }

  void write_rich_club(const Graph& g, eg::Sink& out) const {
    const auto club = rich_club(g);
    const uint64_t levels = club.phi.size();
    out.array("rich_club_regions", club.regions, {levels}, "regions with more than k edges, k = 0, 1, ...");
    out.array("rich_club_edges", club.edges, {levels}, "edges between them");
    out.array("rich_club_phi", club.phi, {levels}, "their density");
    out.array("rich_club_weighted_phi", club.weighted_phi, {levels},
              "their weight over that of as many of the heaviest edges");
    for (size_t k = 0; k < levels; k += static_cast<size_t>(p.rich_club_step)) {
      const std::string group = "k:" + std::to_string(k);
      out.metric("rich_club_phi", "", group, club.phi[k]);
      out.metric("rich_club_weighted_phi", "", group, club.weighted_phi[k]);
    }
  }

  static void write_geometry(const Graph& g, const RegionPairs& pairs, eg::Sink& out) {
    std::vector<double> weights, distances, sum(g.n, 0.0), edges(g.n, 0.0), degrees, reach;
    double crossing = 0, sided = 0, crossing_weight = 0, sided_weight = 0, cost = 0, weight = 0;
    g.for_each_edge([&](size_t i, size_t j, double w) {
      const bool crosses = pairs.between_hemispheres(i, j);
      if (crosses || pairs.within_hemisphere(i, j)) sided += 1, sided_weight += w;
      if (crosses) crossing += 1, crossing_weight += w;
      const double d = pairs.distance_mm(i, j);
      if (!std::isfinite(d)) return;
      weights.push_back(w), distances.push_back(d);
      cost += w * d, weight += w;
      for (const size_t r : {i, j}) sum[r] += d, edges[r] += 1;
    });
    for (size_t r = 0; r < g.n; ++r)
      if (edges[r] > 0) degrees.push_back(g.total[r]), reach.push_back(sum[r] / edges[r]);
    out.metric("mean_edge_length_mm", "mm", "", mean(distances));
    out.metric("weighted_edge_length_mm", "mm", "", cost / weight);
    out.metric("weight_distance_pearson", "", "", pearson(weights, distances));
    out.metric("weight_distance_spearman", "", "", spearman(weights, distances));
    out.metric("degree_distance_pearson", "", "", pearson(degrees, reach));
    out.metric("degree_distance_spearman", "", "", spearman(degrees, reach));
    out.metric("interhemispheric_share", "", "", crossing / sided);
    out.metric("interhemispheric_weight_share", "", "", crossing_weight / sided_weight);
  }
};

}  // namespace analysis
