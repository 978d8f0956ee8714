// vendor.name against what is known of it.
#include <encephagen/sdk/testing.hpp>

#include "model.hpp"

using eg::testing::error_of;
using eg::testing::Test;
using eg::testing::UnitHarness;

namespace {

// Its action after each of some observations.
std::vector<double> actions(double dead_zone, const std::vector<double>& observations) {
  UnitHarness h(eg::controller<vendor::PluginName>, 1, 20.0);
  h.set("dead_zone", dead_zone), h.set("action_below", 2), h.set("action_above", -3);
  h.init();
  std::vector<double> out;
  for (const double x : observations) {
    h.observe({x});
    h.ask(1);
    h.step();
    out.push_back(h.action()[0]);
  }
  return out;
}

}  // namespace

int main() {
  return eg::testing::run(
      {{"below the target one action, above it the other",
        [](Test& t) {
          t.check(actions(0, {-1, 1, -1}) == std::vector<double>{2, -3, 2}, "other actions");
        }},
       {"within the dead zone the last action stays",
        [](Test& t) {
          t.check(actions(0.5, {-1, 0.4, -0.4, 0.6, 0.4}) == std::vector<double>{2, 2, 2, -3, -3}, "other actions");
        }},
       {"until something is seen outside the dead zone there is no action",
        [](Test& t) { t.check(actions(0.5, {0.1}) == std::vector<double>{0}, "there is one"); }},
       {"an observation that does not exist is refused", [](Test& t) {
          UnitHarness h(eg::controller<vendor::PluginName>, 1, 20.0);
          h.set("observation", 3);
          h.init();
          h.observe({1, 2});
          h.ask(1);
          t.equal(error_of([&] { h.step(); }), "observation = 3, but there are 2, counted from 0");
        }}});
}
