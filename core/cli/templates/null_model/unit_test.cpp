// vendor.name against what is known of it.
#include <algorithm>
#include <encephagen/sdk/testing.hpp>

#include "model.hpp"

using eg::testing::CapturedSink;
using eg::testing::error_of;
using eg::testing::Test;

namespace {

// Twelve regions, six in each hemisphere, with random weights.
eg::Connectome example() {
  eg::Connectome c;
  eg::Connectome::Attribute hemisphere{"hemisphere", {}, {}};
  eg::Random random(3, "example");
  for (size_t i = 0; i < 12; ++i) {
    c.labels.push_back("R" + std::to_string(i));
    hemisphere.texts.emplace_back(i < 6 ? "left" : "right");
  }
  for (size_t k = 0; k < 144; ++k) c.weights.push_back(k % 13 == 0 || random.uniform() < 0.5 ? 0 : random.uniform());
  c.attributes = {hemisphere};
  return c;
}

eg::Connectome surrogate(const char* within, uint64_t seed, CapturedSink& got) {
  auto sink = got.sink();
  return vendor::PluginName({within}).surrogate(example(), seed, sink);
}

std::vector<double> sorted(std::vector<double> values) {
  std::ranges::sort(values);
  return values;
}

// What regions of one hemisphere receive from the other, in ascending order.
std::vector<double> crossing(const eg::Connectome& c) {
  std::vector<double> out;
  for (size_t i = 0; i < 6; ++i)
    for (size_t j = 6; j < 12; ++j) out.push_back(c.weight(i, j));
  return sorted(out);
}

std::vector<double> strengths(const eg::Connectome& c) {
  std::vector<double> out;
  for (size_t i = 0; i < c.size(); ++i) {
    double sum = 0;
    for (size_t j = 0; j < c.size(); ++j) sum += c.weight(j, i);
    out.push_back(sum);
  }
  return sorted(out);
}

}  // namespace

int main() {
  return eg::testing::run({{"weights, strengths and labels are those of the real connectome",
                            [](Test& t) {
                              for (uint64_t seed = 0; seed < 50; ++seed) {
                                CapturedSink got;
                                const auto null = surrogate("", seed, got);
                                t.check(sorted(null.weights) == sorted(example().weights), "other weights");
                                t.check(null.labels == example().labels, "other labels");
                                for (size_t k = 0; k < 12; ++k)
                                  t.close(strengths(null)[k], strengths(example())[k], 1e-12);
                              }
                            }},
                           {"within an attribute, what runs between its values is kept",
                            [](Test& t) {
                              for (uint64_t seed = 0; seed < 50; ++seed) {
                                CapturedSink got;
                                t.check(crossing(surrogate("hemisphere", seed, got)) == crossing(example()),
                                        "other connections cross");
                              }
                            }},
                           {"two seeds give two surrogates, one seed one",
                            [](Test& t) {
                              CapturedSink a, b, c, d;
                              t.check(surrogate("", 1, a).weights != surrogate("", 2, b).weights, "two seeds give one");
                              t.check(surrogate("", 1, c).weights == surrogate("", 1, d).weights, "one seed gives two");
                            }},
                           {"it tells what share of the regions moved",
                            [](Test& t) {
                              CapturedSink got;
                              surrogate("", 1, got);
                              t.check(got.value("moved_regions_share") > 0.5, "too few moved");
                            }},
                           {"an attribute that does not exist is refused", [](Test& t) {
                              CapturedSink got;
                              t.equal(error_of([&] { surrogate("lobe", 1, got); }),
                                      "within = 'lobe': the connectome has no such attribute in words");
                            }}});
}
