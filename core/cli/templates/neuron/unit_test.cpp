// vendor.name against what is known of it.
#include <encephagen/sdk/testing.hpp>

#include "model.hpp"

using eg::testing::Test;
using eg::testing::UnitHarness;

namespace {

constexpr eg_plugin plugin = eg::neuron<vendor::PluginName>;
constexpr double dt_ms = 0.1;

// Spikes of one unit in each of two stretches of half the time.
std::pair<int, int> spikes(double drive_mv, double rise_mv, double duration_ms) {
  UnitHarness h(plugin, 1, dt_ms);
  h.set("drive_mv", drive_mv), h.set("rise_mv", rise_mv);
  h.init();
  int early = 0, late = 0;
  const int n = static_cast<int>(duration_ms / dt_ms);
  for (int k = 0; k < n; ++k) (2 * k < n ? early : late) += static_cast<int>(h.step().size());
  return {early, late};
}

}  // namespace

int main() {
  return eg::testing::run(
      {{"a constant drive fires at the analytic rate",
        [](Test& t) {
          // From reset to threshold: tau ln(drive / (drive - threshold)).
          const double interval_ms = 20 * std::log(25.0 / (25.0 - 20.0));
          const auto [early, late] = spikes(25, 0, 10000);
          t.close(early + late, 10000 / interval_ms, 0.005 * 10000 / interval_ms);
        }},
       {"a drive below threshold never fires", [](Test& t) { t.check(spikes(19.9, 0, 1000).second == 0, "it fires"); }},
       {"a rising threshold slows a unit down",
        [](Test& t) {
          const auto [early, late] = spikes(40, 2, 1000);
          t.check(late < early, "it fires as often in the end as in the beginning");
          t.check(late > 0, "it stops");
        }},
       {"the potential decays with the membrane time constant",
        [](Test& t) {
          UnitHarness h(plugin, 1, dt_ms);
          h.init();
          h.input("exc_mv")[0] = 10;
          h.step();
          for (int k = 0; k < 200; ++k) h.step();  // 20 ms
          t.close(h.state("v_mv")[0], 10 * std::exp(-1.0), 1e-9);
        }},
       {"the threshold may differ from unit to unit", [](Test& t) {
          UnitHarness h(plugin, 2, dt_ms);
          h.set("threshold_mv", {5, 50});
          h.init();
          h.input("exc_mv") = {10, 10};
          t.check(h.step() == std::vector<uint32_t>{0}, "not the first unit alone fires");
        }}});
}
