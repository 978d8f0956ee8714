// vendor.name against what is known of it.
#include <encephagen/sdk/testing.hpp>

#include "model.hpp"

using eg::testing::EdgeHarness;
using eg::testing::error_of;
using eg::testing::Test;

namespace {

// One synapse from unit 0 to unit 0.
EdgeHarness one_synapse(double weight) {
  EdgeHarness h(eg::plasticity<vendor::PluginName>, 1, 1, {{0, 0, weight}}, 0.1);
  h.init();
  return h;
}

}  // namespace

int main() {
  return eg::testing::run({{"an arrival before a spike potentiates, the less the longer ago it was",
                            [](Test& t) {
                              auto h = one_synapse(1);
                              h.arrive(0, 100), h.fire(0, 110);
                              t.close(h.weight[0], 1 + 0.01 * std::exp(-10.0 / 20), 1e-12);
                            }},
                           {"an arrival after a spike takes a share of the weight",
                            [](Test& t) {
                              auto h = one_synapse(4);
                              h.fire(0, 100), h.arrive(0, 110);
                              t.close(h.weight[0], 4 * (1 - 0.01 * std::exp(-10.0 / 20)), 1e-12);
                            }},
                           {"traces of several spikes add up",
                            [](Test& t) {
                              auto h = one_synapse(1);
                              h.arrive(0, 100), h.arrive(0, 110), h.fire(0, 120);
                              t.close(h.weight[0], 1 + 0.01 * (std::exp(-10.0 / 20) + std::exp(-20.0 / 20)), 1e-12);
                            }},
                           {"weights stay between 0 and w_max",
                            [](Test& t) {
                              auto h = one_synapse(9.999);
                              for (int k = 1; k < 100; ++k) h.arrive(0, k), h.fire(0, k + 0.5);
                              t.check(h.weight[0] <= 10, "it is above w_max");
                              for (int k = 1000; k < 9000; ++k) h.fire(0, k), h.arrive(0, k + 0.1);
                              t.check(h.weight[0] >= 0, "it is negative");
                            }},
                           {"inhibitory synapses are refused", [](Test& t) {
                              t.equal(error_of([] { one_synapse(-1); }),
                                      "it is about excitatory synapses, and a weight is negative");
                            }}});
}
