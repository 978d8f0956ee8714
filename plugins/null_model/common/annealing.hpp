// Simulated annealing of weights over fixed edges towards the strengths of the real connectome (the energy of Misic et
// al. 2015, Neuron 86:1518; the schedule of Milisav et al. 2025, Nat Comput Sci 5:48).
#pragma once
#include <cstdio>
#include <limits>
#include <string>

#include "edge_classes.hpp"
#include "invariants.hpp"

namespace null_model {

// Base of a model's Params.
struct AnnealingParams {
  int64_t stages = 100, proposals_per_stage = 10000, restarts = 4;
  double initial_temperature = 1000, cooling = 0.5, tolerance = 1e-6;
  static constexpr auto annealing_fields = eg::list(
      eg::param("stages", &AnnealingParams::stages, eg::range(1, 1e6), "stages of equal temperature, at most"),
      eg::param("proposals_per_stage", &AnnealingParams::proposals_per_stage, eg::range(1, 1e9),
                "exchanges of two weights that are tried in a stage"),
      eg::param("initial_temperature", &AnnealingParams::initial_temperature, eg::range(0, 1e12),
                "of the first stage, in units of the variance of the weights"),
      eg::param("cooling", &AnnealingParams::cooling, eg::range(0, 1), "each stage's temperature over the last one's"),
      eg::param("tolerance", &AnnealingParams::tolerance, eg::range(0, 1),
                "largest sum of squared differences of strengths, over the sum of squared strengths"),
      eg::param("restarts", &AnnealingParams::restarts, eg::range(0, 1e6),
                "how often to start over from another random graph where strengths stay out of reach"));
};

// How far the strengths of a surrogate are from the real ones, in-strengths and out-strengths together (once each where
// the graph is undirected).
struct StrengthMatch {
  double squared_error = 0, squared_strengths = 0, largest_deviation = 0;
  size_t worst_region = 0;
  double weight_unit = std::numeric_limits<double>::infinity();  // smallest difference of two different weights
  // Either the sum is small, or no region is off by more than the smallest step that weights can take.
  bool is_within(double tolerance) const {
    return squared_error <= tolerance * squared_strengths || largest_deviation <= weight_unit * (1 + 1e-9);
  }
};

inline std::string short_number(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", x);
  return text;
}

inline double smallest_difference(const eg::Connectome& c) {
  std::vector<double> w;
  for_each_edge(c, [&](size_t, size_t, double v) { w.push_back(v); });
  std::ranges::sort(w);
  double unit = std::numeric_limits<double>::infinity();
  for (size_t k = 1; k < w.size(); ++k)
    if (w[k] > w[k - 1]) unit = std::min(unit, w[k] - w[k - 1]);
  return unit;
}

inline StrengthMatch match_strengths(const eg::Connectome& real, const eg::Connectome& null, bool is_directed) {
  StrengthMatch m;
  m.weight_unit = smallest_difference(real);
  const auto wanted = strengths(real), found = strengths(null);
  const auto add = [&](double is, double should_be, size_t region) {
    const double off = std::abs(is - should_be);
    m.squared_error += off * off, m.squared_strengths += should_be * should_be;
    if (off > m.largest_deviation) m.largest_deviation = off, m.worst_region = region;
  };
  for (size_t i = 0; i < real.size(); ++i) {
    add(found.in[i], wanted.in[i], i);
    if (is_directed) add(found.out[i], wanted.out[i], i);
  }
  return m;
}

inline void check_strengths(const eg::Connectome& real, const eg::Connectome& null, bool is_directed,
                            double tolerance) {
  const auto m = match_strengths(real, null, is_directed);
  if (!m.is_within(tolerance))
    broken_promise("the strength of region '" + real.labels[m.worst_region] + "' is off by " +
                   short_number(m.largest_deviation));
}

// The edges of `graph` with their weights, which anneal() exchanges until their sums are those of `real`.
class WeightAnnealer {
 public:
  // classes: weights are exchanged within a class only, and those of frozen places stay; null: among all edges.
  WeightAnnealer(const eg::Connectome& real, const eg::Connectome& graph, bool is_directed,
                 const EdgeClasses* classes = nullptr)
      : n_(real.size()), is_directed_(is_directed), wanted_(sums(real)), deviation_(sums(graph)) {
    for_each_edge(graph, [&](size_t target, size_t source, double w) {
      const uint8_t k = classes ? classes->at(target, source) : 0;
      if (k != EdgeClasses::frozen && (is_directed || target > source))
        edges_.push_back(
            {static_cast<uint32_t>(source), static_cast<uint32_t>(is_directed ? n_ + target : target), w, k});
    });
    std::ranges::stable_sort(edges_, {}, &Edge::kind);
    for (size_t k = 0; k < edges_.size(); ++k) {
      auto& r = ranges_[edges_[k].kind];
      if (r.size++ == 0) r.begin = static_cast<uint32_t>(k);
    }
    for (size_t x = 0; x < wanted_.size(); ++x)
      deviation_[x] -= wanted_[x], squared_strengths_ += wanted_[x] * wanted_[x];
    scale_ = variance();
  }

