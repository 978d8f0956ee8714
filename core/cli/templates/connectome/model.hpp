// A small world: a ring of regions with shortcuts; construction and source in README.md.
#pragma once
#include <cmath>
#include <encephagen/sdk/connectome.hpp>
#include <encephagen/sdk/random.hpp>
#include <numbers>
#include <stdexcept>
#include <string>

namespace vendor {

struct PluginName {
  static constexpr eg::Info info{"vendor.name", "0.1.0", "a small world: a ring of regions with shortcuts"};

  // Every parameter is declared once, beside the member it fills: key with its unit as suffix, range, one sentence. The
  // default is the member's initialiser. A connectome whose result depends on the seed has a graph_seed: by it the
  // planner of experiments knows that replicates stand on other graphs.
  struct Params {
    int64_t n_regions = 40, n_neighbours = 4, graph_seed = 0;
    double rewiring_probability = 0.1, radius_mm = 60;
    static constexpr auto fields = eg::list(
        eg::param("n_regions", &Params::n_regions, eg::range(4, 10000), "regions on the ring"),
        eg::param("n_neighbours", &Params::n_neighbours, eg::range(2, 1000), "regions that each is linked to; even"),
        eg::param("rewiring_probability", &Params::rewiring_probability, eg::range(0, 1),
                  "share of links that become shortcuts"),
        eg::param("radius_mm", &Params::radius_mm, eg::range(1, 1000), "radius of the ring"),
        eg::param("graph_seed", &Params::graph_seed, eg::range(0, 9e18), "another graph with the same parameters"));
  } p;

  explicit PluginName(const Params& params) : p(params) {
    if (p.n_neighbours % 2 != 0)
      throw std::invalid_argument("n_neighbours = " + std::to_string(p.n_neighbours) +
                                  " is odd: as many lie on either side");
    if (p.n_neighbours > p.n_regions - 2)
      throw std::invalid_argument("n_neighbours = " + std::to_string(p.n_neighbours) +
                                  " leaves no room for shortcuts among " + std::to_string(p.n_regions) +
                                  " regions: at most " + std::to_string(p.n_regions - 2));
  }

  // All randomness comes from the seed. `log` takes notes and warnings.
  eg::Connectome build(uint64_t seed, eg::Sink& log) const {
    const auto n = static_cast<size_t>(p.n_regions);
    eg::Connectome c;
    c.weights.assign(n * n, 0.0);
    eg::Connectome::Attribute hemisphere{"hemisphere", {}, {}};
    for (size_t i = 0; i < n; ++i) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n);
      const double x_mm = p.radius_mm * std::sin(angle), y_mm = p.radius_mm * std::cos(angle);
      c.labels.push_back("ring_" + std::to_string(i));
      c.centres_mm.insert(c.centres_mm.end(), {x_mm, y_mm, 0.0});
      hemisphere.texts.emplace_back(std::abs(x_mm) < 1e-9 * p.radius_mm ? "both" : x_mm > 0 ? "right" : "left");
    }
    c.attributes = {hemisphere};

    // Each link is taken once, from the region that comes first around the ring; its far end may move.
    eg::Random random(eg::mix_key(seed, info.name, static_cast<uint64_t>(p.graph_seed)));
    size_t n_shortcuts = 0;
    for (size_t step = 1; step <= static_cast<size_t>(p.n_neighbours) / 2; ++step)
      for (size_t i = 0; i < n; ++i) link(c, i, (i + step) % n, 1);
    for (size_t step = 1; step <= static_cast<size_t>(p.n_neighbours) / 2; ++step)
      for (size_t i = 0; i < n; ++i) {
        if (random.uniform() >= p.rewiring_probability || is_full(c, i)) continue;
        size_t to = i;
        while (to == i || c.weight(i, to) != 0) to = random.below(n);
        link(c, i, (i + step) % n, 0), link(c, i, to, 1);
        ++n_shortcuts;
      }
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j)
        c.lengths_mm.push_back(
            std::hypot(c.centres_mm[3 * i] - c.centres_mm[3 * j], c.centres_mm[3 * i + 1] - c.centres_mm[3 * j + 1]));
    c.history = {{"weights", "synthetic: a ring of " + std::to_string(n) + " regions with " +
                                 std::to_string(n_shortcuts) + " shortcuts, all weights 1"},
                 {"graph_seed", std::to_string(p.graph_seed)}};
    if (n_shortcuts == 0 && p.rewiring_probability > 0) log.note("no link became a shortcut");
    return c;
  }

 private:
  // Links go both ways. Rows are targets, columns sources; here that makes no difference.
  static void link(eg::Connectome& c, size_t i, size_t j, double weight) { c.weight(i, j) = c.weight(j, i) = weight; }
  static bool is_full(const eg::Connectome& c, size_t i) {
    for (size_t j = 0; j < c.size(); ++j)
      if (j != i && c.weight(i, j) == 0) return false;
    return true;
  }
};

}  // namespace vendor
