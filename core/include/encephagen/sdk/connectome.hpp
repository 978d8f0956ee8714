// For authors of connectome and null-model plugins: a connectome as data, and the two kinds that make one.
#pragma once
#include "encephagen/sdk/batch.hpp"

namespace eg {

// Regions and the weighted, directed graph between them. Inside the kernel rows are always targets:
// weights[i * n + j] is the weight from region j to region i, whatever the file said.
struct Connectome {
  struct Attribute {  // one value per region; exactly one of the two is filled
    std::string name;
    std::vector<double> numbers;
    std::vector<std::string> texts;
  };
  std::vector<std::string> labels;    // [n], unique
  std::vector<double> weights;        // [n * n], finite
  std::vector<double> lengths_mm;     // [n * n], same orientation as weights; empty if unknown
  std::vector<double> centres_mm;     // [n * 3]; empty if unknown
  std::vector<Attribute> attributes;  // "hemisphere" ("left", "right", "both"), "group", "t1w_t2w" ...
  // What was done to the data, in order, for the record: {"rows", "sources"}, {"self_loops", "dropped 79"} ...
  std::vector<std::pair<std::string, std::string>> history;

  size_t size() const { return labels.size(); }
  double& weight(size_t target, size_t source) { return weights[target * size() + source]; }
  double weight(size_t target, size_t source) const { return weights[target * size() + source]; }

  // Arrays: region_label [n]; weights [n, n]; lengths_mm [n, n]; centres_mm [n, 3]; attribute.NAME [n];
  // history [k, 2] as text k*2.
  void write(Sink& out) const {
    const uint64_t n = size();
    out.texts("region_label", labels);
    out.array("weights", std::span<const double>(weights), {n, n}, "row: target region, column: source region");
    if (!lengths_mm.empty()) out.array("lengths_mm", std::span<const double>(lengths_mm), {n, n});
    if (!centres_mm.empty()) out.array("centres_mm", std::span<const double>(centres_mm), {n, 3});
    for (const auto& a : attributes) {
      const std::string name = "attribute." + a.name;
      if (!a.numbers.empty())
        out.array(name.c_str(), std::span<const double>(a.numbers), {n});
      else
        out.texts(name.c_str(), a.texts);
    }
    std::vector<std::string> flat;
    for (const auto& [key, value] : history) flat.push_back(key), flat.push_back(value);
    out.texts("history", flat);
  }

  // Throws std::invalid_argument when arrays are missing or do not fit together.
  static Connectome read(const Dataset& in) {
    Connectome c;
    for (const char* s : in.texts("region_label")) c.labels.emplace_back(s);
    const size_t n = c.size();
    const auto take = [&](const char* name, size_t expected, std::vector<double>& to) {
      const auto v = in.numbers(name);
      if (!v.empty() && v.size() != expected)
        throw std::invalid_argument("array '" + std::string(name) + "' does not fit " + std::to_string(n) + " regions");
      to.assign(v.begin(), v.end());
    };
    take("weights", n * n, c.weights);
    take("lengths_mm", n * n, c.lengths_mm);
    take("centres_mm", n * 3, c.centres_mm);
    if (n == 0 || c.weights.empty()) throw std::invalid_argument("a connectome needs region_label and weights");
    for (const auto& a : in.arrays()) {
      const std::string_view name = a.name;
      if (!name.starts_with("attribute.")) continue;
      Attribute out{std::string(name.substr(10)), {}, {}};
      if (a.element == EG_F64) {
        const auto v = in.numbers(name);
        out.numbers.assign(v.begin(), v.end());
      } else {
        for (const char* s : in.texts(name)) out.texts.emplace_back(s);
      }
      c.attributes.push_back(std::move(out));
    }
    const auto flat = in.texts("history");
    for (size_t k = 0; k + 1 < flat.size(); k += 2) c.history.emplace_back(flat[k], flat[k + 1]);
    return c;
  }
  const Attribute* attribute(std::string_view name) const {
    for (const auto& a : attributes)
      if (a.name == name) return &a;
    return nullptr;
  }
};

// Builds a connectome from its parameters and the seed. One whose result depends on the seed declares a parameter
// `graph_seed`, to be mixed with it: that is how the planner of experiments knows that replicates stand on other
// graphs.
template <class M>
concept ConnectomeModel = std::constructible_from<M, const typename M::Params&> &&
    requires(const M& m, uint64_t seed, Sink& log) {
  { M::info } -> std::convertible_to<Info>;
  M::Params::fields;
  { m.build(seed, log) } -> std::same_as<Connectome>;  // log: notes and warnings only
};

// Turns a connectome into a surrogate that keeps what the model's hypothesis keeps. Diagnostics go out as metrics. The
// surrogate's history says what is kept, {"keeps", "weights in_degrees"}, in words that the conformance kit holds it
// against: edge_count; edges (who is connected); weights (in any order); in_degrees, out_degrees, in_strengths,
// out_strengths (of every region, without self-loops); self_loops (their weights); symmetry (of a symmetric
// connectome); hemispheres (how many edges of every region cross, each way).
template <class M>
concept NullModel = std::constructible_from<M, const typename M::Params&> &&
    requires(const M& m, const Connectome& real, uint64_t seed, Sink& log) {
  { M::info } -> std::convertible_to<Info>;
  M::Params::fields;
  { m.surrogate(real, seed, log) } -> std::same_as<Connectome>;
};

namespace detail {
template <class M>
void run_connectome(const M& m, uint64_t seed, const Dataset&, Sink& out) {
  m.build(seed, out).write(out);
}
template <class M>
void run_null_model(const M& m, uint64_t seed, const Dataset& in, Sink& out) {
  m.surrogate(Connectome::read(in), seed, out).write(out);
}
}  // namespace detail

template <ConnectomeModel M>
inline constexpr eg_plugin connectome = detail::describe<M>("connectome", EG_SHAPE_BATCH,
                                                            &detail::BatchTable<M, detail::run_connectome<M>>::table);

template <NullModel M>
inline constexpr eg_plugin null_model = detail::describe<M>("null_model", EG_SHAPE_BATCH,
                                                            &detail::BatchTable<M, detail::run_null_model<M>>::table);

}  // namespace eg