  // Sum of squared deviations of strengths, from the deviations kept up to date.
  double energy() const {
    double sum = 0;
    for (const double d : deviation_) sum += d * d;
    return sum;
  }

  struct Course {
    int64_t stages = 0;
    double temperature = 0;  // of the last stage, in units of weight^2
  };

  // One proposal exchanges the weights of two edges and is taken if it lowers the energy, else with probability
  // exp(-rise / temperature). Stops early once lower cannot matter: at a hundredth of what the tolerance allows, or
  // within the tolerance with no strength off by more than one step of the weights.
  Course anneal(const AnnealingParams& p, double weight_unit, eg::Random& random) {
    Course course;
    if (edges_.size() < 2 || scale_ == 0) return course;
    const double enough = p.tolerance * squared_strengths_;
    const auto is_done = [&] {
      const double now = energy();
      return now <= enough / 100 || (now <= enough && largest_deviation() <= weight_unit * (1 + 1e-9));
    };
    double temperature = p.initial_temperature * scale_;
    while (course.stages < p.stages && !is_done()) {
      for (int64_t k = 0; k < p.proposals_per_stage; ++k) propose(temperature, random);
      ++course.stages, course.temperature = temperature;
      temperature *= p.cooling;
    }
    return course;
  }

  // `graph` with the exchanged weights.
  std::vector<double> weights(const eg::Connectome& graph) const {
    auto out = graph.weights;
    for (const auto& e : edges_) {
      const size_t target = is_directed_ ? e.b - n_ : e.b;
      out[target * n_ + e.a] = e.weight;
      if (!is_directed_) out[e.a * n_ + target] = e.weight;
    }
    return out;
  }

 private:
  double largest_deviation() const {
    double worst = 0;
    for (const double d : deviation_) worst = std::max(worst, std::abs(d));
    return worst;
  }

  // a, b: places of its two ends in deviation_, which holds out-strengths and, behind them, in-strengths; undirected
  // graphs have one strength per region.
  struct Edge {
    uint32_t a, b;
    double weight;
    uint8_t kind;
  };
  struct Range {
    uint32_t begin = 0, size = 0;
  };

  std::vector<double> sums(const eg::Connectome& c) const {
    auto s = strengths(c);
    if (is_directed_) s.out.insert(s.out.end(), s.in.begin(), s.in.end());
    return is_directed_ ? s.out : s.in;
  }

  double variance() const {
    double sum = 0, squares = 0;
    for (const auto& e : edges_) sum += e.weight;
    const double mean = sum / static_cast<double>(edges_.size());
    for (const auto& e : edges_) squares += (e.weight - mean) * (e.weight - mean);
    return edges_.empty() ? 0 : squares / static_cast<double>(edges_.size());
  }

  // One 32-bit number: an index is more likely than another by at most size / 2^32.
  static uint32_t draw(uint32_t size, eg::Random& random) {
    return static_cast<uint32_t>((random.next_u32() * uint64_t{size}) >> 32);
  }

