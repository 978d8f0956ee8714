// vendor.name against what is known of it.
#include <encephagen/sdk/testing.hpp>

#include "model.hpp"

using eg::testing::error_of;
using eg::testing::Test;
using eg::testing::UnitHarness;

namespace {

constexpr eg_plugin plugin = eg::decoder<vendor::PluginName>;

}  // namespace

int main() {
  return eg::testing::run(
      {{"a constant rate is met exactly",
        [](Test& t) {
          UnitHarness h(plugin, 1, 1.0);
          h.init();
          for (int k = 0; k < 2000; ++k) {
            h.input("spikes")[0] = 0.05;  // in every step of 1 ms: 50 Hz
            h.step();
          }
          t.close(h.state("rate_hz")[0], 50, 1e-9);
        }},
       {"what was counted is forgotten with the time constant",
        [](Test& t) {
          UnitHarness h(plugin, 1, 1.0);
          h.init();
          h.input("spikes")[0] = 1;
          h.step();
          const double first = h.state("rate_hz")[0];
          for (int k = 0; k < 50; ++k) h.step();
          t.close(h.state("rate_hz")[0], first * std::exp(-1.0), 1e-9);
        }},
       {"actions are gain times rate, within their bounds",
        [](Test& t) {
          UnitHarness h(plugin, 2, 1.0);
          h.set("gain_per_hz", {0.01, 100});
          h.init();
          h.input("spikes") = {1, 1};
          h.ask(2);
          h.step();
          t.close(h.action()[0], 0.01 * 1000 * (1 - std::exp(-1.0 / 50)), 1e-12);
          t.close(h.action()[1], 1, 0);
        }},
       {"more actions than units are refused with a remedy", [](Test& t) {
          UnitHarness h(plugin, 1, 1.0);
          h.init();
          h.ask(2);
          t.equal(error_of([&] { h.step(); }),
                  "2 actions are asked of 1 units: each unit gives one, so set n to the number of actions");
        }}});
}
