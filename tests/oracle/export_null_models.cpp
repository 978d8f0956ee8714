// Writes graphs, their measures and those of ensembles of surrogates, for networkx and igraph to compute again:
// `oracle_export_null_models FOLDER`. GRAPH.csv holds weights [target, source], GRAPH.measures.csv a name and a number
// a line, GRAPH.ensemble.csv clustering, reciprocity and assortativity of one surrogate a line.
#include <cstdio>
#include <fstream>

#include "captured_sink.hpp"
#include "common/random_graphs.hpp"
#include "degree_preserving/model.hpp"
#include "degree_reciprocity/model.hpp"
#include "rich_club/model.hpp"

using namespace null_model;
using namespace null_model::testing;

namespace {

class Folder {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}

  void graph(const std::string& name, const eg::Connectome& c) const {
    auto weights = open(name + ".csv");
    for (size_t i = 0; i < c.size(); ++i)
      for (size_t j = 0; j < c.size(); ++j) weights << c.weight(i, j) << (j + 1 < c.size() ? ',' : '\n');
    auto measures = open(name + ".measures.csv");
    measures << "clustering," << clustering(c) << "\nreciprocity," << reciprocity(c) << "\nassortativity,"
             << assortativity(c) << "\nweak_components," << weak_components(c) << '\n';
    const auto degree = total_degrees(c);
    const auto both = degrees(c);
    for (size_t i = 0; i < c.size(); ++i)
      measures << "in_degree" << i << ',' << both[i] << "\nout_degree" << i << ',' << both[c.size() + i] << '\n';
    for (size_t k = 0; k < *std::ranges::max_element(degree); ++k)
      if (const double phi = rich_club_coefficient(c, degree, k); !std::isnan(phi))
        measures << "rich_club" << k << ',' << phi << '\n';
  }
  void ensemble(const std::string& name, const eg::Connectome& real) const {
    DegreePreserving::Params p;
    p.stop = Stop::attempted;
    p.attempted_swaps_per_edge = 100;  // as igraph counts
    auto out = open(name + ".ensemble.csv");
    for (uint64_t seed = 0; seed < 800; ++seed) {
      const auto null = surrogate_of<DegreePreserving>(real, p, seed);
      out << clustering(null) << ',' << reciprocity(null) << ',' << assortativity(null) << '\n';
    }
  }

 private:
  std::ofstream open(const std::string& file) const {
    std::ofstream out(path_ + "/" + file);
    out.precision(17);
    return out;
  }
  std::string path_;
};

// Thirty regions of very different degrees.
eg::Connectome uneven_graph(bool is_symmetric) {
  eg::Random random(1, "oracle");
  auto c = empty_graph(30);
  for (size_t i = 0; i < 30; ++i)
    for (size_t j = 0; j < 30; ++j) {
      if (i == j || (is_symmetric && j > i)) continue;
      if (random.uniform() >= 0.05 + 0.7 * static_cast<double>(i * j) / 900) continue;
      c.weight(i, j) = 1 + static_cast<double>(random.below(3));
      if (is_symmetric) c.weight(j, i) = c.weight(i, j);
    }
  return c;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const Folder folder(argv[1]);
  for (const bool is_symmetric : {false, true}) {
    const std::string name = is_symmetric ? "undirected" : "directed";
    const auto real = uneven_graph(is_symmetric);
    folder.graph(name, real);
    folder.graph(name + ".degree_preserving", surrogate_of<DegreePreserving>(real, {}, 1));
    folder.graph(name + ".degree_reciprocity", surrogate_of<DegreeReciprocity>(real, {}, 1));
    folder.graph(name + ".rich_club", surrogate_of<RichClubPreserving>(real, {}, 1));
    folder.ensemble(name, real);
  }
}
