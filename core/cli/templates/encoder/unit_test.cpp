// vendor.name against what is known of it.
#include <encephagen/sdk/testing.hpp>

#include "model.hpp"

using eg::testing::error_of;
using eg::testing::Test;
using eg::testing::UnitHarness;

namespace {

constexpr eg_plugin plugin = eg::encoder<vendor::PluginName>;

// Two units, one of which likes large observations and the other one small ones.
UnitHarness on_and_off() {
  UnitHarness h(plugin, 2, 1.0);
  h.set("gain_hz", {50, -50});
  h.set("base_hz", 100);
  h.init();
  return h;
}

}  // namespace

int main() {
  return eg::testing::run({{"rates follow the observation, upwards and downwards",
                            [](Test& t) {
                              auto h = on_and_off();
                              h.observe({0.5});
                              h.step();
                              t.close(h.state("rate_now_hz")[0], 125, 1e-12);
                              t.close(h.state("rate_now_hz")[1], 75, 1e-12);
                            }},
                           {"rates stay between 0 and max_hz",
                            [](Test& t) {
                              auto h = on_and_off();
                              h.observe({1000});
                              h.step();
                              t.close(h.state("rate_now_hz")[0], 1000, 0);
                              t.close(h.state("rate_now_hz")[1], 0, 0);
                            }},
                           {"every spike adds the weight",
                            [](Test& t) {
                              auto h = on_and_off();
                              h.observe({0});
                              h.random("count") = {3, 0};  // in a run the kernel draws them
                              h.step();
                              t.close(h.state("arriving_mv")[0], 3, 0);
                              t.close(h.state("arriving_mv")[1], 0, 0);
                            }},
                           {"several observations are refused with a remedy", [](Test& t) {
                              auto h = on_and_off();
                              h.observe({1, 2});
                              t.equal(error_of([&] { h.step(); }),
                                      "it follows one observation and is shown 2: name one with observe = [\"...\"]");
                            }}});
}
