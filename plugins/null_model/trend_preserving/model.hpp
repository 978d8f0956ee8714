// The real edges with their weights in an order that keeps how they fall with length, on request strengths too.
#pragma once
#include "../common/annealing.hpp"
#include "../common/length_bins.hpp"
#include "../common/placement.hpp"
#include "trend.hpp"

namespace null_model {

enum class KeptStrengths { ignore, keep };
enum class Transform { log, none };

struct TrendPreserving {
  static constexpr eg::Info info{"core.trend_preserving", "1.0.0",
                                 "keeps all edges and how weights fall with length, permutes the rest"};
  struct Params : AnnealingParams {
    LengthSource length = LengthSource::automatic;
    GraphKind graph = GraphKind::automatic;
    Transform transform = Transform::log;
    int64_t mean_order = 3, spread_order = 2, length_bins = 20;
    KeptStrengths strengths = KeptStrengths::ignore;
    static constexpr auto fields = eg::concat(
        eg::list(eg::param("length", &Params::length, eg::choices("auto", "centres", "tracts"),
                           "distance between centres, or tract length; auto takes centres where they are known"),
                 eg::param("graph", &Params::graph, eg::choices("auto", "directed", "undirected"),
                           "an undirected graph stays symmetric; auto treats symmetric weights so"),
                 eg::param("transform", &Params::transform, eg::choices("log", "none"),
                           "what follows the trend: logarithms of weights, or weights that are logarithms already"),
                 eg::param("mean_order", &Params::mean_order, eg::range(0, 9),
                           "order of the polynomial that what follows it takes over length"),
                 eg::param("spread_order", &Params::spread_order, eg::range(0, 9),
                           "order of the polynomial that the distance from it follows"),
                 eg::param("strengths", &Params::strengths, eg::choices("ignore", "keep"),
                           "keep: anneals weights of similar length to every strength"),
                 eg::param("length_bins", &Params::length_bins, eg::range(1, 254),
                           "strengths = keep: intervals of length within which weights are exchanged")),
        annealing_fields);
  } p;
  explicit TrendPreserving(const Params& params) : p(params) {}

  // Throws std::invalid_argument where a weight is not positive, an edge has no length or the graph cannot be treated
  // as asked, std::runtime_error when there is nothing to permute or strengths are out of reach, std::logic_error when
  // the result breaks an invariant. Metrics: see trend_preserving.md.
  eg::Connectome surrogate(const eg::Connectome& real, uint64_t seed, eg::Sink& log) const {
    const bool is_directed = treat_as_directed(real, p.graph);
    const auto lengths = place_lengths_mm(real, p.length, is_directed, info.name);
    const Edges edges(real, lengths, is_directed, p.transform);
    const PolynomialFit mean_fit(edges.lengths_mm, p.mean_order), spread_fit(edges.lengths_mm, p.spread_order);
    if (!edges.weights.empty() && edges.weights.size() <= mean_fit.n_coefficients())
      no_room(edges.weights.size(), "the trend runs through all weights, lower mean_order");
    eg::Random random(seed, info.name);

    const auto permute = [&] {
      eg::Connectome null = real;
      auto scaffold = permute_around_trend(edges.values, mean_fit, spread_fit, random);
      // Ranks of a scaffold meet weights that are not spread like it, classes above all, and bend the trend: what it is
      // off by is put into the scaffold until the rest is about what chance gives.
      for (int round = 0; round < most_corrections; ++round) {
        edges.put(reorder(edges.weights, scaffold), null);
        const auto after = edges.values_in(null);
        const auto c = compare_trends(edges.values, after, mean_fit);
        if (c.difference <= 2 * c.chance) break;
        const auto wanted = mean_fit(edges.values), found = mean_fit(after);
        for (size_t k = 0; k < scaffold.size(); ++k) scaffold[k] += wanted[k] - found[k];
      }
      return null;
    };
    eg::Connectome null;
    std::string outcome;
    if (p.strengths == KeptStrengths::keep) {
      const auto classes = length_classes(real, lengths, static_cast<size_t>(p.length_bins));
      auto annealed = anneal_strengths(real, is_directed, &classes, p, random, log, permute);
      check_strengths(real, annealed.null, is_directed, p.tolerance);
      check_classes(annealed.start, annealed.null, classes, "equally long");
      null = std::move(annealed.null), outcome = std::move(annealed.outcome);
    } else {
      null = permute();
    }
    check_same_edges(real, null, is_directed);
    check_trend(edges.values, edges.values_in(null), mean_fit);
    record(null, is_directed, outcome);
    report_trend(edges, null, mean_fit, log);
    report_surrogate(real, null, log);
    return null;
  }