  void propose(double temperature, eg::Random& random) {
    Edge& e = edges_[draw(static_cast<uint32_t>(edges_.size()), random)];
    const Range& r = ranges_[e.kind];
    Edge& f = edges_[r.begin + draw(r.size, random)];
    const double d = f.weight - e.weight;
    if (d == 0) return;
    // The ends of e gain d, those of f lose it; an end of both keeps its strength.
    const bool shares_a = e.a == f.a || e.a == f.b, shares_b = e.b == f.a || e.b == f.b;
    const double gain_a = shares_a ? 0 : d, gain_b = shares_b ? 0 : d;
    const double loss_a = f.a == e.a || f.a == e.b ? 0 : d, loss_b = f.b == e.a || f.b == e.b ? 0 : d;
    const double rise = gain_a * (2 * deviation_[e.a] + gain_a) + gain_b * (2 * deviation_[e.b] + gain_b) +
                        loss_a * (loss_a - 2 * deviation_[f.a]) + loss_b * (loss_b - 2 * deviation_[f.b]);
    if (rise > 23 * temperature) return;  // exp(-23) is below the smallest number drawn next
    if (rise > 0 && std::exp(-rise / temperature) <= (random.next_u32() + 0.5) * 0x1p-32) return;
    deviation_[e.a] += gain_a, deviation_[e.b] += gain_b;
    deviation_[f.a] -= loss_a, deviation_[f.b] -= loss_b;
    std::swap(e.weight, f.weight);
  }

  size_t n_;
  bool is_directed_;
  std::vector<double> wanted_, deviation_;
  std::vector<Edge> edges_;
  std::array<Range, 256> ranges_{};
  double squared_strengths_ = 0, scale_ = 0;
};

struct Annealed {
  eg::Connectome start, null;
  std::string outcome;  // for the history
};

// Anneals the weights of start(), a random graph and another one each time, to the strengths of `real`; starts over
// where they stay out of reach, so that members are random graphs among those that can have the strengths. Metrics
// strength_squared_error, strength_relative_error, strength_largest_deviation (absolute), annealing_stages,
// annealing_temperature (in units of weight^2), annealing_restarts. Throws std::runtime_error after the last restart.
template <class Start>
Annealed anneal_strengths(const eg::Connectome& real, bool is_directed, const EdgeClasses* classes,
                          const AnnealingParams& p, eg::Random& random, eg::Sink& log, Start&& start) {
  const double unit = smallest_difference(real);
  for (int64_t restart = 0;; ++restart) {
    Annealed out{start(), {}, {}};
    out.null = out.start;
    WeightAnnealer annealer(real, out.start, is_directed, classes);
    const auto course = annealer.anneal(p, unit, random);
    out.null.weights = annealer.weights(out.start);
    const auto m = match_strengths(real, out.null, is_directed);
    const double relative = m.squared_strengths > 0 ? m.squared_error / m.squared_strengths : m.squared_error;
    if (!m.is_within(p.tolerance)) {
      if (restart < p.restarts) continue;
      throw std::runtime_error("the graph with " + std::to_string(count_edges(real)) +
                               " edges leaves too little room for its strengths: " + "the last of " +
                               std::to_string(restart + 1) + " tries, " + std::to_string(course.stages) +
                               " stages, left a squared error of " + short_number(relative) +
                               " of the squared strengths, and region '" + real.labels[m.worst_region] + "' off by " +
                               short_number(m.largest_deviation) + "; raise stages, proposals_per_stage or tolerance");
    }
    const auto metric = [&](const char* name, double value) { log.metric(name, "", "", value); };
    metric("strength_squared_error", m.squared_error);
    metric("strength_relative_error", relative);
    metric("strength_largest_deviation", m.largest_deviation);
    metric("annealing_stages", static_cast<double>(course.stages));
    metric("annealing_temperature", course.temperature);
    metric("annealing_restarts", static_cast<double>(restart));
    out.outcome = "annealed in " + std::to_string(course.stages) + " stages, largest deviation " +
                  short_number(m.largest_deviation);
    return out;
  }
}

}  // namespace null_model
