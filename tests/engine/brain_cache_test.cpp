// Graphs are made once for all runs that stand on them, and anew for every other.
#include "engine/brain_cache.hpp"

#include "network.hpp"

using namespace encephagen;
using namespace encephagen::testing;

namespace {

const char* scenario = R"(
format = 1
[run]
duration_ms = 1.0
[connectome]
plugin = "core.toy20"
params.rows = "targets"
[[null_model]]
plugin = "core.degree_preserving"
[region.population.mass]
plugin = "core.wilson_cowan"
)";

}  // namespace

TEST_CASE("brain cache: one graph for runs that differ in noise, another for another seed or null model") {
  Network a(scenario);
  BrainCache cache(size_t{1} << 20);
  const auto first = cache.get(a.scenario, a.paths);
  CHECK(first->graph_id == a.brain.graph_id);
  CHECK(first->connectome.weights == a.brain.connectome.weights);
  Scenario noise = a.scenario;
  noise.seeds.noise += 1;
  CHECK(cache.get(noise, a.paths) == first);
  CHECK(cache.n_loaded() == 1);
  Scenario graph = a.scenario;
  graph.seeds.graph += 1;
  CHECK(cache.get(graph, a.paths)->graph_id != first->graph_id);
  std::string without = scenario;
  const auto from = without.find("[[null_model]]"), to = without.find("[region");
  Network real(without.erase(from, to - from));
  CHECK(cache.get(real.scenario, real.paths)->graph_id != first->graph_id);
  CHECK(cache.n_loaded() == 3);
}

TEST_CASE("brain cache: what was used longest ago goes when the memory is used up") {
  Network a(scenario);
  BrainCache cache(2 * 20 * 20 * 8);  // two graphs without lengths
  const auto seeded = [&](uint64_t seed) {
    Scenario s = a.scenario;
    s.seeds.graph = seed;
    return cache.get(s, a.paths);
  };
  const auto lengths = a.brain.connectome.lengths_mm.size();
  seeded(1);
  seeded(2);
  seeded(1);
  CHECK(cache.n_loaded() == (lengths > 0 ? 3 : 2));
  seeded(3);  // 2 goes
  const auto before = cache.n_loaded();
  seeded(3);
  CHECK(cache.n_loaded() == before);
  seeded(2);
  CHECK(cache.n_loaded() == before + 1);
}