  // How transformed weights change with length differs by no more than five times what permuting comes to.
  static void check_trend(std::span<const double> real, std::span<const double> null, const PolynomialFit& fit) {
    const auto c = compare_trends(real, null, fit);
    if (c.difference > 5 * c.chance + 1e-9 * c.size)
      broken_promise("its weights change with length in another way: the trends differ by " +
                     short_number(c.difference) + ", " + short_number(c.chance) + " is what chance gives");
  }

 private:
  static constexpr int most_corrections = 20;

  // The edges in a list, an undirected one once.
  struct Edges {
    std::vector<double> weights, values, lengths_mm;  // values: of weights, transformed
    std::vector<size_t> places;
    bool is_directed;
    Transform transform;

    Edges(const eg::Connectome& c, const std::vector<double>& all_lengths_mm, bool directed, Transform t)
        : is_directed(directed), transform(t) {
      const size_t n = c.size();
      size_t without_length = 0;
      for_each_edge(c, [&](size_t i, size_t j, double w) {
        if (!directed && j > i) return;
        if (w < 0 && transform == Transform::log)
          throw std::invalid_argument(
              "the weight from region '" + c.labels[j] + "' to '" + c.labels[i] + "' is negative, and " + info.name +
              " takes logarithms: give transform = \"none\" if weights are logarithms already, else use " +
              "core.length_binned");
        const double mm = all_lengths_mm[i * n + j];
        without_length += !(mm > 0);
        places.push_back(i * n + j), weights.push_back(w), lengths_mm.push_back(mm);
      });
      if (without_length > 0)
        throw std::invalid_argument(std::to_string(without_length) + " of " + std::to_string(weights.size()) +
                                    " edges have no length, and " + info.name +
                                    " needs one for each: give length = \"centres\", or a dataset with lengths");
      if (!weights.empty() && all_equal(weights)) no_room(weights.size(), "all weights are equal");
      values = values_in(c);
    }
    std::vector<double> values_in(const eg::Connectome& c) const {
      std::vector<double> out;
      for (const size_t k : places) out.push_back(transform == Transform::log ? std::log(c.weights[k]) : c.weights[k]);
      return out;
    }
    void put(const std::vector<double>& w, eg::Connectome& into) const {
      const size_t n = into.size();
      for (size_t k = 0; k < w.size(); ++k) {
        into.weights[places[k]] = w[k];
        if (!is_directed) into.weights[places[k] % n * n + places[k] / n] = w[k];
      }
    }
  };

  void record(eg::Connectome& null, bool is_directed, const std::string& outcome) const {
    null.history.emplace_back("null_model", info.name);
    null.history.emplace_back("graph", is_directed ? "directed" : "undirected (weights are symmetric)");
    null.history.emplace_back("keeps", is_directed ? "edges weights self_loops" : "edges weights self_loops symmetry");
    null.history.emplace_back(
        "trend", (p.transform == Transform::log ? "log weight over length, order " : "weight over length, order ") +
                     std::to_string(p.mean_order) + ", spread " + std::to_string(p.spread_order));
    if (!outcome.empty()) null.history.emplace_back("strengths", outcome);
  }

  // Metrics trend_size, trend_difference of compare_trends; weight_correlation: of an edge's transformed weight in
  // both.
  static void report_trend(const Edges& edges, const eg::Connectome& null, const PolynomialFit& mean_fit,
                           eg::Sink& log) {
    const auto after = edges.values_in(null);
    const auto trends = compare_trends(edges.values, after, mean_fit);
    log.metric("trend_size", "", "", trends.size);
    log.metric("trend_difference", "", "", trends.difference);
    log.metric("weight_correlation", "", "", correlation(edges.values, after));
  }
};

}  // namespace null_model
