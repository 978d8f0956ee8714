// vendor.name against what is known of it.
#include <encephagen/sdk/testing.hpp>

#include "model.hpp"

using eg::testing::error_of;
using eg::testing::Test;
using Params = vendor::PluginName::Params;

namespace {

eg::Connectome build(const Params& params, uint64_t seed = 1) {
  eg::testing::CapturedSink notes;
  auto sink = notes.sink();
  return vendor::PluginName(params).build(seed, sink);
}

double links(const eg::Connectome& c) {
  double sum = 0;
  for (const double w : c.weights) sum += w;
  return sum / 2;
}

}  // namespace

int main() {
  return eg::testing::run({{"without rewiring every region is linked to its neighbours",
                            [](Test& t) {
                              Params p;
                              p.rewiring_probability = 0;
                              const auto c = build(p);
                              for (size_t i = 0; i < 40; ++i)
                                for (size_t j = 0; j < 40; ++j) {
                                  const size_t apart = std::min((i + 40 - j) % 40, (j + 40 - i) % 40);
                                  t.close(c.weight(i, j), apart == 1 || apart == 2 ? 1 : 0, 0);
                                }
                            }},
                           {"rewiring keeps the number of links, their two ways and an empty diagonal",
                            [](Test& t) {
                              for (const double probability : {0.1, 0.5, 1.0}) {
                                Params p;
                                p.rewiring_probability = probability;
                                const auto c = build(p);
                                t.close(links(c), 40 * 4 / 2, 0);
                                for (size_t i = 0; i < 40; ++i) {
                                  t.close(c.weight(i, i), 0, 0);
                                  for (size_t j = 0; j < 40; ++j) t.close(c.weight(i, j), c.weight(j, i), 0);
                                }
                              }
                            }},
                           {"shortcuts are as many as asked for, in the mean",
                            [](Test& t) {
                              Params p;
                              p.n_regions = 1000;
                              p.rewiring_probability = 0.2;
                              const auto c = build(p);
                              double kept = 0;
                              for (size_t i = 0; i < 1000; ++i)
                                kept += c.weight(i, (i + 1) % 1000) + c.weight(i, (i + 2) % 1000);
                              t.close(kept, 1600, 4 * std::sqrt(2000 * 0.2 * 0.8));  // binomial, 4 SD
                            }},
                           {"another seed gives another graph, and so does another graph_seed",
                            [](Test& t) {
                              Params p;
                              p.graph_seed = 7;
                              t.check(build({}, 1).weights == build({}, 1).weights, "one seed gives two graphs");
                              t.check(build({}, 1).weights != build({}, 2).weights, "two seeds give one graph");
                              t.check(build({}, 1).weights != build(p, 1).weights, "two graph_seeds give one graph");
                            }},
                           {"an odd number of neighbours is refused", [](Test& t) {
                              Params p;
                              p.n_neighbours = 3;
                              t.equal(error_of([&] { build(p); }),
                                      "n_neighbours = 3 is odd: as many lie on either side");
                            }}});
}
