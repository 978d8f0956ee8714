// What a null model says that its surrogates keep, held against many of them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>
#include <sstream>
#include <string_view>

#include "host/conformance/batch_rig.hpp"
#include "host/conformance/check.hpp"
#include "host/text.hpp"

namespace encephagen::conformance {
namespace {

// A weighted directed graph: row = target, column = source.
struct Graph {
  std::span<const double> weights;
  std::span<const std::string> labels, hemispheres;  // the last is empty where there are none
  size_t n() const { return labels.size(); }
  double at(size_t target, size_t source) const { return weights[target * n() + source]; }
};

std::vector<double> sorted_weights(const Graph& g) {
  std::vector<double> out(g.weights.begin(), g.weights.end());
  std::ranges::sort(out);
  return out;
}

// f(i, j, w) summed over j for every region i; j runs over sources if `incoming`, else over targets. Off the diagonal.
template <class F>
std::vector<double> by_region(const Graph& g, bool incoming, F&& f) {
  std::vector<double> out(g.n(), 0.0);
  for (size_t i = 0; i < g.n(); ++i)
    for (size_t j = 0; j < g.n(); ++j)
      if (i != j) out[i] += f(i, j, incoming ? g.at(i, j) : g.at(j, i));
  return out;
}
double is_edge(size_t, size_t, double w) { return w != 0; }
double weight_itself(size_t, size_t, double w) { return w; }

std::string first_region_that_differs(const Graph& real, const Graph& null, const std::vector<double>& before,
                                      const std::vector<double>& after, const char* what, double tolerance) {
  for (size_t i = 0; i < real.n(); ++i)
    if (std::abs(before[i] - after[i]) > tolerance * std::abs(before[i]))
      return fmt::format("the {} of region '{}' is {}, not {}", what, null.labels[i], after[i], before[i]);
  return "";
}

// Sums of equal weights in another order.
constexpr double kRounding = 1e-9;

// Each: what differs, in words; "" if it is kept.
std::string edge_count(const Graph& real, const Graph& null) {
  const auto count = [](const Graph& g) { return std::ranges::count_if(g.weights, [](double w) { return w != 0; }); };
  return count(real) == count(null) ? "" : fmt::format("it has {} edges, not {}", count(null), count(real));
}
std::string edges(const Graph& real, const Graph& null) {
  for (size_t i = 0; i < real.n(); ++i)
    for (size_t j = 0; j < real.n(); ++j)
      if ((real.at(i, j) != 0) != (null.at(i, j) != 0))
        return fmt::format("the edge from '{}' to '{}' is there in one of the two only", real.labels[j],
                           real.labels[i]);
  return "";
}
std::string weights(const Graph& real, const Graph& null) {
  return sorted_weights(real) == sorted_weights(null) ? "" : "its weights are others, not these in another order";
}
std::string in_degrees(const Graph& real, const Graph& null) {
  return first_region_that_differs(real, null, by_region(real, true, is_edge), by_region(null, true, is_edge),
                                   "in-degree", 0);
}
std::string out_degrees(const Graph& real, const Graph& null) {
  return first_region_that_differs(real, null, by_region(real, false, is_edge), by_region(null, false, is_edge),
                                   "out-degree", 0);
}
std::string in_strengths(const Graph& real, const Graph& null) {
  return first_region_that_differs(real, null, by_region(real, true, weight_itself),
                                   by_region(null, true, weight_itself), "in-strength", kRounding);
}
std::string out_strengths(const Graph& real, const Graph& null) {
  return first_region_that_differs(real, null, by_region(real, false, weight_itself),
                                   by_region(null, false, weight_itself), "out-strength", kRounding);
}
std::string self_loops(const Graph& real, const Graph& null) {
  for (size_t i = 0; i < real.n(); ++i)
    if (real.at(i, i) != null.at(i, i))
      return fmt::format("the weight of region '{}' onto itself is {}, not {}", real.labels[i], null.at(i, i),
                         real.at(i, i));
  return "";
}
std::string symmetry(const Graph& real, const Graph& null) {
  const auto is_symmetric = [](const Graph& g) {
    for (size_t i = 0; i < g.n(); ++i)
      for (size_t j = 0; j < i; ++j)
        if (g.at(i, j) != g.at(j, i)) return false;
    return true;
  };
  return is_symmetric(real) && !is_symmetric(null) ? "the graph is symmetric and the surrogate is not" : "";
}
std::string hemispheres(const Graph& real, const Graph& null) {
  if (real.hemispheres.empty()) return "";
  const auto crossing = [&](size_t i, size_t j, double w) {
    return w != 0 && real.hemispheres[i] != real.hemispheres[j];
  };
  for (const bool incoming : {true, false}) {
    const auto seen = first_region_that_differs(
        real, null, by_region(real, incoming, crossing), by_region(null, incoming, crossing),
        incoming ? "number of edges from the other hemisphere into" : "number of edges to the other hemisphere out", 0);
    if (!seen.empty()) return seen;
  }
  return "";
}

struct Invariant {
  const char* name;
  std::string (*broken)(const Graph& real, const Graph& null);
};
constexpr Invariant kInvariants[] = {{"edge_count", edge_count},
                                     {"edges", edges},
                                     {"weights", weights},
                                     {"in_degrees", in_degrees},
                                     {"out_degrees", out_degrees},
                                     {"in_strengths", in_strengths},
                                     {"out_strengths", out_strengths},
                                     {"self_loops", self_loops},
                                     {"symmetry", symmetry},
                                     {"hemispheres", hemispheres}};

// The words of all entries "keeps" of a surrogate's history.
std::set<std::string> promises(const BatchResult& result) {
  std::set<std::string> out;
  const auto* history = result.array("history");
  for (size_t k = 0; history && k + 1 < history->texts.size(); k += 2) {
    if (history->texts[k] != "keeps") continue;
    std::istringstream words(history->texts[k + 1]);
    for (std::string word; words >> word;) out.insert(word);
  }
  return out;
}

Graph graph_of(const std::vector<ArrayData>& arrays) {
  Graph g;
  for (const auto& a : arrays) {
    if (a.name == "weights") g.weights = a.numbers;
    if (a.name == "region_label") g.labels = a.texts;
    if (a.name == "attribute.hemisphere") g.hemispheres = a.texts;
  }
  return g;
}

void invariants(const Subject& s, Report& report) {
  const Instance instance(s, s.defaults());
  std::vector<std::string> names;
  for (const auto& i : kInvariants) names.emplace_back(i.name);
  std::map<std::string, bool> is_kept;
  std::set<std::string> promised;
  for (const auto& i : kInvariants) is_kept[i.name] = true;
  for (const auto& input : usual_inputs(s))
    for (uint64_t seed = 1; seed <= 5; ++seed) {
      BatchResult result;
      try {
        result = run_once(instance, seed, input).result;
      } catch (const CallFailed& e) {
        if (!e.gave_reason) throw;
        continue;  // a graph it may refuse
      }
      const Graph real = graph_of(input.arrays), null = graph_of(result.arrays);
      const auto said = promises(result);
      promised.insert(said.begin(), said.end());
      for (const auto& word : said)
        if (std::ranges::find(names, word) == names.end())
          return report.fail(fmt::format("says that it keeps '{}'{}; what can be kept is {}", word,
                                         did_you_mean(word, names), join(names, ", ")));
      for (const auto& i : kInvariants) {
        const auto broken = i.broken(real, null);
        if (broken.empty()) continue;
        is_kept[i.name] = false;
        if (said.contains(i.name))
          return report.fail(
              fmt::format("says that it keeps {}; {} graph, seed {}: {}", i.name, input.name, seed, broken));
      }
    }
  std::vector<std::string> kept;
  for (const auto& name : names)
    if (is_kept[name]) kept.push_back(name);
  const std::string seen = kept.empty() ? "nothing" : join(kept, ", ");
  if (promised.empty())
    report.note(fmt::format("does not say what it keeps (history, \"keeps\"); seen to be kept: {}", seen));
  else
    report.success(fmt::format("keeps what it says; seen to be kept: {}", seen));
}

}  // namespace

void add_surrogate_checks(std::vector<Check>& checks) {
  checks.push_back({"null-model-invariants",
                    null_models,
                    {"null-model-valid"},
                    "surrogates keep what the model says they keep",
                    invariants});
}

}  // namespace encephagen::conformance
